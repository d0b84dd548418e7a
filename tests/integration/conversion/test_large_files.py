"""Large files, inspected by a sample: what it says, and what happens where it missed something."""

import json
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely

from conversion.dataset import open_file
from conversion.ingest import ingest_file
from conversion.inspect import inspect
from conversion.options import IngestOptions
from conversion.sampling import LARGE_BYTES
from conversion.sandbox import Limits
from gishue.core.actor import OPERATOR
from layers.services import Services
from tests.support.upload import rows

COUNT = 4_000
SAID = "Thửa đất số " + "ô " * 8_500
"""Of few features with 17 kB each a large file is quickly made."""

ODD_AT = 130
"""A feature between two blocks of the sample."""


def geojson(path: Path) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.write('{"type":"FeatureCollection","features":[\n')
        for number in range(COUNT):
            at = [107.5 + number * 1e-5, 16.4 + number % 90 * 1e-3]
            feature = {
                "type": "Feature",
                "properties": {"so": number, "ghi_chu": SAID},
                "geometry": {"type": "Point", "coordinates": at},
            }
            out.write((",\n" if number else "") + json.dumps(feature, ensure_ascii=False))
        out.write("]}")


def geopackage(path: Path, *, is_odd: bool) -> None:
    number = np.arange(COUNT)
    shapes = np.asarray(shapely.points(107.5 + number * 1e-5, 16.4 + number % 90 * 1e-3))
    if is_odd:
        shapes[ODD_AT] = shapely.linestrings([[107.5, 16.4], [107.6, 16.5]])
        shapes[ODD_AT + 1] = None
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(shapes),
        field_data=[number, np.full(COUNT, SAID, object)],
        fields=["so", "ghi_chu"],
        geometry_type="Unknown",
        crs="EPSG:4326",
        layer="diem",
        driver="GPKG",
    )
    assert path.stat().st_size > LARGE_BYTES


def test_a_large_file_is_inspected_by_a_sample_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "lon.geojson"
    geojson(path)
    assert path.stat().st_size > LARGE_BYTES
    opened = open_file(path, path.name, tmp_path, Limits())
    said = inspect(opened, IngestOptions(), Limits()).as_dict()
    assert 24 < said["sampled"] < COUNT
    assert abs(said["features"] - COUNT) < COUNT / 20
    assert (said["geometry_type"], said["source_layer"]) == ("point", "lon")
    assert [field["name"] for field in said["fields"]] == ["so", "ghi_chu"]


@pytest.mark.parametrize("is_odd", [False, True])
async def test_what_a_sample_missed_is_found_and_nothing_is_lost(
    services: Services, tmp_path: Path, is_odd: bool
) -> None:
    path = tmp_path / "lon.gpkg"
    geopackage(path, is_odd=is_odd)
    result = await ingest_file(services, OPERATOR, path, IngestOptions())
    assert (result.state, result.features) == ("published", COUNT)
    await services.registry.reload(services.pool)
    assert services.registry.current.layers["lon"].geometry_type == ("mixed" if is_odd else "point")
    (stored,) = await rows(services, "SELECT inspection FROM gis.upload")
    assert (stored[0]["sampled"] == 0) == is_odd
    said = {one["code"]: one["message"] for one in result.findings}
    assert ("null_geometry" in said) == is_odd
