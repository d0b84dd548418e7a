"""Tables that two connections fill: complete, in order, with their key; gone where it failed."""

import asyncio
import json
from pathlib import Path

import pytest
from psycopg.sql import SQL, Identifier

from conversion.filling import TWO_LANES_ROWS, together
from conversion.ingest import ingest_file
from conversion.options import IngestOptions
from conversion.refusal import OutsideCrs
from gishue.core.actor import OPERATOR
from layers import tables
from layers.layer import Layer
from layers.services import Services
from tests.support.upload import files_left, geojson, points, rows, tables_left

COUNT = TWO_LANES_ROWS + 5_000


async def large_layer(services: Services, folder: Path) -> Layer:
    path = folder / "tram.geojson"
    path.write_bytes(geojson(points(COUNT, lon=106.5)))
    await ingest_file(services, OPERATOR, path, IngestOptions(layer="tram"))
    (layer,) = services.registry.current.layers.values()
    return layer


async def test_a_large_layer_has_every_row_under_its_number_in_the_file(
    services: Services, tmp_path: Path
) -> None:
    layer = await large_layer(services, tmp_path)
    numbers = next(field.column for field in layer.fields if field.name == "số")
    counted = SQL(
        "SELECT count(*), count(*) FILTER (WHERE {} = id - 1 AND geom_3857 IS NOT NULL"
        " AND abs(ST_X(geom) - (106.5 + (id - 1) * 1e-4)) < 1e-9) FROM {}"
    ).format(Identifier(numbers), tables.table(tables.table_name(layer.id, layer.revision)))
    assert await rows(services, counted) == [(COUNT, COUNT)]


async def test_a_large_layer_has_its_key_and_both_spatial_indexes(
    services: Services, tmp_path: Path
) -> None:
    layer = await large_layer(services, tmp_path)
    found = await rows(
        services,
        "SELECT string_agg(a.attname, ',' ORDER BY a.attname), bool_or(i.indisprimary)"
        "  FROM pg_index i JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = indkey[0]"
        " WHERE i.indrelid = ('data.' || %s)::regclass AND i.indisvalid",
        [tables.table_name(layer.id, layer.revision)],
    )
    assert found == [("geom,geom_3857,id", True)]


async def test_what_fails_in_the_middle_leaves_no_table(services: Services, tmp_path: Path) -> None:
    far = [{"type": "Point", "coordinates": [1e30, 1e30]}]
    path = tmp_path / "xa.geojson"
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::9214"}}
    near = [{"type": "Point", "coordinates": [560_000.0 + n, 1_820_000.0]} for n in range(COUNT)]
    path.write_bytes(geojson(near[:-4000] + 4_000 * far, crs))
    with pytest.raises(OutsideCrs, match="EPSG:9214"):
        await ingest_file(services, OPERATOR, path, IngestOptions(crs="EPSG:9214"))
    assert await tables_left(services) == []
    assert files_left(services) == []


async def test_where_one_of_several_fails_the_others_end() -> None:
    ended: list[str] = []

    async def waits(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(name)

    async def fails() -> int:
        await asyncio.sleep(0)
        raise ValueError(json.dumps({"why": "broken"}))

    with pytest.raises(ValueError, match="broken"):
        await together(fails(), waits("left"), waits("right"))
    assert sorted(ended) == ["left", "right"]
