from pathlib import Path

import pytest

from conversion.formats import Kind
from conversion.gdal import json_numbers


@pytest.mark.parametrize(
    ("text", "count", "beyond"),
    [
        ('{"a": 1000000000000000001}', 1, False),
        ('{"a":[1000000000000000001, -1000000000000000003]}', 2, False),
        ('{"a": 9223372036854775808}', 1, True),
        ('{"a": 9223372036854775807}', 1, False),
        ('{"a": 100000000000000001}', 0, False),
        ('{"a": "1000000000000000001"}', 0, False),
        ('{"a": 1000000000000000001.5, "b": 0.1000000000000000001}', 0, False),
        ('{"a": "x:1000000000000000001 "}', 0, False),
    ],
)
def test_long_whole_numbers_are_found(tmp_path: Path, text: str, count: int, beyond: bool) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(text)
    found = list(json_numbers.notes(path, Kind.GEOJSON, all_of_it=True))
    assert [note.values["count"] for note in found] == ([count] if count else [])
    assert json_numbers.beyond(path) is beyond


def test_a_number_across_two_chunks_is_found_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"a": 1000000000000000001, "b": 1000000000000000002}')
    for size in range(21, 60):
        monkeypatch.setattr(json_numbers, "_CHUNK", size)
        (note,) = json_numbers.notes(path, Kind.GEOJSON, all_of_it=True)
        assert note.values["count"] == 2, size


def test_other_kinds_are_not_read(tmp_path: Path) -> None:
    assert list(json_numbers.notes(tmp_path / "none", Kind.GML, all_of_it=True)) == []
