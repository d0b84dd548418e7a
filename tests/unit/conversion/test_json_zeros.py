import json
from pathlib import Path

import pytest

from conversion.findings.of_reader import of_notes
from conversion.formats import Kind
from conversion.gdal import json_zeros


@pytest.mark.parametrize(
    ("text", "left", "count"),
    [
        (rb'"abc\u0000def"', b'"abcdef"', 1),
        (rb'"\u0000\u0000"', b'""', 2),
        (rb'"abc\\u0000def"', rb'"abc\\u0000def"', 0),
        (rb'"abc\\\u0000def"', rb'"abc\\def"', 1),
        (rb'"abc\\\\u0000\u0000"', rb'"abc\\\\u0000"', 1),
        (rb'"\n\u00001"', rb'"\n1"', 1),
        (b'"abc\0def"', b'"abcdef"', 1),
        (rb'"\u0001 u0000"', rb'"\u0001 u0000"', 0),
        ('"được"'.encode("utf-16"), '"được"'.encode("utf-16"), 0),
    ],
)
def test_zeros_are_left_out_and_counted_however_the_file_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bytes, left: bytes, count: int
) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(text)
    for size in (1, 2, 3, 5, 8, 64):
        monkeypatch.setattr(json_zeros, "_CHUNK", size)
        plain, notes = json_zeros.without(path, Kind.GEOJSON, all_of_it=True)
        assert plain.read_bytes() == left, size
        assert [note.values["count"] for note in notes] == ([count] if count else [])
        assert (plain == path) == (count == 0)


def test_what_is_left_says_the_same_but_for_its_zeros(tmp_path: Path) -> None:
    said = {"a\0": ["b\0c", "\\u0000", "\\\0", '"\0"'], "đường": "\0\n\0"}
    for ascii_only in (True, False):
        path = tmp_path / f"{ascii_only}.json"
        path.write_text(json.dumps(said, ensure_ascii=ascii_only), "utf-8")
        plain, _ = json_zeros.without(path, Kind.TOPOJSON, all_of_it=True)
        expected = {"a": ["bc", "\\u0000", "\\", '""'], "đường": "\n"}
        assert json.loads(plain.read_text("utf-8")) == expected


def test_a_file_too_large_for_a_copy_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_zeros, "_MOST_COPIED", 4)
    path = tmp_path / "a.geojson"
    path.write_bytes(rb'"abc\u0000def"')
    plain, notes = json_zeros.without(path, Kind.GEOJSON, all_of_it=True)
    assert plain == path
    (finding,) = of_notes(notes)
    assert "1 zero characters (NUL); of a text with one" in finding.message
    assert "1 ký tự NUL; chữ nào" in finding.vi
    assert json_zeros.without(path, Kind.GEOJSON, all_of_it=False) == (path, [])


def test_other_kinds_are_not_looked_at(tmp_path: Path) -> None:
    missing = tmp_path / "none"
    assert json_zeros.without(missing, Kind.GML, all_of_it=True) == (missing, [])
