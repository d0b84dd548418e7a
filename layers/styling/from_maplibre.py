"""From MapLibre layers to rules; what an expression says beyond them is told as lost."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast

from layers.styling.colour import try_colour
from layers.styling.symbols import (
    All,
    Compare,
    Condition,
    Drawing,
    Fill,
    Line,
    Losses,
    Mark,
    OneOf,
    Operator,
    Pass,
    Rule,
    Symbol,
    Text,
)

READ_AT_ZOOM: Final = 14.0
"""Where a value that changes by zoom is read, for kinds of style that hold one value."""
_COLOUR: Final = {"fill": "fill-color", "line": "line-color", "circle": "circle-color"}
_OPERATORS: Final = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_Branch = tuple[Condition | None, bool, str]
"""Which features, whether it is all others, and their colour."""


class Untold(ValueError):
    """The expression says more than rules can."""


def drawing(style: Mapping[str, Any]) -> Drawing:
    """Return the rules of a stored style; its legend gives them titles where it fits them."""
    losses = Losses()
    titles = [str(item.get("label", "")) for item in style.get("legend") or ()]
    passes = [
        _pass(layer, f"layers[{at}]", titles, losses) for at, layer in enumerate(style["layers"])
    ]
    return Drawing(tuple(one for one in passes if one), tuple(losses.told))


def _pass(layer: Mapping[str, Any], where: str, titles: Sequence[str], losses: Losses) -> Pass:
    kind = layer["type"]
    paint: Mapping[str, Any] = layer.get("paint", {})
    layout: Mapping[str, Any] = layer.get("layout", {})
    try:
        chosen = condition(layer["filter"]) if "filter" in layer else None
        symbol = _symbol(kind, {**layout, **paint}, where, losses)
    except Untold as error:
        losses.add(where, f"not carried over: {error}", f"không chuyển được: {error}")
        return ()
    name = _COLOUR.get(kind) or ("icon-color" if isinstance(symbol, Mark) else "text-color")
    branches = _branches(paint.get(name), where, losses)
    if len(titles) != len(branches) or len(branches) < 2:
        titles = [_title(one) for one in branches]
    zooms = (layer.get("minzoom"), layer.get("maxzoom"))
    rules: list[Rule] = []
    for (own, is_else, colour), title in zip(branches, titles, strict=True):
        if is_else and chosen:
            losses.add(
                where,
                "the colour of all other values is left out, as the layer has a filter",
                "bỏ qua màu của các giá trị khác, vì lớp có bộ lọc",
            )
            continue
        joint = _joined(chosen, own)
        rules.append(Rule(replace(symbol, colour=colour), title, joint, is_else, *zooms))
    return tuple(rules)


def _title(branch: _Branch) -> str:
    chosen, is_else, _ = branch
    if is_else:
        return "*"
    match chosen:
        case Compare(_, "=", value):
            return str(value)
        case OneOf(_, values):
            return ", ".join(map(str, values))[:300]
        case _:
            return ""


def _joined(one: Condition | None, other: Condition | None) -> Condition | None:
    if one is None or other is None:
        return one or other
    parts = [*_parts(one), *_parts(other)]
    return All(tuple(parts))


def _parts(one: Condition) -> Sequence[Compare | OneOf]:
    return one.parts if isinstance(one, All) else (one,)


def condition(said: Any) -> Condition | None:
    """Return a filter expression as a condition; None for a guard that chooses nothing by itself.

    Raises:
        Untold: it is more than comparisons of fields with values.
    """
    match said:
        case ["==", ["typeof", ["get", _]], "number"]:
            return None
        case ["all", *inner]:
            found = [condition(one) for one in inner]
            parts = [part for one in found if one for part in _parts(one)]
            if not parts:
                return None
            return parts[0] if len(parts) == 1 else All(tuple(parts))
        case ["in", ["get", str(name)], ["literal", [*values]]]:
            return OneOf(name, tuple(values))
        case [str(sign), ["get", str(name)] | ["to-string", ["get", str(name)]], value] if (
            sign in _OPERATORS and isinstance(value, str | int | float)
        ):
            return Compare(name, cast("Operator", _OPERATORS[sign]), value)
        case _:
            raise Untold(f"filter {str(said)[:80]}")


def _branches(value: Any, where: str, losses: Losses) -> list[_Branch]:
    """Return which features get which colour."""
    try:
        told = _chosen(_at_zoom(value, f"{where} colour", losses))
        return [one for one in told if not (one[1] and _is_invisible(one[2]))]
    except Untold as error:
        losses.add(
            where,
            f"colours not carried over: {error}",
            f"không chuyển được cách tô màu: {error}",
        )
        return [(None, False, "#888888")]


def _is_invisible(text: str) -> bool:
    colour = try_colour(text)
    return colour is not None and colour.alpha == 0


def _chosen(value: Any) -> list[_Branch]:
    match value:
        case None:
            return [(None, False, "#000000")]
        case str():
            return [(None, False, value)]
        case ["match", ["get", str(name)] | ["to-string", ["get", str(name)]], *rest]:
            pairs = zip(rest[:-1:2], rest[1:-1:2], strict=True)
            branches: list[_Branch] = [
                (_equal(name, label), False, _plain(c)) for label, c in pairs
            ]
            return [*branches, (None, True, _plain(rest[-1]))]
        case ["case", ["==", ["typeof", ["get", _]], "number"], ["step", *_] as steps, other]:
            return [*_stepped(steps), (None, True, _plain(other))]
        case ["case", ["==", ["typeof", ["get", _]], "number"], str(), str()]:
            raise Untold("one class and no value")
        case ["step", *_]:
            return _stepped(value)
        case ["case", *rest]:
            pairs = zip(rest[:-1:2], rest[1:-1:2], strict=True)
            told: list[_Branch] = [(condition(one), False, _plain(c)) for one, c in pairs]
            return [*told, (None, True, _plain(rest[-1]))]
        case _:
            raise Untold(str(value)[:80])


def _equal(name: str, label: Any) -> Condition:
    return OneOf(name, tuple(label)) if isinstance(label, list) else Compare(name, "=", label)


def _stepped(value: Sequence[Any]) -> list[_Branch]:
    match value:
        case ["step", ["get", str(name)], *rest]:
            stops, colours = rest[1::2], rest[0::2]
        case _:
            raise Untold(str(value)[:80])
    lows, highs = [None, *stops], [*stops, None]
    return [
        (_range(name, low, high), False, _plain(colour))
        for low, high, colour in zip(lows, highs, colours, strict=True)
    ]


def _range(name: str, low: float | None, high: float | None) -> Condition:
    parts = [Compare(name, ">=", low)] if low is not None else []
    parts += [Compare(name, "<", high)] if high is not None else []
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _plain(colour: Any) -> str:
    if isinstance(colour, str) and try_colour(colour):
        return colour
    raise Untold(str(colour)[:80])


def _symbol(kind: str, said: Mapping[str, Any], where: str, losses: Losses) -> Symbol:
    """Return the symbol of a layer, its colour yet to come."""

    def size(name: str, default: float) -> float:
        value = _at_zoom(said.get(name, default), f"{where} {name}", losses)
        if isinstance(value, int | float):
            return float(value)
        losses.add(
            f"{where} {name}",
            f"{name} depends on the feature: written as {default:g}",
            f"{name} phụ thuộc đối tượng: ghi là {default:g}",
        )
        return default

    def tint(name: str) -> str | None:
        value = _at_zoom(said.get(name), f"{where} {name}", losses)
        return value if isinstance(value, str) else None

    match kind:
        case "fill":
            return Fill(opacity=size("fill-opacity", 1.0), edge=tint("fill-outline-color"))
        case "line":
            width = size("line-width", 1.0)
            dash = tuple(round(part * width, 6) for part in said.get("line-dasharray", ()))
            cap, join = said.get("line-cap", "butt"), said.get("line-join", "miter")
            return Line("", width, size("line-opacity", 1.0), dash, cap, join)
        case "circle":
            edge, wide = tint("circle-stroke-color"), size("circle-stroke-width", 0.0)
            alpha = size("circle-opacity", 1.0)
            return Mark("circle", "", size("circle-radius", 5.0), alpha, edge, wide)
        case "symbol":
            return _sign(said, size, tint)
        case _:
            raise Untold(f"a layer of type {kind}")


def _sign(said: Mapping[str, Any], size: Any, tint: Any) -> Symbol:
    match said.get("text-field"), said.get("icon-image"):
        case ["get", str(name)], _:
            pass
        case str(text), _ if text.startswith("{") and text.endswith("}") and text.count("{") == 1:
            name = text[1:-1]
        case None, str(icon):
            return Mark(icon, "", 7.5 * size("icon-size", 1.0), size("icon-opacity", 1.0))
        case text, _:
            raise Untold(f"label {str(text)[:80]}")
    halo, wide = tint("text-halo-color"), size("text-halo-width", 0.0)
    return Text(name, size("text-size", 16.0), "", halo, wide)


def _at_zoom(value: Any, where: str, losses: Losses) -> Any:
    """Return ``value``, or what it is at ``READ_AT_ZOOM`` where it changes by zoom."""
    match value:
        case ["interpolate", _, ["zoom"], *stops]:
            told = _interpolated(stops)
        case ["step", ["zoom"], first, *stops]:
            pairs = zip(stops[0::2], stops[1::2], strict=True)
            told = [first, *(out for stop, out in pairs if stop <= READ_AT_ZOOM)][-1]
        case _:
            return value
    losses.add(
        where,
        f"changes by zoom: written as at zoom {READ_AT_ZOOM:g}",
        f"thay đổi theo mức thu phóng: ghi theo mức {READ_AT_ZOOM:g}",
    )
    return told


def _interpolated(stops: Sequence[Any]) -> Any:
    zooms, outputs = stops[0::2], stops[1::2]
    if not all(isinstance(one, int | float) for one in outputs):
        return outputs[sum(zoom <= READ_AT_ZOOM for zoom in zooms[1:])]
    for at, zoom in enumerate(zooms):
        if zoom >= READ_AT_ZOOM:
            if at == 0:
                return outputs[0]
            share = (READ_AT_ZOOM - zooms[at - 1]) / (zoom - zooms[at - 1])
            return round(outputs[at - 1] + (outputs[at] - outputs[at - 1]) * share, 3)
    return outputs[-1]
