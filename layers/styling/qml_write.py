"""Rules as a QGIS layer style (QML): single, categorised, graduated, or by rules where need be.

Source: QGIS 3.34, ``writeSymbology`` of renderers, symbol layers and labelling.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as Tree

from layers.layer import GeometryType
from layers.styling import qgis_text
from layers.styling.sld_write import tell
from layers.styling.symbols import (
    All,
    Compare,
    Condition,
    Drawing,
    Fill,
    Line,
    Mark,
    Pass,
    Rule,
    Symbol,
    Text,
    Value,
    plain,
    scale_of,
)

_VERSION: Final = "3.34.0-Prizren"
_DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_TYPES: Final = {GeometryType.POINT: "marker", GeometryType.LINE: "line"}
_CAPS: Final = {"butt": "flat", "round": "round", "square": "square"}


def written(drawing: Drawing, geometry: GeometryType | None) -> bytes:
    """Return ``drawing`` as a QML document for a layer of that geometry."""
    said = {"version": _VERSION, "styleCategories": "Symbology|Labeling"}
    root = Tree.Element("qgis", said)
    tell(root, drawing.lost)
    bodies = [rules for rules in drawing.passes if not isinstance(rules[0].symbol, Text)]
    labels = [rules[0] for rules in drawing.passes if isinstance(rules[0].symbol, Text)]
    kind = _TYPES.get(geometry or GeometryType.POLYGON, "fill")
    if bodies:
        classes = _classes(bodies, kind)
        root.append(classes if classes is not None else _rules(bodies, kind))
    if labels:
        root.append(_labels(labels[0]))
    Tree.indent(root)
    return (_DOCTYPE + Tree.tostring(root, encoding="unicode") + "\n").encode()


def _classes(bodies: Sequence[Pass], kind: str) -> Tree.Element | None:
    """Return a renderer of one symbol or of classes; None where it takes rules."""
    many = [rules for rules in bodies if len(rules) > 1]
    others = [rules[0] for rules in bodies if len(rules) == 1]
    every = [rule for rules in bodies for rule in rules]
    plainly = all(rule.minzoom is None and rule.maxzoom is None for rule in every)
    if not plainly or len(many) > 1 or any(rule.condition for rule in others):
        return None
    classes = many[0] if many else (others[0],)
    symbols = (
        [
            [rule.symbol if rules is classes else rules[0].symbol for rules in bodies]
            for rule in classes
        ]
        if many
        else [[rule.symbol for rule in others]]
    )
    if not many:
        return _renderer("singleSymbol", {}, symbols, kind)
    categories = _categories(classes, symbols, kind)
    return categories if categories is not None else _ranges(classes, symbols, kind)


def _renderer(
    type_: str, more: Mapping[str, str], symbols: Sequence[Sequence[Symbol]], kind: str
) -> Tree.Element:
    said = {"type": type_, "symbollevels": "0", "forceraster": "0", "enableorderby": "0"}
    renderer = Tree.Element("renderer-v2", said | dict(more))
    held = Tree.SubElement(renderer, "symbols")
    for at, layers in enumerate(symbols):
        told = {"type": kind, "name": str(at), "alpha": "1", "clip_to_extent": "1"}
        symbol = Tree.SubElement(held, "symbol", told)
        for one in layers:
            _layer(symbol, one)
    return renderer


def _categories(rules: Pass, symbols: Sequence[Sequence[Symbol]], kind: str) -> Tree.Element | None:
    found: list[tuple[Value, str]] = []
    names: set[str] = set()
    for rule in rules:
        match rule.condition:
            case Compare(name, "=", value):
                names.add(name)
                found.append((value, rule.title))
            case None if rule.is_else:
                found.append(("", rule.title))
            case _:
                return None
    if len(names) != 1:
        return None
    renderer = _renderer("categorizedSymbol", {"attr": names.pop()}, symbols, kind)
    held = Tree.SubElement(renderer, "categories")
    for at, (value, title) in enumerate(found):
        type_ = (
            "string" if isinstance(value, str) else "double" if isinstance(value, float) else "long"
        )
        told = {"value": str(value), "type": type_, "label": title, "symbol": str(at)}
        Tree.SubElement(held, "category", told | {"render": "true"})
    return renderer


def _ranges(rules: Pass, symbols: Sequence[Sequence[Symbol]], kind: str) -> Tree.Element | None:
    """Return a graduated renderer, whose classes hold their upper bound and not the lower one."""
    bounds = [_bounds(rule.condition) for rule in rules]
    known = [one for one in bounds if one is not None]
    if len(known) < len(bounds) or len({name for name, _, _ in known}) != 1:
        return None
    renderer = _renderer("graduatedSymbol", {"attr": known[0][0]}, symbols, kind)
    held = Tree.SubElement(renderer, "ranges")
    for at, ((_, low, high), rule) in enumerate(zip(known, rules, strict=True)):
        told = {"lower": repr(low), "upper": repr(high), "label": rule.title, "symbol": str(at)}
        Tree.SubElement(held, "range", told | {"render": "true"})
    return renderer


def _bounds(one: Condition | None) -> tuple[str, float, float] | None:
    match one:
        case All(
            (
                Compare(name, ">" | ">=", int() | float() as low),
                Compare(other, "<=", int() | float() as high),
            )
        ) if name == other:
            return name, low, high
        case _:
            return None


def _rules(bodies: Sequence[Pass], kind: str) -> Tree.Element:
    every = [rule for rules in bodies for rule in rules]
    renderer = _renderer("RuleRenderer", {}, [[rule.symbol] for rule in every], kind)
    held = Tree.Element("rules", {"key": "{gishue}"})
    renderer.insert(0, held)
    at = 0
    for rules in bodies:
        # QGIS means by ELSE the rest of one group, so each pass is a group of its own.
        group = (
            Tree.SubElement(held, "rule", {"key": f"{{group-{at}}}"}) if len(rules) > 1 else held
        )
        for rule in rules:
            Tree.SubElement(group, "rule", _said(rule, at))
            at += 1
    return renderer


def _said(rule: Rule, at: int) -> dict[str, str]:
    told = {"key": f"{{rule-{at}}}", "symbol": str(at), "label": rule.title}
    if rule.is_else:
        told["filter"] = "ELSE"
    elif rule.condition:
        told["filter"] = qgis_text.written(rule.condition)
    if rule.maxzoom is not None:
        told["scalemindenom"] = plain(scale_of(rule.maxzoom))
    if rule.minzoom is not None:
        told["scalemaxdenom"] = plain(scale_of(rule.minzoom))
    return told


def _layer(parent: Tree.Element, symbol: Symbol) -> None:
    match symbol:
        case Fill(colour, opacity, edge):
            said = {
                "color": qgis_text.colour(colour, opacity),
                "style": "solid",
                "outline_style": "solid" if edge else "no",
                "outline_color": qgis_text.colour(edge or colour),
                "outline_width": "1",
                "outline_width_unit": "Pixel",
            }
            _options(parent, "SimpleFill", said)
        case Line():
            _options(parent, "SimpleLine", _stroke(symbol))
        case Mark(shape, colour, radius, opacity, edge, edge_width):
            said = {
                "name": shape,
                "color": qgis_text.colour(colour, opacity),
                "size": plain(2 * radius),
                "size_unit": "Pixel",
                "outline_style": "solid" if edge else "no",
                "outline_color": qgis_text.colour(edge or colour),
                "outline_width": plain(edge_width),
                "outline_width_unit": "Pixel",
            }
            _options(parent, "SimpleMarker", said)
        case Text():
            pass


def _stroke(line: Line) -> dict[str, str]:
    said = {
        "line_color": qgis_text.colour(line.colour, line.opacity),
        "line_width": plain(line.width),
        "line_width_unit": "Pixel",
        "line_style": "solid",
        "capstyle": _CAPS.get(line.cap, "flat"),
        "joinstyle": line.join,
    }
    if line.dash:
        dash = ";".join(map(plain, line.dash))
        said |= {"use_custom_dash": "1", "customdash": dash, "customdash_unit": "Pixel"}
    return said


def _options(parent: Tree.Element, class_: str, said: Mapping[str, str]) -> None:
    told = {"class": class_, "enabled": "1", "locked": "0", "pass": "0"}
    layer = Tree.SubElement(parent, "layer", told)
    held = Tree.SubElement(layer, "Option", {"type": "Map"})
    for name, value in said.items():
        Tree.SubElement(held, "Option", {"name": name, "value": value, "type": "QString"})


def _labels(rule: Rule) -> Tree.Element:
    labelling = Tree.Element("labeling", {"type": "simple"})
    settings = Tree.SubElement(labelling, "settings", {"calloutType": "simple"})
    text = rule.symbol
    if isinstance(text, Text):
        said = {
            "fieldName": text.field,
            "isExpression": "0",
            "fontFamily": "Noto Sans",
            "fontSize": plain(text.size),
            "fontSizeUnit": "Pixel",
            "textColor": qgis_text.colour(text.colour),
        }
        style = Tree.SubElement(settings, "text-style", said)
        ring = {
            "bufferDraw": "1" if text.halo else "0",
            "bufferSize": plain(text.halo_width),
            "bufferSizeUnits": "Pixel",
            "bufferColor": qgis_text.colour(text.halo or "#ffffff"),
        }
        Tree.SubElement(style, "text-buffer", ring)
    least = scale_of(rule.maxzoom) if rule.maxzoom is not None else 0.0
    most = scale_of(rule.minzoom) if rule.minzoom is not None else 0.0
    scaled = "1" if least or most else "0"
    told = {"scaleVisibility": scaled, "scaleMin": plain(least), "scaleMax": plain(most)}
    Tree.SubElement(settings, "rendering", told)
    return labelling
