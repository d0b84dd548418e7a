"""Every tile keeps the rules of its specification, whatever is drawn, and others read it."""

import gzip
from collections.abc import Sequence
from pathlib import Path

import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL
from pyogrio.raw import read
from shapely import MultiPolygon, Point, Polygon, from_wkb, make_valid
from shapely.geometry.base import BaseGeometry

from gishue.core.actor import OPERATOR
from gishue.core.db import Connection
from layers import publish, tables
from layers.description import Description
from layers.fields import FieldType, build
from layers.layer import GeometryType, Layer
from layers.publish import StagedTable
from tests.integration.tiles.conftest import Site, middle
from tests.support import mvt
from tests.support.archived import around
from tests.support.city import PROVENANCE
from tests.support.parcels import add_parcels
from tiles.grid import Tile
from tiles.ready import unzipped
from tiles.seed import seed
from tiles.vector import vector_tile

EAST, NORTH = 560_000.0, 1_820_000.0
"""EPSG:9214."""
FIELDS = build(["tên", "số", "khác %"], [FieldType.TEXT, FieldType.INTEGER, FieldType.REAL])
_FLOATS = st.floats(-400.0, 400.0, allow_nan=False)
_PLACES = st.tuples(_FLOATS, _FLOATS)
_VALUES = st.tuples(
    st.one_of(st.none(), st.text(st.characters(exclude_categories=["C"]), max_size=8)),
    st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1)),
    st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
)


@st.composite
def shapes(draw: st.DrawFn) -> BaseGeometry:
    """Draw an area: spikes, holes, slivers, islands and what is smaller than a tile's unit."""
    ring = draw(st.lists(_PLACES, min_size=3, max_size=12, unique=True))
    scale = draw(st.sampled_from([1.0, 0.001]))
    shape = make_valid(Polygon([(EAST + x * scale, NORTH + y * scale) for x, y in ring]))
    hole = Point(EAST, NORTH).buffer(draw(st.sampled_from([0.0, 30.0])))
    return shape.difference(hole)


def polygons(shape: BaseGeometry) -> MultiPolygon | None:
    parts: Sequence[BaseGeometry] = getattr(shape, "geoms", [shape])
    found = [part for part in parts if isinstance(part, Polygon) and part.area > 0]
    return MultiPolygon(found) if found else None


async def publish_shapes(
    conn: Connection,
    slug: str,
    rows: Sequence[tuple[BaseGeometry, tuple[object, ...]]],
    srid: int = 9214,
) -> Layer:
    await tables.create_staging(conn, f"u_{slug}", FIELDS, GeometryType.POLYGON, srid)
    insert = SQL(
        "INSERT INTO {} (id, c1, c2, c3, geom)"
        " VALUES (%s, %s, %s, %s, ST_Multi(ST_GeomFromWKB(%s, {})))"
    ).format(tables.staging(f"u_{slug}"), srid)
    for id_, (shape, values) in enumerate(rows, start=1):
        await conn.execute(insert, (id_, *values, shape.wkb))
    await tables.index(conn, tables.staging(f"u_{slug}"))
    staged = StagedTable(f"u_{slug}", FIELDS, GeometryType.POLYGON, srid, PROVENANCE)
    async with conn.transaction():
        return await publish.publish_table(
            conn, slug, Description(title="Vùng"), staged, actor=OPERATOR
        )


@pytest.fixture
def drawn() -> list[int]:
    """Number the layers of a test."""
    return []


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=st.lists(st.tuples(shapes(), _VALUES), min_size=1, max_size=6))
async def test_whatever_is_drawn_its_tiles_keep_the_rules(
    rows: list[tuple[BaseGeometry, tuple[object, ...]]],
    site: Site,
    writer: Connection,
    drawn: list[int],
) -> None:
    areas = [(area, values) for shape, values in rows if (area := polygons(shape)) is not None]
    if not areas:
        return
    drawn.append(len(drawn))
    layer = await publish_shapes(writer, f"ve_{len(drawn)}", areas)
    for z in (11, 14, 17, 20):
        tile = middle(layer, z)
        body = unzipped(await vector_tile(site.tiles.pool, layer, tile, 60_000))
        for feature in mvt.read(body).get(layer.slug, []):
            wanted = dict(zip([f.name for f in FIELDS], areas[feature.id - 1][1], strict=True))
            assert feature.tags == {k: v for k, v in wanted.items() if v is not None}


async def test_gdal_reads_every_tile_of_an_archive_as_the_rules_are_read(
    site: Site, writer: Connection, tmp_path: Path
) -> None:
    layer = await add_parcels(writer, "thua_dat", 400)
    made = (await seed(site.tiles.services, layer.slug, 16)).kept
    folder = site.tiles.services.blobs.folder
    assert folder is not None
    compared = 0
    for z in (13, 15, 16):
        for tile in around(layer, z):
            body = unzipped(await vector_tile(site.tiles.pool, layer, tile, 60_000))
            if body:
                compared += _compare(body, tile, layer.slug, tmp_path)
    assert compared > 400
    archive = tmp_path / "thua_dat.pmtiles"
    archive.write_bytes((folder / made.sha256[:2] / made.sha256).read_bytes())
    assert pyogrio.read_info(archive, layer="thua_dat")["features"] > 0


def _compare(body: bytes, tile: Tile, slug: str, folder: Path) -> int:
    """Hold what GDAL reads to what the rules say; return how many features."""
    path = folder / f"{tile.z}-{tile.x}-{tile.y}.mvt"
    path.write_bytes(gzip.compress(body) if tile.z == 15 else body)
    _, _, shapes, _ = read(path, layer=slug, CLIP="NO")
    features = mvt.read(body)[slug]
    assert len(shapes) == len(features)
    assert all(from_wkb(shape).area > 0 for shape in shapes)
    return len(features)
