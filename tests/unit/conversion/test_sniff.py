import io
import struct
import zipfile

import openpyxl
import pytest

from conversion.formats import BY_KIND, FORMATS, Kind
from conversion.refusal import BrokenFile, EmptyFile, FormatLater, NotADataset
from conversion.refused import REFUSED
from conversion.sniff import sniff
from gishue.core.errors import GishueError

GPKG = b"SQLite format 3\0" + bytes(52) + b"GPKG"
ZIP_END = b"PK\x05\x06" + bytes(18)
SQLITE = b"SQLite format 3\0" + bytes(60)
GML = b'<?xml version="1.0"?><ogr:FeatureCollection xmlns:gml="http://www.opengis.net/gml">'
SHEET = b"application/vnd.oasis.opendocument.spreadsheet"
UTF16_KML = '\ufeff<?xml version="1.0" encoding="UTF-16"?><kml xmlns="x"/>'.encode("utf-16-le")


def ole(*names: str) -> bytes:
    """Return an OLE2 container whose directory holds ``names`` (at most four a sector)."""
    sectors = -(-len(names) // 4)
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, 1)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    fat = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    table = struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
    directory = b"".join(entry(name) for name in names).ljust(512 * sectors, b"\0")
    return bytes(header) + table + directory


def entry(name: str) -> bytes:
    raw = name.encode("utf-16-le") + b"\0\0"
    return (raw.ljust(64, b"\0") + struct.pack("<HB", len(raw), 2)).ljust(128, b"\0")


def member(name: str, content: bytes = b"") -> bytes:
    head = b"PK\x03\x04" + bytes(22) + struct.pack("<HH", len(name), 0)
    return head + name.encode() + content


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (GPKG, "a.gpkg", Kind.GEOPACKAGE),
        (GPKG, "khong_duoi", Kind.GEOPACKAGE),
        (SQLITE, "danh_ba.sqlite", Kind.SPATIALITE),
        (b'\xef\xbb\xbf \n{"type"', "a.geojson", Kind.GEOJSON),
        (b'{"type": "FeatureCollection"', "a.gpkg", Kind.GEOJSON),
        (b'{"type":"Feature","a":1}\n{"type":"Feature"}', "a.json", Kind.GEOJSONSEQ),
        (b'{"type":"Feature"}', "a.geojsonl", Kind.GEOJSONSEQ),
        (b'\x1e{"type":"Feature"}', "a.json", Kind.GEOJSONSEQ),
        (b'{"type": "FeatureCollection"', "a.ndjson", Kind.GEOJSON),
        (b'{"type":"Topology","objects":{}}', "a.json", Kind.TOPOJSON),
        (b'{"objects":{"a":{"type":"GeometryCollection"}},"arcs"', "a.topojson", Kind.TOPOJSON),
        (b"PK\x03\x04....", "a.zip", Kind.ZIP),
        (b"PK\x03\x04....", "diem.KMZ", Kind.KMZ),
        (b"PK\x03\x04....", "bang.xlsx", Kind.XLSX),
        (member("[Content_Types].xml") + b"xl/workbook.xml" + ZIP_END, "bang.zip", Kind.XLSX),
        (member("mimetype", SHEET) + ZIP_END, "a", Kind.ODS),
        (member("mimetype", b"\x4b\x2c") + ZIP_END, "bang.ods", Kind.ODS),
        (b"\x1f\x8b\x08\0", "a.tar.gz", Kind.TAR),
        (b"\x1f\x8b\x08\0", "a.geojson.gz", Kind.TAR),
        (bytes(257) + b"ustar", "a", Kind.TAR),
        (b"II*\0....", "a.tif", Kind.GEOTIFF),
        (b"MM\0+\0\x08\0\0", "a.tif", Kind.GEOTIFF),
        (b"\0\0\x27\x0a" + bytes(20), "a.shp", Kind.SHAPEFILE),
        (b"fgb\x03fgb\0", "a", Kind.FLATGEOBUF),
        (b"PAR1", "a.parquet", Kind.PARQUET),
        (b"AC1032....", "ban_ve.dwg", Kind.DWG),
        (b"AC1032....", "gia_dang.gpkg", Kind.DWG),
        (b"\x08\x09\xfe\x02", "to_ban_do.dgn", Kind.DGN),
        (ole("Root Entry", "a", "b", "c", "Dgn~H"), "to_ban_do.dgn", Kind.DGN8),
        (ole("Root Entry", "Workbook"), "bang.xls", Kind.XLS),
        (ole("Root Entry", "Book"), "bang.dgn", Kind.XLS),
        (b"  0\r\nSECTION\r\n", "ban_ve.txt", Kind.DXF),
        (b"999\nghi chu\n0\nSECTION\n", "ban_ve.dxf", Kind.DXF),
        (b"AutoCAD Binary DXF\r\n\x1a\0", "ban_ve.dxf", Kind.DXF),
        (b"<?xml version='1.0'?>\n<!-- <html> --><kml xmlns='x'>", "diem.kml", Kind.KML),
        (b"<kml:kml xmlns:kml='x'>", "diem.xml", Kind.KML),
        (UTF16_KML, "diem.kml", Kind.KML),
        (b"<kml><d><![CDATA[<!DOCTYPE html>]]></d></kml>", "diem.kml", Kind.KML),
        (b"<gpx version='1.1'>", "duong.gpx", Kind.GPX),
        (GML, "ranh.xml", Kind.GML),
        (b"!table\n!version 300", "thua.tab", Kind.MAPINFO_TAB),
        (b"!TABLE\r\n", "thua.TAB", Kind.MAPINFO_TAB),
        (b"a\tb\n1\t2\n", "bang.tab", Kind.CSV),
        (b"Version 300\n", "moc.mif", Kind.MAPINFO_MIF),
        (b"a,b\n1,2\n", "moc.csv", Kind.CSV),
        (b"a;b\n1;2\n", "moc.txt", Kind.CSV),
        ("\ufeffa\tb\n".encode("utf-16"), "moc.csv", Kind.CSV),
    ],
)
def test_content_and_name_say_what_a_file_is(head: bytes, name: str, kind: Kind) -> None:
    assert sniff(head, name) is kind


@pytest.mark.parametrize(
    ("head", "name", "code"),
    [
        (b"Rar!\x1a\x07\x01\0", "a.zip", "refused-rar"),
        (b"7z\xbc\xaf\x27\x1c", "a.7z", "refused-7z"),
        (b"BZh9", "a.tar.bz2", "refused-packing"),
        (b"PGDMP\x01", "a.gpkg", "refused-database-dump"),
        (b"CREATE TABLE a;", "a.sql", "refused-database-dump"),
        (b"\0\x01\0\0Standard Jet DB\0", "a.mdb", "refused-access"),
        (b"any", "anh.ecw", "refused-ecw"),
        (b"\xff\xd8\xff\xe0", "anh.tif", "refused-picture"),
        (b"%PDF-1.7", "a.pdf", "refused-document"),
        (ole("Root Entry", "WordDocument"), "a.doc", "refused-document"),
        (ole("R", "WordDocument"), "a.doc", "refused-document"),
        (member("mimetype", b"application/vnd.oasis.opendocument.text"), "a", "refused-document"),
        (member("_rels/.rels") + b"ppt/slides" + ZIP_END, "a.pptx", "refused-document"),
        (member("[Content_Types].xml") + b"word/document.xml", "a.zip", "refused-document"),
        (ole("Root Entry", "EncryptedPackage"), "bang.xlsx", "refused-locked"),
        (b"<!DOCTYPE html><html>", "du_lieu.geojson", "refused-web-page"),
        (b"<osm version='0.6'>", "a.osm", "refused-xml"),
        (b"<OGRVRTDataSource>", "a.gml.xml", "refused-xml"),
        (b"<WFS_Capabilities xmlns:gml='http://www.opengis.net/gml'>", "a.xml", "refused-xml"),
        (b"<!-- no root -->", "a.kml", "refused-xml"),
        (b'{"geometryType":"esriGeometryPoint"}', "a.json", "refused-esri-json"),
        (b"\x03", "thua.dbf", "refused-shapefile-part"),
        (b"\0\0\x27\x0a", "thua.shx", "refused-shapefile-part"),
        (b"\x03", "thua.dat", "refused-mapinfo-part"),
        (b"x", "a00000001.gdbtable", "refused-geodatabase-part"),
        (b"SQLite format 3\0" + bytes(52) + b"MPBX", "a.mbtiles", "refused-tiles"),
        (b"LASF....", "may.laz", "later-point-cloud"),
        (b"<CityModel xmlns:gml='http://www.opengis.net/gml'>", "a.gml", "later-city-model"),
        (b'{"type":"CityJSON"}', "a.json", "later-city-model"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_way_out(head: bytes, name: str, code: str) -> None:
    with pytest.raises(GishueError) as caught:
        sniff(head, name)
    assert caught.value.problem()["code"] == code
    later = code.startswith("later")
    assert isinstance(caught.value, FormatLater if later else NotADataset)
    assert ("phiên bản sau" in caught.value.detail_vi) is later


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in range(500):
        book.worksheets[0].append([row, 107.5, 16.4])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def open_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", SHEET)
        package.writestr("content.xml", bytes(1_000))
    return out.getvalue()


@pytest.mark.parametrize(
    ("whole", "name", "code"),
    [
        (workbook(), "bang.xlsx", "cut-off"),
        (open_document(), "bang.ods", "cut-off"),
        (ole("Root Entry", "Workbook"), "bang.xls", "unreadable"),
    ],
)
def test_a_cut_spreadsheet_is_no_document(whole: bytes, name: str, code: str) -> None:
    assert sniff(whole, name) in {Kind.XLSX, Kind.ODS, Kind.XLS}
    with pytest.raises(BrokenFile) as caught:
        sniff(whole[: len(whole) // 2], name)
    assert caught.value.problem()["code"] == code


def test_a_container_of_junk_is_no_document() -> None:
    with pytest.raises(BrokenFile):
        sniff(ole()[:512] + b"\x5a" * 4_096, "bang.xls")


@pytest.mark.parametrize("name", ["a.kml", "a.gml", "a.gpx", "a.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize(
    "padding", ["", "<!-- <![CDATA[ -->", "<?a <!-- ?>", f"<!-- {'x' * 9000} -->"]
)
def test_xml_that_declares_entities_is_refused(name: str, encoding: str, padding: str) -> None:
    declared = '<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>'
    with pytest.raises(NotADataset) as caught:
        sniff(f"<?xml version='1.0'?>{padding}{declared}<!-- ]]> -->".encode(encoding), name)
    assert caught.value.problem()["code"] == "xml-declaration"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"hello", "a.txt"),
        (b"hello", "a.tab"),
        (b"\x7fELF", "a.shp"),
        (b"\x7fELF", "a"),
        (b'{"a": 1}', "a.txt"),
        (b"hello", "a.gpkg"),
    ],
)
def test_anything_else_is_no_dataset(head: bytes, name: str) -> None:
    with pytest.raises(NotADataset):
        sniff(head, name)


@pytest.mark.parametrize("head", [b"<!--" * 200_000, b"999\n" * 200_000, b"<a " * 300_000])
def test_a_file_made_to_be_slow_is_looked_at_quickly(head: bytes) -> None:
    with pytest.raises(NotADataset):
        sniff(head, "a.kml")


def test_an_empty_file_is_said_to_be_empty() -> None:
    with pytest.raises(EmptyFile) as caught:
        sniff(b"", "a.gpkg")
    assert caught.value.slug == "empty-file"


def test_no_extension_is_both_read_and_refused() -> None:
    read = {one for known in FORMATS for one in (*known.extensions, *known.needed)}
    parts = {part for known in FORMATS for part in known.parts}
    refused = [one for kind in REFUSED for one in kind.extensions]
    assert not (read - parts) & set(refused)
    assert len(refused) == len(set(refused))
    assert set(BY_KIND) == set(Kind)
