"""Layers of points, lines and areas together: whole where they can be seen, light where not."""

import mapbox_vector_tile
from psycopg.sql import SQL

from gishue.core.actor import OPERATOR
from gishue.core.db import Connection
from layers import publish, tables
from layers.description import Description
from layers.fields import FieldType, build
from layers.layer import GeometryType, Layer
from layers.publish import StagedTable
from tests.integration.tiles.conftest import Site, path
from tests.support.city import PROVENANCE
from tests.support.tiered import all_tiles
from tiles.tier import FEW
from tiles.vector import LEFT_OUT

type Kinds = dict[int, str]

FIELDS = build(["số"], [FieldType.INTEGER])
LINES, LARGE = 20, 5
ROWS = FEW + 400
"""The first are long lines, then come large areas; the rest are points and sheds in turn."""

_INSERT = SQL("""
INSERT INTO {} (id, c1, geom)
SELECT i, i, ST_SetSRID(CASE
    WHEN i <= {lines} THEN ST_MakeLine(ST_MakePoint(x, y), ST_MakePoint(x + 3000, y + 900))
    WHEN i <= {lines} + {large} THEN ST_MakeEnvelope(x, y, x + 2000, y + 2000)
    WHEN i % 2 = 0 THEN ST_MakePoint(x, y)
    ELSE ST_MakeEnvelope(x, y, x + 4, y + 3) END, 9214)
  FROM (SELECT i, 560000 + 20 * (i % 50) AS x, 1820000 + 20 * (i / 50) AS y
          FROM generate_series(1, {rows}) i) p
""")


async def publish_mixed(conn: Connection) -> Layer:
    name = "u_ban_ve"
    await tables.create_staging(conn, name, FIELDS, GeometryType.MIXED, 9214)
    await conn.execute(_INSERT.format(tables.staging(name), lines=LINES, large=LARGE, rows=ROWS))
    await tables.index(conn, tables.staging(name))
    staged = StagedTable(name, FIELDS, GeometryType.MIXED, 9214, PROVENANCE)
    async with conn.transaction():
        return await publish.publish_table(
            conn, "ban_ve", Description(title="Bản vẽ"), staged, actor=OPERATOR
        )


async def drawn(site: Site, layer: Layer, z: int, query: str = "") -> tuple[Kinds, set[str]]:
    """Return what all tiles of a zoom draw, by id, and what they say of it."""
    kinds: Kinds = {}
    notes: set[str] = set()
    for tile in all_tiles(layer, z):
        answer = await site.get(path(layer, tile) + query)
        assert answer.status_code in (200, 204)
        notes.add(answer.headers.get("x-gishue-note", ""))
        layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
        for one in layers.get(layer.slug, {"features": []})["features"]:
            kinds[one["id"]] = one["geometry"]["type"]
    return kinds, notes


async def test_far_zooms_leave_out_what_nobody_could_see_and_say_so(
    site: Site, writer: Connection
) -> None:
    layer = await publish_mixed(writer)
    await site.reload()

    for asked in ("", '?filter="số" > 0'):
        found, notes = await drawn(site, layer, 10, asked)
        kinds = list(found.values())
        assert set(range(1, LINES + LARGE + 1)) <= found.keys(), asked
        assert (kinds.count("LineString"), kinds.count("Polygon")) == (LINES, LARGE)
        assert 1 <= kinds.count("Point") <= 40
        assert LEFT_OUT in notes


async def test_near_zooms_hold_all(site: Site, writer: Connection) -> None:
    layer = await publish_mixed(writer)
    await site.reload()

    found, notes = await drawn(site, layer, 14)

    assert found.keys() == set(range(1, ROWS + 1))
    assert notes == {""}


async def test_a_filter_chooses_before_points_are_thinned(site: Site, writer: Connection) -> None:
    layer = await publish_mixed(writer)
    await site.reload()

    found, notes = await drawn(site, layer, 10, '?filter="số" IN (1, 22, 1000, 1001)')

    assert found.keys() == {1, 22, 1000}
    assert LEFT_OUT in notes
