"""``gishue export`` as a person types it."""

import json
from pathlib import Path

import pyogrio.raw
import pytest
from typer.testing import CliRunner

from gishue.cli.main import make_app
from gishue.core.errors import GishueError
from tests.support.upload import geojson, points


def test_a_part_of_a_layer_is_written_and_what_was_changed_is_said(
    own_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GISHUE_DATABASE_URL", own_database_url)
    monkeypatch.setenv("GISHUE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    Path("diem.geojson").write_bytes(geojson(points(5)))
    run = CliRunner()
    app = make_app()
    assert run.invoke(app, ["ingest", "diem.geojson", "--layer", "diem"]).exit_code == 0
    part = ["--filter", '"số" > 2', "--crs", "EPSG:9214", "--json"]
    written = run.invoke(app, ["export", "diem", "ra.shp.zip", *part])
    assert written.exit_code == 0, written.output
    said = json.loads(written.stdout)
    assert (said["features"], said["srid"]) == (2, 9214)
    assert said["changed"]["renamed"] == {"tên": "ten", "số": "so"}
    drawn = run.invoke(app, ["export", "diem", "ban_ve", "--format", "gpkg"])
    assert drawn.exit_code == 0, drawn.output
    assert "5 features" in drawn.output
    assert pyogrio.raw.read("/vsizip/ra.shp.zip/diem.shp")[0]["crs"] == "EPSG:9214"
    for wrong in (["ra.dwg"], ["ra.kml", "--crs", "EPSG:9214"], ["ra.gpkg", "--as-of", "mai"]):
        refused = run.invoke(app, ["export", "diem", *wrong])
        assert refused.exit_code != 0
    for place in ("không/ra.gpkg", "var"):
        refused = run.invoke(app, ["export", "diem", place, "--format", "gpkg"])
        assert isinstance(refused.exception, GishueError)
        assert "thư mục" in refused.exception.detail_vi
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "ban_ve",
        "diem.geojson",
        "ra.shp.zip",
        "var",
    ]
