"""The parameter ``datetime``: an instant or an interval of RFC 3339, open ends as ``..``."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from gishue.core.errors import BadRequest

_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d))?", re.ASCII
)


class Interval(NamedTuple):
    """From ``start`` to ``end``, both in it; None where the end is open. Aware, UTC."""

    start: datetime | None
    end: datetime | None


def read_datetime(text: str) -> Interval:
    """Return the time that ``text`` asks for.

    >>> read_datetime("2024-10-01T00:00:00Z/..").end is None
    True

    Raises:
        BadRequest: it is neither an instant nor an interval, or ends before it starts.

    Source: OGC 17-069r4, /req/core/fc-time-definition; a date alone means its whole day.
    """
    first, slash, second = text.partition("/")
    if not slash:
        second = first
    elif {first, second} <= {"", ".."}:
        raise _bad(text)
    start = None if slash and first in ("", "..") else _instant(text, first)[0]
    end = None if slash and second in ("", "..") else _instant(text, second)[1]
    if start is not None and end is not None and start > end:
        raise _bad(text)
    return Interval(start, end)


def _instant(text: str, part: str) -> tuple[datetime, datetime]:
    """Return the first and the last moment that ``part`` names."""
    if not _INSTANT.fullmatch(part):
        raise _bad(text)
    try:
        moment = datetime.fromisoformat(part.upper())
        if len(part) > 10:
            return moment.astimezone(UTC), moment.astimezone(UTC)
        first = datetime.combine(moment.date(), time(), UTC)
        return first, first + timedelta(days=1, microseconds=-1)
    except (ValueError, OverflowError) as error:
        raise _bad(text) from error


def _bad(text: str) -> BadRequest:
    return BadRequest(
        f"datetime: {text[:80]!r} is neither a time like 2024-10-01T00:00:00Z nor an interval "
        "start/end with .. for an open end",
        vi=f"datetime: {text[:80]!r} không phải thời điểm như 2024-10-01T00:00:00Z "
        "hay khoảng đầu/cuối (dùng .. cho đầu mở)",
    )
