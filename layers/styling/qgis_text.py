"""How QGIS writes colours, lengths and conditions, and how they are read back.

Source: QGIS 3.34, qgssymbollayerutils.cpp (encodeColor, encodeUnits), and its expression syntax.
"""

import re
from typing import Final

from layers.styling.colour import Colour, try_colour
from layers.styling.symbols import All, Compare, Condition, OneOf, Operator, Value, value_of

PIXELS: Final = {
    "MM": 96 / 25.4,
    "Pixel": 1.0,
    "Point": 96 / 72,
    "Inch": 96.0,
}
"""Pixels in one unit on a screen of 96 dpi."""
_TERM: Final = re.compile(
    r"""\s*(?:"((?:[^"]|"")+)"|([^\W\d]\w*))\s*
        (?:(=|<>|!=|<=|>=|<|>)\s*('(?:[^']|'')*'|-?[\d.]+(?:[eE][+-]?\d+)?|TRUE|FALSE)
          |\s[iI][nN]\s*\(([^()]*)\))\s*""",
    re.VERBOSE,
)
_ITEM: Final = re.compile(r"\s*('(?:[^']|'')*'|-?[\d.]+)\s*(?:,|$)")
_AND: Final = re.compile(r"\band\b", re.IGNORECASE)


class Untold(ValueError):
    """The expression says more than rules can."""


def colour(said: str, opacity: float = 1.0) -> str:
    """Return a colour of CSS as QGIS writes it: ``r,g,b,a``."""
    read = try_colour(said) or Colour(136, 136, 136)
    return f"{read.red},{read.green},{read.blue},{round(255 * read.alpha * opacity)}"


def read_colour(said: str, default: str) -> tuple[str, float]:
    """Return a colour of QGIS without its opacity, and that (0–1)."""
    parts = said.split(",")
    try:
        red, green, blue = (min(max(int(part), 0), 255) for part in parts[:3])
        alpha = min(max(int(parts[3]), 0), 255) / 255 if len(parts) > 3 else 1.0
    except (ValueError, IndexError):
        read = try_colour(said)
        return (read.hex, read.alpha) if read else (default, 1.0)
    return Colour(red, green, blue).hex, round(alpha, 3)


def written(one: Condition) -> str:
    """Return a condition as an expression of QGIS."""
    match one:
        case Compare(name, operator, value):
            sign = "<>" if operator == "!=" else operator
            return f"{_name(name)} {sign} {_literal(value)}"
        case OneOf(name, values):
            return f"{_name(name)} IN ({', '.join(map(_literal, values))})"
        case All(parts):
            return " AND ".join(written(part) for part in parts)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: Value) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def read(expression: str) -> Condition:
    """Return the condition of an expression: comparisons of fields with values, joined by AND.

    Raises:
        Untold: it is more than that.
    """
    parts: list[Compare | OneOf] = []
    rest = _unwrapped(expression)[:2_000]
    while True:
        found = _TERM.match(rest)
        if found is None:
            raise Untold(expression[:80])
        parts.append(_part(found))
        rest = rest[found.end() :]
        if not rest:
            break
        joint = _AND.match(rest)
        if joint is None:
            raise Untold(expression[:80])
        rest = rest[joint.end() :]
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _unwrapped(text: str) -> str:
    """Return ``text`` without one pair of brackets around the whole."""
    text = text.strip()
    inner = text[1:-1]
    whole = text.startswith("(") and text.endswith(")") and "(" not in inner and ")" not in inner
    return inner.strip() if whole else text


def _part(found: re.Match[str]) -> Compare | OneOf:
    quoted, bare, sign, literal, listed = found.groups()
    name = quoted.replace('""', '"') if quoted else bare
    if listed is not None:
        items = [one[1] for one in _ITEM.finditer(listed)]
        if not items:
            raise Untold(found[0][:80])
        return OneOf(name, tuple(map(_value, items)))
    operators: dict[str, Operator] = {
        "=": "=", "<>": "!=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=",
    }  # fmt: skip
    return Compare(name, operators[sign], _value(literal))


def _value(literal: str) -> Value:
    if literal.startswith("'"):
        return literal[1:-1].replace("''", "'")
    if literal in ("TRUE", "FALSE"):
        return literal == "TRUE"
    return value_of(literal)
