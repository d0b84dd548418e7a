"""SLD and QML: written, read back, and read from files as other programs write them."""

import contextlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gishue.core.errors import TooLarge
from layers.fields import FieldType, build
from layers.layer import GeometryType, Layer
from layers.styling import files, stored
from layers.styling.xml import MOST_BYTES, UnreadableStyle
from tests.support.style_spec import around, faults
from tests.unit.tiles.layer import orthophoto, parcel

DATA = Path(__file__).parents[2] / "data" / "style"
FIELDS = build(["tên", "loại đất", "diện tích"], [FieldType.TEXT, FieldType.TEXT, FieldType.REAL])

COLOURS = st.sampled_from(["#ff0000", "#00ff00", "#0000ff", "#123456", "#c9c9c9"])
SIZES = st.sampled_from([0.5, 1.5, 2.0, 3.25])
OPACITIES = st.sampled_from([1.0, 0.6, 0.2])
NAMES = st.lists(
    st.text("abcđêư '\"&<>,ODT", min_size=1, max_size=8).map(str.strip).filter(bool),
    min_size=1, max_size=5, unique=True,
)  # fmt: skip
STOPS = st.lists(st.integers(-9, 99), min_size=1, max_size=5, unique=True).map(sorted)


@st.composite
def _colours(draw: st.DrawFn) -> Any:
    """One colour, categories, or classes of numbers."""
    kind = draw(st.sampled_from(["one", "match", "step"]))
    if kind == "one":
        return draw(COLOURS)
    if kind == "match":
        pairs = [part for name in draw(NAMES) for part in (name, draw(COLOURS))]
        return ["match", ["get", "loại đất"], *pairs, draw(COLOURS)]
    stops = [part for stop in draw(STOPS) for part in (stop, draw(COLOURS))]
    step = ["step", ["get", "diện tích"], draw(COLOURS), *stops]
    return ["case", ["==", ["typeof", ["get", "diện tích"]], "number"], step, draw(COLOURS)]


@st.composite
def _layer(draw: st.DrawFn, geometry: GeometryType) -> dict[str, Any]:
    colour = draw(_colours())
    if geometry is GeometryType.POINT:
        paint = {"circle-color": colour, "circle-radius": draw(SIZES)}
        paint |= {"circle-opacity": draw(OPACITIES)}
        edge = {"circle-stroke-color": draw(COLOURS), "circle-stroke-width": draw(SIZES)}
        drawn: dict[str, Any] = {"type": "circle", "paint": paint | edge}
    elif geometry is GeometryType.POLYGON:
        drawn = {"type": "fill", "paint": {"fill-color": colour, "fill-opacity": draw(OPACITIES)}}
    else:
        paint = {"line-color": colour, "line-width": draw(SIZES), "line-opacity": draw(OPACITIES)}
        if draw(st.booleans()):
            paint["line-dasharray"] = [4, 2]
        drawn = {"type": "line", "layout": {"line-cap": "round", "line-join": "round"}}
        drawn |= {"paint": paint}
    if draw(st.booleans()):
        drawn |= {"minzoom": 9.0, "maxzoom": 15.5}
    if isinstance(colour, str) and draw(st.booleans()):
        drawn["filter"] = ["==", ["get", "loại đất"], "ODT"]
    return drawn


LABEL = {
    "type": "symbol",
    "layout": {"text-field": ["get", "tên"], "text-font": ["Noto Sans Regular"], "text-size": 13.0},
    "paint": {"text-color": "#102030", "text-halo-color": "#ffffff", "text-halo-width": 1.5},
}
GEOMETRIES = [GeometryType.POINT, GeometryType.LINE, GeometryType.POLYGON]
FORMATS: list[Any] = [("sld", "1.1.0"), ("sld", "1.0.0"), ("qml", "1.1.0")]


@pytest.mark.parametrize(("format_", "version"), FORMATS)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_written_is_read_back(format_: Any, version: Any, data: st.DataObject) -> None:
    geometry = data.draw(st.sampled_from(GEOMETRIES))
    drawn = data.draw(_layer(geometry))
    style = {"layers": [drawn, LABEL] if data.draw(st.booleans()) else [drawn]}
    layer = parcel(fields=FIELDS, geometry_type=geometry, style=style, search_field=None)
    stored.read(layer, style)

    read, lost = files.read(layer, files.written(layer, format_, version))

    assert not lost
    assert read["layers"] == _near(style["layers"])


def _near(layers: Any) -> Any:
    """Return ``layers`` where QML's opacities of 255 steps compare as equal."""
    if isinstance(layers, dict):
        return {
            name: pytest.approx(value, abs=0.003) if name.endswith("-opacity") else _near(value)
            for name, value in layers.items()
        }
    return [_near(one) for one in layers] if isinstance(layers, list) else layers


def _read(name: str, layer: Layer) -> tuple[dict[str, Any], list[str]]:
    read, lost = files.read(layer, (DATA / name).read_bytes())
    assert faults([around(read["layers"])]) == [[]]
    return read, [one.message for one in lost]


def test_an_sld_of_geoserver_is_read() -> None:
    layer = parcel(
        fields=build(["type", "name"], [FieldType.TEXT] * 2), geometry_type=GeometryType.LINE
    )
    read, lost = _read("geoserver-roads.sld", layer)
    first = read["layers"][0]
    assert first["paint"]["line-color"][0:2] == ["match", ["get", "type"]]
    assert [item["label"] for item in read["legend"]] == ["Main road", "Street"]
    assert read["layers"][1]["layout"]["text-field"] == ["get", "name"]
    assert any("rule not carried over" in one for one in lost)


def test_a_graduated_qml_is_read_with_its_bounds() -> None:
    layer = parcel(
        fields=build(["dan_so"], [FieldType.INTEGER]), geometry_type=GeometryType.POLYGON
    )
    read, lost = _read("qgis-graduated.qml", layer)
    colours = read["layers"][0]["paint"]["fill-color"]
    assert colours[0] == "case"
    assert colours[1][-1] == ["<=", ["get", "dan_so"], 5000]
    assert [item["label"] for item in read["legend"]] == ["1000 - 5000", "5000 - 20000"]
    assert not lost
    again, _ = files.read(
        parcel(fields=layer.fields, geometry_type=GeometryType.POLYGON, style=read),
        files.written(parcel(fields=layer.fields, style=read), "qml"),
    )
    assert again["layers"][0] == read["layers"][0]


def test_an_old_qml_of_rules_is_read_and_tells_what_it_lost() -> None:
    layer = parcel(
        fields=build(["cap", "ten"], [FieldType.INTEGER, FieldType.TEXT]),
        geometry_type=GeometryType.POINT,
    )
    read, lost = _read("qgis-rules-old.qml", layer)
    first = read["layers"][0]
    assert first["filter"] == ["==", ["get", "cap"], 1]
    assert (first["minzoom"], first["type"]) == (pytest.approx(12.45, abs=0.1), "circle")
    assert first["paint"]["circle-radius"] == pytest.approx(4 * 96 / 25.4 / 2, abs=0.01)
    assert any("SvgMarker" in one for one in lost)
    assert any("left out" in one for one in lost)


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
def test_an_sld_has_its_elements_in_their_order(version: Any) -> None:
    """OGC 05-077r4, se:Rule: Name … Filter, scales, symbolisers; one namespace a version."""
    drawn = {
        "type": "fill",
        "minzoom": 9,
        "filter": ["==", ["get", "tên"], "a"],
        "paint": {"fill-color": "red"},
    }
    layer = parcel(fields=FIELDS, style={"layers": [drawn, LABEL]})
    root = Tree.fromstring(files.written(layer, "sld", version))
    rules = [one for one in root.iter() if one.tag.endswith("}Rule")]
    names = [[child.tag.rpartition("}")[2] for child in rule] for rule in rules]
    assert root.get("version") == version
    assert names == [["Filter", "MaxScaleDenominator", "PolygonSymbolizer"], ["TextSymbolizer"]]
    space = "http://www.opengis.net/" + ("sld" if version == "1.0.0" else "se")
    assert {rule.tag for rule in rules} == {f"{{{space}}}Rule"}


def test_what_is_lost_on_the_way_out_stands_in_the_file() -> None:
    width = ["interpolate", ["linear"], ["zoom"], 10, 1, 18, 9]
    style = {"layers": [{"type": "line", "paint": {"line-width": width}}]}
    body = files.written(parcel(fields=FIELDS, style=style), "sld").decode()
    assert "changes by zoom" in body
    assert "thay đổi theo mức thu phóng" in body
    assert ">5<" in body


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><qgis>&b;</qgis>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><qgis>&a;</qgis>'
DEEP = b"<qgis>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</qgis>"
EMPTY = b"<StyledLayerDescriptor/>"
HEAT = b'<qgis><renderer-v2 type="heatmapRenderer"/></qgis>'


@pytest.mark.parametrize(
    "body", [b"", b"x", b"<a/>", b"\xff\xfe", BOMB, OUTSIDE, DEEP, EMPTY, HEAT]
)
def test_what_is_no_style_is_refused_in_two_languages(body: bytes) -> None:
    with pytest.raises(UnreadableStyle) as told:
        files.read(parcel(), body)
    assert told.value.detail != told.value.detail_vi


def test_what_is_too_large_is_not_read() -> None:
    with pytest.raises(TooLarge):
        files.read(parcel(), b" " * (MOST_BYTES + 1))


def test_a_file_of_which_nothing_fits_says_why() -> None:
    layer = parcel(fields=FIELDS, geometry_type=GeometryType.POINT)
    with pytest.raises(UnreadableStyle) as told:
        files.read(layer, (DATA / "qgis-graduated.qml").read_bytes())
    assert told.value.extra["findings"]


def test_rasters_have_no_style_file() -> None:
    with pytest.raises(UnreadableStyle):
        files.written(orthophoto(), "qml")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    name = data.draw(
        st.sampled_from(sorted(one.name for one in DATA.iterdir() if one.suffix != ".md"))
    )
    body = bytearray((DATA / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 9))
        body[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    layer = parcel(
        fields=build(["type", "dan_so", "cap", "name", "ten"], [FieldType.TEXT] * 5),
        geometry_type=GeometryType.MIXED,
    )
    with contextlib.suppress(UnreadableStyle):
        files.read(layer, bytes(body))
