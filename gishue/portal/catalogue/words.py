"""Numbers, days and spans of time as the pages of the catalogue write them."""

from datetime import date, datetime, timedelta, timezone
from typing import Final

from gishue.core.vietnamese import vn_number
from layers.catalogue import Language

_HUE: Final = timezone(timedelta(hours=7))
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_SPANS: Final = (
    (1 / 24, 1 / 1440, ("{n} phút", "{n} minute")),
    (2, 1 / 24, ("{n} giờ", "{n} hour")),
    (60, 1, ("{n} ngày", "{n} day")),
    (730, 30.44, ("{n} tháng", "{n} month")),
    (float("inf"), 365.25, ("{n} năm", "{n} year")),
)


def number(value: int, language: Language) -> str:
    """Return a whole number in groups of three."""
    return vn_number(value) if language == "vi" else f"{value:,}"


def day(at: datetime, language: Language) -> str:
    """Return the day in Huế.

    >>> from datetime import UTC
    >>> day(datetime(2026, 8, 1, 20, tzinfo=UTC), "en")
    '2 August 2026'
    """
    return calendar_day(at.astimezone(_HUE).date(), language)


def calendar_day(on: date, language: Language) -> str:
    """Return a day as people write it."""
    if language == "vi":
        return f"{on.day:02}/{on.month:02}/{on.year}"
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def span(days: float, language: Language) -> str:
    """Return how long something takes, in the unit that suits it.

    >>> span(3.2, "vi"), span(0.5, "en"), span(400, "en")
    ('3 ngày', '12 hours', '13 months')
    """
    unit, words = next((unit, words) for below, unit, words in _SPANS if days < below)
    count = max(1, round(days / unit))
    text = words[0 if language == "vi" else 1].format(n=count)
    return text if language == "vi" or count == 1 else f"{text}s"
