"""MapLibre Style Specification, version 8: what every style of ours must satisfy."""

from typing import Any

import pytest

from gishue.core.errors import NotFound
from tests.unit.tiles.layer import orthophoto, parcel
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
