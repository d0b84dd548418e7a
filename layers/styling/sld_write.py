"""Rules as Styled Layer Descriptor 1.1 (Symbology Encoding) or 1.0.

Sources: OGC 05-078r4 (SLD 1.1), OGC 05-077r4 (SE 1.1), OGC 02-070 (SLD 1.0), OGC 04-095 (Filter
1.1). Every pass is a feature type style: they are drawn one over the other, as MapLibre's layers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from xml.etree import ElementTree as Tree

from layers.styling.colour import try_colour
from layers.styling.symbols import (
    All,
    Compare,
    Condition,
    Drawing,
    Fill,
    Line,
    Lost,
    Mark,
    OneOf,
    Operator,
    Pass,
    Rule,
    Text,
    Value,
    plain,
    scale_of,
)

Version = Literal["1.0.0", "1.1.0"]
_SLD: Final = "http://www.opengis.net/sld"
_SE: Final = "http://www.opengis.net/se"
_OGC: Final = "http://www.opengis.net/ogc"
_SIGNS: Final[dict[Operator, str]] = {
    "=": "PropertyIsEqualTo",
    "!=": "PropertyIsNotEqualTo",
    "<": "PropertyIsLessThan",
    "<=": "PropertyIsLessThanOrEqualTo",
    ">": "PropertyIsGreaterThan",
    ">=": "PropertyIsGreaterThanOrEqualTo",
}


@dataclass(frozen=True, slots=True)
class _Words:
    """What elements are called in one version: the namespace of symbols, and of a parameter."""

    space: str
    parameter: str

    def add(self, parent: Tree.Element, name: str, text: str | None = None) -> Tree.Element:
        """Add an element of the symbols' namespace."""
        child = Tree.SubElement(parent, f"{{{self.space}}}{name}")
        child.text = text
        return child

    def set(self, parent: Tree.Element, name: str, value: str) -> None:
        """Add a parameter of a stroke, a fill or a font."""
        self.add(parent, self.parameter, value).set("name", name)


_WORDS: Final = {"1.0.0": _Words(_SLD, "CssParameter"), "1.1.0": _Words(_SE, "SvgParameter")}


def written(drawing: Drawing, name: str, title: str, version: Version = "1.1.0") -> bytes:
    """Return ``drawing`` as an SLD document."""
    for prefix, space in (("sld", _SLD), ("se", _SE), ("ogc", _OGC)):
        Tree.register_namespace(prefix, space)
    words = _WORDS[version]
    root = Tree.Element(f"{{{_SLD}}}StyledLayerDescriptor", {"version": version})
    tell(root, drawing.lost)
    named = Tree.SubElement(root, f"{{{_SLD}}}NamedLayer")
    words.add(named, "Name", name)
    style = Tree.SubElement(named, f"{{{_SLD}}}UserStyle")
    words.add(style, "Name", name)
    _describe(words, style, title)
    for rules in drawing.passes:
        _pass(words, words.add(style, "FeatureTypeStyle"), rules)
    Tree.indent(root)
    return Tree.tostring(root, encoding="utf-8", xml_declaration=True)


def tell(root: Tree.Element, lost: Sequence[Lost]) -> None:
    """Write into the file what was not carried over, in both languages."""
    for one in lost:
        said = _clean(f" {one.where}: {one.message_vi} / {one.message} ")
        root.append(Tree.Comment(said.replace("--", "—").replace("--", "—")))


def _describe(words: _Words, parent: Tree.Element, title: str) -> None:
    if title:
        within = parent if words.space == _SLD else words.add(parent, "Description")
        words.add(within, "Title", _clean(title))


def _pass(words: _Words, parent: Tree.Element, rules: Pass) -> None:
    for rule in rules:
        one = words.add(parent, "Rule")
        _describe(words, one, rule.title)
        _features(words, one, rule)
        if rule.maxzoom is not None:
            words.add(one, "MinScaleDenominator", plain(scale_of(rule.maxzoom)))
        if rule.minzoom is not None:
            words.add(one, "MaxScaleDenominator", plain(scale_of(rule.minzoom)))
        _symbol(words, one, rule)


def _features(words: _Words, parent: Tree.Element, rule: Rule) -> None:
    if rule.is_else:
        words.add(parent, "ElseFilter")
    elif rule.condition is not None:
        _condition(Tree.SubElement(parent, f"{{{_OGC}}}Filter"), rule.condition)


def _condition(parent: Tree.Element, one: Condition) -> None:
    match one:
        case Compare(name, operator, value):
            _compare(parent, _SIGNS[operator], name, value)
        case OneOf(name, values) if len(values) == 1:
            _compare(parent, _SIGNS["="], name, values[0])
        case OneOf(name, values):
            either = Tree.SubElement(parent, f"{{{_OGC}}}Or")
            for value in values:
                _compare(either, _SIGNS["="], name, value)
        case All(parts):
            both = Tree.SubElement(parent, f"{{{_OGC}}}And")
            for part in parts:
                _condition(both, part)


def _compare(parent: Tree.Element, sign: str, name: str, value: Value) -> None:
    told = Tree.SubElement(parent, f"{{{_OGC}}}{sign}")
    Tree.SubElement(told, f"{{{_OGC}}}PropertyName").text = name
    Tree.SubElement(told, f"{{{_OGC}}}Literal").text = _literal(value)


def _literal(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _clean(value) if isinstance(value, str) else str(value)


def _clean(text: str) -> str:
    """Return ``text`` without what XML cannot hold."""
    return "".join(sign for sign in text if sign.isprintable() or sign in "\t\n\r")


def _symbol(words: _Words, parent: Tree.Element, rule: Rule) -> None:
    match rule.symbol:
        case Fill(colour, opacity, edge):
            area = words.add(parent, "PolygonSymbolizer")
            _fill(words, area, colour, opacity)
            if edge:
                _stroke(words, area, Line(edge, 1.0))
        case Line():
            _stroke(words, words.add(parent, "LineSymbolizer"), rule.symbol)
        case Mark():
            _mark(words, words.add(parent, "PointSymbolizer"), rule.symbol)
        case Text():
            _text(words, words.add(parent, "TextSymbolizer"), rule.symbol)


def _tint(words: _Words, parent: Tree.Element, kind: str, colour: str, opacity: float) -> None:
    """Write a colour, what shines through it multiplied into its opacity."""
    read = try_colour(colour)
    words.set(parent, kind, read.hex if read else "#888888")
    through = round(opacity * (read.alpha if read else 1.0), 4)
    if through < 1:
        words.set(parent, f"{kind}-opacity", plain(through))


def _fill(words: _Words, parent: Tree.Element, colour: str, opacity: float) -> None:
    _tint(words, words.add(parent, "Fill"), "fill", colour, opacity)


def _stroke(words: _Words, parent: Tree.Element, line: Line) -> None:
    stroke = words.add(parent, "Stroke")
    _tint(words, stroke, "stroke", line.colour, line.opacity)
    words.set(stroke, "stroke-width", plain(line.width))
    if line.join != "miter":
        words.set(stroke, "stroke-linejoin", line.join)
    if line.cap != "butt":
        words.set(stroke, "stroke-linecap", line.cap)
    if line.dash:
        words.set(stroke, "stroke-dasharray", " ".join(map(plain, line.dash)))


def _mark(words: _Words, parent: Tree.Element, mark: Mark) -> None:
    graphic = words.add(parent, "Graphic")
    shape = words.add(graphic, "Mark")
    words.add(shape, "WellKnownName", mark.shape)
    _fill(words, shape, mark.colour, mark.opacity)
    if mark.edge:
        _stroke(words, shape, Line(mark.edge, mark.edge_width))
    words.add(graphic, "Size", plain(2 * mark.radius))


def _text(words: _Words, parent: Tree.Element, text: Text) -> None:
    label = words.add(parent, "Label")
    Tree.SubElement(label, f"{{{_OGC}}}PropertyName").text = text.field
    font = words.add(parent, "Font")
    words.set(font, "font-family", "Noto Sans")
    words.set(font, "font-size", plain(text.size))
    if text.halo:
        halo = words.add(parent, "Halo")
        words.add(halo, "Radius", plain(text.halo_width))
        _fill(words, halo, text.halo, 1.0)
    _fill(words, parent, text.colour, 1.0)
