"""Function layers: what the function answers, to whom, within bounds, and undone behind it."""

import asyncio
from dataclasses import replace

import mapbox_vector_tile
import psycopg
import pytest

from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.core.db import Connection
from gishue.core.errors import Conflict, InvalidInput, NotFound
from layers import function_store
from layers.fields import FieldType
from layers.function_layer import FunctionLayer, Parameter
from tests.integration.tiles.conftest import Site
from tests.support.people import add_unit

CIRCLE = """
CREATE FUNCTION analyst.vong(z integer, x integer, y integer, params jsonb) RETURNS bytea
LANGUAGE sql STABLE AS $$
  SELECT ST_AsMVT(q, 'vong', 4096, 'geom') FROM (
    SELECT ST_AsMVTGeom(ST_Centroid(ST_TileEnvelope(z, x, y)), ST_TileEnvelope(z, x, y)) AS geom,
           params ->> 'ten' AS ten, (params ->> 'nam')::int AS nam
     WHERE (params ->> 'nam')::int > 0) q $$
"""
SLOW = """
CREATE FUNCTION analyst.cham(z integer, x integer, y integer, params jsonb) RETURNS bytea
LANGUAGE plpgsql STABLE AS $$ BEGIN PERFORM pg_sleep(30); RETURN NULL; END $$
"""
VONG = FunctionLayer(
    name="vong-tron",
    function="vong",
    title="Vòng tròn",
    visibility=Visibility.OPEN,
    parameters=(
        Parameter("ten", FieldType.TEXT, "Huế"),
        Parameter("nam", FieldType.INTEGER),
    ),
    minzoom=5,
    maxzoom=18,
)
WHERE = "/tiles/functions/vong-tron/14/13087/7431.mvt"


def plpgsql(name: str, body: str, volatility: str = "STABLE") -> bytes:
    return (
        f"CREATE FUNCTION analyst.{name}(z integer, x integer, y integer, params jsonb)"
        f" RETURNS bytea LANGUAGE plpgsql {volatility} AS $$ BEGIN {body} END $$"
    ).encode()


async def declare(writer: Connection, site: Site, layer: FunctionLayer = VONG) -> None:
    async with writer.transaction():
        await function_store.add(writer, layer, OPERATOR)
    await site.reload()


async def test_a_function_makes_tiles_of_its_parameters(site: Site, writer: Connection) -> None:
    await writer.execute(CIRCLE)
    await declare(writer, site)

    answer = await site.get(f"{WHERE}?nam=2025")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=60"
    feature = mapbox_vector_tile.decode(answer.content)["vong"]["features"][0]
    assert feature["properties"] == {"ten": "Huế", "nam": 2025}
    named = await site.get(f"{WHERE}?nam=2025&ten=Phú%20Xuân'; DROP TABLE gis.layer; --")
    said = mapbox_vector_tile.decode(named.content)["vong"]["features"][0]["properties"]
    assert said["ten"] == "Phú Xuân'; DROP TABLE gis.layer; --"
    assert (await site.get(f"{WHERE}?nam=0")).status_code == 204
    again = await site.get(f"{WHERE}?nam=2025", if_none_match=answer.headers["etag"])
    assert again.status_code == 304


async def test_tilejson_of_a_function_carries_its_parameters(
    site: Site, writer: Connection
) -> None:
    await writer.execute(CIRCLE)
    await declare(writer, site)
    document = (await site.get("/tiles/functions/vong-tron/tilejson.json?nam=7&ten=A%20B")).json()
    assert document["tiles"] == [
        "http://hue.test/tiles/functions/vong-tron/{z}/{x}/{y}.mvt?ten=A+B&nam=7"
    ]
    assert (document["minzoom"], document["maxzoom"]) == (5, 18)
    assert (await site.get("/tiles/functions/vong-tron/tilejson.json?nam=x")).status_code == 400


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("nam=", 400),
        ("nam=x", 400),
        ("nam=1e400", 400),
        ("nam=99999999999999999999", 400),
        ("nam=9999999999", 400),
        ("nam=1&khac=2", 400),
        ("nam=1&ten=" + "a" * 300, 400),
        ("nam=1&ten=%00", 200),
        ("nam=1&rev=3", 200),
    ],
)
async def test_what_a_function_does_not_take_is_400(
    site: Site, writer: Connection, query: str, status: int
) -> None:
    await writer.execute(CIRCLE)
    await declare(writer, site)
    answer = await site.get(f"{WHERE}?{query}")
    assert answer.status_code == status
    if status == 400:
        assert answer.json()["detail"] != answer.json()["detail_vi"]


async def test_zooms_and_the_matrix_bound_a_function(site: Site, writer: Connection) -> None:
    await writer.execute(CIRCLE)
    await declare(writer, site)
    for at in ("4/1/1", "19/1/1", "14/99999/1", "30/1/1"):
        answer = await site.get(f"/tiles/functions/vong-tron/{at}.mvt?nam=1")
        assert answer.status_code == 404


@pytest.mark.parametrize("visibility", [Visibility.INTERNAL, Visibility.RESTRICTED])
async def test_who_may_not_read_a_function_hears_that_there_is_none(
    site: Site, writer: Connection, visibility: Visibility
) -> None:
    await writer.execute(CIRCLE)
    await add_unit(writer, "so-tnmt")
    await declare(writer, site, replace(VONG, visibility=visibility, unit="so-tnmt"))
    for _ in range(2):
        own = await site.get(f"{WHERE}?nam=1", x_test="staff")
        assert own.status_code == 200
        assert own.headers["cache-control"] == "private, max-age=60"
        for path in (f"{WHERE}?nam=1", WHERE, "/tiles/functions/vong-tron/tilejson.json"):
            hidden = await site.get(path)
            absent = await site.get(path.replace("vong-tron", "vang"))
            assert hidden.status_code == 404
            assert hidden.text.replace("vong-tron", "vang") == absent.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("RAISE EXCEPTION 'số % không được', params;", 400),
        ("RETURN (1 / (z - z))::text::bytea;", 400),
        ("RETURN (SELECT t FROM gis.khong_co t);", 503),
        ("PERFORM analyst.ghi(); RETURN NULL;", 503),
        ("PERFORM pg_advisory_xact_lock(1); RETURN repeat('a', 5 << 20)::bytea;", 503),
        ("PERFORM pg_sleep(30); RETURN NULL;", 503),
    ],
)
async def test_a_function_that_fails_is_no_fault_of_ours(
    site: Site, writer: Connection, body: str, status: int
) -> None:
    await writer.execute(
        "CREATE FUNCTION analyst.ghi() RETURNS void LANGUAGE sql AS"
        " $$ UPDATE gis.function_layer SET title = 'hỏng' $$"
    )
    await writer.execute(plpgsql("hong", body))
    await declare(writer, site, replace(VONG, name="hong", function="hong", parameters=()))

    answer = await site.get("/tiles/functions/hong/14/13087/7431.mvt")

    assert answer.status_code == status
    assert "gis." not in answer.text
    cur = await writer.execute("SELECT title FROM gis.function_layer")
    assert await cur.fetchone() == ("Vòng tròn",)


async def test_a_function_that_is_gone_is_503(site: Site, writer: Connection) -> None:
    await writer.execute(CIRCLE)
    await declare(writer, site)
    await writer.execute("DROP FUNCTION analyst.vong")
    answer = await site.get(f"{WHERE}?nam=1")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_what_a_function_sets_does_not_outlive_it(site: Site, writer: Connection) -> None:
    await writer.execute(
        plpgsql(
            "dat",
            "PERFORM set_config('statement_timeout', '0', false),"
            " set_config('search_path', 'analyst', false); RETURN 'a'::bytea;",
        )
    )
    await declare(writer, site, replace(VONG, name="dat", function="dat", parameters=()))
    await site.get("/tiles/functions/dat/14/13087/7431.mvt")
    async with site.tiles.queries.pool.connection() as conn:
        for name, wanted in (("statement_timeout", "2s"), ("search_path", '"$user", public')):
            cur = await conn.execute("SELECT current_setting(%s)", (name,))
            assert await cur.fetchone() == (wanted,)


async def test_slow_functions_leave_room_for_filters(site: Site, writer: Connection) -> None:
    await writer.execute(SLOW)
    await writer.execute(CIRCLE)
    await declare(writer, site, replace(VONG, name="cham", function="cham", parameters=()))
    slow = [
        asyncio.create_task(site.get(f"/tiles/functions/cham/14/{x}/7431.mvt")) for x in range(8)
    ]
    await asyncio.sleep(0.3)
    async with site.tiles.queries.pool.connection() as conn:
        await conn.execute("SELECT 1")
    answers = await asyncio.gather(*slow)
    assert {answer.status_code for answer in answers} == {503}


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Vòng"},
        {"name": "a/b"},
        {"function": "khong_co"},
        {"function": 'vong"; DROP TABLE gis.layer; --'},
        {"function": "pg_sleep"},
        {"title": " "},
        {"minzoom": 9, "maxzoom": 3},
        {"max_age_s": 0},
        {"unit": "khong_co"},
        {"visibility": Visibility.RESTRICTED},
        {"parameters": (Parameter("key", FieldType.TEXT),)},
        {"parameters": (Parameter("a", FieldType.TEXT), Parameter("a", FieldType.TEXT))},
        {"parameters": (Parameter("a", FieldType.INTEGER, "x"),)},
    ],
    ids=str,
)
async def test_only_a_sound_declaration_is_taken(
    site: Site, writer: Connection, changes: dict[str, object]
) -> None:
    await writer.execute(CIRCLE)
    with pytest.raises(InvalidInput) as refused:
        await declare(writer, site, replace(VONG, **changes))  # pyright: ignore[reportArgumentType] - fields of the case
    assert refused.value.detail_vi


async def test_a_function_that_may_write_or_is_of_another_schema_is_not_taken(
    site: Site, writer: Connection
) -> None:
    await writer.execute(plpgsql("vong", "RETURN NULL;", "VOLATILE"))
    with pytest.raises(InvalidInput, match="VOLATILE"):
        await declare(writer, site)
    await writer.execute("DROP FUNCTION analyst.vong")
    await writer.execute(CIRCLE.replace("analyst.", "public."))
    with pytest.raises(InvalidInput, match="no function analyst"):
        await declare(writer, site)


async def test_a_name_is_declared_once_and_removed_for_all(site: Site, writer: Connection) -> None:
    await writer.execute(CIRCLE)
    await declare(writer, site)
    with pytest.raises(Conflict):
        await declare(writer, site)
    assert (await site.get(f"{WHERE}?nam=1")).status_code == 200
    async with writer.transaction():
        await function_store.remove(writer, "vong-tron", OPERATOR)
    for _ in range(100):  # every process hears of it
        if not site.tiles.services.registry.functions:
            break
        await asyncio.sleep(0.05)
    assert (await site.get(f"{WHERE}?nam=1")).status_code == 404
    with pytest.raises(NotFound):
        await function_store.remove(writer, "vong-tron", OPERATOR)
    cur = await writer.execute(
        "SELECT act FROM gis.audit_pending WHERE act LIKE 'function%'"
        " UNION SELECT act FROM gis.audit WHERE act LIKE 'function%' ORDER BY 1"
    )
    assert [row[0] for row in await cur.fetchall()] == ["function.add", "function.remove"]


async def test_the_schema_holds_what_the_declaration_says(writer: Connection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        await writer.execute(
            "INSERT INTO gis.function_layer (name, function, title, visibility, declared_by)"
            " VALUES ('a', 'a', 'A', 'restricted', 'test')"
        )
