"""Classes of a field's values, and the MapLibre layers that draw them. Pure: the values are given.

Source of natural breaks: W. D. Fisher, On Grouping for Maximum Homogeneity, JASA 53 (1958), as
dynamic programming over ordered values; it is exact for the values given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gishue.core.errors import InvalidInput
from layers import style
from layers.fields import Field, FieldType
from layers.layer import GeometryType, Layer
from layers.styling.palette import OTHER, PALETTES, Palette, Use

SAMPLE: Final = 1_000
"""So many steps of the ordered values classes are made of, ends included."""
_NUMBERS: Final = frozenset({FieldType.INTEGER, FieldType.REAL})
_LISTED: Final = frozenset({FieldType.TEXT, FieldType.INTEGER, FieldType.BOOLEAN, FieldType.DATE})


class NoClasses(InvalidInput):
    """The field's values cannot be put into such classes."""

    slug = "no-classes"
    title = "Values cannot be classified so"
    title_vi = "Không phân lớp được giá trị"


class Method(StrEnum):
    """How values are put into classes."""

    CATEGORIES = "categories"
    EQUAL_INTERVAL = "equal-interval"
    QUANTILE = "quantile"
    NATURAL = "natural-breaks"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: a field of the layer, a method, how many classes, which palette."""

    field: Field
    method: Method
    number: int
    palette: Palette
    is_reversed: bool = False

    @property
    def colours(self) -> list[str]:
        """The colours of all classes, in their order."""
        return self.colours_of(self.number)

    def colours_of(self, number: int) -> list[str]:
        """Return the colours of ``number`` classes, in their order."""
        told = self.palette.colours(max(number, self.palette.fewest))[:number]
        return told[::-1] if self.is_reversed else told


@dataclass(frozen=True, slots=True)
class Category:
    """One value and how many features have it."""

    value: Any
    count: int


def wanted(
    layer: Layer, name: str, method: Method, number: int, palette: str, *, is_reversed: bool
) -> Wanted:
    """Return what is asked, if it can be answered for ``layer``.

    Raises:
        NoClasses: no such field is to be seen, its type does not fit, or the palette is too small.
    """
    field = next((one for one in layer.fields if one.name == name), None)
    if field is None:
        raise NoClasses(
            f"layer {layer.slug!r} has no field {name[:60]!r}",
            vi=f"lớp {layer.slug!r} không có trường {name[:60]!r}",
        )
    types = _LISTED if method is Method.CATEGORIES else _NUMBERS
    if field.type not in types:
        raise NoClasses(
            f"{method} does not fit field {name!r} of type {field.type}",
            vi=f"cách chia {method} không hợp với trường {name!r} kiểu {field.type}",
        )
    chosen = PALETTES.get(palette)
    fits = chosen is not None and (chosen.use is Use.LIST) == (method is Method.CATEGORIES)
    if chosen is None or not fits:
        known = ", ".join(_for(method))
        raise NoClasses(
            f"no palette {palette[:40]!r} for {method}; there are {known}",
            vi=f"không có bảng màu {palette[:40]!r} cho {method}; hiện có {known}",
        )
    fewest = 1 if method is Method.CATEGORIES else max(2, chosen.fewest)
    if not fewest <= number <= chosen.most:
        raise NoClasses(
            f"palette {palette!r} takes {fewest} to {chosen.most} classes, not {number}",
            vi=f"bảng màu {palette!r} dùng cho {fewest} đến {chosen.most} lớp, không phải {number}",
        )
    return Wanted(field, method, number, chosen, is_reversed)


def _for(method: Method) -> list[str]:
    is_list = method is Method.CATEGORIES
    return [one.name for one in PALETTES.values() if (one.use is Use.LIST) == is_list]


def breaks(values: Sequence[float], method: Method, number: int) -> list[float]:
    """Return the inner bounds of at most ``number`` classes; a value on one belongs above it.

    ``values``: ordered, from the least to the greatest of the field. Fewer classes come out where
    fewer are told apart.
    """
    ordered = np.asarray(values, dtype=np.float64)
    found = _INNER[method](ordered, number)
    inside = {float(f"{one:.6g}") for one in found}
    return sorted(one for one in inside if ordered[0] < one <= ordered[-1])


def _equal(ordered: NDArray[np.float64], number: int) -> list[float]:
    return [float(one) for one in np.linspace(ordered[0], ordered[-1], number + 1)[1:-1]]


def _quantile(ordered: NDArray[np.float64], number: int) -> list[float]:
    shares = np.linspace(0, 1, number + 1)[1:-1]
    return [float(one) for one in np.quantile(ordered, shares, method="higher")]


def _natural(ordered: NDArray[np.float64], number: int) -> list[float]:
    """Return the first values of the later classes, the sum of squares within them least."""
    size, classes = len(ordered), min(number, len(np.unique(ordered)))
    centred = ordered - ordered.mean()
    sums = np.concatenate([[0.0], np.cumsum(centred)])
    squares = np.concatenate([[0.0], np.cumsum(centred**2)])
    starts = np.arange(size)
    cost = squares[1:] - sums[1:] ** 2 / (starts + 1)
    chosen: list[NDArray[np.int64]] = []
    for _ in range(1, classes):
        cost, begins = _one_more(cost, sums, squares)
        chosen.append(begins)
    return _traced(ordered, chosen)


def _one_more(
    cost: NDArray[np.float64], sums: NDArray[np.float64], squares: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the cost of one class more up to each value, and where that last class begins."""
    size = len(cost)
    better, begins = np.full(size, np.inf), np.zeros(size, dtype=np.int64)
    for end in range(1, size):
        first = np.arange(1, end + 1)
        held = end + 1 - first
        within = squares[end + 1] - squares[first] - (sums[end + 1] - sums[first]) ** 2 / held
        total = cost[first - 1] + within
        at = int(np.argmin(total))
        better[end], begins[end] = total[at], first[at]
    return better, begins


def _traced(ordered: NDArray[np.float64], chosen: list[NDArray[np.int64]]) -> list[float]:
    found: list[float] = []
    end = len(ordered) - 1
    for begins in reversed(chosen):
        start = int(begins[end])
        found.append(float(ordered[start]))
        end = start - 1
    return found[::-1]


_INNER: Final = {
    Method.EQUAL_INTERVAL: _equal,
    Method.QUANTILE: _quantile,
    Method.NATURAL: _natural,
}


def by_category(layer: Layer, asked: Wanted, found: Sequence[Category]) -> dict[str, Any]:
    """Return the style that gives each of ``found`` its colour and all others grey."""
    if not found:
        raise _no_values(asked)
    colours = asked.colours_of(len(found))
    read: list[Any] = ["get", asked.field.name]
    if asked.field.type in (FieldType.BOOLEAN, FieldType.DATE):
        read = ["to-string", read]
    labels = [_label(one.value) for one in found]
    pairs = [part for pair in zip(labels, colours, strict=True) for part in pair]
    items = [_item(layer, str(v), colour) for v, colour in zip(labels, colours, strict=True)]
    other = _item(layer, "Khác", OTHER, label_en="Other")
    return _style(layer, ["match", read, *pairs, OTHER], [*items, other])


def _label(value: Any) -> str | int:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, int) else str(value)


def by_steps(layer: Layer, asked: Wanted, values: Sequence[float]) -> dict[str, Any]:
    """Return the style that gives each class of numbers its colour, and what has none grey."""
    if not values:
        raise _no_values(asked)
    inner = breaks(values, asked.method, asked.number)
    colours = asked.colours_of(len(inner) + 1)
    read = ["get", asked.field.name]
    if inner:
        later = [part for pair in zip(inner, colours[1:], strict=True) for part in pair]
        chosen: Any = ["step", read, colours[0], *later]
    else:
        chosen = colours[0]
    drawn = ["case", ["==", ["typeof", read], "number"], chosen, OTHER]
    bounds = [values[0], *inner, values[-1]]
    items = [
        _item(layer, f"{_number(low, ',')} – {_number(high, ',')}", colour, label_en=label_en)
        for (low, high), colour in zip(pairwise(bounds), colours, strict=True)
        for label_en in [f"{_number(low, '.')} – {_number(high, '.')}"]
    ]
    none = _item(layer, "Không có số liệu", OTHER, label_en="No value")
    return _style(layer, drawn, [*items, none])


def _number(value: float, mark: str) -> str:
    return f"{value:.6g}".replace(".", mark) if abs(value) < 1e6 else f"{value:.0f}"


def _no_values(asked: Wanted) -> NoClasses:
    name = asked.field.name
    return NoClasses(f"field {name!r} has no values", vi=f"trường {name!r} không có giá trị nào")


def _item(layer: Layer, label: str, colour: str, *, label_en: str = "") -> dict[str, Any]:
    shapes = {GeometryType.POINT: "circle", GeometryType.LINE: "line"}
    shape = shapes.get(layer.geometry_type or GeometryType.MIXED, "fill")
    symbol: dict[str, Any] = {"type": shape, "color": colour}
    if shape == "line":
        symbol["width"] = 3
    return {"label": label[:300], "label_en": (label_en or label)[:300], "symbol": symbol}


def _style(layer: Layer, colour: Any, legend: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the classes drawn as the layer's geometry asks, its labels as they are now."""
    labels = [one for one in style.stored_layers(layer) if one.get("type") == "symbol"]
    return {"layers": [*_bodies(layer.geometry_type, colour), *labels], "legend": legend}


def _bodies(geometry: GeometryType | None, colour: Any) -> list[dict[str, Any]]:
    fill = {"type": "fill", "paint": {"fill-color": colour, "fill-opacity": 0.75}}
    edge = {"type": "line", "paint": {"line-color": "#4a5560", "line-width": 0.6}}
    line = {
        "type": "line",
        "layout": {"line-join": "round", "line-cap": "round"},
        "paint": {"line-color": colour, "line-width": 2.2},
    }
    paint = {"circle-color": colour, "circle-radius": 5}
    paint |= {"circle-stroke-color": "#ffffff", "circle-stroke-width": 1}
    point = {"type": "circle", "paint": paint}
    match geometry:
        case GeometryType.POLYGON:
            return [fill, edge]
        case GeometryType.LINE:
            return [line]
        case GeometryType.POINT:
            return [point]
        case _:
            kinds = ("Polygon", "LineString", "Point")
            drawn = zip(kinds, (fill, line, point), strict=True)
            return [one | {"filter": ["==", ["geometry-type"], kind]} for kind, one in drawn]
