"""TileJSON 3.0.0 (github.com/mapbox/tilejson-spec), one test per requirement of the text."""

import re
from typing import Any

import pytest

from gishue.core.bounds import Bounds
from layers.layer import Layer
from tests.unit.tiles.layer import orthophoto, parcel
from tiles.tilejson import tilejson

ORIGIN = "https://ban-do.example"
LAYERS = [parcel(), parcel(bounds=None), orthophoto(minzoom=14, maxzoom=21), parcel(maxzoom=5)]


@pytest.fixture(params=LAYERS, ids=["vector", "no bounds", "raster", "low zooms"])
def layer(request: pytest.FixtureRequest) -> Layer:
    return request.param


@pytest.fixture
def document(layer: Layer) -> dict[str, Any]:
    return tilejson(layer, ORIGIN)


def test_3_1_tilejson_names_the_version(document: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.\d+\.\d+", document["tilejson"])


def test_3_2_tiles_are_absolute_addresses_with_three_holes(document: dict[str, Any]) -> None:
    assert document["tiles"]
    for url in document["tiles"]:
        assert url.startswith(f"{ORIGIN}/tiles/")
        assert all(url.count(hole) == 1 for hole in ("{z}", "{x}", "{y}"))


def test_3_3_vector_layers_describe_every_layer_of_the_tiles(
    layer: Layer, document: dict[str, Any]
) -> None:
    if layer.asset is not None:
        assert "vector_layers" not in document
        return
    (described,) = document["vector_layers"]
    assert described["id"] == layer.slug
    assert described["fields"].keys() == {field.name for field in layer.fields}
    assert all(isinstance(said, str) for said in described["fields"].values())
    assert document["minzoom"] <= described["minzoom"] <= described["maxzoom"]
    assert described["maxzoom"] <= document["maxzoom"]


def test_3_5_bounds_are_west_south_east_north_in_wgs84(document: dict[str, Any]) -> None:
    west, south, east, north = document["bounds"]
    assert -180 <= west < east <= 180
    assert -90 <= south < north <= 90


def test_3_6_center_lies_in_the_bounds_at_a_zoom_that_is_served(document: dict[str, Any]) -> None:
    lon, lat, zoom = document["center"]
    west, south, east, north = document["bounds"]
    assert west <= lon <= east
    assert south <= lat <= north
    assert document["minzoom"] <= zoom <= document["maxzoom"]


def test_3_13_zooms_are_whole_numbers_from_0_to_30(document: dict[str, Any]) -> None:
    assert 0 <= document["minzoom"] <= document["maxzoom"] <= 30
    assert isinstance(document["minzoom"], int)


def test_3_15_scheme_is_xyz(document: dict[str, Any]) -> None:
    assert document["scheme"] == "xyz"


def test_3_17_version_is_semantic(document: dict[str, Any]) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", document["version"])


def test_attribution_falls_back_on_the_source() -> None:
    assert tilejson(parcel(), ORIGIN)["attribution"] == "Sở Nông nghiệp và Môi trường"
    assert tilejson(parcel(attribution="© Huế"), ORIGIN)["attribution"] == "© Huế"


def test_the_address_moves_with_the_revision() -> None:
    first = tilejson(parcel(revision=1), ORIGIN)["tiles"]
    assert first != tilejson(parcel(revision=2), ORIGIN)["tiles"]


def test_bounds_are_the_layers_own() -> None:
    layer = parcel(bounds=Bounds(107.1, 16.0, 107.9, 16.8))
    assert tilejson(layer, ORIGIN)["bounds"] == [107.1, 16.0, 107.9, 16.8]
