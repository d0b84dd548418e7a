"""Which layer of an upload is meant: by name, across archives, layers and folders."""

import tarfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely

from conversion.options import IngestOptions
from tests.support.department import Taken, take
from tests.support.upload import geojson, points, zipped

CRS = {"crs": "EPSG:4326"}


def gpkg(path: Path, counts: dict[str, int]) -> bytes:
    """Return a GeoPackage with a layer of so many points for each name."""
    for at, (layer, count) in enumerate(counts.items()):
        places = np.linspace((107.5, 16.4), (107.6, 16.5), count)
        pyogrio.raw.write(
            path,
            geometry=shapely.to_wkb(shapely.points(places)),
            field_data=[],
            fields=[],
            geometry_type="Point",
            crs="EPSG:4326",
            layer=layer,
            driver="GPKG",
            append=at > 0,
        )
    return path.read_bytes()


def sent(path: Path, body: bytes, layer: str = "") -> Taken:
    path.write_bytes(body)
    return take(path, CRS, IngestOptions(source_layer=layer))


def offered(got: Taken) -> list[str]:
    assert got.inspection is not None
    [question] = [one for one in got.inspection.questions if one["code"] == "source_layer"]
    return [one["source_layer"] for one in question["candidates"]]


def test_a_layer_called_as_its_file_is_not_mistaken_for_the_file(tmp_path: Path) -> None:
    body = gpkg(tmp_path / "x.gpkg", {"khac": 2, "dat": 3})
    path = tmp_path / "dat.gpkg"
    assert offered(sent(path, body)) == ["khac", "dat"]
    assert len(sent(path, body, "dat").rows) == 3
    assert len(sent(path, body, "khac").rows) == 2
    refusal = sent(path, body, "la").refusal
    assert refusal is not None
    assert refusal.slug == "no-such-source-layer"


def test_the_layers_of_one_of_several_files_are_asked_for_in_turn(tmp_path: Path) -> None:
    body = zipped(
        {
            "mot.gpkg": gpkg(tmp_path / "x.gpkg", {"a": 2, "b": 3}),
            "hai.geojson": geojson(points(4)),
        }
    )
    path = tmp_path / "ca.zip"
    assert offered(sent(path, body)) == ["mot", "hai"]
    assert offered(sent(path, body, "mot")) == ["mot/a", "mot/b"]
    assert len(sent(path, body, "mot/b").rows) == 3
    assert len(sent(path, body, "hai").rows) == 4


def test_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    inner = zipped({"dat.geojson": geojson(points(5))})
    body = zipped({"Bắc/dat.geojson": geojson(points(2)), "Nam/goi.zip": inner})
    path = tmp_path / "ca.zip"
    assert offered(sent(path, body)) == ["Bắc/dat.geojson", "Nam/goi.zip/dat.geojson"]
    assert len(sent(path, body, "Nam/goi.zip/dat.geojson").rows) == 5


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz"])
def test_a_tar_with_a_zip_inside_is_read(tmp_path: Path, name: str) -> None:
    target = BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz" if name.endswith("gz") else "w") as archive:
        body = zipped({"Huế/điểm.geojson": geojson(points(3))})
        info = tarfile.TarInfo("gói.zip")
        info.size = len(body)
        archive.addfile(info, BytesIO(body))
    got = sent(tmp_path / name, target.getvalue())
    assert len(got.rows) == 3
    assert got.inspection is not None
    assert got.inspection.dataset.name == "điểm"
