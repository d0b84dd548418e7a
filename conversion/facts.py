"""What a dataset says of itself: the answer of the sandboxed reader, checked into our types."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conversion.reading import LayerHead, Note
from conversion.refusal_codes import from_code
from conversion.wkb import MULTI_POINT
from layers.fields import FieldType
from layers.layer import GeometryType

_NOTES = 200
_HINTS = 40
_HINT = 200
_TYPES = {
    1: GeometryType.POINT,
    2: GeometryType.LINE,
    3: GeometryType.POLYGON,
    4: GeometryType.POINT,
    5: GeometryType.LINE,
    6: GeometryType.POLYGON,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sandboxed reader saw, in our types; a stranger's data until checked here.

    ``sampled``: how many rows were looked at, 0 where all were; then ``rows`` is what the file
    claims, and ``types`` and ``columns`` are true of the sample only.
    """

    driver: str
    layers: tuple[str, ...]
    layer: str
    rows: int
    types: Mapping[int, int]
    most_points: int
    columns: tuple[tuple[str, FieldType], ...]
    raw_text: bool
    crs: str
    points: tuple[tuple[float, float] | None, ...]
    values: Mapping[str, tuple[str, ...]]
    plan: Mapping[str, Any]
    notes: tuple[Note, ...]
    hints: tuple[str, ...]
    chosen: bool = False
    sampled: int = 0
    heads: tuple[LayerHead, ...] = ()

    @property
    def geometry_type(self) -> GeometryType:
        """What a layer of these features draws."""
        kinds = {_TYPES.get(code, GeometryType.MIXED) for code in self.types if code}
        several = self.types.get(MULTI_POINT, 0) and self.most_points > 1
        return kinds.pop() if len(kinds) == 1 and not several else GeometryType.MIXED


def read_facts(said: Mapping[str, Any]) -> Facts:
    """Return a reader's answer in our types.

    Raises:
        GishueError: it is not an answer of ours, or no feature has a geometry.
    """
    try:
        facts = Facts(
            driver=str(said["driver"]),
            layers=tuple(str(one["name"]) for one in said["layers"]),
            layer=str(said["layer"]),
            rows=int(said["rows"]),
            types=Counter({int(code): int(n) for code, n in said["types"].items()}),
            most_points=int(said["most_points"]),
            columns=tuple((str(c["name"]), FieldType(c["type"])) for c in said["columns"]),
            raw_text=bool(said["raw_text"]),
            crs=str(said["crs"]),
            points=tuple(_pair(one) for one in said["points"]),
            values={str(n): tuple(str(v) for v in some) for n, some in said["values"].items()},
            plan=dict(said["plan"]),
            notes=read_notes(said["notes"]),
            hints=tuple(str(hint)[:_HINT] for hint in said["hints"][:_HINTS]),
            chosen=said.get("chosen") is True,
            sampled=int(said["sampled"]),
            heads=tuple(_head(one) for one in said["layers"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise from_code("unreadable") from error
    if not any(facts.types[code] for code in facts.types if code):
        raise from_code("all-null")
    return facts


def read_notes(said: Any) -> tuple[Note, ...]:
    """Return a reader's notes in our types; what they say of a place or a name stays short.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: they are none of ours.
    """
    return tuple(
        Note(str(one["code"]), _plain(one["where"]), _values(one["values"]))
        for one in said[:_NOTES]
    )


def _values(said: Mapping[str, Any]) -> dict[str, str | int | float]:
    return {
        str(name): value if isinstance(value, int | float) else _plain(value)
        for name, value in said.items()
    }


def _plain(said: Any) -> str:
    return "".join(char for char in str(said) if char.isprintable())[:_HINT]


def _head(said: Mapping[str, Any]) -> LayerHead:
    rows = said["rows"]
    return LayerHead(
        str(said["name"]), _plain(said["geometry"]), rows if isinstance(rows, int) else None
    )


def _pair(said: Any) -> tuple[float, float] | None:
    return None if said is None else (float(said[0]), float(said[1]))
