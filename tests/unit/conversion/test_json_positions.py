import json
from pathlib import Path
from typing import Any

import pytest

from conversion.formats import Kind
from conversion.gdal import json_positions

POINT = {"type": "Point", "coordinates": [107.5, 16.4]}
RING = [[0, 0], [9, 0], [9, 9], [0, 0]]

WRONG: dict[str, dict[str, Any]] = {
    "true": {"type": "Point", "coordinates": [1, True]},
    "text": {"type": "Point", "coordinates": [1, "x"]},
    "a number in quotes": {"type": "Point", "coordinates": ["107.5", "16.4"]},
    "null": {"type": "Point", "coordinates": [None, 2]},
    "a null height": {"type": "Point", "coordinates": [1, 2, None]},
    "one number": {"type": "Point", "coordinates": [1]},
    "an object": {"type": "Point", "coordinates": [1, {}]},
    "no list": {"type": "Point", "coordinates": "1 2"},
    "one of a line": {"type": "LineString", "coordinates": [[1, 2], [1, "x"], [3, 4]]},
    "a text among positions": {"type": "LineString", "coordinates": [[1, 2], "x"]},
    "one number of a line": {"coordinates": [[1], [1, 2]], "type": "LineString"},
    "a hole": {"type": "Polygon", "coordinates": [RING, [[1, 1], [2, False], [1, 1]]]},
    "a null hole": {"type": "Polygon", "coordinates": [RING, None], "bbox": [0, 0, 9, 9]},
    "a part": {"type": "MultiPolygon", "coordinates": [[RING], [[[0, 0], ["9", 0]]]]},
    "flat": {"type": "Polygon", "coordinates": [[0, None], [9, 0]]},
    "in a collection": {
        "type": "GeometryCollection",
        "geometries": [POINT, {"type": "Point", "coordinates": [1, True]}],
    },
}

RIGHT: dict[str, Any] = {
    "none": None,
    "a height": {"type": "Point", "coordinates": [1, 2, 3.5e3]},
    "an empty point": {"type": "Point", "coordinates": []},
    "an empty ring": {"type": "Polygon", "coordinates": [[]]},
    "a polygon": {"type": "Polygon", "coordinates": [RING, RING]},
    "type last": {"bbox": [0, 0, 9, 9], "coordinates": [[1, 2], [3, 4]], "type": "LineString"},
    "not a number": {"type": "Point", "coordinates": [float("nan"), 1]},
    "an empty collection": {"type": "GeometryCollection", "geometries": []},
}


def written(path: Path, *geometries: Any, **properties: Any) -> Path:
    features = [
        {"type": "Feature", "properties": properties, "geometry": one} for one in geometries
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def told(path: Path, kind: Kind = Kind.GEOJSON) -> list[dict[str, Any]]:
    return [dict(note.values) for note in json_positions.notes(path, kind, all_of_it=True)]


@pytest.mark.parametrize("case", WRONG)
def test_a_position_that_is_no_pair_of_numbers_is_told_with_its_feature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    path = written(tmp_path / "a.geojson", POINT, None, WRONG[case], POINT, WRONG[case])
    for size in (17, 300, 1 << 20):
        monkeypatch.setattr(json_positions, "_CHUNK", size)
        assert told(path) == [{"count": 2, "rows": "3, 5"}], size


@pytest.mark.parametrize("case", RIGHT)
def test_other_geometries_are_not_told_of(tmp_path: Path, case: str) -> None:
    assert told(written(tmp_path / "a.geojson", POINT, RIGHT[case], POINT)) == []


def test_a_field_that_is_called_as_coordinates_are_is_none(tmp_path: Path) -> None:
    path = written(tmp_path / "a.geojson", POINT, coordinates="16.4, 107.5", tags=[1])
    assert told(path) == []
    path = written(tmp_path / "b.geojson", POINT, WRONG["text"], coordinates=["a"])
    assert told(path) == [{"count": 1, "rows": "2"}]


def test_plain_files_are_told_by_their_bytes_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_positions, "_GEOMETRY", None)
    shapes = [RIGHT[case] for case in ("a height", "a polygon", "type last")]
    path = written(tmp_path / "a.geojson", POINT, *shapes, tags=[5], empty=[])
    assert told(path) == []


def test_features_line_by_line_are_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "a.geojsonl"
    lines = [{"type": "Feature", "geometry": one} for one in (POINT, WRONG["null"])]
    path.write_text("\n".join(json.dumps(one) for one in lines), "utf-8")
    assert told(path, Kind.GEOJSONSEQ) == [{"count": 1, "rows": "2"}]


def test_of_a_topology_arcs_and_points_are_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "a.topojson"
    line = {"type": "LineString", "arcs": [0]}
    objects = {"a": {"type": "GeometryCollection", "geometries": [line, POINT, WRONG["null"]]}}
    said = {"type": "Topology", "objects": objects, "arcs": [[[1, 2], ["x", 3]], [[1, 2], [3, 4]]]}
    path.write_text(json.dumps(said), "utf-8")
    assert told(path, Kind.TOPOJSON) == [{"count": 1}, {"count": 1, "rows": "3"}]


def test_a_large_file_is_looked_at_for_good_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_positions, "_LARGE", 10)
    path = written(tmp_path / "a.geojson", WRONG["null"])
    assert list(json_positions.notes(path, Kind.GEOJSON, all_of_it=False)) == []
    assert list(json_positions.notes(path, Kind.GEOJSON, all_of_it=True))
