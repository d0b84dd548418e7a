"""Which columns of a table say where its rows lie, by their headers and by their values.

Vietnamese paper calls north X and east Y (EPSG's own order is easting, northing), while GIS exports
do the opposite; so the values decide wherever they can: in Viet Nam northings run from 0.9 to
2.6 million metres, eastings from 0.1 to 0.9, or carry the zone before them (18 500 000).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from conversion.refusal import Refusal
from conversion.table import degrees as table_degrees
from conversion.table.degrees import coordinate
from conversion.table.rows import Row, Value, is_empty
from conversion.table.shapes import SHAPE_TEXT
from conversion.table.text import keys, readings
from gishue.core.vietnamese import nfc

_NOISE_WORDS: Final = """
toa do m met vn 2000 vn2000 he wgs 84 wgs84 utm tm3 tam diem coord coordinate coordinates point gps
deg degree degrees dms o tim cot moc vi tri hien trang phang dia so thap phan huong phia x y
"""
_NOISE: Final = frozenset(_NOISE_WORDS.split())
_ROLES: Final[tuple[tuple[str, frozenset[str], frozenset[str]], ...]] = (
    (
        "lon",
        frozenset({"kinhdo", "lon", "long", "lng", "longitude", "kd"}),
        frozenset({"e", "dong"}),
    ),
    ("lat", frozenset({"vido", "lat", "latitude", "vd"}), frozenset({"n", "bac"})),
    ("north", frozenset({"n", "bac", "northing", "north"}), frozenset()),
    ("east", frozenset({"e", "dong", "easting", "east"}), frozenset()),
)
_PAIR = re.compile(
    r"\b(toa ?do|coordinates?|coords?|lat ?lo?ng?|lon ?lat|gps|vi ?tri|location|latlng)\b"
)
_SHAPE = re.compile(r"(.* )?(wkt|ewkt|wkb|geom|geometry|geojson|the geom|hinh hoc|shape)")
_CODE = re.compile(r"\bepsg \d{4,6}\b")
_LOOKED_AT: Final = 2_000
_MOST: Final = 0.8
_HALF: Final = 0.5
_KINDS: Final[tuple[tuple[str, tuple[tuple[float, float], ...]], ...]] = (
    ("lat", ((5.0, 24.5),)),
    ("lon", ((100.0, 120.0),)),
    ("north", ((900_000.0, 2_650_000.0),)),
    ("east", ((50_000.0, 899_999.0), (18e6, 20e6), (48e6, 50e6))),
)
_PAIRS: Final = (("lon", "lat"), ("east", "north"))


@dataclass(frozen=True, slots=True)
class Place:
    """How a row is placed. ``how``: ``xy`` (two columns), ``pair``, ``shape`` or ``address``.

    ``columns`` are positions, for ``xy`` easting or longitude first. ``turned``: a pair's second
    number is the easting or longitude; with ``xy``: the headers said otherwise than the values.
    ``degrees``: they are longitude and latitude.
    """

    how: str
    columns: tuple[int, ...]
    turned: bool = False
    degrees: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the place as it stands in a plan."""
        return {
            "how": self.how,
            "columns": list(self.columns),
            "turned": self.turned,
            "degrees": self.degrees,
        }

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> "Place":
        """Return the place from its form in a plan."""
        return cls(
            str(said["how"]), tuple(said["columns"]), bool(said["turned"]), bool(said["degrees"])
        )


@dataclass(frozen=True, slots=True)
class _Column:
    """One column as a sample shows it: ``kind`` by its values, ``role`` by its header."""

    position: int
    role: str
    kind: str
    share: float
    values: tuple[Value, ...] = field(repr=False)


def find(names: Sequence[str], rows: Sequence[Row]) -> Place | None:
    """Return how the rows of a table are placed by coordinates, or None."""
    columns = [_column(at, name, rows) for at, name in enumerate(names)]
    shape = _shape(columns)
    if shape is not None:
        return shape
    for roles in (_PAIRS[0], _PAIRS[1], ("Y", "X")):
        found = _by_role(columns, roles)
        if found is not None:
            return found
    return _pair(columns, names) or _by_values(columns)


def told(names: Sequence[str], rows: Sequence[Row], options: Mapping[str, str]) -> Place | None:
    """Return how a person said that rows are placed; None where nothing was said of columns.

    Raises:
        Refusal: there is no column of that name.
    """
    said = {key: options.get(key, "") for key in ("x", "y", "address")}
    at = {key: position_of(names, name) for key, name in said.items() if name}
    if "address" in at and "x" not in at:
        return Place("address", (at["address"],))
    if "x" in at and "y" in at:
        x, y = (_column(at[key], names[at[key]], rows) for key in ("x", "y"))
        return Place("xy", (x.position, y.position), degrees={x.kind, y.kind} == {"lon", "lat"})
    if at:
        one = _column(next(iter(at.values())), "", rows)
        return _shape([one]) or _pair([one], ["toa do"]) or Place("pair", (one.position,))
    return None


def position_of(names: Sequence[str], wanted: str) -> int:
    """Return where the column is that people see as ``wanted``, whatever its encoding.

    Raises:
        Refusal: there is none.
    """
    for at, name in enumerate(names):
        if nfc(wanted).casefold() in {one.casefold() for one in (name, *readings(name))}:
            return at
    raise Refusal("table-no-column", wanted)


def role(name: str) -> str:
    """Return what a header says of its column: lon, lat, north, east, X, Y, shape or nothing."""
    found = [one for key in sorted(keys(name)) if (one := _role(key))]
    return found[0] if found else ""


def is_heading(row: Sequence[Value]) -> bool:
    """Return whether the words of a row name both coordinates, or a column of shapes."""
    said = {role(value) for value in row if isinstance(value, str)}
    return "shape" in said or any(set(pair) <= said for pair in (*_PAIRS, ("X", "Y")))


def _role(key: str) -> str:
    key = " ".join(_CODE.sub("", key).split())
    words = key.replace("kinh do", "kinhdo").replace("vi do", "vido").split()
    said = {word for word in words if word not in _NOISE}
    for name, decisive, beside in _ROLES:
        if said & decisive and said <= decisive | beside:
            return name
    if _SHAPE.fullmatch(key):
        return "shape"
    letters = {word for word in words if word in {"x", "y"}}
    return letters.pop().upper() if not said and len(letters) == 1 else ""


def _column(position: int, name: str, rows: Sequence[Row]) -> _Column:
    found = [row.values[position] for row in rows[:_LOOKED_AT] if position < len(row.values)]
    values = tuple(value for value in found if not is_empty(value))
    numbers = [number for value in values if (number := coordinate(value)) is not None]
    share = len(numbers) / len(values) if values else 0.0
    kind = _kind(numbers) if share >= _HALF else ""
    return _Column(position, role(name) if name else "", kind, share, values)


def _kind(numbers: Sequence[float]) -> str:
    """Return what the numbers can be, by their middle and by most of them."""
    middle = median(numbers)
    for kind, ranges in _KINDS:
        if any(low <= middle <= high for low, high in ranges):
            inside = sum(any(low <= n <= high for low, high in ranges) for n in numbers)
            return kind if inside >= _HALF * len(numbers) else ""
    return ""


def _by_role(columns: Sequence[_Column], roles: tuple[str, str]) -> Place | None:
    """Return the pair of columns that the headers name, turned where the values say so."""
    named = [[c for c in columns if c.role == one and c.share >= _HALF] for one in roles]
    for first in named[0]:
        near = sorted(named[1], key=lambda c: abs(c.position - first.position))
        if near:
            return _placed(first, near[0], paper=roles == ("Y", "X"))
    return None


def _placed(east: _Column, north: _Column, *, paper: bool) -> Place:
    """Return the place of two columns, of which the headers call the first the easting.

    On paper X is the northing; a GIS export has it the other way: neither is a mistake.
    """
    kinds = (east.kind, north.kind)
    columns = (east.position, north.position)
    degrees = set(kinds) == {"lon", "lat"}
    if kinds in {("lat", "lon"), ("north", "east")}:
        return Place("xy", columns[::-1], turned=not paper, degrees=degrees)
    return Place("xy", columns, degrees=degrees)


def _by_values(columns: Sequence[_Column]) -> Place | None:
    """Return the only two neighbouring columns whose values can be a pair."""
    sure = [c for c in columns if c.kind and c.share >= _MOST and _looks_measured(c)]
    for pair in _PAIRS:
        first, second = ([c for c in sure if c.kind == one] for one in pair)
        if len(first) == len(second) == 1:
            gap = abs(first[0].position - second[0].position)
            if gap == 1:
                return _placed(first[0], second[0], paper=False)
    return None


def _looks_measured(column: _Column) -> bool:
    """Return whether values have decimals or degree signs: counts and years have none."""
    numbers = [coordinate(value) for value in column.values]
    decimals = sum(one is not None and not one.is_integer() for one in numbers)
    return decimals >= _MOST * len(numbers)


def _shape(columns: Sequence[_Column]) -> Place | None:
    for column in columns:
        texts = [value for value in column.values if isinstance(value, str)]
        shapes = sum(SHAPE_TEXT.match(text) is not None for text in texts)
        least = _HALF if column.role == "shape" else _MOST
        if shapes and shapes >= least * len(column.values):
            return Place("shape", (column.position,))
    return None


def _pair(columns: Sequence[_Column], names: Sequence[str]) -> Place | None:
    """Return the column that holds both coordinates of each row."""
    for column, name in zip(columns, names, strict=True):
        texts = [value for value in column.values if isinstance(value, str)]
        pairs = [both for text in texts if (both := table_degrees.pair(text)) is not None]
        share = len(pairs) / len(column.values) if column.values else 0.0
        kinds = (_kind([a for a, _ in pairs]), _kind([b for _, b in pairs])) if pairs else ("", "")
        fits = set(kinds) in ({"lon", "lat"}, {"east", "north"})
        named = any(_PAIR.search(key) for key in keys(name))
        if fits and share >= (_HALF if named else _MOST):
            turned = kinds in {("lat", "lon"), ("north", "east")}
            return Place("pair", (column.position,), turned, set(kinds) == {"lon", "lat"})
    return None
