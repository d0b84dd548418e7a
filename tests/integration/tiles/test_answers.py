"""How tiles are answered: 200, 204, 304, 404, 503; for whom; and for how long they may be kept."""

import asyncio
import gzip
from dataclasses import replace

import httpx
import pytest
from psycopg.sql import SQL, Identifier

from gishue.core.access import Visibility
from gishue.core.db import Connection
from layers import description, store
from layers.layer import Layer, LayerKind
from layers.publish import Mode
from tests.integration.tiles.conftest import STAFF, Site, middle, path
from tests.support.city import add_layer
from tests.support.parcels import add_parcels
from tests.support.people import add_unit
from tiles.grid import Tile
from tiles.service import find_layer

YEAR = "public, max-age=31536000, immutable"
EACH_TIME = "public, max-age=0, must-revalidate"


async def test_a_tile_is_gzip_from_birth_and_plain_for_who_wants_it_plain(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", 50)
    await site.reload()
    where = path(layer, middle(layer, 16))

    packed = await site.get(where, accept_encoding="br, gzip;q=0.5")
    plain = await site.get(where, accept_encoding="gzip;q=0, identity")

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert len(plain.content) == int(plain.headers["content-length"])
    assert int(packed.headers["content-length"]) < len(plain.content)
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "accept-encoding" in packed.headers["vary"]


async def test_who_has_the_tile_already_hears_304(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 50)
    await site.reload()
    where = path(layer, middle(layer, 16))
    etag = (await site.get(where)).headers["etag"]

    again = await site.get(where, if_none_match=f'"other", W/{etag}')
    changed = await site.get(where, if_none_match='"other"')

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert changed.status_code == 200


async def test_an_edit_elsewhere_leaves_the_etag_as_it_was(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 50)
    await site.reload()
    where = path(layer, middle(layer, 16))
    etag = (await site.get(where)).headers["etag"]

    async with writer.transaction():
        await add_parcels(writer, "thua_dat", 50, mode=Mode.REPLACE)
    await site.reload()

    assert (await site.get(where, if_none_match=etag)).status_code == 304


async def test_an_empty_tile_is_204_and_kept_like_any_other(site: Site, writer: Connection) -> None:
    layer = await add_layer(writer, "di_tich")
    await site.reload()
    where = path(layer, middle(layer, 19))

    answer = await site.get(where)

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["etag"]
    assert (await site.get(where, if_none_match=answer.headers["etag"])).status_code == 304


@pytest.mark.parametrize(
    "at",
    [
        "5/0/0.mvt",
        "16/0/0.mvt",
        "3/8/0.mvt",
        "4/12/7.mvt",
        "19/418790/237970.mvt",
        "30/1/1.mvt",
        "16/1/1.webp",
        "16/1/1.exe",
        "x/1/1.mvt",
    ],
)
async def test_beyond_bounds_zooms_matrix_and_formats_is_404(
    site: Site, writer: Connection, at: str
) -> None:
    await add_parcels(writer, "thua_dat", 50, minzoom=5, maxzoom=18)
    await site.reload()

    assert (await site.get(f"/tiles/thua_dat/{at}")).status_code == 404


async def test_a_refusal_is_a_problem_document(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 5)
    await site.reload()

    far = await site.get("/tiles/thua_dat/16/0/0.mvt")
    odd = await site.get(path(layer, middle(layer, 16)) + "?rev=last")

    assert far.headers["content-type"] == "application/problem+json"
    assert far.json()["type"] == "/problems/no-such-tile"
    assert "thua_dat" in far.json()["detail_vi"]
    assert (odd.status_code, odd.json()["type"]) == (400, "/problems/bad-request")


async def test_a_url_with_a_revision_is_kept_for_a_year(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 5)
    await site.reload()
    where = path(layer, middle(layer, 16))

    assert (await site.get(where)).headers["cache-control"] == EACH_TIME
    assert (await site.get(f"{where}?rev={layer.revision}")).headers["cache-control"] == YEAR
    for kind in ("tilejson", "style", "legend"):
        document = f"/tiles/thua_dat/{kind}.json"
        assert (await site.get(document)).headers["cache-control"] == EACH_TIME
        assert (await site.get(f"{document}?rev=1")).headers["cache-control"] == YEAR


async def test_a_revision_nobody_has_reached_is_never_kept(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 5)
    await site.reload()

    answer = await site.get(f"{path(layer, middle(layer, 16))}?rev={layer.revision + 1}")

    assert (answer.status_code, answer.headers["cache-control"]) == (200, EACH_TIME)


async def test_a_process_that_has_not_heard_reads_the_registry_first(
    site: Site, writer: Connection
) -> None:
    await add_layer(writer, "di_tich", points=[("Cũ", 1, 560000.0, 1820000.0)])
    await site.reload()
    old = site.tiles.services.registry.current
    async with writer.transaction():
        newer = await add_layer(
            writer, "di_tich", mode=Mode.REPLACE, points=[("Mới", 2, 560000.0, 1820000.0)]
        )
    # As if the notice had been lost: the process still holds the old snapshot.
    site.tiles.services.registry.current = old

    answer = await site.get(f"{path(newer, middle(newer, 16))}?rev={newer.revision}")

    assert "Mới".encode() in answer.content
    assert answer.headers["cache-control"] == YEAR


async def test_a_layer_published_a_moment_ago_is_found_by_its_revision(
    site: Site, writer: Connection
) -> None:
    empty = site.tiles.services.registry.current
    layer = await add_parcels(writer, "thua_dat", 5)
    site.tiles.services.registry.current = empty

    assert (await site.get(f"{path(layer, middle(layer, 16))}?rev=1")).status_code == 200


async def _private(writer: Connection, site: Site) -> Layer:
    await add_unit(writer, "so-tnmt")
    layer = await add_parcels(writer, "mat", 5, visibility=Visibility.RESTRICTED, unit="so-tnmt")
    await site.reload()
    return layer


@pytest.mark.parametrize("staff_first", [True, False])
async def test_a_private_layer_is_404_for_visitors_whoever_asked_first(
    site: Site, writer: Connection, staff_first: bool
) -> None:
    layer = await _private(writer, site)
    where = f"{path(layer, middle(layer, 16))}?rev=1"
    order = ["staff", "visitor", "staff", "visitor"]

    for who in order if staff_first else reversed(order):
        answer = await site.get(where, x_test=who)
        if who == "visitor":
            assert answer.status_code == 404
            assert answer.content == (await site.get(where)).content
            assert answer.json()["type"] == "/problems/not-found"
        else:
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
            assert "access-control-allow-origin" not in answer.headers
            assert "cookie" in answer.headers["vary"]


async def test_no_document_of_a_private_layer_is_for_visitors(
    site: Site, writer: Connection
) -> None:
    await _private(writer, site)

    for kind in ("tilejson", "style", "legend"):
        assert (await site.get(f"/tiles/mat/{kind}.json", x_test="staff")).status_code == 200
        assert (await site.get(f"/tiles/mat/{kind}.json")).status_code == 404
    absent = await site.get("/tiles/khong_co/tilejson.json")
    hidden = await site.get("/tiles/mat/tilejson.json")
    assert absent.text.replace("khong_co", "mat") == hidden.text


async def test_a_retired_layer_disappears(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 5)
    await site.reload()
    where = path(layer, middle(layer, 16))
    assert (await site.get(where)).status_code == 200

    from gishue.core.actor import OPERATOR
    from layers.layer import LayerState

    await store.move(writer, layer, LayerState.RETIRED, OPERATOR)
    await site.reload()

    assert (await site.get(where)).status_code == 404


async def test_open_layers_may_be_read_from_other_sites(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 5)
    await site.reload()

    answer = await site.get(path(layer, middle(layer, 16)))

    assert answer.headers["access-control-allow-origin"] == "*"
    assert "x-gishue-note" in answer.headers["access-control-expose-headers"]


async def test_the_base_map_holds_open_layers_that_are_on_by_default(
    site: Site, writer: Connection
) -> None:
    await _private(writer, site)
    layer = await add_parcels(writer, "thua_dat", 5)
    shown = replace(description.of(layer), visible_by_default=True)
    await store.describe(writer, layer.id, shown)
    await site.reload()

    full = (await site.get("/styles/base.json", x_test="staff")).json()
    bare = (await site.get("/styles/base.json?layers=0")).json()

    assert full["sources"].keys() == {"thua_dat"}
    assert full["sources"]["thua_dat"]["tiles"][0].startswith("http://hue.test/tiles/thua_dat/")
    assert (bare["sources"], len(bare["layers"])) == ({}, 1)
    assert (await site.get("/styles/nope.json")).status_code == 404


async def test_head_answers_like_get_without_a_body(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 5)
    await site.reload()
    where = path(layer, middle(layer, 16))

    head = await site.client.head(where)
    get = await site.get(where)

    assert head.status_code == 200
    assert head.headers["etag"] == get.headers["etag"]
    assert head.headers["content-length"] == get.headers["content-length"]


async def _statements(conn: Connection, layer: Layer) -> int:
    """Return how often the layer's table has been scanned, by PostgreSQL's own account."""
    await conn.execute("SELECT pg_stat_force_next_flush()")
    cur = await conn.execute(
        "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables"
        " WHERE schemaname = 'data' AND relname = %s",
        (layer.table_name,),
    )
    row = await cur.fetchone()
    assert row is not None
    return int(row[0])


async def test_64_visitors_of_one_cold_tile_cost_one_statement(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", 50)
    await site.reload()
    where = path(layer, middle(layer, 16))
    before = await _scans(writer, site, layer)

    answers = await asyncio.gather(*[site.get(where) for _ in range(64)])

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert await _scans(writer, site, layer) - before == 1


async def _scans(writer: Connection, site: Site, layer: Layer) -> int:
    """Return the scans of the layer's table after every backend has told its own."""
    async with site.tiles.pool.connection() as conn:
        await conn.execute("SELECT pg_stat_force_next_flush()")
        await conn.execute("SELECT 1")
    return await _statements(writer, layer)


async def test_what_is_beyond_the_queue_is_refused_at_once(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 2500)
    await site.reload()
    held = Identifier("data", layer.table_name or "")
    at = middle(layer, 20)
    waiting = site.tiles.services.settings.tiles_waiting
    near = [Tile(20, at.x + i % 8 - 4, at.y + i // 8 - 4) for i in range(waiting + 8)]

    async with writer.transaction():
        await writer.execute(SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(held))
        under_way = [asyncio.create_task(site.get(path(layer, tile))) for tile in near[:waiting]]
        while site.tiles.guards[LayerKind.VECTOR].under_way < waiting:
            await asyncio.sleep(0.01)
        late = [await site.get(path(layer, tile)) for tile in near[waiting:]]
    served: list[httpx.Response] = await asyncio.gather(*under_way)

    assert {answer.status_code for answer in late} == {503}
    assert {answer.headers["retry-after"] for answer in late} == {"2"}
    assert late[0].json()["type"] == "/problems/busy"
    assert {answer.status_code for answer in served} <= {200, 204}
    assert (await site.get(path(layer, near[-1]))).status_code in (200, 204)


async def test_a_restarted_database_costs_no_visitor_a_tile(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 50)
    await site.reload()
    assert (await site.get(path(layer, middle(layer, 16)))).status_code == 200
    await writer.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'gishue tiles' AND datname = current_database()"
    )

    assert (await site.get(path(layer, middle(layer, 17)))).status_code == 200


async def test_tile_connections_can_write_nothing(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 5)
    from psycopg.errors import ReadOnlySqlTransaction

    async with site.tiles.pool.connection() as conn:
        with pytest.raises(ReadOnlySqlTransaction):
            await conn.execute(
                SQL("DELETE FROM {}").format(Identifier("data", layer.table_name or ""))
            )


async def test_two_who_wait_for_a_revision_share_one_reading(
    site: Site, writer: Connection
) -> None:
    await add_parcels(writer, "thua_dat", 5)
    await site.reload()
    before = site.tiles.services.registry.current.generation

    await asyncio.gather(*[find_layer(site.tiles, STAFF, "thua_dat", 99) for _ in range(40)])

    assert site.tiles.services.registry.current.generation - before <= 3


async def test_metrics_tell_built_and_cached_tiles(site: Site, writer: Connection) -> None:
    layer = await add_parcels(writer, "thua_dat", 5)
    await site.reload()
    before = await _counted(site)
    where = path(layer, middle(layer, 16))
    await site.get(where)
    await site.get(where)
    await site.get(where)

    after = await _counted(site)

    assert after["built"] - before["built"] == 1
    assert after["cached"] - before["cached"] == 2


async def _counted(site: Site) -> dict[str, float]:
    text = (await site.get("/metrics")).text
    found = {"built": 0.0, "cached": 0.0}
    for line in text.splitlines():
        for how in found:
            if line.startswith(f'gishue_tiles_total{{how="{how}",kind="vector"}}'):
                found[how] = float(line.split()[-1])
    return found


def test_gzip_of_the_answer_is_what_a_plain_client_unpacks() -> None:
    from tiles.ready import unzipped, zipped

    raw = bytes(range(256)) * 40
    assert gzip.decompress(zipped(raw).body) == raw == unzipped(zipped(raw))
