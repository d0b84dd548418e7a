"""Time in filters: literals, and how two spans of time stand to each other.

Source: OGC 21-065r2, table of temporal operators. A date is the first moment of its day, UTC.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, LiteralString, NamedTuple

from psycopg.sql import SQL, Composed

from gishue.core.errors import BadRequest

OPEN: Final = (SQL("'-infinity'::timestamptz").format(), SQL("'infinity'::timestamptz").format())
"""What ``..`` stands for at the first and at the second place."""


class Span(NamedTuple):
    """Two moments as SQL; the same twice for an instant."""

    start: Composed
    end: Composed


# {0} and {1}: start and end of the first; {2} and {3}: of the second.
_RELATIONS: Final[dict[str, LiteralString]] = {
    "t_after": "({0} > {3})",
    "t_before": "({1} < {2})",
    "t_contains": "({0} < {2} AND {1} > {3})",
    "t_disjoint": "({1} < {2} OR {0} > {3})",
    "t_during": "({0} > {2} AND {1} < {3})",
    "t_equals": "({0} = {2} AND {1} = {3})",
    "t_finishedBy": "({0} < {2} AND {1} = {3})",
    "t_finishes": "({0} > {2} AND {1} = {3})",
    "t_intersects": "({0} <= {3} AND {1} >= {2})",
    "t_meets": "({1} = {2})",
    "t_metBy": "({0} = {3})",
    "t_overlappedBy": "({0} > {2} AND {0} < {3} AND {1} > {3})",
    "t_overlaps": "({0} < {2} AND {1} > {2} AND {1} < {3})",
    "t_startedBy": "({0} = {2} AND {1} > {3})",
    "t_starts": "({0} = {2} AND {1} < {3})",
}
_BY_NAME: Final[dict[str, LiteralString]] = {
    name.lower(): relation for name, relation in _RELATIONS.items()
}


def predicate(op: str, spans: Sequence[Span]) -> Composed:
    """Return how the two spans stand to each other.

    Raises:
        BadRequest: there is no such relation, or not two spans.
    """
    relation = _BY_NAME.get(op.lower())
    if relation is None or len(spans) != 2:
        raise BadRequest(
            f"{op[:40]!r} is no relation of two times; there are {', '.join(_RELATIONS)}",
            vi=f"{op[:40]!r} không phải quan hệ thời gian; các quan hệ: {', '.join(_RELATIONS)}",
        )
    return SQL(relation).format(*spans[0], *spans[1])


def literal(text: str) -> dict[str, str]:
    """Return a text as a literal of time, by its length: a date or a timestamp."""
    return {"date": text} if len(text) <= 10 else {"timestamp": text}


def read[T: (date, datetime)](kind: type[T], text: Any) -> T:
    """Return the time written as ``text``; without a zone it is UTC.

    Raises:
        BadRequest: it is none.
    """
    try:
        value = kind.fromisoformat(str(text))
    except ValueError as error:
        raise BadRequest(
            f"{str(text)[:40]!r} is no time; write DATE('2026-03-01') or "
            "TIMESTAMP('2026-03-01T08:00:00Z')",
            vi=f"{str(text)[:40]!r} không phải thời gian; hãy viết DATE('2026-03-01') hoặc "
            "TIMESTAMP('2026-03-01T08:00:00Z')",
        ) from error
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value
