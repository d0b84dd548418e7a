"""A layer's style: MapLibre layers without a source; a calm default where nobody drew one.

A stored style is ``{"layers": [MapLibre layers], "legend": [items]}``; both are optional. The
source, the source-layer and the ids are ours to fill in, so a style outlives its revision.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from layers.layer import GeometryType, Layer, LayerKind
from layers.tiers import COUNT

_PALETTE = ("#2f6f9f", "#3d8b6e", "#b0603a", "#7a5c9e", "#a8862b", "#4d7a8c", "#9a4d63", "#5b7d3a")
_KEPT = frozenset({"type", "filter", "minzoom", "maxzoom", "layout", "paint"})
_GATHERED = ["has", COUNT]
_ALONE = ["!", _GATHERED]
LABELLED = 2_000
"""Polygon layers of at most so many features get one label point each."""
_FONT = ["Noto Sans Regular"]


def style_layers(layer: Layer) -> list[dict[str, Any]]:
    """Return the MapLibre layers that draw ``layer``, with source, source-layer and ids set."""
    drawn: list[dict[str, Any]] = []
    for position, given in enumerate(stored_layers(layer)):
        one = {key: value for key, value in given.items() if key in _KEPT}
        one["id"] = layer.slug if position == 0 else f"{layer.slug}:{position}"
        one["source"] = layer.slug
        if layer.kind is LayerKind.VECTOR:
            is_label = one["type"] == "symbol" and _is_at_a_point(one)
            one["source-layer"] = (is_label and label_layer(layer)) or layer.slug
        drawn.append(one)
    return drawn


def stored_layers(layer: Layer) -> Sequence[Mapping[str, Any]]:
    """Return the MapLibre layers as they are stored, or the default ones."""
    return (layer.style or {}).get("layers") or _default(layer)


def label_layer(layer: Layer) -> str | None:
    """Return the name of the source-layer with one label point a feature, if tiles carry one.

    A polygon stands in many tiles and would be named in each; its point stands in one.
    """
    names = any(one.get("type") == "symbol" and _is_at_a_point(one) for one in stored_layers(layer))
    is_area = layer.geometry_type is GeometryType.POLYGON
    return f"{layer.slug}:label" if is_area and names and _few(layer) else None


def _few(layer: Layer) -> bool:
    return layer.feature_count <= LABELLED


def _is_at_a_point(drawn: Mapping[str, Any]) -> bool:
    return drawn.get("layout", {}).get("symbol-placement", "point") == "point"


def legend(layer: Layer) -> list[dict[str, Any]]:
    """Return the legend items: given ones, else one per drawn layer."""
    given = (layer.style or {}).get("legend")
    if given:
        return [dict(item) for item in given]
    items: list[dict[str, Any]] = []
    for drawn in style_layers(layer):
        symbol = _symbol(drawn)
        if symbol is not None and symbol not in [item["symbol"] for item in items]:
            items.append(
                {
                    "label": layer.title,
                    "label_en": layer.title_en or layer.title,
                    "symbol": symbol,
                }
            )
    return items[:1]


def names_read(part: Any) -> Iterator[str]:
    """Yield every word of a style that may name a field: an argument, or ``{name}`` in a text."""
    if isinstance(part, str):
        yield part
        yield from (piece.split("}")[0] for piece in part.split("{")[1:])
    elif isinstance(part, Mapping):
        values: Sequence[Any] = list(part.values())
        for value in values:
            yield from names_read(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from names_read(value)


def drawn_names(layer: Layer) -> frozenset[str]:
    """Return the names of the fields that the style and the labels of ``layer`` read."""
    known = {field.name for field in layer.fields}
    style: Mapping[str, Any] = layer.style or {}
    said = {layer.search_field, *names_read(style.get("layers", ()))}
    return frozenset(known & said)


def colour(slug: str) -> str:
    """Return the default colour of a layer: always the same for the same name."""
    return _PALETTE[hashlib.sha256(slug.encode()).digest()[0] % len(_PALETTE)]


def _default(layer: Layer) -> list[dict[str, Any]]:
    if layer.kind is LayerKind.RASTER:
        return [{"type": "raster", "paint": {"raster-fade-duration": 150}}]
    tint = colour(layer.slug)
    drawings: dict[GeometryType, list[dict[str, Any]]] = {
        GeometryType.POINT: [_circle(tint)],
        GeometryType.LINE: [_line(tint, 1.6)],
        GeometryType.POLYGON: [_fill(tint), _line(tint, 1.0)],
        GeometryType.MIXED: [
            _fill(tint) | {"filter": ["==", ["geometry-type"], "Polygon"]},
            _line(tint, 1.4),
            _circle(tint) | {"filter": ["==", ["geometry-type"], "Point"]},
        ],
    }
    drawn = drawings[layer.geometry_type or GeometryType.MIXED]
    if layer.tiers:
        drawn = _with_counts(layer, drawn, tint)
    return [*drawn, _label(layer.search_field)] if layer.search_field else drawn


def _with_counts(layer: Layer, drawn: Sequence[dict[str, Any]], tint: str) -> list[dict[str, Any]]:
    """Return what draws a layer whose far zooms have cells: no rim round a cell, a number in it.

    Cells of areas touch each other: a smoothed edge would show as a grid.
    """
    if layer.geometry_type is GeometryType.POLYGON:
        alone = [part | {"filter": _ALONE} for part in drawn]
        filled = next(part for part in drawn if part["type"] == "fill")
        paint = filled["paint"] | {"fill-antialias": False}
        return [filled | {"filter": _GATHERED, "paint": paint}, *alone]
    if layer.geometry_type is GeometryType.POINT:
        alone = [part | {"filter": _ALONE} for part in drawn]
        return [*alone, _cluster(tint), _cluster_count()]
    return list(drawn)


def _cluster(tint: str) -> dict[str, Any]:
    return {
        "type": "circle",
        "filter": _GATHERED,
        "paint": {
            "circle-color": tint,
            "circle-opacity": 0.85,
            "circle-radius": ["step", ["get", COUNT], 9, 100, 11, 1_000, 13, 10_000, 15],
            "circle-stroke-color": "#ffffff",
            "circle-stroke-width": 1.2,
        },
    }


def _cluster_count() -> dict[str, Any]:
    return {
        "type": "symbol",
        "filter": _GATHERED,
        "layout": {
            "text-field": ["to-string", ["get", COUNT]],
            "text-font": _FONT,
            "text-size": 10,
        },
        "paint": {"text-color": "#ffffff"},
    }


def _fill(tint: str) -> dict[str, Any]:
    return {"type": "fill", "paint": {"fill-color": tint, "fill-opacity": 0.22}}


def _line(tint: str, width_px: float) -> dict[str, Any]:
    return {
        "type": "line",
        "layout": {"line-join": "round", "line-cap": "round"},
        "paint": {"line-color": tint, "line-width": width_px},
    }


def _circle(tint: str) -> dict[str, Any]:
    return {
        "type": "circle",
        "paint": {
            "circle-color": tint,
            "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 2.5, 16, 6],
            "circle-stroke-color": "#ffffff",
            "circle-stroke-width": 1.2,
        },
    }


def _label(name: str) -> dict[str, Any]:
    return {
        "type": "symbol",
        "minzoom": 9,
        "layout": {"text-field": ["get", name], "text-font": _FONT, "text-size": 12},
        "paint": {"text-color": "#243746", "text-halo-color": "#ffffff", "text-halo-width": 1.4},
    }


def _symbol(drawn: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return how a drawn layer looks in a legend; None for labels."""
    paint: Mapping[str, Any] = drawn.get("paint", {})
    match drawn["type"]:
        case "fill":
            return {"type": "fill", "color": _plain(paint.get("fill-color"), "#888888")}
        case "line":
            return {
                "type": "line",
                "color": _plain(paint.get("line-color"), "#888888"),
                "width": _number(paint.get("line-width"), 1.5),
            }
        case "circle":
            return {
                "type": "circle",
                "color": _plain(paint.get("circle-color"), "#888888"),
                "outline": _plain(paint.get("circle-stroke-color"), "#ffffff"),
                "radius": _number(paint.get("circle-radius"), 5.0),
            }
        case "raster":
            return {"type": "raster"}
        case _:
            return None


def _plain(value: Any, default: str) -> str:
    return value if isinstance(value, str) else default


def _number(value: Any, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default
