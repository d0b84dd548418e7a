import pytest

from conversion.formats import Kind
from conversion.refusal import EmptyFile, FormatLater, NotADataset
from conversion.sniff import sniff

GPKG = b"SQLite format 3\0" + bytes(52) + b"GPKG"


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (GPKG, "a.gpkg", Kind.GEOPACKAGE),
        (GPKG, "khong_duoi", Kind.GEOPACKAGE),
        (b'\xef\xbb\xbf \n{"type"', "a.geojson", Kind.GEOJSON),
        (b"PK\x03\x04....", "a.zip", Kind.ZIP),
        (b"II*\0....", "a.tif", Kind.GEOTIFF),
        (b"MM\0+\0\x08\0\0", "a.tif", Kind.GEOTIFF),
        (b"\0\0\x27\x0a" + bytes(20), "a.shp", Kind.SHAPEFILE),
    ],
)
def test_the_first_bytes_say_what_a_file_is(head: bytes, name: str, kind: Kind) -> None:
    assert sniff(head, name) is kind


@pytest.mark.parametrize(
    ("head", "name", "format_"),
    [
        (b"AC1032....", "ban_ve.dwg", "DWG"),
        (b"AC1032....", "gia_dang.gpkg", "DWG"),
        (b"  0\r\nSECTION", "ban_ve.dxf", "DXF"),
        (b"<?xml version", "diem.kml", "KML"),
        (b"PK\x03\x04....", "bang.xlsx", "Excel"),
        (b"LASF....", "may.laz", "LAS/LAZ"),
        (b"!table\n", "thua.tab", "MapInfo TAB"),
    ],
)
def test_a_format_with_a_seat_is_named_and_refused(head: bytes, name: str, format_: str) -> None:
    with pytest.raises(FormatLater, match=format_) as caught:
        sniff(head, name)
    assert "phiên bản sau" in caught.value.detail_vi


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"hello", "a.txt"),
        (b"<html>", "a.geojson"),
        (b"\x7fELF", "a.shp"),
        (b"SQLite format 3\0" + bytes(60), "danh_ba.db"),
        (b'{"a": 1}', "a.txt"),
        (b"%PDF-1.7", "a.pdf"),
    ],
)
def test_anything_else_is_no_dataset(head: bytes, name: str) -> None:
    with pytest.raises(NotADataset):
        sniff(head, name)


def test_an_empty_file_is_said_to_be_empty() -> None:
    with pytest.raises(EmptyFile) as caught:
        sniff(b"", "a.gpkg")
    assert caught.value.slug == "empty-file"
