"""What may be stored as a style; MapLibre's own validator is asked whether it agrees."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageColor

from layers.fields import FieldType, build
from layers.layer import Layer
from layers.styling import stored
from layers.styling.colour import Colour, try_colour
from layers.styling.typed import InvalidStyle
from tests.support.style_spec import around, faults
from tests.unit.tiles.layer import orthophoto, parcel

LAYER = parcel()
LAND = ["get", "loại đất"]
SIZE = ["get", "diện tích"]
GOOD: list[dict[str, Any]] = [
    {"type": "fill", "paint": {"fill-color": "#0af", "fill-opacity": 0.5}},
    {
        "type": "fill",
        "paint": {"fill-color": ["match", LAND, "ODT", "red", ["CLN", "LUA"], "#0f0", "grey"]},
    },
    {
        "type": "fill",
        "paint": {
            "fill-color": [
                "case",
                ["==", ["typeof", SIZE], "number"],
                ["step", SIZE, "red", 5, "blue"],
                "grey",
            ]
        },
    },
    {
        "type": "line",
        "layout": {"line-cap": "round"},
        "paint": {
            "line-width": [
                "interpolate",
                ["linear"],
                ["zoom"],
                9,
                1,
                16,
                ["*", 2, ["to-number", SIZE]],
            ],
            "line-dasharray": [4, 2],
        },
    },
    {
        "type": "symbol",
        "minzoom": 14,
        "layout": {
            "text-field": "{tờ}/{thửa}",
            "text-font": ["Noto Sans Regular"],
            "text-offset": [0, 1.2],
            "text-anchor": "top",
        },
    },
    {
        "type": "symbol",
        "layout": {
            "icon-image": "star",
            "text-field": ["concat", ["to-string", ["get", "tờ"]], "/"],
        },
    },
    {
        "type": "circle",
        "filter": [
            "all",
            [">", SIZE, 5],
            ["in", LAND, ["literal", ["ODT", "ONT"]]],
            ["!=", LAND, None],
        ],
        "paint": {"circle-radius": 4, "circle-color": ["rgb", 10, 20, ["round", SIZE]]},
    },
    {
        "type": "circle",
        "filter": ["has", "chủ"],
        "paint": {"circle-color": ["coalesce", LAND, "red"]},
    },
    {
        "type": "heatmap",
        "paint": {"heatmap-weight": ["interpolate", ["exponential", 1.5], SIZE, 0, 0, 10, 1]},
    },
    {
        "type": "fill-extrusion",
        "paint": {
            "fill-extrusion-height": ["get", "giá"],
            "fill-extrusion-color": "hsl(120, 50%, 50%)",
        },
    },
]
BAD: list[Any] = [
    "x",
    {"type": "fills"},
    {"type": "raster"},
    {"type": "background"},
    {"type": "fill", "paint": {"fill-color": "đỏ"}},
    {"type": "fill", "paint": {"line-color": "red"}},
    {"type": "fill", "paint": {"fill-opacity": 2}},
    {"type": "fill", "paint": {"fill-opacity": "1"}},
    {"type": "fill", "paint": {"fill-color": ["match", LAND, "a", "red"]}},
    {"type": "fill", "paint": {"fill-color": ["match", LAND, "a", "red", "a", "blue", "grey"]}},
    {"type": "fill", "paint": {"fill-color": ["match", ["to-string", SIZE], 1, "red", "grey"]}},
    {"type": "fill", "paint": {"fill-color": ["match", SIZE, 1.5, "red", "grey"]}},
    {"type": "fill", "paint": {"fill-color": ["match", LAND, [], "red", "grey"]}},
    {"type": "fill", "paint": {"fill-color": ["step", SIZE, "red", 5, "blue", 5, "green"]}},
    {"type": "fill", "paint": {"fill-color": ["step", ["upcase", LAND], "red", 5, "blue"]}},
    {"type": "fill", "paint": {"fill-color": ["no-such", 1]}},
    {"type": "fill", "paint": {"fill-color": []}},
    {"type": "fill", "paint": {"fill-color": [1]}},
    {"type": "line", "paint": {"line-width": ["*", 2, ["zoom"]]}},
    {"type": "line", "paint": {"line-width": ["+", ["upcase", "a"], 2]}},
    {"type": "line", "layout": {"line-cap": "flat"}},
    {"type": "line", "layout": {"visibility": ["get", "chủ"]}},
    {"type": "fill", "paint": {"fill-translate": [1]}},
    {"type": "fill", "paint": {"fill-translate": ["get", "chủ"]}},
    {"type": "fill", "paint": {"fill-antialias": ["==", LAND, "a"]}},
    {"type": "fill", "filter": ["==", "loại đất", "ODT"]},
    {"type": "fill", "filter": ["in", "loại đất", "ODT"]},
    {"type": "fill", "filter": "x"},
    {"type": "fill", "filter": ["<", LAND, True]},
    {"type": "fill", "minzoom": -1},
    {"type": "fill", "minzoom": 9, "maxzoom": 8},
    {"type": "fill", "maxzoom": True},
    {"type": "fill", "interactive": True},
    {"type": "fill", "paint": []},
    {"type": "symbol", "layout": {"text-font": "Noto Sans Regular"}},
    {"type": "symbol", "layout": {"text-size": ["interpolate", ["zoom"], 1, 2]}},
]
UNKNOWN: list[Any] = [
    {"type": "symbol", "layout": {"text-field": "{tên}"}},
    {"type": "fill", "filter": ["has", "tên"]},
    {"type": "fill", "paint": {"fill-color": ["match", ["get", "tên"], "a", "red", "grey"]}},
]


def _read(*layers: Any, **more: Any) -> dict[str, Any]:
    return stored.read(LAYER, {"layers": list(layers), **more})


def test_what_is_stored_is_what_maplibre_draws() -> None:
    kept = [_read(one)["layers"][0] for one in GOOD]
    assert kept == GOOD
    assert faults([around(kept)]) == [[]]


def test_a_name_is_a_colour_also_once_pillow_has_read_it() -> None:
    ImageColor.getrgb("red")
    assert try_colour("red") == Colour(255, 0, 0, 1.0)


@pytest.mark.parametrize("bad", BAD, ids=json.dumps)
def test_what_maplibre_refuses_is_refused_with_its_place(bad: Any) -> None:
    with pytest.raises(InvalidStyle) as told:
        _read(bad)
    assert told.value.extra["where"].startswith("layers[0]")
    assert told.value.detail != told.value.detail_vi


@pytest.mark.parametrize("bad", UNKNOWN, ids=json.dumps)
def test_a_field_that_is_not_there_is_refused(bad: Any) -> None:
    with pytest.raises(InvalidStyle, match="names no field"):
        _read(bad)


def test_addresses_of_ours_are_left_out() -> None:
    said = {"type": "line", "id": "x", "source": "y", "source-layer": "z"}
    assert _read(said) == {"layers": [{"type": "line"}]}


def test_a_raster_takes_raster_layers_only() -> None:
    said = {"layers": [{"type": "raster", "paint": {"raster-opacity": 0.5}}]}
    assert stored.read(orthophoto(), said) == said
    with pytest.raises(InvalidStyle):
        stored.read(orthophoto(), {"layers": [{"type": "fill"}]})


@pytest.mark.parametrize(
    "legend",
    [
        "x",
        [1],
        [{"label": "a"}],
        [{"label": 1, "symbol": {"type": "fill"}}],
        [{"label": "a", "symbol": {"type": "star"}}],
        [{"label": "a", "symbol": {"type": "fill", "color": "javascript:"}}],
        [{"label": "a", "symbol": {"type": "line", "width": "1"}}],
    ],
)
def test_a_legend_that_could_not_be_drawn_is_refused(legend: Any) -> None:
    with pytest.raises(InvalidStyle):
        _read({"type": "fill"}, legend=legend)


def test_depth_and_number_have_an_end() -> None:
    deep: Any = SIZE
    for _ in range(2_000):
        deep = ["abs", deep]
    with pytest.raises(InvalidStyle, match="deep"):
        _read({"type": "line", "paint": {"line-width": deep}})
    with pytest.raises(InvalidStyle, match="1 to 40"):
        _read(*[{"type": "line"}] * 41)


_VALUES = st.sampled_from(["red", "#0af", "ODT", "a", 0, 1, 2, 5.5, True, None, -1])
_READS = st.sampled_from([LAND, SIZE, ["zoom"], ["geometry-type"], ["literal", ["a", "b"]]])
_OPERATORS = "match step case coalesce interpolate == < all ! in concat to-number to-string + rgb"
_NAMES = st.sampled_from(_OPERATORS.split(" "))
_EXPRESSIONS = st.recursive(
    st.one_of(_VALUES, _READS, st.just(["linear"])),
    lambda part: st.tuples(_NAMES, st.lists(part, min_size=1, max_size=6)).map(
        lambda told: [told[0], *told[1]]
    ),
    max_leaves=14,
)
_PLACES = st.sampled_from(
    [
        ("fill", "fill-color"),
        ("line", "line-width"),
        ("circle", "circle-radius"),
        ("fill", "filter"),
    ]
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(_PLACES, _EXPRESSIONS), min_size=40, max_size=40))
def test_whatever_is_taken_maplibre_takes_too(told: list[tuple[tuple[str, str], Any]]) -> None:
    taken: list[dict[str, Any]] = []
    for (kind, name), value in told:
        said = {"type": kind} | ({name: value} if name == "filter" else {"paint": {name: value}})
        try:
            taken += _read(said)["layers"]
        except InvalidStyle:
            continue
    if taken:
        for one, found in zip(taken, faults([around([one]) for one in taken]), strict=True):
            assert not found, (one, found)


def test_the_styles_of_the_sample_city_may_be_stored() -> None:
    city = json.loads(Path("sample/city.json").read_text("utf-8"))
    for entry in city["layers"]:
        if "style" in entry:
            drawn = entry["style"]["layers"]
            layer = orthophoto() if drawn[0]["type"] == "raster" else _with(entry)
            assert stored.read(layer, entry["style"])["layers"]


def _with(entry: Any) -> Layer:
    names = list(entry.get("fields", {}))
    return parcel(fields=build(names, [FieldType.TEXT] * len(names)))
