"""The parts of drawings: curves, blocks, text codes, units, roles of texts, fonts."""

import math
from collections.abc import Mapping, Sequence

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from conversion.cad import blocks as cad_blocks
from conversion.cad import curves, fonts, units
from conversion.cad import text as cad_text
from conversion.cad.blocks import Block, Insert
from conversion.cad.drawing import Drawing, Entity
from conversion.cad.roles import Role, number, pieces
from conversion.refusal import Refusal


def drawing(*entities: Entity, unit_m: float | None = None) -> Drawing:
    return Drawing("test", list(entities), len(entities), unit_m)


def point(x: float, y: float) -> Entity:
    return Entity("0", "point", shapely.Point(x, y))


def said(text: str, font: str) -> Entity:
    return Entity("0", "text", shapely.Point(0, 0), text, font)


@given(st.floats(0.1, 1e4), st.floats(-math.tau, math.tau), st.floats(0.01, math.tau).map(float))
def test_an_arc_keeps_its_ends_and_its_radius(radius: float, start: float, sweep: float) -> None:
    points = curves.arc((10.0, -5.0), radius, start, sweep)
    assert all(math.dist(p, (10.0, -5.0)) == pytest.approx(radius) for p in points)
    end = start + sweep
    assert points[-1] == pytest.approx(
        (10 + radius * math.cos(end), -5 + radius * math.sin(end)), abs=1e-6 * radius
    )


def test_chords_leave_a_circle_by_less_than_promised() -> None:
    circle = shapely.Polygon(curves.arc((0, 0), 100.0, 0.0, math.tau))
    assert circle.exterior.hausdorff_distance(shapely.Point(0, 0).buffer(100, 720).exterior) < 0.062
    assert circle.area == pytest.approx(math.pi * 100**2, rel=1e-3)


def test_a_bulge_of_one_is_half_a_circle_to_the_right_of_its_chord() -> None:
    half = curves.bulged([(0, 0), (10, 0)], [1.0, 0.0], closed=False)
    assert half[0] == (0, 0)
    assert half[-1] == (10, 0)
    assert min(y for _, y in half) == pytest.approx(-5, rel=1e-3)


def test_two_bulged_segments_make_a_whole_circle() -> None:
    circle = shapely.Polygon(curves.bulged([(0, 0), (10, 0)], [1.0, 1.0], closed=True))
    assert circle.area == pytest.approx(math.pi * 25, rel=1e-3)


def test_a_spline_of_first_degree_is_its_control_polygon() -> None:
    control = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]
    points = curves.spline(control, [0, 0, 1, 2, 2], 1)
    assert shapely.LineString(points).length == pytest.approx(20)


def test_a_clamped_cubic_spline_is_the_bezier_curve_of_its_points() -> None:
    control = [(0.0, 0.0), (0.0, 10.0), (10.0, 10.0), (10.0, 0.0)]
    points = curves.spline(control, [0, 0, 0, 0, 1, 1, 1, 1], 3)
    assert points[0] == (0, 0)
    assert points[-1] == pytest.approx((10, 0))
    assert points[len(points) // 2] == pytest.approx((5, 7.5))  # de Casteljau by hand at 1/2


def test_a_spline_with_false_knots_is_its_control_polygon() -> None:
    assert curves.spline([(0, 0), (1, 1)], [0.0, 1.0], 3) == [(0, 0), (1, 1)]


def a_block() -> Block:
    inside = Entity("0", "line", shapely.LineString([(1, 1), (2, 1)]))
    own = Entity("NHA", "line", shapely.LineString([(1, 1), (1, 2)]))
    return Block((1.0, 1.0), [inside, own])


def test_an_insert_is_moved_scaled_and_turned_about_its_base_point() -> None:
    insert = Insert("a", "CAY", (100.0, 200.0), (2.0, 2.0), math.pi / 2)
    first, second = cad_blocks.exploded([insert], {"a": a_block()})
    assert first.geometry.equals_exact(shapely.LineString([(100, 200), (100, 202)]), 1e-9)
    assert (first.layer, second.layer) == ("CAY", "NHA")
    assert (first.block, first.symbol) == ("a", False)


def test_a_downward_insert_is_mirrored() -> None:
    insert = Insert("a", "CAY", (-100.0, 200.0), mirrored=True)
    first, *_ = cad_blocks.exploded([insert], {"a": a_block()})
    assert first.geometry.equals_exact(shapely.LineString([(100, 200), (99, 200)]), 1e-9)


def test_rows_and_columns_repeat_a_block_and_make_it_a_symbol() -> None:
    insert = Insert("a", "CAY", (0.0, 0.0), columns=3, rows=2, spacing=(10.0, 5.0))
    found = list(cad_blocks.exploded([insert], {"a": a_block()}))
    assert len(found) == 12
    assert all(one.symbol for one in found)
    assert shapely.total_bounds([one.geometry for one in found]).tolist() == [0, 0, 21, 6]


def test_a_block_that_holds_itself_is_drawn_once() -> None:
    inside = a_block()
    inside.inserts.append(Insert("a", "0", (0.0, 0.0)))
    assert len(list(cad_blocks.exploded([Insert("a", "0", (0.0, 0.0))], {"a": inside}))) == 2


@pytest.mark.parametrize(
    ("used", "inside", "lost"),
    [
        ("x", {}, 1),
        ("aa", {"a": ""}, 0),
        ("xx", {"a": ""}, 2),
        ("aa", {"a": "x"}, 1),
        ("a", {"a": "a"}, 1),
        ("ab", {"a": "b", "b": "a"}, 1),
        ("a", {"a": "bcc", "b": "c", "c": ""}, 0),
        ("a", {"a": "", "b": "x"}, 0),
    ],
)
def test_inserts_of_no_block_and_in_a_circle_are_lost(
    used: str, inside: Mapping[str, str], lost: int
) -> None:
    assert cad_blocks.lost(used, inside) == lost


def test_blocks_in_blocks_are_looked_into_however_deep() -> None:
    inside = {str(level): [str(level + 1)] for level in range(5000)}
    assert cad_blocks.lost(["0"], inside) == 1


def test_blocks_that_grow_without_end_are_refused_before_anything_is_drawn() -> None:
    blocks = {"b0": a_block()}
    for level in range(1, 12):
        blocks[f"b{level}"] = Block(inserts=[Insert(f"b{level - 1}", "0", (0.0, 0.0))] * 10)
    with pytest.raises(Refusal) as refused:
        cad_blocks.check_size([Insert("b11", "0", (0.0, 0.0))], blocks)
    assert refused.value.code == "cad-too-many"


@pytest.mark.parametrize(
    ("code", "plain"),
    [
        ("45%%d %%p0.1 %%c110", "45° ±0.1 Ø110"),
        ("%%uGạch chân%%u", "Gạch chân"),
        ("100%%%", "100%"),
        ("Th\\U+1EEDa", "Thửa"),
        ("C:\\Ban do", "C:\\Ban do"),
    ],
)
def test_codes_of_a_text_line_are_undone(code: str, plain: str) -> None:
    assert cad_text.plain(code) == plain


@pytest.mark.parametrize(
    ("code", "plain"),
    [
        (r"{\fArial|b0|i0|c163|p34;Thửa} \H2.5x;12\PODT", "Thửa 12\nODT"),
        (r"\A1;\C1;1\S1/2; m\~x", "11/2 m x"),
        (r"a\\b \{c\}", "a\\b {c}"),
        (r"\pi0,l2;Tờ 5", "Tờ 5"),
        ("X· \\U+00E3", "X· ã"),
    ],
)
def test_codes_of_a_paragraph_are_undone(code: str, plain: str) -> None:
    assert cad_text.plain_mtext(code) == plain


@pytest.mark.parametrize("factor", [1.0, 0.001, 0.01])
def test_a_drawing_is_brought_to_metres_where_place_shows_its_unit(factor: float) -> None:
    sheet = drawing(point(561_000 / factor, 1_821_000 / factor))
    scale = units.scaled(sheet)
    assert (scale.factor, scale.metres) == (factor, True)
    assert sheet.entities[0].geometry.equals_exact(shapely.Point(561_000, 1_821_000), 1e-6)
    assert [note.code for note in sheet.notes] == ([] if factor == 1 else ["cad_scaled"])


def test_metres_stay_metres_whatever_the_header_says() -> None:
    sheet = drawing(point(561_000, 1_821_000), unit_m=0.001)
    assert units.scaled(sheet).factor == 1
    assert [note.code for note in sheet.notes] == ["cad_units"]


def test_swapped_axes_are_on_the_grid_too() -> None:
    assert units.scale_of(drawing(point(1_821_000, 561_000))).metres


def test_a_local_drawing_stays_as_drawn_and_says_so() -> None:
    sheet = drawing(point(12, 30), unit_m=0.0254)
    assert not units.scaled(sheet).metres
    assert sheet.entities[0].geometry == shapely.Point(12, 30)
    assert [note.code for note in sheet.notes] == ["cad_local"]


def test_degrees_are_known() -> None:
    assert units.scale_of(drawing(point(107.58, 16.46))).degrees


def roles(text: str) -> list[tuple[str, str]]:
    return [(one.role.value, one.value) for one in pieces(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("123", [("so_thua", "123")]),
        ("123a", [("so_thua", "123a")]),
        ("345.6", [("dien_tich", "345.6")]),
        ("1.234,5", [("dien_tich", "1.234,5")]),
        ("DT: 1200 m2", [("dien_tich", "1200")]),
        ("ODT", [("loai_dat", "ODT")]),
        ("ONT+CLN", [("loai_dat", "ONT+CLN")]),
        ("LUC\n12\n600.0", [("loai_dat", "LUC"), ("so_thua", "12"), ("dien_tich", "600.0")]),
        ("12/345.6", [("so_thua", "12"), ("dien_tich", "345.6")]),
        ("Tờ bản đồ số: 7", [("so_to", "7")]),
        ("T\u00ea b\u00b6n \u00ae\u00e5 s\u00e8: 7", [("so_to", "7")]),
        ("ABC", [("text", "ABC")]),
        ("Nguyễn Văn A", [("text", "Nguyễn Văn A")]),
        ("12 Lê Lợi", [("text", "12 Lê Lợi")]),
        ("123456", [("text", "123456")]),
    ],
)
def test_the_parts_of_a_label_are_recognised(
    text: str, expected: Sequence[tuple[str, str]]
) -> None:
    assert roles(text) == list(expected)


@pytest.mark.parametrize(
    ("text", "value"), [("1 234,5", 1234.5), ("12", 12.0), ("-", None), ("1,234.50", 1234.5)]
)
def test_numbers_are_read_with_point_or_comma(text: str, value: float | None) -> None:
    assert number(text) == value


def test_a_label_has_no_role_that_is_not_a_field() -> None:
    assert {one.value for one in Role} == {"so_to", "so_thua", "dien_tich", "loai_dat", "text"}


TCVN3 = "Ph\u00ad\u00eang Phong Qu\u00b6ng"  # Phường Phong Quảng, a character a byte
VNI = "Ph\u00f6\u00f4\u00f8ng"  # Phường


def test_texts_of_two_code_pages_are_decoded_by_their_fonts() -> None:
    sheet = drawing(said(TCVN3, ".VnTime"), said(VNI, "VNI-Times"), said("Xã Lộc An", "arial.ttf"))
    fonts.undo(sheet)
    assert [one.text for one in sheet.entities] == ["Phường Phong Quảng", "Phường", "Xã Lộc An"]
    assert [note.code for note in sheet.notes] == ["cad_fonts"]


def test_a_capitals_font_gives_capitals() -> None:
    sheet = drawing(said("h\u00b5 n\u00e9i", ".VnTimeH"))
    fonts.undo(sheet)
    assert sheet.entities[0].text == "HÀ NỘI"


def test_many_texts_of_one_font_are_left_to_the_columns_own_evidence() -> None:
    texts = [said(f"{TCVN3} {n}", ".VnTime") for n in range(9)]
    sheet = drawing(*texts)
    fonts.undo(sheet)
    assert sheet.entities == texts


def test_a_font_that_lies_is_not_believed() -> None:
    words = ["Phường Phong Quảng", "Xã Quảng Điền"]
    sheet = drawing(*(said(word, ".VnTime") for word in words))
    fonts.undo(sheet)
    assert [one.text for one in sheet.entities] == words


def test_bytes_behind_windows_1258_are_found_again() -> None:
    as_1258 = TCVN3.encode("latin-1").decode("cp1258")
    sheet = drawing(said(as_1258, ".VnTime"))
    fonts.undo(sheet)
    assert sheet.entities[0].text == "Phường Phong Quảng"
