"""TileJSON 3.0 of a layer.

Source: TileJSON 3.0.0 (github.com/mapbox/tilejson-spec, 3.0.0/README.md).
"""

from typing import Any, Final

from layers.fields import FieldType
from layers.layer import Layer, LayerKind
from layers.style import label_layer

VERSION: Final = "3.0.0"

_WORLD: Final = (-180.0, -85.05112877980659, 180.0, 85.0511287798066)
_KIND: Final = {
    FieldType.TEXT: "String",
    FieldType.INTEGER: "Number",
    FieldType.REAL: "Number",
    FieldType.BOOLEAN: "Boolean",
    FieldType.DATE: "String",
    FieldType.DATETIME: "String",
}


def tile_url(layer: Layer, origin: str) -> str:
    """Return the address of the layer's tiles at its revision, with ``{z}/{x}/{y}`` left open."""
    extension = "mvt" if layer.kind is LayerKind.VECTOR else "webp"
    return f"{origin}/tiles/{layer.slug}/{{z}}/{{x}}/{{y}}.{extension}?rev={layer.revision}"


def bounds(layer: Layer) -> list[float]:
    """Return the layer's bounds, EPSG:4326; the whole world where it has none."""
    return list(layer.bounds or _WORLD)


def attribution(layer: Layer) -> str:
    """Return who is to be named on the map."""
    return layer.attribution or layer.source


def tilejson(layer: Layer, origin: str) -> dict[str, Any]:
    """Return the TileJSON document of ``layer``; ``origin`` has no trailing slash."""
    west, south, east, north = bounds(layer)
    document: dict[str, Any] = {
        "tilejson": VERSION,
        "tiles": [tile_url(layer, origin)],
        "name": layer.title,
        "description": layer.description,
        "attribution": attribution(layer),
        "version": f"{layer.epoch}.{layer.revision}.0",
        "scheme": "xyz",
        "minzoom": layer.minzoom,
        "maxzoom": layer.maxzoom,
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, _middle_zoom(layer)],
    }
    if layer.kind is LayerKind.VECTOR:
        names = [layer.slug, *filter(None, [label_layer(layer)])]
        document["vector_layers"] = [_vector_layer(layer, name) for name in names]
    return document


def _vector_layer(layer: Layer, name: str) -> dict[str, Any]:
    return {
        "id": name,
        "description": layer.title,
        "minzoom": layer.minzoom,
        "maxzoom": layer.maxzoom,
        "fields": {field.name: _KIND[field.type] for field in layer.fields},
    }


def _middle_zoom(layer: Layer) -> int:
    return min(max(11, layer.minzoom), layer.maxzoom)
