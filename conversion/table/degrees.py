"""Coordinates as people write them: numbers of either convention, degrees, pairs in one cell."""

import math
import re
from typing import Final, Literal, NamedTuple

from conversion.table.rows import Value

_NORTH: Final = "NB"
_SOUTH: Final = "S"
_EAST: Final = "EĐÐ§Ñ"  # Đông, and its first letter in cp1258, TCVN3 and VNI seen as Latin-1
_WEST: Final = "WT"
_HEMISPHERE: Final = f"[{_NORTH}{_SOUTH}{_EAST}{_WEST}]"
_DEGREES = re.compile(
    rf"""(?P<before>{_HEMISPHERE})?\s*(?P<sign>-)?(?P<d>\d{{1,3}})
    (?:\s*(?:[°ºd˚*]|độ|deg)\s*|[\s:-]+)
    (?:(?P<m>\d{{1,2}}(?:[.,]\d+)?)
       (?:\s*(?:['’′´`m]|phút)\s*|[\s:-]+|$|(?={_HEMISPHERE}))
       (?:(?P<s>\d{{1,2}}(?:[.,]\d+)?)\s*(?:["”″]|''|’’|′′|s|giây)?)?)?
    \s*(?P<after>{_HEMISPHERE})?""",
    re.VERBOSE | re.IGNORECASE,
)
_DECIMAL = re.compile(
    rf"""(?P<before>{_HEMISPHERE})?\s*(?P<sign>-)?(?P<d>\d{{1,3}}[.,]\d+)
    \s*(?:[°º˚]|độ|deg)?\s*(?P<after>{_HEMISPHERE})?""",
    re.VERBOSE | re.IGNORECASE,
)
_SPACED = re.compile(r"[-+]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?")
_SPACES = re.compile(r"[ \u00a0\u202f]")
_NUMBER = re.compile(r"[-+]?\d[\d.,]*(?:[eE][-+]?\d{1,3})?")
_BRACKETS: Final = "()[]{} \t\r\n\u00a0"
_HALVES = re.compile(rf"(.*?{_HEMISPHERE})[\s,;/|]*(.*{_HEMISPHERE})", re.IGNORECASE)
_LARGEST_ANGLE: Final = 180.0

type Axis = Literal["", "lon", "lat"]


class Angle(NamedTuple):
    """Degrees, and which way they go where a letter says so."""

    degrees: float
    axis: Axis


def coordinate(value: Value) -> float | None:
    """Return one coordinate, in metres or degrees as written, or None.

    >>> coordinate("1.821.600,123"), coordinate("561,120.5"), coordinate("16d27'08.1\\"N")
    (1821600.123, 561120.5, 16.45225)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    if not isinstance(value, str):
        return None
    number = number_of(value)
    if number is not None:
        return number
    found = angle(value)
    return None if found is None else found.degrees


def number_of(text: str) -> float | None:
    """Return the number in ``text``, whichever sign it has before the decimals; spaces group.

    One sign and three digits after it ("561.120") can be either: taken as degrees where those are
    possible (up to 180), else as thousands.
    """
    whole, _, decimals = text.replace(",", ".").rpartition(".")
    if whole.isdecimal() and decimals.isdecimal() and (len(decimals) != 3 or len(whole) > 3):
        return float(f"{whole}.{decimals}")
    bare = text.strip()
    if bare[-1:] in {"m", "M"}:
        bare = bare[:-1].rstrip()
    if _SPACED.fullmatch(bare):
        bare = _SPACES.sub("", bare)
    if not _NUMBER.fullmatch(bare):
        return None
    try:
        made = float(_plain(bare))
    except (ValueError, OverflowError):
        return None
    return made if math.isfinite(made) else None


def _plain(bare: str) -> str:
    dots, commas = bare.count("."), bare.count(",")
    if dots and commas:
        decimal = max(".,", key=bare.rfind)
        other = "," if decimal == "." else "."
        return bare.replace(other, "").replace(decimal, ".")
    if dots > 1 or commas > 1:
        return bare.replace(".", "").replace(",", "")
    point = bare.replace(",", ".")
    whole, _, decimals = point.partition(".")
    if len(decimals) == 3 and 1 <= len(whole.lstrip("+-")) <= 3:
        return point if abs(float(point)) <= _LARGEST_ANGLE else whole + decimals
    return point


def angle(text: str) -> Angle | None:
    """Return the angle that ``text`` writes in degrees, minutes and seconds, or None.

    >>> angle("107 34 39.4 E").degrees == 107 + 34 / 60 + 39.4 / 3600
    True
    """
    bare = text.strip(_BRACKETS)
    found = _DEGREES.fullmatch(bare) or _DECIMAL.fullmatch(bare)
    if found is None:
        return None
    parts = found.groupdict()
    minutes, seconds = _part(parts.get("m")), _part(parts.get("s"))
    degrees = _part(parts["d"]) + minutes / 60 + seconds / 3600
    if minutes >= 60 or seconds > 60 or degrees > _LARGEST_ANGLE:
        return None
    letter = (parts["before"] or parts["after"] or "").upper()
    below = bool(parts["sign"]) or (bool(letter) and letter in _SOUTH + _WEST)
    return Angle(-degrees if below else degrees, _axis(letter))


def pair(text: str) -> tuple[float, float] | None:
    """Return the two coordinates in one cell, in the order they stand, or None.

    Letters turn them: then the first is the longitude.

    >>> pair("16.4693, 107.5806"), pair("(107,58; 16,47)"), pair("16°27'N 107°34'30\\"E")
    ((16.4693, 107.5806), (107.58, 16.47), (107.575, 16.45))
    """
    bare = text.strip(_BRACKETS)
    for first, second in _cuts(bare):
        one, other = coordinate(first), coordinate(second)
        if one is None or other is None:
            continue
        axes = {getattr(angle(first), "axis", ""), getattr(angle(second), "axis", "")}
        is_turned = axes == {"lon", "lat"} and getattr(angle(first), "axis", "") == "lat"
        return (other, one) if is_turned else (one, other)
    return None


def _cuts(bare: str) -> list[tuple[str, str]]:
    """Return the ways to cut a cell in two, the surest first."""
    cuts: list[tuple[str, str]] = []
    for sign in (";", "|", "\t", ", ", "/", ","):
        parts = bare.split(sign)
        if len(parts) == 2:
            cuts.append((parts[0], parts[1]))
    halves = _HALVES.fullmatch(bare)
    if halves:
        cuts.append((halves[1], halves[2]))
    words = bare.split()
    if len(words) == 2:
        cuts.append((words[0], words[1]))
    return cuts


def _part(said: str | None) -> float:
    return float(said.replace(",", ".")) if said else 0.0


def _axis(letter: str) -> Axis:
    if not letter:
        return ""
    return "lat" if letter in _NORTH + _SOUTH else "lon"
