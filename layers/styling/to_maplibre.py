"""From rules to MapLibre layers with a legend: classes of one symbol become one layer."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

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
    Pass,
    Rule,
    Symbol,
    Text,
    Value,
)

_FONT: Final = ["Noto Sans Regular"]
_SIGNS: Final = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_ORDERED: Final = frozenset({"<", "<=", ">", ">="})
_ICONS: Final = {"square": "square", "triangle": "triangle", "star": "star", "cross": "cross"}
"""Names of marks that SLD and QML share, and the icons of our sheet that draw them."""
MOST_LAYERS: Final = 40


def style(drawing: Drawing, losses: Losses) -> dict[str, Any]:
    """Return the stored form of ``drawing``; what it cannot hold goes into ``losses``."""
    layers: list[dict[str, Any]] = []
    for rules in drawing.passes:
        layers += _layers(rules)
    if len(layers) > MOST_LAYERS:
        losses.add(
            "rules",
            f"only the first {MOST_LAYERS} of {len(layers)} layers are kept",
            f"chỉ giữ {MOST_LAYERS} trong {len(layers)} lớp đầu",
        )
    legend = _legend(drawing)
    return {"layers": layers[:MOST_LAYERS]} | ({"legend": legend} if legend else {})


def _layers(rules: Pass) -> list[dict[str, Any]]:
    first = rules[0]
    if len(rules) == 1 and not first.is_else:
        return [_layer(first, first.symbol.colour, first.condition)]
    if _is_alike(rules):
        common, shared = _shared_condition(rules)
        colour = _colours(shared)
        if colour is not None:
            return [_layer(first, colour, common)]
    return [_layer(rule, rule.symbol.colour, rule.condition, rules) for rule in rules]


def _is_alike(rules: Pass) -> bool:
    """Return whether ``rules`` differ by their features and colours alone."""
    plain = {replace(rule.symbol, colour="") for rule in rules}
    zooms = {(rule.minzoom, rule.maxzoom) for rule in rules}
    is_text = isinstance(rules[0].symbol, Text)
    return len(plain) == 1 and len(zooms) == 1 and not is_text


def _parts(one: Condition | None) -> tuple[Compare | OneOf, ...]:
    if one is None:
        return ()
    return one.parts if isinstance(one, All) else (one,)


def _of(parts: Sequence[Compare | OneOf]) -> Condition | None:
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _shared_condition(rules: Pass) -> tuple[Condition | None, list[Rule]]:
    """Return what all of ``rules`` demand, and each with what it demands beyond it."""
    all_parts = [_parts(rule.condition) for rule in rules]
    common = [part for part in all_parts[0] if all(part in parts for parts in all_parts)]
    rest = [
        replace(rule, condition=_of([part for part in parts if part not in common]))
        for rule, parts in zip(rules, all_parts, strict=True)
    ]
    return _of(common), rest


def _colours(rules: Sequence[Rule]) -> Any:
    """Return the expression that gives each feature its rule's colour; None where none can."""
    chosen = [rule for rule in rules if not rule.is_else]
    others = [rule.symbol.colour for rule in rules if rule.is_else]
    other = others[0] if others else "rgba(0,0,0,0)"
    if len(others) > 1 or not chosen or any(rule.condition is None for rule in chosen):
        return None
    return _match(chosen, other) or _steps(chosen, other) or _cases(chosen, other)


def _match(rules: Sequence[Rule], other: str) -> Any:
    pairs: list[tuple[tuple[Value, ...], str]] = []
    names: set[str] = set()
    for rule in rules:
        match rule.condition:
            case Compare(name, "=", value):
                values: tuple[Value, ...] = (value,)
            case OneOf(name, values):
                pass
            case _:
                return None
        names.add(name)
        pairs.append((values, rule.symbol.colour))
    labels = [value for values, _ in pairs for value in values]
    texts = all(isinstance(one, str) for one in labels)
    whole = all(type(one) is int for one in labels)
    if len(names) != 1 or len(set(labels)) < len(labels) or not (texts or whole):
        return None
    told = [
        part
        for values, colour in pairs
        for part in (values[0] if len(values) == 1 else list(values), colour)
    ]
    return ["match", ["get", names.pop()], *told, other]


def _steps(rules: Sequence[Rule], other: str) -> Any:
    """Return ``step`` where the rules are ranges that follow one another, ends open."""
    ranges = [_range(rule.condition) for rule in rules]
    known = [one for one in ranges if one is not None]
    if len(known) < max(len(ranges), 2) or len({name for name, _, _ in known}) != 1:
        return None
    name = known[0][0]
    lows, highs = [low for _, low, _ in known], [high for _, _, high in known]
    if lows[0] is not None or highs[-1] is not None or lows[1:] != highs[:-1]:
        return None
    stops = lows[1:]
    if None in stops or stops != sorted(set(stops), key=lambda stop: stop or 0.0):
        return None
    later = [
        part
        for stop, rule in zip(stops, rules[1:], strict=True)
        for part in (stop, rule.symbol.colour)
    ]
    read = ["get", name]
    return _if_number(name, ["step", read, rules[0].symbol.colour, *later], other)


def _range(one: Condition | None) -> tuple[str, float | None, float | None] | None:
    low = high = None
    names: set[str] = set()
    for part in _parts(one):
        match part:
            case Compare(name, ">=", int() | float() as value) if low is None:
                low = value
            case Compare(name, "<", int() | float() as value) if high is None:
                high = value
            case _:
                return None
        names.add(name)
    return (names.pop(), low, high) if len(names) == 1 else None


def _if_number(name: str, then: Any, other: str) -> Any:
    return ["case", ["==", ["typeof", ["get", name]], "number"], then, other]


def _cases(rules: Sequence[Rule], other: str) -> Any:
    told: list[Any] = ["case"]
    for rule in rules:
        if rule.condition is None:
            return None
        told += [expression(rule.condition), rule.symbol.colour]
    return [*told, other]


def expression(one: Condition) -> list[Any]:
    """Return a condition as a filter; numbers are asked only of what is a number."""
    told: list[Any] = []
    for part in _parts(one):
        if isinstance(part, OneOf):
            told.append(["in", ["get", part.field], ["literal", list(part.values)]])
            continue
        guard = ["==", ["typeof", ["get", part.field]], "number"]
        if part.operator in _ORDERED and guard not in told:
            told.append(guard)
        told.append([_SIGNS[part.operator], ["get", part.field], part.value])
    return told[0] if len(told) == 1 else ["all", *told]


def _layer(rule: Rule, colour: Any, chosen: Condition | None, rules: Pass = ()) -> dict[str, Any]:
    drawn = _drawn(rule.symbol, colour)
    filters = [expression(chosen)] if chosen else []
    if rule.is_else:
        others = [expression(one.condition) for one in rules if one.condition and not one.is_else]
        filters += [["!", one] for one in others]
    if filters:
        drawn["filter"] = filters[0] if len(filters) == 1 else ["all", *filters]
    zooms = {"minzoom": rule.minzoom, "maxzoom": rule.maxzoom}
    return drawn | {name: zoom for name, zoom in zooms.items() if zoom is not None}


def _drawn(symbol: Symbol, colour: Any) -> dict[str, Any]:
    match symbol:
        case Fill(_, opacity, edge):
            paint = {"fill-color": colour, "fill-opacity": opacity}
            return {"type": "fill", "paint": paint | ({"fill-outline-color": edge} if edge else {})}
        case Line():
            return _line(symbol, colour)
        case Mark("circle"):
            paint = {"circle-color": colour, "circle-radius": symbol.radius}
            paint |= {"circle-opacity": symbol.opacity}
            if symbol.edge:
                edge = {
                    "circle-stroke-color": symbol.edge,
                    "circle-stroke-width": symbol.edge_width,
                }
                paint |= edge
            return {"type": "circle", "paint": paint}
        case Mark():
            layout = {"icon-image": symbol.shape, "icon-size": round(symbol.radius / 7.5, 4)}
            layout |= {"icon-allow-overlap": True}
            paint = {"icon-color": colour, "icon-opacity": symbol.opacity}
            return {"type": "symbol", "layout": layout, "paint": paint}
        case Text():
            layout = {"text-field": ["get", symbol.field], "text-font": _FONT}
            paint = {"text-color": colour}
            if symbol.halo:
                paint |= {"text-halo-color": symbol.halo, "text-halo-width": symbol.halo_width}
            return {"type": "symbol", "layout": layout | {"text-size": symbol.size}, "paint": paint}


def _line(line: Line, colour: Any) -> dict[str, Any]:
    paint: dict[str, Any] = {"line-color": colour, "line-width": line.width}
    paint["line-opacity"] = line.opacity
    if line.dash and line.width > 0:
        paint["line-dasharray"] = [round(part / line.width, 4) for part in line.dash]
    layout = {"line-cap": line.cap, "line-join": line.join}
    return {"type": "line", "layout": layout, "paint": paint}


def _legend(drawing: Drawing) -> list[dict[str, Any]]:
    """Return the items of the first pass of several rules, else of the first rule."""
    bodies = [rules for rules in drawing.passes if not isinstance(rules[0].symbol, Text)]
    shown = next((rules for rules in bodies if len(rules) > 1), ())
    return [
        {"label": rule.title[:300], "label_en": rule.title[:300], "symbol": _sample(rule.symbol)}
        for rule in shown
        if rule.title
    ]


def _sample(symbol: Symbol) -> dict[str, Any]:
    match symbol:
        case Line():
            return {"type": "line", "color": symbol.colour, "width": symbol.width}
        case Mark():
            edge = {"outline": symbol.edge} if symbol.edge and try_colour(symbol.edge) else {}
            return {"type": "circle", "color": symbol.colour, "radius": symbol.radius} | edge
        case _:
            return {"type": "fill", "color": symbol.colour}
