"""Drawings read as layers: DXF, DGN and DWG files, each written here or by somebody else."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ezdgn
import ezdwg
import pytest
import shapely
from ezdwg import raw

from conversion.cad.dgn import put_back
from conversion.cad.drawing import Drawing, Entity
from conversion.cad.layers import COMPOSED, WHOLE
from conversion.findings.of_reader import SENTENCES, of_notes
from conversion.formats import Kind
from conversion.reading import Note, opened
from conversion.refusal import Refusal
from conversion.refusal_codes import SENTENCES as REFUSALS
from tests.support.drawing import (
    HUE_EAST,
    HUE_NORTH,
    Handles,
    Sheet,
    dxf,
    line,
    polyline,
    text,
)

LEGACY = Path(__file__).parents[2] / "data/legacy"
SAMPLES = Path(__file__).parents[2] / "data/gdal_autotest"


@dataclass(frozen=True, slots=True)
class Read:
    """A layer as it was read: its rows with geometry, and what was said of it."""

    layer: str
    layers: Mapping[str, int | None]
    chosen: bool
    rows: list[dict[str, Any]]
    notes: Mapping[str, Note]
    plan: Mapping[str, Any]
    hints: list[str]

    def values(self, name: str) -> list[Any]:
        return [row[name] for row in self.rows]


def read(path: Path, kind: Kind, layer: str = "", plan: Mapping[str, Any] | None = None) -> Read:
    job = {"kind": kind, "file": str(path), "layer": layer, "plan": plan or {}, "options": {}}
    with opened(job, 7) as reading:
        rows = [row for batch in reading.batches for row in batch.to_pylist()]
        for row in rows:
            row["geometry"] = shapely.from_wkb(row["geometry"])
        assert len(rows) == reading.rows
        return Read(
            reading.layer,
            {head.name: head.rows for head in reading.layers},
            reading.chosen,
            rows,
            {note.code: note for note in reading.notes},
            reading.plan,
            reading.hints,
        )


def written(folder: Path, body: bytes, layer: str = "") -> Read:
    path = folder / "ban_ve.dxf"
    path.write_bytes(body)
    return read(path, Kind.DXF, layer)


def refused(path: Path, kind: Kind) -> str:
    with pytest.raises(Refusal) as error:
        read(path, kind)
    assert error.value.code in REFUSALS
    return error.value.code


def test_a_cadastral_sheet_becomes_parcels_with_number_area_and_land_use(tmp_path: Path) -> None:
    sheet = written(tmp_path, dxf(Sheet().entities()))
    assert (sheet.layer, sheet.chosen) == (COMPOSED, True)
    assert sheet.layers == {COMPOSED: 12, "RANH_THUA": 31, "NHAN_THUA": 36, WHOLE: 67}
    parcels = {row["so_thua"]: row for row in sheet.rows}
    assert set(parcels) == {str(number) for number in range(1, 13)}
    assert parcels["6"]["geometry"].bounds == (
        HUE_EAST + 20,
        HUE_NORTH + 30,
        HUE_EAST + 40,
        HUE_NORTH + 60,
    )
    assert set(sheet.values("dien_tich")) == {600.0}
    assert (parcels["3"]["loai_dat"], parcels["4"]["loai_dat"]) == ("ODT", "LUC")
    assert not sheet.notes


def test_a_missing_corner_is_reported_with_its_place_and_the_rest_is_kept(tmp_path: Path) -> None:
    sheet = written(tmp_path, dxf(Sheet(open_sides=frozenset({0})).entities()))
    gap = sheet.notes["cad_gaps"]
    assert (gap.where, gap.values["count"], gap.values["longest"]) == ("RANH_THUA", 1, "2.00")
    assert gap.values["places"] == f"{HUE_EAST + 19:.2f} {HUE_NORTH:.2f} (2.00)"
    assert len(sheet.rows) == 11
    assert sheet.notes["cad_unbound_texts"].values["count"] == 3


def test_a_missing_side_leaves_two_numbers_in_one_parcel(tmp_path: Path) -> None:
    between = Sheet().columns * (Sheet().rows + 1) + 1
    drawn = Sheet().entities()
    del drawn[between]
    sheet = written(tmp_path, dxf(drawn))
    assert sheet.notes["cad_several_numbers"].values["count"] == 1
    (both,) = [row for row in sheet.rows if ";" in row["so_thua"]]
    assert (both["so_thua"], both["dien_tich"], both["text"]) == ("1; 2", None, "600.0; 600.0")


def test_a_sheet_in_millimetres_is_brought_to_metres(tmp_path: Path) -> None:
    sheet = written(tmp_path, dxf(Sheet(scale=1000.0).entities(), units=4))
    assert sheet.notes["cad_scaled"].values["factor"] == 0.001
    assert sheet.rows[0]["geometry"].area == pytest.approx(600)
    assert len(sheet.rows) == 12


def test_an_area_that_differs_from_the_drawing_is_said(tmp_path: Path) -> None:
    drawn = [one.replace("\n600.0\n", "\n615.0\n") for one in Sheet(1, 1).entities()]
    sheet = written(tmp_path, dxf(drawn))
    assert sheet.values("dien_tich") == [615.0]
    said = sheet.notes["cad_area_differs"].values
    assert (said["count"], said["worst"]) == (1, "15.0")


def test_a_number_in_a_house_is_the_number_of_the_parcel_around_it(tmp_path: Path) -> None:
    at = Handles()
    house = [(11, 17), (14, 17), (14, 20), (11, 20)]
    corners = [(HUE_EAST + x, HUE_NORTH + y) for x, y in house]
    sheet = written(tmp_path, dxf([*Sheet().entities(), polyline(at(), "NHA", corners)]))
    assert len(sheet.rows) == 12
    assert {row["layer"] for row in sheet.rows} == {"RANH_THUA"}
    assert sheet.layers["NHA"] == 1


def test_numbers_that_are_no_areas_stay_texts(tmp_path: Path) -> None:
    at = Handles()
    squares = [
        polyline(at(), "VUNG", [(HUE_EAST + 10 * n + dx, HUE_NORTH + dy) for dx, dy in SQUARE])
        for n in range(6)
    ]
    heights = [
        text(at(), "CAO_DO", (HUE_EAST + 10 * n + 4, HUE_NORTH + 4), f"{n}.25") for n in range(6)
    ]
    sheet = written(tmp_path, dxf([*squares, *heights]))
    assert sheet.values("text") == [f"{n}.25" for n in range(6)]
    assert "dien_tich" not in sheet.rows[0]


SQUARE = [(0, 0), (8, 0), (8, 8), (0, 8)]


def test_where_texts_find_no_polygons_the_drawing_leaves_the_choice_open(tmp_path: Path) -> None:
    at = Handles()
    drawn = [line(at(), "DUONG", (HUE_EAST, HUE_NORTH), (HUE_EAST + 90, HUE_NORTH + 5))]
    drawn += [text(at(), "TEN", (HUE_EAST, HUE_NORTH + n), f"Le Loi {n}") for n in range(3)]
    sheet = written(tmp_path, dxf(drawn))
    assert (sheet.layer, sheet.chosen) == ("DUONG", False)
    assert list(sheet.layers) == ["DUONG", "TEN", WHOLE]
    names = written(tmp_path, dxf(drawn), "TEN")
    assert names.values("text") == ["Le Loi 0", "Le Loi 1", "Le Loi 2"]
    assert {row["geometry"].geom_type for row in names.rows} == {"Point"}
    assert len(written(tmp_path, dxf(drawn), WHOLE).rows) == 4


def test_the_second_reading_of_a_layer_gives_the_same_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.dxf"
    path.write_bytes(dxf(Sheet().entities()))
    first = read(path, Kind.DXF)
    again = read(path, Kind.DXF, first.layer, first.plan)
    assert again.rows == first.rows
    sides = read(path, Kind.DXF, "RANH_THUA")
    assert read(path, Kind.DXF, "RANH_THUA", sides.plan).rows == sides.rows


def test_a_layer_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no-such-layer"):
        written(tmp_path, dxf(Sheet(1, 1).entities()), "KHONG_CO")


LABEL = (
    "0\nBLOCK\n8\n0\n2\nNHAN\n70\n2\n10\n0\n20\n0\n"
    "0\nLINE\n8\n0\n10\n0\n20\n0\n11\n3\n21\n0\n0\nENDBLK\n8\n0\n"
)


def labelled(at: Handles, place: tuple[float, float], values: Mapping[str, str]) -> str:
    """An insert of the block NHAN, with attributes."""
    body = f"0\nINSERT\n{at()}8\nNHAN\n66\n1\n2\nNHAN\n10\n{place[0]}\n20\n{place[1]}\n"
    for tag, value in values.items():
        body += f"0\nATTRIB\n{at()}8\nNHAN\n10\n{place[0]}\n20\n{place[1]}\n40\n1\n"
        body += f"1\n{value}\n2\n{tag}\n70\n0\n"
    return body + f"0\nSEQEND\n{at()}8\nNHAN\n"


def test_attributes_of_a_label_block_become_fields_of_the_parcel(tmp_path: Path) -> None:
    at = Handles()
    drawn = [one for one in Sheet(2, 2).entities() if "NHAN_THUA" not in one]
    at.last = 0x1000
    for number, (column, row) in enumerate([(0, 0), (1, 0), (0, 1), (1, 1)], start=1):
        values = {
            "SOTHUA": str(number),
            "DIENTICH": "600,0",
            "LOAIDAT": "ONT",
            "CHU": f"Ong {number}",
        }
        drawn.append(labelled(at, Sheet().place(column + 0.5, row + 0.5), values))
    sheet = written(tmp_path, dxf(drawn, blocks=LABEL))
    assert sorted(sheet.values("so_thua")) == ["1", "2", "3", "4"]
    assert set(sheet.values("dien_tich")) == {600.0}
    assert {row["CHU"] for row in sheet.rows} == {"Ong 1", "Ong 2", "Ong 3", "Ong 4"}
    blocks = written(tmp_path, dxf(drawn, blocks=LABEL), "NHAN")
    points = [row for row in blocks.rows if row["geometry"].geom_type == "Point"]
    assert {(row["block"], row["LOAIDAT"]) for row in points} == {("NHAN", "ONT")}
    assert len(blocks.rows) == 8


def test_texts_are_bytes_before_2007_and_unicode_since(tmp_path: Path) -> None:
    at = Handles()
    drawn = [text(at(), "TEN", (HUE_EAST, HUE_NORTH), "Ph\u00ad\u00eang \\U+1EA1 %%c90")]
    (old,) = written(tmp_path, dxf(drawn)).rows
    assert old["text"] == "Ph\u00ad\u00eang ạ Ø90"
    drawn = [text(at(), "TEN", (HUE_EAST, HUE_NORTH), "Phường Thuận Hóa")]
    (new,) = written(tmp_path, dxf(drawn, version="AC1027")).rows
    assert new["text"] == "Phường Thuận Hóa"


def test_texts_of_two_fonts_are_decoded_by_their_styles(tmp_path: Path) -> None:
    at = Handles()
    styles = [("A", ".VnTime.ttf"), ("B", "VNI-Times.ttf")]
    drawn = [
        text(at(), "TEN", (HUE_EAST, HUE_NORTH), "Ph\u00ad\u00eang", "A"),
        text(at(), "TEN", (HUE_EAST, HUE_NORTH + 9), "Ph\u00f6\u00f4\u00f8ng", "B"),
    ]
    sheet = written(tmp_path, dxf(drawn, styles=styles))
    assert sheet.values("text") == ["Phường", "Phường"]
    assert sheet.values("font") == [".VnTime.ttf", "VNI-Times.ttf"]


def test_titles_are_hints_for_the_reference_system(tmp_path: Path) -> None:
    at = Handles()
    said = "Hệ tọa độ VN-2000, kinh tuyến trục 107°00', múi chiếu 3°"
    drawn = [text(at(), "KHUNG", (HUE_EAST, HUE_NORTH), said)]
    assert written(tmp_path, dxf(drawn, version="AC1027")).hints == [said]


def test_curves_and_bulges_are_chords_and_what_cannot_be_drawn_is_counted(tmp_path: Path) -> None:
    at = Handles()
    disc = polyline(at(), "HO", [(HUE_EAST, HUE_NORTH, 1), (HUE_EAST + 10, HUE_NORTH, 1)])
    table = f"0\nACAD_TABLE\n{at()}8\nHO\n"
    sheet = written(tmp_path, dxf([disc, table]), "HO")
    (row,) = sheet.rows
    assert shapely.Polygon(row["geometry"]).area == pytest.approx(3.14159 * 25, rel=1e-3)
    assert sheet.notes["cad_skipped_entities"].values == {"count": 1, "kinds": "ACAD_TABLE 1"}


def test_blocks_that_grow_without_end_are_refused(tmp_path: Path) -> None:
    blocks = "0\nBLOCK\n8\n0\n2\nb0\n70\n0\n10\n0\n20\n0\n0\nPOINT\n8\n0\n10\n0\n20\n0\n0\nENDBLK\n"
    for level in range(1, 12):
        ten = f"0\nINSERT\n8\n0\n2\nb{level - 1}\n10\n0\n20\n0\n" * 10
        blocks += f"0\nBLOCK\n8\n0\n2\nb{level}\n70\n0\n10\n0\n20\n0\n{ten}0\nENDBLK\n"
    path = tmp_path / "bom.dxf"
    path.write_bytes(dxf(["0\nINSERT\n8\n0\n2\nb11\n10\n0\n20\n0\n"], blocks=blocks))
    assert refused(path, Kind.DXF) == "cad-too-many"


def block(name: str, body: str) -> str:
    return f"0\nBLOCK\n8\n0\n2\n{name}\n70\n0\n10\n0\n20\n0\n{body}0\nENDBLK\n8\n0\n"


def insert(name: str, handle: str = "") -> str:
    return f"0\nINSERT\n{handle}8\n0\n2\n{name}\n10\n{HUE_EAST}\n20\n{HUE_NORTH}\n"


DOT = "0\nPOINT\n8\n0\n10\n0\n20\n0\n"


@pytest.mark.parametrize("handle", ["", "5\n500\n"])
@pytest.mark.parametrize(
    ("name", "blocks", "lost"),
    [
        ("KHONG_CO", "", 1),
        ("A", block("A", DOT), 0),
        ("A", block("A", insert("A") + DOT), 1),
        ("A", block("A", insert("KHONG_CO") + DOT), 1),
        ("A", block("A", insert("B") + DOT) + block("B", insert("A") + DOT), 1),
        ("A", block("A", insert("B") + insert("B")) + block("B", DOT), 0),
        ("A", block("A", insert("b") + DOT) + block("B", DOT), 1),
    ],
)
def test_an_insert_that_draws_nothing_is_counted(
    tmp_path: Path, handle: str, name: str, blocks: str, lost: int
) -> None:
    drawn = [line("5\n100\n", "X", (HUE_EAST, 0), (HUE_EAST, 9)), insert(name, handle)]
    said = written(tmp_path, dxf(drawn, blocks=blocks)).notes.get("cad_skipped_entities")
    assert (said and said.values) == ({"count": lost, "kinds": f"INSERT {lost}"} if lost else None)


def test_places_that_are_no_numbers_are_left_out_and_counted(tmp_path: Path) -> None:
    at = Handles()
    drawn = [*Sheet(1, 1).entities(), line(at(), "X", (float("nan"), 0), (1, float("inf")))]
    at.last = 0x9000
    sheet = written(tmp_path, dxf(drawn))
    assert sheet.values("so_thua") == ["1"]
    assert sheet.notes["cad_skipped_entities"].values["kinds"] == "not_finite 1"


def test_a_header_of_nothing_but_new_lines_costs_no_time(tmp_path: Path) -> None:
    body = dxf(Sheet(1, 1).entities()).replace(b"$ACADVER\n", b"$ACADVER" + b"\n" * 900_000)
    started = time.monotonic()
    try:
        assert written(tmp_path, body).rows
    except Refusal as refusal:
        assert refusal.code in REFUSALS  # noqa: PT017  either end is right; hanging is not
    assert time.monotonic() - started < 10


def test_a_binary_dxf_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "nhi_phan.dxf"
    path.write_bytes(b"AutoCAD Binary DXF\r\n\x1a\x00" + bytes(64))
    assert refused(path, Kind.DXF) == "dxf-binary"


def test_wards_of_a_dxf_are_bound_to_their_names() -> None:
    sheet = read(LEGACY / "banve_tcvn3.dxf", Kind.DXF)
    assert (sheet.layer, sheet.chosen) == (COMPOSED, True)
    assert sheet.layers == {COMPOSED: 15, "RANH_XA": 15, "TEN_XA": 14, WHOLE: 29}
    assert sum(name is not None for name in sheet.values("text")) == 14
    assert sheet.notes["cad_unbound_polygons"].values["count"] == 1


def test_wards_of_a_dgn_are_bound_to_their_names() -> None:
    sheet = read(LEGACY / "bandodiachinh.dgn", Kind.DGN)
    assert sheet.layers == {COMPOSED: 15, "level_10": 15, "level_13": 14, WHOLE: 29}
    assert sum(name is not None for name in sheet.values("text")) == 14
    xmin, ymin, xmax, ymax = shapely.total_bounds(sheet.values("geometry"))
    assert HUE_EAST - 60_000 < xmin < xmax < HUE_EAST + 60_000
    assert 1.8e6 < ymin < ymax < 1.86e6


def dgn(path: Path, *places: tuple[float, float]) -> Path:
    """Write a DGN with the units and storage centre of the legacy one, and a line."""
    document = ezdgn.new((LEGACY / "bandodiachinh.dgn").read_bytes())
    document.modelspace().add_line_string(places, dgnattribs={"level": 10})
    document.saveas(path)
    return path


def test_a_line_of_a_dgn_lies_where_it_was_drawn(tmp_path: Path) -> None:
    places = [(HUE_EAST, HUE_NORTH), (HUE_EAST + 1.234, HUE_NORTH - 5.678)]
    (row,) = read(dgn(tmp_path / "a.dgn", *places), Kind.DGN).rows
    assert row["geometry"].equals_exact(shapely.LineString(places), 0.0005)
    assert row["layer"] == "level_10"


def test_a_dgn_that_ends_before_its_end_of_design_is_told(tmp_path: Path) -> None:
    body = (LEGACY / "bandodiachinh.dgn").read_bytes()
    path = tmp_path / "a.dgn"
    path.write_bytes(body[:12_000])
    cut = read(path, Kind.DGN, WHOLE)
    assert cut.notes["breaks_off"].values == {"rows": len(cut.rows)}
    path.write_bytes(body[:9_000])
    assert refused(path, Kind.DGN) == "cut-off"
    assert "breaks_off" not in read(LEGACY / "bandodiachinh.dgn", Kind.DGN).notes


def test_coordinates_at_the_last_number_of_a_dgn_are_an_error(tmp_path: Path) -> None:
    last = 1_000_000 + (2**31 - 1) / 1000
    sheet = read(dgn(tmp_path / "a.dgn", (HUE_EAST, HUE_NORTH), (HUE_EAST + 9, last)), Kind.DGN)
    note = sheet.notes["cad_clipped"]
    assert note.values == {"vertices": 1, "limit": f"{last:.3f}"}
    (finding,) = of_notes([note])
    assert finding.severity.value == "error"


def test_northings_that_ran_over_are_put_back() -> None:
    turn = 2**32 / 1000
    settings = ezdgn.inspect_headers(LEGACY / "bandodiachinh.dgn").design_settings
    places = [(HUE_EAST, HUE_NORTH - turn), (HUE_EAST + 9, HUE_NORTH + 4 - turn)]
    drawing = Drawing("DGN", [Entity("level_10", "line", shapely.LineString(places))], 1, 1.0)
    (note,) = put_back(drawing, settings)
    assert (note.code, note.values) == ("cad_wrapped", {"moved": f"{turn:.3f}"})
    there = shapely.LineString([(HUE_EAST, HUE_NORTH), (HUE_EAST + 9, HUE_NORTH + 4)])
    assert drawing.entities[0].geometry.equals_exact(there, 0.0005)


def test_a_dwg_is_read_with_its_layers_blocks_and_attributes(tmp_path: Path) -> None:
    made = ezdwg.new()
    block = made.blocks.new("CAY", base_point=(1, 1, 0))
    block.add_line((1, 1), (2, 1))
    block.add_attdef("SO", "x", insert=(0, 0), height=1)
    model = made.modelspace()
    for number in range(2):
        place = (HUE_EAST + 10 * number, HUE_NORTH)
        insert = model.add_blockref("CAY", insert=place, rotation=90)
        model.add_attrib(insert, "SO", f"C{number}", insert=place, height=1)
    model.add_text("Th\\U+1EEDa %%d", (HUE_EAST, HUE_NORTH), height=1)
    model.add_circle((HUE_EAST, HUE_NORTH), 5)
    made.save(str(tmp_path / "a.dwg"))
    sheet = read(tmp_path / "a.dwg", Kind.DWG)
    kinds = Counter((row["kind"], row["geometry"].geom_type) for row in sheet.rows)
    assert kinds == {
        ("insert", "Point"): 2,
        ("line", "LineString"): 2,
        ("text", "Point"): 1,
        ("circle", "LineString"): 1,
    }
    assert sorted(row["SO"] for row in sheet.rows if row["SO"]) == ["C0", "C1"]
    lines = [row["geometry"] for row in sheet.rows if row["kind"] == "line"]
    upright = shapely.LineString([(HUE_EAST, HUE_NORTH), (HUE_EAST, HUE_NORTH + 1)])
    assert any(one.equals_exact(upright, 1e-6) for one in lines)
    assert "Thửa °" in sheet.values("text")


def bits(data: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in data)


def pointed(path: Path, insert: str, to: str) -> None:
    """Make a DWG's INSERT of a block one of another, or of none; ezdwg refuses to write these.

    Source: Open Design Specification for .dwg files 5.4.1, 2.13: a hard pointer is the code 5, the
    count of its bytes in four bits, the bytes; it begins at any bit.
    """
    data = path.read_bytes()
    handles = {one["name"]: one["handle"] for one in raw.decode_write_blocks(str(path))}
    was, now = (f"01010001{handles.get(name, 255):08b}" for name in (insert, to))
    for _, at, size, _, kind, _ in raw.list_object_headers_with_type(str(path)):
        turned = bits(data[at : at + size + 2])
        if kind == "INSERT" and was in turned:
            put = int(turned.replace(was, now), 2).to_bytes(size + 2, "big")
            path.write_bytes(data[:at] + put + data[at + size + 2 :])


@pytest.mark.parametrize(
    ("insert", "to", "lines", "lost"),
    [("C", "C", 2, 0), ("C", "A", 2, 1), ("C", "khong co", 2, 1), ("A", "khong co", 1, 1)],
)
def test_an_insert_of_a_dwg_that_draws_nothing_is_counted(
    tmp_path: Path, insert: str, to: str, lines: int, lost: int
) -> None:
    made = ezdwg.new()
    for name, inner in (("A", "B"), ("B", "C"), ("C", "")):
        block = made.blocks.new(name)
        if inner:
            block.add_blockref(inner)
    made.blocks["A"].add_line((HUE_EAST, HUE_NORTH), (HUE_EAST, HUE_NORTH + 1))
    made.modelspace().add_line((HUE_EAST, HUE_NORTH), (HUE_EAST + 1, HUE_NORTH))
    made.modelspace().add_blockref("A")
    made.save(str(tmp_path / "a.dwg"))
    pointed(tmp_path / "a.dwg", insert, to)
    sheet = read(tmp_path / "a.dwg", Kind.DWG)
    assert len(sheet.rows) == lines
    said = sheet.notes.get("cad_skipped_entities")
    assert (said and said.values) == ({"count": lost, "kinds": f"INSERT {lost}"} if lost else None)


@pytest.mark.parametrize(
    ("name", "kind", "entities", "rows"),
    [
        ("cad/attribs.dwg", Kind.DWG, 151, 266),
        ("cad/triple_circles_r2000.dwg", Kind.DWG, 3, 3),
        ("dgn/smalltest.dgn", Kind.DGN, 4, 4),
        ("dxf/assorted.dxf", Kind.DXF, 22, 22),
    ],
)
def test_drawings_of_others_are_read_whole(name: str, kind: Kind, entities: int, rows: int) -> None:
    sheet = read(SAMPLES / name, kind, WHOLE)
    assert (sheet.plan["entities"], len(sheet.rows)) == (entities, rows)


def test_values_of_a_real_dwg_stand_beside_its_symbols() -> None:
    sheet = read(SAMPLES / "cad/attribs.dwg", Kind.DWG, "Topo TN")
    points = [row for row in sheet.rows if row["kind"] == "insert"]
    assert len(points) == 18
    assert {row["block"] for row in points} == {"TOPO_PT_TN"}


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("cad/AC1018_signature.dwg", Kind.DWG, "dwg-unreadable"),
        ("dxf/insert-too-many-errors.dxf", Kind.DXF, "unreadable"),
        ("dxf/assorted.dxf", Kind.DWG, "dwg-unreadable"),
        ("dxf/assorted.dxf", Kind.DGN8, "dgn8-unreadable"),
        ("cad/attribs.dwg", Kind.DGN, "unreadable"),
        ("cad/attribs.dwg", Kind.DXF, "unreadable"),
    ],
)
def test_broken_and_mistaken_drawings_are_refused(name: str, kind: Kind, code: str) -> None:
    assert refused(SAMPLES / name, kind) == code


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cad/attribs.dwg", Kind.DWG),
        ("dxf/assorted.dxf", Kind.DXF),
        ("dgn/smalltest.dgn", Kind.DGN),
    ],
)
def test_a_drawing_cut_off_anywhere_is_read_in_part_or_refused(
    tmp_path: Path, name: str, kind: Kind, part: float
) -> None:
    body = (SAMPLES / name).read_bytes()
    path = tmp_path / Path(name).name
    path.write_bytes(body[: int(len(body) * part)])
    try:
        found = len(read(path, kind).rows)
    except Refusal as refusal:
        found = refusal.code
    assert found in REFUSALS or int(found) > 0


def test_every_note_has_its_sentence_in_both_languages() -> None:
    codes = [code for code in SENTENCES if code.startswith("cad_")]
    assert len(codes) == 17
    for code in codes:
        assert SENTENCES[code].message != SENTENCES[code].vi
