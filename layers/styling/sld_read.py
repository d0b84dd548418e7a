"""Styled Layer Descriptors 1.0 and 1.1 as rules; names are read without their namespaces.

What rules cannot hold is told as lost: pictures, gradients, geometry functions, sizes by value.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from layers.styling.colour import try_colour
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
    Operator,
    Pass,
    Rule,
    Symbol,
    Text,
    number,
    passes_of,
    value_of,
    zoom_of,
)
from layers.styling.xml import UnreadableStyle, child, children, inside, local, text

_SIGNS: Final[Mapping[str, Operator]] = {
    "PropertyIsEqualTo": "=",
    "PropertyIsNotEqualTo": "!=",
    "PropertyIsLessThan": "<",
    "PropertyIsLessThanOrEqualTo": "<=",
    "PropertyIsGreaterThan": ">",
    "PropertyIsGreaterThanOrEqualTo": ">=",
}
_KNOWN: Final = frozenset({"circle", "square", "triangle", "star", "cross"})
_PARAMETERS: Final = ("SvgParameter", "CssParameter")
_READ: Final = ("PolygonSymbolizer", "LineSymbolizer", "PointSymbolizer", "TextSymbolizer")


class Untold(ValueError):
    """The element says more than rules can; the words are for both languages."""


def drawing(root: Element) -> Drawing:
    """Return the rules of an SLD document, of all its feature type styles in their order.

    Raises:
        UnreadableStyle: it holds none.
    """
    losses = Losses()
    passes: list[Pass] = []
    styles = [one for one in root.iter() if local(one) == "FeatureTypeStyle"]
    for at, style in enumerate(styles):
        rules = list(children(style, "Rule"))[:MOST_RULES]
        passes += passes_of(_rules(rules, f"FeatureTypeStyle[{at}]", losses))
    if not passes and not losses.told:
        raise UnreadableStyle("the SLD has no rules", vi="tệp SLD không có quy tắc nào")
    return Drawing(tuple(passes), tuple(losses.told))


def _rules(rules: Sequence[Element], where: str, losses: Losses) -> Iterator[list[Rule]]:
    """Yield what each rule of one feature type style says, once for each of its symbols."""
    for at, element in enumerate(rules):
        place = f"{where}.Rule[{at}]"
        try:
            condition, title, is_else, low, high = _frame(element)
        except Untold as error:
            losses.add(place, f"rule not carried over: {error}", f"bỏ qua quy tắc: {error}")
            continue
        yield [
            Rule(symbol, title, condition, is_else, low, high)
            for symbol in _symbols(element, place, losses)
        ]


_Frame = tuple[Condition | None, str, bool, float | None, float | None]


def _frame(element: Element) -> _Frame:
    """Return what a rule says beside its symbols."""
    title = text(element, "Title") or text(element, "Description", "Title")
    title = title or text(element, "Name")
    chosen = child(element, "Filter")
    inner = list(chosen) if chosen is not None else []
    if len(inner) > 1:
        raise Untold("Filter")
    condition = _condition(inner[0]) if inner else None
    is_else = child(element, "ElseFilter") is not None
    high = _zoom(text(element, "MinScaleDenominator"))
    low = _zoom(text(element, "MaxScaleDenominator"))
    return condition, title[:300], is_else, low, high


def _zoom(said: str) -> float | None:
    try:
        return zoom_of(float(said)) if said else None
    except ValueError:
        return None


def _condition(element: Element) -> Condition:
    name = local(element)
    if name in _SIGNS:
        return Compare(_property(element), _SIGNS[name], value_of(_literal(element)))
    if name == "PropertyIsBetween":
        field = _property(element)
        low = text(element, "LowerBoundary", "Literal") or text(element, "LowerBoundary")
        high = text(element, "UpperBoundary", "Literal") or text(element, "UpperBoundary")
        bounds = (Compare(field, ">=", value_of(low)), Compare(field, "<=", value_of(high)))
        return All(bounds)
    if name == "And":
        parts = [_condition(one) for one in element]
        flat = [p for part in parts for p in (part.parts if isinstance(part, All) else (part,))]
        return All(tuple(flat))
    if name == "Or":
        return _either([_condition(one) for one in element])
    raise Untold(name)


def _either(parts: Sequence[Condition]) -> OneOf:
    equal = [one for one in parts if isinstance(one, Compare) and one.operator == "="]
    if len(equal) < len(parts) or len({one.field for one in equal}) != 1:
        raise Untold("Or")
    return OneOf(equal[0].field, tuple(one.value for one in equal))


def _property(element: Element) -> str:
    name = text(element, "PropertyName") or text(element, "ValueReference")
    if not name:
        raise Untold(local(element))
    return name.rpartition("/")[2].rpartition(":")[2]


def _literal(element: Element) -> str:
    found = child(element, "Literal")
    if found is None:
        raise Untold(local(element))
    return found.text or ""


def _symbols(rule: Element, where: str, losses: Losses) -> Iterator[Symbol]:
    for element in rule:
        name = local(element)
        if not name.endswith("Symbolizer"):
            continue
        if "metre" in element.get("uom", "") or "foot" in element.get("uom", ""):
            losses.add(
                where, "sizes on the ground are read as pixels", "đơn vị thực địa đọc là pixel"
            )
        if name not in _READ or child(element, "Geometry") is not None:
            losses.add(where, f"{name} not carried over", f"không chuyển được {name}")
            continue
        yield from _READERS[name](element, where, losses)


def _given(element: Element | None) -> dict[str, str]:
    """Return the parameters of a fill, a stroke or a font; those that are computed are empty."""
    if element is None:
        return {}
    named = [(one.get("name", ""), one) for one in children(element, *_PARAMETERS)]
    return {name: (one.text or text(one, "Literal") or "").strip() for name, one in named}


def _colour(said: str, default: str, where: str, losses: Losses) -> str:
    read = try_colour(said) if said else None
    if said and read is None:
        losses.add(where, f"no colour: {said[:40]}", f"không phải màu: {said[:40]}")
    return read.css if read else default


def _polygon(element: Element, where: str, losses: Losses) -> Iterator[Symbol]:
    fill, stroke = child(element, "Fill"), child(element, "Stroke")
    if fill is not None:
        if child(fill, "GraphicFill") is not None:
            losses.add(where, "pattern fills are plain here", "hoa văn tô được thay bằng màu trơn")
        told = _given(fill)
        colour = _colour(told.get("fill", ""), "#808080", where, losses)
        opacity = number(told.get("fill-opacity"), 1.0)
        line = _line_of(stroke, where, losses) if stroke is not None else None
        thin = line is not None and line == Line(line.colour)
        yield Fill(colour, opacity, line.colour if line and thin else None)
        if line and not thin:
            yield line
    elif stroke is not None:
        yield _line_of(stroke, where, losses)


def _line_of(stroke: Element, where: str, losses: Losses) -> Line:
    if child(stroke, "GraphicStroke") is not None or child(stroke, "GraphicFill") is not None:
        losses.add(where, "patterned strokes are plain here", "nét hoa văn được thay bằng nét trơn")
    told = _given(stroke)
    lengths = told.get("stroke-dasharray", "").replace(",", " ").split()
    dash = tuple(number(one, 0.0) for one in lengths[:16])
    cap, join = told.get("stroke-linecap", "butt"), told.get("stroke-linejoin", "miter")
    return Line(
        _colour(told.get("stroke", ""), "#000000", where, losses),
        number(told.get("stroke-width"), 1.0),
        number(told.get("stroke-opacity"), 1.0),
        dash if any(dash) else (),
        cap if cap in ("butt", "round", "square") else "butt",
        join if join in ("miter", "round", "bevel") else "miter",
    )


def _line(element: Element, where: str, losses: Losses) -> Iterator[Symbol]:
    if child(element, "PerpendicularOffset") is not None:
        losses.add(where, "offset of the line left out", "bỏ qua độ lệch của đường")
    stroke = child(element, "Stroke")
    yield _line_of(stroke, where, losses) if stroke is not None else Line("#000000")


def _point(element: Element, where: str, losses: Losses) -> Iterator[Symbol]:
    graphic = child(element, "Graphic")
    mark = child(graphic, "Mark")
    if mark is None:
        losses.add(where, "a picture is a circle here", "ảnh ký hiệu được thay bằng hình tròn")
    shape = text(mark, "WellKnownName").removeprefix("shape://") or "square"
    if mark is not None and shape not in _KNOWN:
        losses.add(
            where, f"mark {shape[:40]} is a circle here", f"dấu {shape[:40]} thành hình tròn"
        )
    fill, stroke = _given(child(mark, "Fill")), child(mark, "Stroke")
    edge = _line_of(stroke, where, losses) if stroke is not None else None
    yield Mark(
        shape if mark is not None and shape in _KNOWN else "circle",
        _colour(fill.get("fill", ""), "#808080", where, losses),
        number(text(graphic, "Size"), 6.0) / 2,
        number(fill.get("fill-opacity"), number(text(graphic, "Opacity"), 1.0)),
        edge.colour if edge else None,
        edge.width if edge else 0.0,
    )


def _text(element: Element, where: str, losses: Losses) -> Iterator[Symbol]:
    field = text(element, "Label", "PropertyName") or text(element, "Label", "ValueReference")
    if not field or len(inside(element, "Label")) > 1:
        losses.add(
            where, "label of more than a field left out", "bỏ qua nhãn không chỉ là một trường"
        )
        return
    halo = child(element, "Halo")
    ring = _given(child(halo, "Fill")).get("fill", "#ffffff")
    yield Text(
        field,
        number(_given(child(element, "Font")).get("font-size"), 12.0),
        _colour(_given(child(element, "Fill")).get("fill", ""), "#000000", where, losses),
        _colour(ring, "#ffffff", where, losses) if halo is not None else None,
        number(text(halo, "Radius"), 1.0) if halo is not None else 0.0,
    )


_READERS: Final = {
    "PolygonSymbolizer": _polygon,
    "LineSymbolizer": _line,
    "PointSymbolizer": _point,
    "TextSymbolizer": _text,
}
