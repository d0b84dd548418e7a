"""QGIS layer styles (QML) as rules: single, categorised, graduated and rule-based renderers.

Read are simple fills, lines and marks, and simple labels; of what else there is one is told.
Source: QGIS 3.34, ``readSymbology``; properties are ``prop`` elements before 3.20, options since.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final
from xml.etree.ElementTree import Element

from layers.styling import qgis_text
from layers.styling.symbols import (
    MOST_RULES,
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
    number,
    passes_of,
    value_of,
    zoom_of,
)
from layers.styling.xml import UnreadableStyle, child, children, inside, local

_MARKS: Final = frozenset({"circle", "square", "triangle", "star", "cross"})
_DASHES: Final = {
    "dash": (4.0, 2.0),
    "dot": (1.0, 2.0),
    "dash dot": (4.0, 2.0, 1.0, 2.0),
    "dash dot dot": (4.0, 2.0, 1.0, 2.0, 1.0, 2.0),
}
"""Lengths of Qt's pens in line widths."""
_CAPS: Final = {"flat": "butt", "round": "round", "square": "square"}
Symbols = Mapping[str, list[Symbol]]


def drawing(root: Element) -> Drawing:
    """Return the rules of a QML document.

    Raises:
        UnreadableStyle: it has no renderer that is known here.
    """
    losses = Losses()
    renderer = next((one for one in root.iter() if local(one) == "renderer-v2"), None)
    kind = renderer.get("type", "") if renderer is not None else ""
    read = _RENDERERS.get(kind)
    if renderer is None or read is None:
        raise UnreadableStyle(
            f"the QML has no renderer known here: {kind[:40]!r}",
            vi=f"tệp QML không có kiểu tô được hỗ trợ: {kind[:40]!r}",
        )
    symbols = {
        one.get("name", ""): list(_symbol(one, losses))
        for one in _within(renderer, "symbols", "symbol")
    }
    found = [
        [replace(rule, symbol=symbol) for symbol in symbols.get(name, [])]
        for rule, name in read(renderer, losses)
    ]
    passes = passes_of(found[:MOST_RULES])
    return Drawing((*passes, *_labels(root, losses)), tuple(losses.told))


def _within(renderer: Element, group: str, name: str) -> list[Element]:
    return [one for one in inside(renderer, group) if local(one) == name]


Named = Iterator[tuple[Rule, str]]
"""Rules whose symbol is yet to come, each with its name."""
_NONE: Final = Fill()


def _single(renderer: Element, losses: Losses) -> Named:
    yield Rule(_NONE), "0"


def _categorised(renderer: Element, losses: Losses) -> Named:
    field = _attribute(renderer, losses)
    for one in _within(renderer, "categories", "category"):
        if one.get("render", "true") == "false" or not field:
            continue
        title, name = one.get("label", "")[:300], one.get("symbol", "")
        listed = [value.get("value", "") for value in children(one, "val")]
        if listed:
            condition = OneOf(field, tuple(map(value_of, listed)))
            yield Rule(_NONE, title, condition), name
        elif one.get("value", "") in ("", "NULL"):
            yield Rule(_NONE, title or "*", is_else=True), name
        else:
            value = one.get("value", "")
            typed = value if one.get("type", "string") == "string" else value_of(value)
            yield Rule(_NONE, title or value, Compare(field, "=", typed)), name


def _graduated(renderer: Element, losses: Losses) -> Named:
    field = _attribute(renderer, losses)
    for at, one in enumerate(_within(renderer, "ranges", "range")):
        low, high = _bound(one.get("lower")), _bound(one.get("upper"))
        if one.get("render", "true") == "false" or not field or low is None or high is None:
            continue
        lower = Compare(field, ">" if at else ">=", low)
        condition = All((lower, Compare(field, "<=", high)))
        yield Rule(_NONE, one.get("label", "")[:300], condition), one.get("symbol", "")


def _bound(said: str | None) -> float | None:
    try:
        value = float(said or "")
    except ValueError:
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _attribute(renderer: Element, losses: Losses) -> str:
    name = renderer.get("attr", "").strip().strip('"')
    if any(sign in name for sign in "()+*/|"):
        losses.add(
            "attr", f"classes of an expression: {name[:80]}", f"lớp theo biểu thức: {name[:80]}"
        )
        return ""
    return name


def _by_rules(renderer: Element, losses: Losses) -> Named:
    for one in _within(renderer, "rules", "rule"):
        yield from _rule(one, None, (None, None), losses)


def _rule(
    element: Element,
    above: Condition | None,
    zooms: tuple[float | None, float | None],
    losses: Losses,
) -> Named:
    title, said = element.get("label", "")[:300], element.get("filter", "").strip()
    if element.get("checkstate") == "0":
        return
    is_else = said.upper() == "ELSE"
    try:
        own = None if is_else or not said else qgis_text.read(said)
    except qgis_text.Untold as error:
        losses.add(title or "rule", f"rule left out: {error}", f"bỏ qua quy tắc: {error}")
        return
    parts = [part for one in (above, own) if one for part in _parts(one)]
    condition = None if not parts else parts[0] if len(parts) == 1 else All(tuple(parts))
    low = zoom_of(number(element.get("scalemaxdenom"), 0.0)) or zooms[0]
    high = zoom_of(number(element.get("scalemindenom"), 0.0)) or zooms[1]
    if is_else and condition:
        losses.add(title or "ELSE", "ELSE within a filter is left out", "bỏ qua ELSE trong bộ lọc")
        return
    if element.get("symbol") is not None:
        yield Rule(_NONE, title, condition, is_else, low, high), element.get("symbol", "")
    for inner in children(element, "rule"):
        yield from _rule(inner, condition, (low, high), losses)


def _parts(one: Condition) -> tuple[Compare | OneOf, ...]:
    return one.parts if isinstance(one, All) else (one,)


_RENDERERS: Final = {
    "singleSymbol": _single,
    "categorizedSymbol": _categorised,
    "graduatedSymbol": _graduated,
    "RuleRenderer": _by_rules,
}


def _given(layer: Element) -> dict[str, str]:
    """Return the properties of a symbol layer, as either generation of QGIS wrote them."""
    old = {one.get("k", ""): one.get("v", "") for one in children(layer, "prop")}
    held = next((one for one in children(layer, "Option")), None)
    new = {one.get("name", ""): one.get("value", "") for one in (held if held is not None else ())}
    return old | new


def _symbol(element: Element, losses: Losses) -> Iterator[Symbol]:
    alpha = number(element.get("alpha"), 1.0)
    for layer in children(element, "layer"):
        if layer.get("enabled", "1") == "0":
            continue
        kind = layer.get("class", "")
        read = _LAYERS.get(kind)
        if read is None:
            kind = kind[:40]
            losses.add(f"symbol {element.get('name', '')}", f"{kind} left out", f"bỏ qua {kind}")
            continue
        yield from read(_given(layer), alpha, losses)


def _px(said: Mapping[str, str], name: str, default: float, losses: Losses) -> float:
    """Return a length in pixels."""
    unit = said.get(f"{name}_unit", "MM")
    if unit not in qgis_text.PIXELS:
        losses.add(name, f"unit {unit[:20]} is read as mm", f"đơn vị {unit[:20]} đọc là mm")
    value = number(said.get(name), default) * qgis_text.PIXELS.get(unit, qgis_text.PIXELS["MM"])
    return round(value, 3)


def _fill(said: Mapping[str, str], alpha: float, losses: Losses) -> Iterator[Symbol]:
    colour, opacity = qgis_text.read_colour(said.get("color", ""), "#888888")
    edge, _ = qgis_text.read_colour(said.get("outline_color", ""), "#232323")
    width = _px(said, "outline_width", 0.26, losses)
    is_edged = said.get("outline_style", "solid") != "no"
    thin = is_edged and said.get("outline_style", "solid") == "solid" and abs(width - 1) < 0.05
    if said.get("style", "solid") != "no":
        if said.get("style", "solid") != "solid":
            losses.add(
                "style", "pattern fills are plain here", "hoa văn tô được thay bằng màu trơn"
            )
        yield Fill(colour, round(opacity * alpha, 3), edge if thin else None)
    if is_edged and not (thin and said.get("style", "solid") != "no"):
        dash = tuple(part * width for part in _DASHES.get(said.get("outline_style", ""), ()))
        yield Line(edge, width, alpha, dash)


def _line(said: Mapping[str, str], alpha: float, losses: Losses) -> Iterator[Symbol]:
    if said.get("line_style", "solid") == "no":
        return
    colour, opacity = qgis_text.read_colour(said.get("line_color", ""), "#232323")
    width = _px(said, "line_width", 0.26, losses)
    dash = tuple(part * width for part in _DASHES.get(said.get("line_style", ""), ()))
    if said.get("use_custom_dash") == "1":
        unit = qgis_text.PIXELS.get(said.get("customdash_unit", "MM"), 1.0)
        lengths = said.get("customdash", "").split(";")[:16]
        dash = tuple(round(number(one, 0.0) * unit, 3) for one in lengths)
    cap, join = said.get("capstyle", "square"), said.get("joinstyle", "bevel")
    yield Line(
        colour,
        width,
        round(opacity * alpha, 3),
        dash if any(dash) else (),
        _CAPS.get(cap, "butt"),
        join if join in ("miter", "round", "bevel") else "miter",
    )


def _mark(said: Mapping[str, str], alpha: float, losses: Losses) -> Iterator[Symbol]:
    shape = said.get("name", "circle")
    if shape not in _MARKS:
        losses.add(
            "mark", f"mark {shape[:40]} is a circle here", f"dấu {shape[:40]} thành hình tròn"
        )
        shape = "circle"
    colour, opacity = qgis_text.read_colour(said.get("color", ""), "#888888")
    edge, _ = qgis_text.read_colour(said.get("outline_color", ""), "#232323")
    is_edged = said.get("outline_style", "solid") != "no"
    yield Mark(
        shape,
        colour,
        _px(said, "size", 2.0, losses) / 2,
        round(opacity * alpha, 3),
        edge if is_edged else None,
        _px(said, "outline_width", 0.2, losses) if is_edged else 0.0,
    )


_LAYERS: Final = {"SimpleFill": _fill, "SimpleLine": _line, "SimpleMarker": _mark}


def _labels(root: Element, losses: Losses) -> Iterator[Pass]:
    labelling = child(root, "labeling")
    if labelling is None:
        return
    settings = child(labelling, "settings")
    style, rendering = child(settings, "text-style"), child(settings, "rendering")
    if labelling.get("type") != "simple" or style is None or style.get("isExpression") == "1":
        losses.add(
            "labeling", "labels by rule or expression left out", "bỏ qua nhãn theo biểu thức"
        )
        return
    buffer = child(style, "text-buffer")
    is_ringed = buffer is not None and buffer.get("bufferDraw") == "1"
    unit = qgis_text.PIXELS.get(style.get("fontSizeUnit", "Point"), 96 / 72)
    ring = dict(buffer.attrib) if buffer is not None and is_ringed else {}
    ring_px = qgis_text.PIXELS.get(ring.get("bufferSizeUnits", "MM"), 96 / 25.4)
    text = Text(
        style.get("fieldName", ""),
        round(number(style.get("fontSize"), 10.0) * unit, 2),
        qgis_text.read_colour(style.get("textColor", ""), "#000000")[0],
        qgis_text.read_colour(ring.get("bufferColor", ""), "#ffffff")[0] if is_ringed else None,
        round(number(ring.get("bufferSize"), 1.0) * ring_px, 2) if is_ringed else 0.0,
    )
    scaled = rendering is not None and rendering.get("scaleVisibility") == "1"
    said = rendering.attrib if rendering is not None and scaled else {}
    low = zoom_of(number(said.get("scaleMax"), 0.0))
    yield (Rule(text, minzoom=low, maxzoom=zoom_of(number(said.get("scaleMin"), 0.0))),)
