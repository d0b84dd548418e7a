"""Tiles by filter, fields and time: what they hold, what they refuse, and what they leave alone."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import mapbox_vector_tile
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier

from gishue.core.access import Audience
from gishue.core.db import Connection
from layers import store
from layers.layer import GeometryType, Layer, LayerKind
from layers.publish import Mode
from layers.tiers import COUNT
from layers.zoom import ZoomOverride
from tests.integration.tiles.conftest import Site, middle, path
from tests.support.city import NGO_MON, add_layer
from tests.support.parcels import FIELDS, add_parcels
from tests.support.people import add_unit
from tests.support.tiered import add_features, all_tiles
from tests.support.veiled import LEVEL, add_veiled, protect
from tiles.grid import Tile
from tiles.query import TileQuery
from tiles.query_tile import query_tile
from tiles.ready import unzipped
from tiles.tier import FEW, base_from

Features = dict[int, dict[str, Any]]

YEAR = "public, max-age=31536000, immutable"
EACH_TIME = "public, max-age=0, must-revalidate"


def read(body: bytes, name: str) -> Features:
    """Return the features of one layer of a tile by id, geometry and properties."""
    layers = mapbox_vector_tile.decode(body) if body else {}
    return {one["id"]: one for one in layers.get(name, {"features": []})["features"]}


async def ask(site: Site, layer: Layer, tile: Tile, query: str, **headers: str) -> Features:
    answer = await site.get(f"{path(layer, tile)}?{query}", **headers)
    assert answer.status_code in (200, 204), answer.text
    return read(answer.content, layer.slug)


# -- filters ------------------------------------------------------------------------------------

NUMBERS = {
    "tờ": st.integers(-1, 3),
    "thửa": st.integers(-5, 70),
    "diện tích": st.integers(195, 245),
}
TEXTS = ("ODT", "ONT", "LUC", "CLN", "XYZ")
SIGNS = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">=": lambda a, b: a >= b,
}
type Claim = tuple[str, Any]
"""A filter as CQL2 text, and the same as a function of properties: True, False, None (unknown)."""


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _and(a: bool | None, b: bool | None) -> bool | None:
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def _compared(name: str, sign: str, value: Any) -> Claim:
    def holds(of: dict[str, Any]) -> bool | None:
        return None if of.get(name) is None else SIGNS[sign](of[name], value)

    said = f"'{value}'" if isinstance(value, str) else value
    return f'"{name}" {sign} {said}', holds


def _leaves() -> st.SearchStrategy[Claim]:
    sign = st.sampled_from(sorted(SIGNS))
    numbers = [
        st.builds(_compared, st.just(name), sign, values) for name, values in NUMBERS.items()
    ]
    texts = st.builds(_compared, st.just("loại đất"), sign, st.sampled_from(TEXTS))
    empty = st.just(('"loại đất" IS NULL', lambda of: of.get("loại đất") is None))
    return st.one_of(*numbers, texts, empty)


def _grown(inner: st.SearchStrategy[Claim]) -> st.SearchStrategy[Claim]:
    both = st.tuples(inner, inner)
    return st.one_of(
        inner.map(lambda a: (f"NOT ({a[0]})", lambda of: _not(a[1](of)))),
        both.map(
            lambda p: (f"({p[0][0]}) AND ({p[1][0]})", lambda of: _and(p[0][1](of), p[1][1](of)))
        ),
        both.map(
            lambda p: (
                f"({p[0][0]}) OR ({p[1][0]})",
                lambda of: _not(_and(_not(p[0][1](of)), _not(p[1][1](of)))),
            )
        ),
    )


CLAIMS = st.recursive(_leaves(), _grown, max_leaves=6)


async def test_a_filtered_tile_holds_what_of_the_whole_tile_the_filter_lets_pass(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", 60)
    await site.reload()
    tile = middle(layer, 16)
    whole = await ask(site, layer, tile, "")
    assert len(whole) == 60
    claims: list[Claim] = []

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(claim=CLAIMS)
    def collect(claim: Claim) -> None:
        claims.append(claim)

    collect()

    for text, holds in claims:
        wanted = {id_: one for id_, one in whole.items() if holds(one["properties"]) is True}
        assert await ask(site, layer, tile, f"filter={quote(text)}") == wanted, text


async def test_a_query_that_asks_for_everything_gets_the_tile_bit_for_bit(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", FEW + 100)
    points = await add_layer(writer, "di_tich")
    await site.reload()
    names = quote(",".join(field.name for field in FIELDS))
    plain = await site.get(path(layer, middle(layer, 16)))
    for query in (f"fields={names}", 'filter="tờ" >= 0'):
        asked = await site.get(f"{path(layer, middle(layer, 16))}?{query}")
        assert asked.content == plain.content
        assert asked.headers["etag"] == plain.headers["etag"]
    there = path(points, middle(points, 12))
    assert (await site.get(there)).content == (await site.get(f"{there}?fields=tên,năm")).content


async def test_far_zooms_are_filtered_before_points_are_counted(
    site: Site, writer: Connection
) -> None:
    x, y = NGO_MON
    points = [(f"Cây {i}", i, x + 0.9 * (i % 50), y + 0.9 * (i // 50)) for i in range(FEW + 200)]
    layer = await add_layer(writer, "cay_xanh", points=points)
    await site.reload()
    asked = 'filter="năm" IN (3, 1999, 2100)'

    near = await ask(site, layer, middle(layer, 17), asked)
    far = {z: await ask(site, layer, middle(layer, z), asked) for z in range(3, 13)}

    assert set(near) <= {4, 2000, 2101}
    for z, found in far.items():
        assert sum(stands_for(one) for one in found.values()) == 3, z
        assert all((id_ in {4, 2000, 2101}) == (stands_for(one) == 1) for id_, one in found.items())
    assert len(await ask(site, layer, middle(layer, 9), "fields=năm")) < 20


async def test_areas_too_small_for_a_zoom_are_counted_in_filtered_tiles_too(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", FEW + 100)
    await site.reload()
    for z in range(4, 12):
        answer = await site.get(f'{path(layer, middle(layer, z))}?filter="thửa" < 50')
        found = read(answer.content, "thua_dat")
        assert sum(stands_for(one) for one in found.values()) == 50 * 2 + 49, z
        assert "cells that count them" in answer.headers["x-gishue-note"]


@pytest.mark.parametrize("kind", [GeometryType.POLYGON, GeometryType.POINT])
async def test_asked_for_everything_far_zooms_count_what_their_derived_tables_count(
    kind: GeometryType, site: Site, writer: Connection
) -> None:
    layer = await add_features(writer, "lop", kind, 3_000)
    await site.reload()
    compared = 0
    for z in range(4, base_from(layer)):
        for tile in all_tiles(layer, z):
            plain = read((await site.get(path(layer, tile))).content, "lop")
            asked = await ask(site, layer, tile, 'filter="số" >= 0')
            assert {id_: stands_for(one) for id_, one in asked.items()} == {
                id_: stands_for(one) for id_, one in plain.items()
            }, tile
            compared += len(asked)
    assert compared > 300


def stands_for(feature: dict[str, Any]) -> int:
    return feature["properties"].get(COUNT, 1)


async def test_a_filter_is_read_as_text_and_as_json(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 60)
    await site.reload()
    tile = middle(layer, 16)
    json = quote('{"op": "<", "args": [{"property": "thửa"}, 5]}')
    text = await ask(site, layer, tile, 'filter="thửa" < 5')
    assert set(text) == {1, 2, 3, 4}
    for query in (f"filter={json}", f"filter-lang=cql2-json&filter={json}"):
        assert await ask(site, layer, tile, query) == text
    box = "S_INTERSECTS(geom, BBOX(107.0, 16.0, 108.0, 17.0))"
    assert len(await ask(site, layer, tile, f"filter={box} AND tờ = 0")) == 60


async def test_equal_questions_cost_one_statement(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 60)
    await site.reload()
    where = path(layer, middle(layer, 16))
    guard = site.tiles.queries
    for query in (
        'filter="thửa" < 5&fields=tờ,thửa',
        'filter=  ("thửa"   < 5.0)&fields=thửa,"tờ",thửa',
        'fields=thửa, tờ&filter-lang=cql2-text&filter="thửa"<5',
    ):
        await site.get(f"{where}?{query}")
    assert len(guard.cache) == 1


# -- fields -------------------------------------------------------------------------------------


async def test_only_the_fields_asked_for_leave_at_every_zoom(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", FEW + 100)
    await site.reload()
    for z in (14, 17):
        found = await ask(site, layer, middle(layer, z), f"fields={quote('giá %,thửa')}")
        assert {name for one in found.values() for name in one["properties"]} == {"giá %", "thửa"}
    bare = await ask(site, layer, middle(layer, 17), "fields=")
    assert bare
    assert all(one["properties"] == {} for one in bare.values())


# -- time ---------------------------------------------------------------------------------------


async def _changed(writer: Connection, site: Site) -> tuple[Layer, str]:
    """Return a layer that changed its one point, and the time just before the change."""
    await add_layer(writer, "di_tich", points=[("Cũ", 1, *NGO_MON)])
    x, y = NGO_MON
    async with writer.transaction():
        layer = await add_layer(
            writer, "di_tich", mode=Mode.REPLACE, points=[("Mới", 2, x + 4_000, y)]
        )
    await site.reload()
    change = (await store.history(writer, layer))[0]
    return layer, quote((change.at - timedelta(microseconds=1)).isoformat())


async def test_a_tile_as_of_a_time_holds_the_features_of_then_where_they_were(
    site: Site, writer: Connection
) -> None:
    layer, before = await _changed(writer, site)
    then = f"/tiles/di_tich/14/{_at(107.5776, 16.4677)}.mvt"

    old = await site.get(f"{then}?at={before}")

    assert old.status_code == 200
    assert _properties(old.content) == [{"tên": "Cũ", "năm": 1}]
    assert (await site.get(then)).status_code == 404
    now = path(layer, middle(layer, 14))
    assert (await site.get(f"{now}?at={before}")).status_code == 404
    later = await site.get(f"{now}?at=2099-01-01")
    assert _properties(later.content) == [{"tên": "Mới", "năm": 2}]
    filtered = await site.get(f'{then}?at={before}&filter="năm" > 1')
    assert filtered.status_code == 204


async def test_the_geometry_of_then_stands_where_it_would_stand_now(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", 60)
    async with writer.transaction():
        await add_parcels(writer, "thua_dat", 60, mode=Mode.REPLACE)
    await site.reload()
    for z in (10, 14, 17, 20):
        where = path(layer, middle(layer, z))
        assert (await site.get(f"{where}?at=2099-01-01")).content == (await site.get(where)).content


async def test_what_is_not_kept_is_refused_as_by_other_doors(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", 5)
    await site.reload()
    answer = await site.get(f"{path(layer, middle(layer, 16))}?at=1999-01-01")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/history-not-kept")


async def test_only_a_past_that_cannot_change_is_kept_for_a_year(
    site: Site, writer: Connection
) -> None:
    layer, before = await _changed(writer, site)
    then = f"/tiles/di_tich/14/{_at(107.5776, 16.4677)}.mvt"

    async def kept(query: str) -> str:
        return (await site.get(f"{then}?{query}")).headers["cache-control"]

    assert await kept(f"at={before}&rev={layer.revision}") == YEAR
    assert await kept(f"at={before}") == EACH_TIME
    now = path(layer, middle(layer, 14))
    later = await site.get(f"{now}?at=2099-01-01&rev={layer.revision}")
    assert later.headers["cache-control"] == EACH_TIME
    filtered = await site.get(f'{now}?filter="năm" > 1&rev={layer.revision}')
    assert filtered.headers["cache-control"] == YEAR
    await writer.execute("UPDATE gis.layer SET keep_history = false")
    await site.reload()
    assert await kept(f"at={before}&rev={layer.revision}") == EACH_TIME


def _properties(body: bytes) -> list[dict[str, Any]]:
    return [one["properties"] for one in read(body, "di_tich").values()]


def _at(lon: float, lat: float) -> str:
    from tiles.grid import column, row

    return f"{int(column(lon, 14))}/{int(row(lat, 14))}"


# -- what is refused ----------------------------------------------------------------------------

HOSTILE = (
    "filter=thửa <",
    'filter="không có" = 1',
    "filter=geom_3857 = 1",
    "filter=c1 = 1",
    'filter="thửa" = 1; DROP TABLE gis.layer',
    "filter=pg_sleep(10) = 1",
    "filter=pg_read_file('/etc/passwd') = 'x'",
    "filter=" + "(" * 40 + '"thửa" = 1' + ")" * 40,
    "filter=" + " AND ".join(['"thửa" = 1'] * 600),
    "filter=" + "'" * 9_000,
    'filter="loại đất" LIKE \'' + "%25a" * 20 + "'",
    "filter=\"loại đất\" SIMILAR TO '(a+)+b'",
    'filter="thửa" = 12345678901234567890',
    'filter="loại đất" > 5',
    "filter=S_INTERSECTS(geom, POINT(NaN 1))",
    "filter=S_CROSSES(geom, POLYGON((1 2)))",
    "filter={",
    'filter={"op": "and", "args": ' + "[" * 3000 + "]" * 3000 + "}",
    "filter={}&filter-lang=cql-text",
    "filter=\x00",
    'filter="giá %25" * 1e308 * 1e308 > 0',
    "fields=không có",
    'fields="a',
    "fields=geom",
    "fields=" + "a," * 5_000,
    "at=hôm qua",
    "at=2026-13-45T99:99",
    "at=9999999999-01-01",
    "at=2026-01-01&filter=thửa <",
    "rev=1,2&fields=tờ",
)


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
async def test_what_cannot_be_asked_is_400_in_two_languages(
    site: Site, writer: Connection, query: str
) -> None:
    layer = await add_parcels(writer, "thua_dat", 5)
    await site.reload()
    where = path(layer, middle(layer, 16))
    text = query.replace("\x00", "%00").replace(" ", "%20").replace("#", "%23").replace("+", "%2B")

    answer = await site.get(f"{where}?{text}")

    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["detail"] != said["detail_vi"]
    assert "SELECT" not in answer.text
    assert (await site.get(where)).status_code == 200


@pytest.mark.parametrize("at", ["16/0/0", "25/1/1", "2/9/9", "99/1/1"])
async def test_off_the_matrix_stays_404_whatever_is_asked(
    site: Site, writer: Connection, at: str
) -> None:
    await add_parcels(writer, "thua_dat", 5)
    await site.reload()
    for query in ("fields=tờ", "at=2099-01-01" if at != "16/0/0" else "filter=tờ = 1"):
        assert (await site.get(f"/tiles/thua_dat/{at}.mvt?{query}")).status_code == 404


async def test_pictures_cannot_be_filtered(site: Site, writer: Connection) -> None:
    await add_parcels(writer, "thua_dat", 5)
    await writer.execute("UPDATE gis.layer SET kind = 'raster', geometry_type = NULL")
    await site.reload()
    layer = site.tiles.services.registry.current.layers["thua_dat"]
    answer = await site.get(f"{path(layer, middle(layer, 16), 'webp')}?fields=a")
    assert answer.status_code == 400


# -- what is not to be seen ---------------------------------------------------------------------


async def _veiled(writer: Connection, site: Site) -> tuple[Layer, Tile]:
    await add_unit(writer, "so-tnmt")
    layer = await add_veiled(writer, "ho_dan", "so-tnmt")
    await site.reload()
    return layer, middle(layer, 10)


async def test_a_masked_field_is_refused_like_one_that_is_not_there(
    site: Site, writer: Connection
) -> None:
    layer, tile = await _veiled(writer, site)
    where = path(layer, tile)
    for query in ('filter="{}" > 0', "fields={}"):
        masked, absent = [
            await site.get(f"{where}?{query.format(name)}") for name in ("mức", "xyz")
        ]
        assert masked.status_code == absent.status_code == 400
        assert masked.text.replace("mức", "xyz") == absent.text
        own = await site.get(f"{where}?{query.format('mức')}", x_test="staff")
        assert own.status_code == 200
        assert (await site.get(f"{where}?{query.format('mức')}")).status_code == 400


async def test_a_filter_finds_no_row_that_is_not_to_be_seen(site: Site, writer: Connection) -> None:
    layer, tile = await _veiled(writer, site)
    query = "filter=tên LIKE 'DONGMUC%25'"
    for _ in range(2):
        public = await ask(site, layer, tile, query)
        staff = await ask(site, layer, tile, query, x_test="staff")
        assert (len(public), len(staff)) == (4, 12)
        assert all("chủ" not in one["properties"] for one in public.values())
    answer = await site.get(f"{path(layer, tile)}?{query}&rev={layer.revision}")
    assert "immutable" not in answer.headers["cache-control"]
    assert "authorization" in answer.headers["vary"]


async def test_a_filter_that_fails_on_a_value_tells_nothing_of_rows_not_seen(
    site: Site, writer: Connection
) -> None:
    """An overflow on a hidden row would tell that it is there."""
    layer, tile = await _veiled(writer, site)
    rule = f'"mức"{" + 0" * 20} < {LEVEL + 1}'
    await protect(writer, layer, {"chủ": Audience.UNIT}, {Audience.PUBLIC: rule})
    await site.reload()
    for level, status in ((LEVEL, {200, 204}), (LEVEL + 1, {400})):
        probe = quote(f'("mức" - {level}) * 1e308 * 10 > 0')
        assert (await site.get(f"{path(layer, tile)}?filter={probe}")).status_code in status


async def test_what_a_layer_was_while_it_was_closed_is_for_its_unit(
    site: Site, writer: Connection
) -> None:
    await add_unit(writer, "so-tnmt")
    await add_layer(writer, "di_tich", unit="so-tnmt", points=[("Cũ", 1, *NGO_MON)])
    async with writer.transaction():
        layer = await add_layer(
            writer, "di_tich", mode=Mode.REPLACE, unit="so-tnmt", points=[("Mới", 2, *NGO_MON)]
        )
    change = (await store.history(writer, layer))[0]
    await writer.execute("UPDATE gis.layer SET open_since_revision = 2")
    await site.reload()
    before = quote((change.at - timedelta(microseconds=1)).isoformat())
    where = f"{path(layer, middle(layer, 14))}?at={before}"
    for _ in range(2):
        own = await site.get(where, x_test="staff")
        assert own.status_code == 200
        assert own.headers["cache-control"].startswith("private")
        assert (await site.get(where)).status_code == 404
        assert (await site.get(where, if_none_match=own.headers["etag"])).status_code == 404


# -- bounds on the work -------------------------------------------------------------------------


def _questions(count: int) -> Iterator[str]:
    return (f'filter="thửa" <> {number}' for number in range(1_000, 1_000 + count))


async def test_no_number_of_questions_pushes_an_ordinary_tile_out_of_memory(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", 60)
    await site.reload()
    where = path(layer, middle(layer, 16))
    await site.get(where)
    queries, guard = site.tiles.queries, site.tiles.guards[LayerKind.VECTOR]
    queries.cache.limit(20_000)
    for question in _questions(40):
        assert (await site.get(f"{where}?{question}")).status_code == 200
    assert queries.cache.held_bytes <= 20_000
    (tile,) = guard.kept()
    assert guard.ready(tile) is not None


async def test_questions_have_a_queue_of_their_own(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 60)
    other = await add_layer(writer, "di_tich")
    await site.reload()
    where = path(layer, middle(layer, 16))
    held = Identifier("data", layer.table_name or "")
    waiting = site.tiles.services.settings.tiles_query_waiting
    asked = list(_questions(waiting + 3))
    async with writer.transaction():
        await writer.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(held))
        under_way = [asyncio.create_task(site.get(f"{where}?{q}")) for q in asked[:waiting]]
        while site.tiles.queries.guard.under_way < waiting:
            await asyncio.sleep(0.01)
        late = await site.get(f"{where}?{asked[-1]}")
        ordinary = await site.get(path(other, middle(other, 12)))
    answers = await asyncio.gather(*under_way)
    assert (late.status_code, late.headers["retry-after"]) == (503, "2")
    assert ordinary.status_code == 200
    assert {answer.status_code for answer in answers} <= {200, 503}


async def test_a_question_that_takes_too_long_is_503_and_comes_again(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", 60)
    await site.reload()
    where = f"{path(layer, middle(layer, 16))}?fields=tờ"
    held = Identifier("data", layer.table_name or "")
    async with writer.transaction():
        await writer.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(held))
        answer = await site.get(where)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.json()["detail"] != answer.json()["detail_vi"]
    assert (await site.get(where)).status_code == 200


async def test_a_layer_dropped_while_it_is_asked_is_503_then_404(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", 60)
    await site.reload()
    where = path(layer, middle(layer, 16))
    await writer.execute(SQL("DROP TABLE {}").format(Identifier("data", layer.table_name or "")))
    for query in ("", "?fields=tờ", "?at=2099-01-01"):
        assert (await site.get(where + query)).status_code == 503
    await writer.execute("DELETE FROM gis.layer")
    assert (await site.get(f"{where}?at=2099-01-02")).status_code == 404
    await site.reload()
    for query in ("", "?fields=tờ", "?at=2099-01-01"):
        assert (await site.get(where + query)).status_code == 404


@pytest.mark.parametrize("query", ["", "?fields=tờ", "?at=2099-01-01"])
async def test_who_leaves_takes_the_statement_along(
    site: Site, writer: Connection, query: str
) -> None:
    layer = await add_parcels(writer, "thua_dat", 60)
    await site.reload()
    where = path(layer, middle(layer, 16))
    held = Identifier("data", layer.table_name or "")
    gone = asyncio.Event()
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    address, _, asked = f"{where}{query}".partition("?")
    scope = {
        "type": "http", "method": "GET", "path": address, "raw_path": address.encode(),
        "query_string": quote(asked, safe="=&").encode(), "headers": [], "scheme": "http",
        "server": ("hue.test", 80), "root_path": "", "http_version": "1.1", "app": site.app,
    }  # fmt: skip
    async with writer.transaction():
        await writer.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(held))
        visit = asyncio.create_task(site.app(scope, receive, send))
        while not await _waiting(site):
            assert not visit.done(), sent
            await asyncio.sleep(0.01)
        gone.set()
        await asyncio.wait_for(visit, 1)
        for _ in range(100):
            if not await _waiting(site):
                break
            await asyncio.sleep(0.01)
        assert await _waiting(site) == 0
    assert site.tiles.queries.guard.under_way == 0
    assert (await site.get(where + query)).status_code == 200


async def _waiting(site: Site) -> int:
    """Return how many statements of tiles wait for a lock, as another connection sees it."""
    async with site.tiles.services.pool.connection() as conn:
        cur = await conn.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'gishue tile%'"
            " AND state = 'active' AND wait_event_type = 'Lock' AND datname = current_database()"
        )
        row = await cur.fetchone()
    return int(row[0]) if row else 0


# -- TileJSON -----------------------------------------------------------------------------------


async def test_tilejson_of_a_query_names_tiles_that_are_asked_so(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", 60)
    await site.reload()
    query = f"filter={quote('thửa < 5')}&fields={quote('thửa')}"
    document = (await site.get(f"/tiles/thua_dat/tilejson.json?{query}")).json()
    assert document["vector_layers"][0]["fields"] == {"thửa": "Number"}
    tile = middle(layer, 16)
    address: str = document["tiles"][0]
    where = address.removeprefix("http://hue.test")
    for name, number in tile._asdict().items():
        where = where.replace(f"{{{name}}}", str(number))
    answer = await site.get(where)
    assert set(read(answer.content, "thua_dat")) == {1, 2, 3, 4}
    assert answer.headers["cache-control"] == YEAR
    assert (await site.get("/tiles/thua_dat/tilejson.json?fields=xyz")).status_code == 400


async def test_what_a_layer_says_of_a_zoom_holds_for_questions_too(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", 60)
    said = ZoomOverride(16, 16, filter="\"loại đất\" LIKE 'O%'")
    layer = replace(layer, zoom_overrides=(said,))
    tile, queries = middle(layer, 16), site.tiles.queries
    ready = await query_tile(queries.pool, layer, tile, TileQuery(fields=("loại đất",)), 1_000)
    shown = read(unzipped(ready), layer.slug).values()
    assert {one["properties"]["loại đất"] for one in shown} == {"ODT", "ONT"}
