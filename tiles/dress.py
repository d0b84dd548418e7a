"""How a layer's own style is dressed for a whole map: dark, over pictures, or as a backdrop.

Each dress changes colours where they come out of an expression, never the values that choose them.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from layers.cadence import Cadence
from layers.layer import GeometryType, Layer, LayerKind
from layers.styling.colour import Colour, for_dark, mixed, try_colour
from layers.styling.expression import each_output

Part = dict[str, Any]
Dress = Callable[[Layer, Part], Part]

_PAPER: Final = Colour(238, 241, 244)
_LETTERS: Final = "#ffffff"
_SHADOW: Final = "rgba(16,24,32,0.85)"
_SHOWN: Final = {"color": "circle-color", "outline": "circle-stroke-color"}
_OUTLINE_PX: Final = 1.6
_LIVE: Final = frozenset({Cadence.CONTINUOUS, Cadence.HOURLY, Cadence.DAILY})


def plain(layer: Layer, part: Part) -> Part:
    """Return the part as its unit drew it."""
    return part


def dark(layer: Layer, part: Part) -> Part:
    """Return the part for a dark ground."""
    return _recoloured(part, for_dark)


def over_pictures(layer: Layer, part: Part) -> Part:
    """Return the part to lie over pictures: areas as outlines, letters white on a dark edge."""
    if part["type"] == "fill":
        return _outline(part)
    if part["type"] == "symbol":
        paint = {"text-color": _LETTERS, "text-halo-color": _SHADOW, "text-halo-width": 1.6}
        return part | {"paint": part.get("paint", {}) | paint}
    return part


def backdrop(layer: Layer, part: Part) -> Part:
    """Return the part as a quiet backdrop, unless operations look at it; letters stay legible."""
    if is_operational(layer) or part["type"] == "symbol":
        return part
    return _recoloured(part, lambda colour: mixed(colour, _PAPER, 0.55))


def is_operational(layer: Layer) -> bool:
    """Return whether operations look at ``layer``: it is of points, or updated every day."""
    return layer.geometry_type is GeometryType.POINT or is_live(layer)


def is_live(layer: Layer) -> bool:
    """Return whether ``layer`` is said to be updated every day, or oftener."""
    return layer.cadence in _LIVE


def legend_item(dress: Dress, layer: Layer, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return a legend item whose colours are those of the dressed map."""
    if layer.kind is not LayerKind.VECTOR or dress not in (dark, backdrop):
        return dict(item)
    symbol: Mapping[str, Any] = item.get("symbol", {})
    said = {name: symbol[name] for name in _SHOWN if isinstance(symbol.get(name), str)}
    as_paint = {"type": "circle", "paint": {_SHOWN[name]: value for name, value in said.items()}}
    paint = dress(layer, as_paint)["paint"]
    return {**item, "symbol": {**symbol, **{name: paint[_SHOWN[name]] for name in said}}}


def _recoloured(part: Part, change: Callable[[Colour], Colour]) -> Part:
    paint: Mapping[str, Any] = part.get("paint", {})

    def changed(value: Any) -> Any:
        colour = try_colour(value) if isinstance(value, str) else None
        return change(colour).css if colour else value

    told = {
        name: each_output(value, changed) if name.endswith("color") else value
        for name, value in paint.items()
    }
    return part | {"paint": told} if told else part


def _outline(part: Part) -> Part:
    paint: Mapping[str, Any] = part.get("paint", {})
    colour = paint.get("fill-outline-color", paint.get("fill-color", "#000000"))
    kept = {name: value for name, value in part.items() if name not in ("paint", "layout")}
    drawn = {"line-color": colour, "line-width": _OUTLINE_PX, "line-opacity": 0.9}
    return kept | {"type": "line", "paint": drawn}
