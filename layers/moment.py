"""A moment as people write it: a date, or a time with or without its zone."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from gishue.core.errors import BadRequest

NAIVE_ZONE: Final = "Asia/Ho_Chi_Minh"
"""The zone of a time that names none: department files say what the clock on the wall said."""


def read_time(text: str) -> datetime:
    """Return the moment that ``text`` names, aware and in UTC; a date is the end of its day in Huế.

    Raises:
        BadRequest: it is no time.
    """
    zone = ZoneInfo(NAIVE_ZONE)
    # A plus sign that was not escaped arrives as a space.
    clean = text.strip().replace(" ", "+") if "T" in text else text.strip()
    try:
        if len(clean) <= 10:
            day = date.fromisoformat(clean) + timedelta(days=1)
            return datetime.combine(day, time(), zone).astimezone(UTC) - timedelta(microseconds=1)
        moment = datetime.fromisoformat(clean)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequest(
            f"{text[:40]!r} is no time; write 2026-03-01 or 2026-03-01T08:00:00+07:00",
            vi=f"{text[:40]!r} không phải thời gian; hãy viết 2026-03-01 hoặc "
            "2026-03-01T08:00:00+07:00",
        ) from error
