"""Small files that want to become large: deep, wide, multiplied, or larger than they are.

Each is refused with a code or read in part, within the limits of one child; and its honest twin,
a file of the same kind that only looks like it, comes in exactly.
"""

import io
import json
import struct
import zipfile
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from conversion.options import IngestOptions
from tests.support.hostile import Canary, assert_harmless, canary, swallowed
from tests.support.upload import LEGACY, geojson, parts, points, zipped

type Making = Callable[[], bytes]


@pytest.fixture(scope="module")
def watch() -> Generator[Canary]:
    """A secret and a listener; afterwards a good file still comes in."""
    with canary() as made:
        yield made
    assert len(swallowed(LEGACY / "nfd.geojson").rows) > 0


def wide(columns: int) -> bytes:
    properties = {f"c{n}": n for n in range(columns)}
    feature = {"type": "Feature", "properties": properties, "geometry": points(1)[0]}
    return json.dumps({"type": "FeatureCollection", "features": [feature] * 3}).encode()


def wide_csv(columns: int) -> bytes:
    names = ",".join(["lon", "lat", *(f"c{n}" for n in range(columns - 2))])
    return f"{names}\n107.5,16.4{',1' * (columns - 2)}\n".encode()


def nested_gml(levels: int) -> bytes:
    return (
        b"<?xml version='1.0'?><a:FeatureCollection xmlns:a='http://a' "
        b"xmlns:gml='http://www.opengis.net/gml'><gml:featureMember><a:d>"
        + b"<a:g>" * levels
        + b"</a:g>" * levels
        + b"</a:d></gml:featureMember></a:FeatureCollection>"
    )


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return (
        f"<?xml version='1.0'?><!DOCTYPE kml [<!ENTITY a0 'ha'>{entities}]>"
        "<kml xmlns='http://www.opengis.net/kml/2.2'><Document><Placemark><name>&a9;</name>"
        "<Point><coordinates>107.5,16.4</coordinates></Point></Placemark></Document></kml>"
    ).encode()


def shared_arcs(references: int, times: int, length: int) -> bytes:
    """Return a TopoJSON in which every polygon is made of the same arc, again and again."""
    arc = [[0, 0], *([[1, 0]] * length), [0, 1], *([[-1, 0]] * length), [0, -1]]
    shapes = [{"type": "Polygon", "arcs": [[0] * times]}] * references
    body = {
        "type": "Topology",
        "transform": {"scale": [1e-6, 1e-6], "translate": [107.5, 16.4]},
        "arcs": [arc],
        "objects": {"a": {"type": "GeometryCollection", "geometries": shapes}},
    }
    return json.dumps(body).encode()


def dxf(inserts: int, levels: int) -> bytes:
    """Return a drawing whose blocks insert each other: one point becomes inserts ** levels."""
    lines = ["0", "SECTION", "2", "BLOCKS"]
    for level in range(levels + 1):
        lines += ["0", "BLOCK", "2", f"B{level}", "70", "0", "10", "0", "20", "0"]
        if level == 0:
            lines += ["0", "POINT", "8", "0", "10", "0", "20", "0"]
        for n in range(inserts if level else 0):
            lines += ["0", "INSERT", "8", "0", "2", f"B{level - 1}", "10", str(n), "20", "0"]
        lines += ["0", "ENDBLK"]
    lines += ["0", "ENDSEC", "0", "SECTION", "2", "ENTITIES"]
    lines += ["0", "INSERT", "8", "0", "2", f"B{levels}", "10", "560000", "20", "1820000"]
    lines += ["0", "ENDSEC", "0", "EOF", ""]
    return "\n".join(lines).encode()


def false_count(suffix: str, at: int, claim: bytes) -> bytes:
    """Return a zipped shapefile of which one part claims something else."""
    whole = parts(LEGACY, "ranhgioi_tcvn3", ".shp", ".shx", ".dbf")
    name = f"ranhgioi_tcvn3{suffix}"
    said = bytearray(whole[name])
    said[at : at + len(claim)] = claim
    return zipped({**whole, name: bytes(said)})


def workbook(cells: str) -> bytes:
    """Return an XLSX with one sheet of these rows."""
    space = "http://schemas.openxmlformats.org/"
    kinds = f"{space}officeDocument/2006/relationships"
    rel = (
        f"<Relationships xmlns='{space}package/2006/relationships'>"
        "<Relationship Id='r1' Type='{}' Target='{}'/></Relationships>"
    )
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    main = f"{space}spreadsheetml/2006/main"
    return zipped(
        {
            "[Content_Types].xml": (
                f"<Types xmlns='{space}package/2006/content-types'><Default Extension='rels' "
                "ContentType='application/vnd.openxmlformats-package.relationships+xml'/>"
                f"<Override PartName='/xl/workbook.xml' ContentType='{types}.sheet.main+xml'/>"
                "<Override PartName='/xl/worksheets/sheet1.xml' "
                f"ContentType='{types}.worksheet+xml'/></Types>"
            ).encode(),
            "_rels/.rels": rel.format(f"{kinds}/officeDocument", "xl/workbook.xml").encode(),
            "xl/_rels/workbook.xml.rels": rel.format(
                f"{kinds}/worksheet", "worksheets/sheet1.xml"
            ).encode(),
            "xl/workbook.xml": (
                f"<workbook xmlns='{main}' xmlns:r='{kinds}'><sheets>"
                "<sheet name='A' sheetId='1' r:id='r1'/></sheets></workbook>"
            ).encode(),
            "xl/worksheets/sheet1.xml": (
                f"<worksheet xmlns='{main}'><sheetData>{cells}</sheetData></worksheet>"
            ).encode(),
        }
    )


def row(number: int, *values: tuple[str, str]) -> str:
    cells = "".join(
        f"<c r='{column}{number}' t='inlineStr'><is><t>{value}</t></is></c>"
        for column, value in values
    )
    return f"<row r='{number}'>{cells}</row>"


HEAD = row(1, ("A", "lon"), ("B", "lat")) + row(2, ("A", "107.5"), ("B", "16.4"))


def ods(rows: int, columns: int) -> bytes:
    """Return an ODS whose last cell is repeated by number only."""
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<o:document-content xmlns:o='{space}office:1.0' xmlns:t='{space}table:1.0' "
            f"xmlns:x='{space}text:1.0'><o:body><o:spreadsheet><t:table t:name='A'>"
            "<t:table-row><t:table-cell><x:p>lon</x:p></t:table-cell><t:table-cell><x:p>lat</x:p>"
            f"</t:table-cell></t:table-row><t:table-row t:number-rows-repeated='{rows}'>"
            f"<t:table-cell t:number-columns-repeated='{columns}' o:value-type='float' "
            "o:value='16.4'><x:p>16.4</x:p></t:table-cell></t:table-row></t:table>"
            "</o:spreadsheet></o:body></o:document-content>",
        )
    return made.getvalue()


def two_readings() -> bytes:
    """Return a zip whose directory calls a member otherwise than the member itself does."""
    whole = bytearray(zipped({"a.geojson": geojson(points(2))}))
    whole[30:39] = b"b.geojson"
    return bytes(whole)


def bomb_in_bomb() -> bytes:
    inner = zipped({f"{n}.geojson": bytes(20 << 20) for n in range(3)})
    return zipped({f"{n}.zip": inner for n in range(20)})


REFUSED: dict[str, tuple[str, Making]] = {
    "deep JSON": ("a.geojson", lambda: b'{"type":"FeatureCollection","features":' + b"[" * 99_999),
    "deep XML": ("a.gml", lambda: nested_gml(100_000)),
    "deep WKT": (
        "a.csv",
        lambda: b'wkt,so\n"' + b"GEOMETRYCOLLECTION (" * 20_000 + b'",1\n',
    ),
    "many properties": ("a.geojson", lambda: wide(5_000)),
    "many columns": ("a.csv", lambda: wide_csv(20_000)),
    "entities of entities": ("a.kml", laughs),
    "arcs used again and again": ("a.topojson", lambda: shared_arcs(20_000, 50, 500)),
    "blocks in blocks": ("a.dxf", lambda: dxf(60, 5)),
    "a bomb": ("a.zip", lambda: zipped({"a.geojson": bytes(200 << 20)})),
    "a bomb in a bomb": ("a.zip", bomb_in_bomb),
    "many members": ("a.zip", lambda: zipped({f"{n}.txt": b"" for n in range(3_000)})),
    "two readings": ("a.zip", two_readings),
    "a false length of shapes": ("a.zip", lambda: false_count(".shp", 100, b"\xff" * 60_000)),
    "cells far away": (
        "a.xlsx",
        lambda: workbook(HEAD + row(1_048_576, ("XFD", "1")) * 3),
    ),
    "rows by number only": ("a.ods", lambda: ods(1_000_000, 1_000)),
    "a large cell": ("a.xlsx", lambda: workbook(HEAD + row(3, ("A", "9" * 60_000_000)))),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_grows_is_refused_or_read_within_the_limits(
    tmp_path: Path, watch: Canary, case: str
) -> None:
    name, make = REFUSED[case]
    path = tmp_path / name
    path.write_bytes(make())
    outcome = swallowed(path)
    assert_harmless(outcome, path, watch)
    assert outcome.slug or len(outcome.rows) <= 1_000
    assert outcome.slug not in {"internal", "sandbox_unavailable"}


def test_a_false_count_of_attributes_is_told(tmp_path: Path, watch: Canary) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(false_count(".dbf", 4, struct.pack("<I", 2_000_000_000)))
    outcome = swallowed(path, IngestOptions(crs="EPSG:9214"))
    assert_harmless(outcome, path, watch)
    assert len(outcome.rows) in {0, 14}
    assert "records_cut" in outcome.said or outcome.slug


TWINS: dict[str, tuple[str, Making, int]] = {
    "many properties": ("a.geojson", lambda: wide(900), 3),
    "shared arcs": ("a.topojson", lambda: shared_arcs(20, 1, 500), 20),
    "a sheet": ("a.xlsx", lambda: workbook(HEAD + row(3, ("A", "107.6"), ("B", "16.5"))), 2),
    "a text that packs well": (
        "a.zip",
        lambda: zipped({"a.geojson": geojson(points(300)) + b" " * (30 << 20)}),
        300,
    ),
    "an archive with rubbish": (
        "a.zip",
        lambda: zipped(
            {
                "Thư mục/Điểm.geojson": geojson(points(7)),
                "__MACOSX/Thư mục/._Điểm.geojson": b"\0\5\x16\7",
                "Thumbs.db": b"x",
            }
        ),
        7,
    ),
}


@pytest.mark.parametrize("case", TWINS)
def test_the_honest_twin_comes_in_whole(tmp_path: Path, watch: Canary, case: str) -> None:
    name, make, count = TWINS[case]
    path = tmp_path / name
    path.write_bytes(make())
    outcome = swallowed(path)
    assert (outcome.slug, len(outcome.rows)) == ("", count)
    assert_harmless(outcome, path, watch)
