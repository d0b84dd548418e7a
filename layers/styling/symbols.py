"""What styles of all kinds have in common: rules that give features a symbol.

Between MapLibre, SLD and QML everything goes through this; what does not fit is told as lost. Sizes
are in pixels, scales as MapLibre zooms.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

Value = str | int | float | bool
Operator = Literal["=", "!=", "<", "<=", ">", ">="]
PIXEL_MM: Final = 0.28
"""The side of a rendering pixel. Source: OGC 05-077r4 (Symbology Encoding 1.1), §10.2."""
_SCALE_AT_0: Final = 40_075_016.685_578_49 / 512 / (PIXEL_MM / 1000)
"""Scale denominator at MapLibre's zoom 0, where the equator is 512 pixels long."""
MOST_RULES: Final = 300


@dataclass(frozen=True, slots=True)
class Compare:
    """A field compared with a value."""

    field: str
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class OneOf:
    """A field that has one of several values."""

    field: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Comparisons that hold together."""

    parts: "tuple[Compare | OneOf, ...]"


Condition = Compare | OneOf | All


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled area, with a thin edge where ``edge`` is a colour."""

    colour: str = "#888888"
    opacity: float = 1.0
    edge: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A stroked line; ``dash``: lengths of strokes and gaps in pixels."""

    colour: str = "#888888"
    width: float = 1.0
    opacity: float = 1.0
    dash: tuple[float, ...] = ()
    cap: str = "butt"
    join: str = "miter"


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign at a point; a circle unless ``shape`` says otherwise."""

    shape: str = "circle"
    colour: str = "#888888"
    radius: float = 4.0
    opacity: float = 1.0
    edge: str | None = None
    edge_width: float = 0.0


@dataclass(frozen=True, slots=True)
class Text:
    """A label that shows a field."""

    field: str
    size: float = 12.0
    colour: str = "#000000"
    halo: str | None = None
    halo_width: float = 0.0


Symbol = Fill | Line | Mark | Text


@dataclass(frozen=True, slots=True)
class Rule:
    """Which features, at which zooms, get ``symbol``; ``is_else``: those that no other rule has."""

    symbol: Symbol
    title: str = ""
    condition: Condition | None = None
    is_else: bool = False
    minzoom: float | None = None
    maxzoom: float | None = None


Pass = tuple[Rule, ...]
"""Rules that are drawn together, one kind of symbol; the next pass lies over it."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Something that was not carried over, in one sentence of each language."""

    where: str
    message: str
    message_vi: str


@dataclass(slots=True)
class Losses:
    """What was lost so far; each is told once."""

    told: list[Lost] = field(default_factory=list[Lost])

    def add(self, where: str, message: str, message_vi: str) -> None:
        """Note a loss."""
        lost = Lost(where[:200], message, message_vi)
        if lost not in self.told and len(self.told) < 100:
            self.told.append(lost)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A style: its passes from the lowest to the highest, and what was lost on the way here."""

    passes: tuple[Pass, ...]
    lost: tuple[Lost, ...] = ()


def passes_of(found: Iterable[Sequence[Rule]]) -> tuple[Pass, ...]:
    """Return the rules of a file as passes: the first symbols of all rules, then the second.

    ``found``: of each rule of the file, one rule for each of its symbols, the lowest first.
    """
    slots: dict[tuple[str, int], list[Rule]] = {}
    for rules in found:
        counts: dict[str, int] = {}
        for rule in rules:
            kind = type(rule.symbol).__name__
            counts[kind] = counts.get(kind, -1) + 1
            slots.setdefault((kind, counts[kind]), []).append(rule)
    return tuple(tuple(rules) for rules in slots.values())


def scale_of(zoom: float) -> float:
    """Return the scale denominator at a MapLibre zoom."""
    return _SCALE_AT_0 / 2**zoom


def zoom_of(scale: float) -> float | None:
    """Return the MapLibre zoom of a scale denominator, held to 0–24; None for none."""
    if not 0 < scale < 1e12:
        return None
    return min(max(round(math.log2(_SCALE_AT_0 / scale), 2), 0.0), 24.0)


def number(text: str | None, default: float) -> float:
    """Return a number of a file, or ``default`` where it is none or absurd."""
    try:
        value = float(text or "")
    except ValueError:
        return default
    return value if abs(value) < 1e6 else default


def plain(value: float) -> str:
    """Return a number as files write it.

    >>> plain(2.0), plain(0.25)
    ('2', '0.25')
    """
    return f"{value:.10g}"


def value_of(text: str) -> Value:
    """Return a literal of a file: a number where it reads as one, and is written back the same.

    >>> value_of("12"), value_of("1.5"), value_of("012"), value_of("Huế")
    (12, 1.5, '012', 'Huế')
    """
    try:
        read: int | float = int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return text
    return read if str(read) == text and abs(read) < 2**53 else text
