"""Areas of a layer's own table whose vertices are only rounded are drawn as cutting would."""

import math
from collections.abc import Sequence

import pytest
from psycopg.sql import SQL, Identifier
from shapely import MultiPolygon, Polygon, box, hausdorff_distance, union_all
from shapely.affinity import rotate, scale

from gishue.core.db import Connection
from layers import tables
from layers.layer import Layer
from layers.tiers import EXTENT
from tests.integration.tiles.conftest import Site
from tests.integration.tiles.test_mvt_rules import EAST, NORTH, publish_shapes
from tests.support import mvt
from tests.support.archived import around
from tests.support.parcels import add_parcels
from tiles.grid import Tile
from tiles.ready import unzipped
from tiles.vector import vector_tile

BUFFER = 64
ONE_UNIT = 1.5
"""Where an outline is cut, its new vertices are rounded: to a neighbour, by the diagonal."""
WHOLE = box(1 - BUFFER, 1 - BUFFER, EXTENT + BUFFER - 1, EXTENT + BUFFER - 1)
"""What lies here is not cut."""

_CUT = SQL("""
SELECT ST_AsMVT(q, 'cut', 4096, 'geom', 'id')
  FROM (SELECT ST_AsMVTGeom(t.geom_3857, e.b, 4096, 64, true) AS geom, t.id
          FROM (SELECT ST_TileEnvelope(z, x, y) AS b,
                       ST_TileEnvelope(z, x, y, margin => 0.015625) AS m
                  FROM (VALUES (%s::int, %s::int, %s::int)) v (z, x, y)) e
          JOIN {} t ON t.geom_3857 && e.m) q
""")


def plain(x: float, y: float, side: float = 60.0) -> Polygon:
    return rotate(box(EAST + x, NORTH + y, EAST + x + side, NORTH + y + side * 0.8), 17)


def chamfered(x: float, y: float) -> Polygon:
    """Return an area of which one edge is 30 cm long."""
    a, b = EAST + x, NORTH + y
    return Polygon([(a, b), (a + 50, b), (a + 50, b + 40), (a + 0.21, b + 40), (a, b + 39.79)])


KINDS = (
    plain(0, 0),
    Polygon(list(plain(100, 0).exterior.coords)[::-1]),
    chamfered(200, 0),
    plain(300, 0).difference(scale(plain(300, 0), 0.4, 0.4)),
    union_all([plain(400, 0, 30), plain(400, 60, 20)]),
    box(EAST, NORTH + 120, EAST + 400, NORTH + 120.6),
    plain(0, 200, 0.9),
    box(EAST - 300, NORTH - 300, EAST + 900, NORTH - 250),
    *(chamfered(70 * i + 0.1 * i, 300 + 0.17 * i) for i in range(8)),
    *(plain(353 + 1.1 * i, 400 + 25 * i, 16) for i in range(8)),
)
"""Broad ones, of either direction; with a short edge, a hole, two parts; narrow; small; long;
chamfered ones here and there; some that reach a little over the edge of a tile of zoom 15."""


async def held(conn: Connection, layer: Layer) -> list[float | None]:
    said = SQL("SELECT geom_breadth FROM {} ORDER BY id").format(table(layer))
    return [row[0] for row in await (await conn.execute(said)).fetchall()]


def table(layer: Layer) -> Identifier:
    assert layer.table_name is not None
    return tables.table(layer.table_name)


async def test_breadth_is_known_of_areas_of_one_ring_and_below_0_with_a_short_edge(
    writer: Connection,
) -> None:
    layer = await publish_shapes(writer, "vung", [(kind, (None,) * 3) for kind in KINDS])

    breadths = await held(writer, layer)

    wanted = [2 * kind.area / kind.length for kind in KINDS]
    short, one_ring = {2, 5, 6, *range(8, 16)}, (0, 1, 2, *range(5, 24))
    assert tuple(i for i, one in enumerate(breadths) if one is not None) == one_ring
    for i in one_ring:
        breadth = breadths[i]
        assert breadth is not None
        assert math.isclose(abs(breadth), wanted[i], rel_tol=1e-6)
        assert (breadth < 0) == (i in short), i


async def test_areas_of_every_kind_are_drawn_as_cutting_would(
    site: Site, writer: Connection
) -> None:
    rows = [(kind, (None,) * 3) for kind in KINDS]
    layer = await publish_shapes(writer, "vung", rows)
    await _compare(site, writer, layer, range(12, 21), step=3)


async def test_the_parcels_of_a_block_are_drawn_as_cutting_would(
    site: Site, writer: Connection
) -> None:
    layer = await add_parcels(writer, "thua_dat", 900)
    assert await _compare(site, writer, layer, (14, 16, 18), step=1) > 2_000


@pytest.mark.parametrize("turned", [False, True])
async def test_degrees_are_as_good_as_metres(
    site: Site, writer: Connection, *, turned: bool
) -> None:
    east, north, metre = 107.58, 16.46, 1 / 111_319.49
    ring = [(0, 0), (30, 0), (30, 20), (0, 20)] if turned else [(0, 0), (0, 9), (9, 9), (8.4, 0)]
    short = [(0, 0), (30, 0), (30, 20), (0.4, 20), (0, 19.6)]
    shapes = [
        Polygon([(east + x * metre, north + y * metre) for x, y in one]) for one in (ring, short)
    ]
    layer = await publish_shapes(writer, "vung", [(s, (None,) * 3) for s in shapes], srid=4326)

    breadths = await held(writer, layer)

    assert breadths[0] is not None
    assert breadths[0] > 0
    assert breadths[1] is not None
    assert breadths[1] < 0
    await _compare(site, writer, layer, (14, 17, 20), step=1)


async def _compare(
    site: Site, conn: Connection, layer: Layer, zooms: Sequence[int], *, step: int
) -> int:
    """Hold every tile to one that is cut; return how many features were compared."""
    compared = 0
    for z in zooms:
        for tile in list(around(layer, z))[:: step if z > 17 else 1]:
            body = unzipped(await vector_tile(site.tiles.pool, layer, tile, 60_000))
            ours = _areas(body, layer.slug)
            cut = _areas(await _cut(conn, layer, tile), "cut")
            assert ours.keys() == cut.keys(), tile
            for id_, shape in ours.items():
                assert shape.is_valid, (tile, id_)
                if WHOLE.contains(cut[id_]):
                    assert shape.equals(cut[id_]), (tile, id_)
                apart = hausdorff_distance(shape.boundary, cut[id_].boundary)
                assert apart <= ONE_UNIT, (tile, id_)
            compared += len(ours)
    assert compared
    return compared


async def _cut(conn: Connection, layer: Layer, tile: Tile) -> bytes:
    found = await conn.execute(_CUT.format(table(layer)), tile)
    row = await found.fetchone()
    return bytes(row[0]) if row else b""


def _areas(body: bytes, slug: str) -> dict[int, MultiPolygon]:
    """Return the areas of a tile that keeps the rules, by their ids."""
    return {one.id: _area(one) for one in mvt.read(body).get(slug, [])}


def _area(feature: mvt.Feature) -> MultiPolygon:
    """Return an area: a ring that runs against the first lies in the one before it."""
    rings = [Polygon(part.places) for part in feature.parts]
    first = rings[0].exterior.is_ccw
    parts: list[Polygon] = []
    for ring in rings:
        if ring.exterior.is_ccw is first:
            parts.append(ring)
        else:
            shell = parts.pop()
            holes = [*shell.interiors, ring.exterior]
            parts.append(Polygon(shell.exterior, holes))
    return MultiPolygon(parts)
