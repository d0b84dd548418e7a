"""MapLibre Style Specification, version 8: what every style of ours must satisfy."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gishue.core.errors import NotFound
from layers.cadence import Cadence
from layers.layer import GeometryType, Layer
from layers.styling.colour import try_colour
from tests.support.style_spec import faults
from tests.unit.tiles.layer import orthophoto, parcel
from tiles import stylesheet
from tiles.stylesheet import MAP_STYLES, layer_style, map_style

ORIGIN = "https://ban-do.example"
CITY = [orthophoto(draw_order=1, visible_by_default=False), parcel(search_field="chủ")]


@pytest.fixture(params=[*MAP_STYLES, "vector", "raster"])
def style(request: pytest.FixtureRequest) -> dict[str, Any]:
    match request.param:
        case "vector":
            return layer_style(parcel(search_field="chủ"), ORIGIN)
        case "raster":
            return layer_style(orthophoto(), ORIGIN)
        case name:
            return map_style(name, CITY, ORIGIN)


def test_root_is_version_8_with_sources_and_layers(style: dict[str, Any]) -> None:
    assert style["version"] == 8
    assert isinstance(style["sources"], dict)
    assert style["layers"]


def test_glyphs_leave_fontstack_and_range_open(style: dict[str, Any]) -> None:
    assert style["glyphs"] == f"{ORIGIN}/fonts/{{fontstack}}/{{range}}.pbf"


def test_every_layer_has_its_own_id_and_a_source_that_exists(style: dict[str, Any]) -> None:
    ids = [layer["id"] for layer in style["layers"]]
    assert len(ids) == len(set(ids))
    for layer in style["layers"]:
        if layer["type"] == "background":
            assert "source" not in layer
            continue
        source = style["sources"][layer["source"]]
        assert (layer["type"] == "raster") == (source["type"] == "raster")
        assert ("source-layer" in layer) == (source["type"] == "vector")


def test_sources_name_tiles_zooms_and_bounds(style: dict[str, Any]) -> None:
    for source in style["sources"].values():
        assert source["type"] in ("vector", "raster")
        assert source["tiles"][0].startswith(ORIGIN)
        assert source["minzoom"] <= source["maxzoom"] <= 24
        assert len(source["bounds"]) == 4


def test_labels_are_drawn_over_everything() -> None:
    kinds = [layer["type"] for layer in map_style("base", CITY, ORIGIN)["layers"]]
    assert kinds[0] == "background"
    assert kinds.index("symbol") == len(kinds) - kinds.count("symbol")


def test_pictures_belong_to_the_imagery_map_only() -> None:
    assert "anh_bay" in map_style("imagery", CITY, ORIGIN)["sources"]
    assert "anh_bay" not in map_style("base", CITY, ORIGIN)["sources"]


def test_a_style_nobody_made_is_not_found() -> None:
    with pytest.raises(NotFound, match="base-dark"):
        map_style("nope", CITY, ORIGIN)


def _sample() -> list[Layer]:
    """Return layers in memory that are drawn as those of the sample city."""
    entries = json.loads(Path("sample/city.json").read_text("utf-8"))["layers"]
    drawn = [(entry["slug"], entry["style"]) for entry in entries if "style" in entry]
    return [
        orthophoto(slug=slug, style=style)
        if style["layers"][0]["type"] == "raster"
        else parcel(slug=slug, style=style, search_field=None)
        for slug, style in drawn
    ]


def test_maplibres_own_validator_finds_nothing() -> None:
    defaults = [
        parcel(slug=str(kind), geometry_type=kind, search_field="chủ") for kind in GeometryType
    ]
    layers = [*_sample(), *defaults]
    whole = [map_style(name, layers, ORIGIN) for name in MAP_STYLES]
    bare = [map_style(name, layers, ORIGIN, with_layers=False) for name in MAP_STYLES]
    alone = [layer_style(one, ORIGIN, name) for one in layers for name in MAP_STYLES]
    told = faults([*whole, *bare, *alone])
    assert [one for one in told if one] == []
    assert all(len(one["layers"]) > 40 for one in whole)


def test_the_newest_picture_lies_on_top_of_older_ones_and_below_all_else() -> None:
    days = [datetime(2026, 1, day, tzinfo=UTC) for day in range(1, 12)]
    pictures = [orthophoto(slug=f"p{day.day}", published_at=day) for day in reversed(days)]
    drawn = map_style("imagery", [*pictures, parcel()], ORIGIN)["layers"]
    kinds = [one["type"] for one in drawn]
    assert [one["id"] for one in drawn[1:9]] == [f"p{day}" for day in range(4, 12)]
    assert set(kinds[1:9]) == {"raster"}
    assert "fill" not in kinds
    bare = map_style("imagery", [*pictures, parcel()], ORIGIN, with_layers=False)
    assert len(bare["layers"]) == 1 + stylesheet.PICTURES


def test_the_sheet_of_signs_comes_with_who_draws_one() -> None:
    signs = {"layers": [{"type": "symbol", "layout": {"icon-image": "star"}}]}
    assert layer_style(parcel(style=signs), ORIGIN)["sprite"] == f"{ORIGIN}/sprites/maki"
    assert map_style("ioc", [parcel(style=signs)], ORIGIN)["sprite"]
    assert "sprite" not in layer_style(parcel(), ORIGIN)


def test_the_dark_map_is_dark_and_its_letters_are_light() -> None:
    drawn = map_style("base-dark", [parcel(search_field="chủ")], ORIGIN)["layers"]
    letters = next(one["paint"] for one in drawn if one["type"] == "symbol")
    assert _light(letters["text-color"]) > 0.6
    assert _light(letters["text-halo-color"]) < 0.2
    assert _light(drawn[0]["paint"]["background-color"]) < 0.2


def _light(text: str) -> float:
    colour = try_colour(text)
    assert colour is not None
    return max(colour[:3]) / 255 / 2 + min(colour[:3]) / 255 / 2


def test_words_that_choose_are_no_colours() -> None:
    """A value may be called red; only what comes out of the expression is recoloured."""
    chosen = ["match", ["get", "loại đất"], "red", "#ffffff", "#000000"]
    layer = parcel(style={"layers": [{"type": "fill", "paint": {"fill-color": chosen}}]})
    dark = map_style("base-dark", [layer], ORIGIN)["layers"][1]["paint"]["fill-color"]
    assert dark[2] == "red"
    assert _light(dark[3]) < 0.2
    assert _light(dark[4]) > 0.8


def test_operations_see_their_own_layers_plainly_and_the_ground_faintly() -> None:
    style: dict[str, Any] = {"layers": [{"type": "circle", "paint": {"circle-color": "#ff0000"}}]}
    live = parcel(slug="a", cadence=Cadence.HOURLY, visible_by_default=False, style=style)
    points = parcel(slug="b", geometry_type=GeometryType.POINT, style=style)
    ground = parcel(slug="c", style=style)
    drawn = map_style("ioc", [live, points, ground], ORIGIN)["layers"][1:]
    colours = {one["id"]: one["paint"]["circle-color"] for one in drawn}
    assert (colours["a"], colours["b"]) == ("#ff0000", "#ff0000")
    assert _light(colours["c"]) > 0.6
