"""Rows placed by their address: the columns that make one up, the ward of each, fields added."""

import re
from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from conversion.addresses import Match, locate
from conversion.reading import Column
from conversion.table.place import Place
from conversion.table.rows import Row, Value, is_empty
from conversion.table.shapes import points
from conversion.table.text import keys
from conversion.text.encoding import Encoding, decode, detect
from layers.fields import FieldType

ADDED: Final[tuple[tuple[str, FieldType], ...]] = (
    ("ma_phuong_xa", FieldType.TEXT),
    ("phuong_xa", FieldType.TEXT),
    ("do_chinh_xac", FieldType.TEXT),
    ("do_tin_cay", FieldType.REAL),
)
"""The fields that say where an address was found: ward code, ward, precision, sureness 0 to 1."""

BY_WARD: Final = "phuong_xa"
"""The precision of a row that stands at its ward's middle point."""

_ADDRESS = re.compile(
    r"(.* )?(dia chi|address|dia diem|noi (o|cu tru|thuong tru|lam viec)|cho o|tru so|thuong tru|"
    r"tam tru|vi tri)( .*)?"
)
_STREET = re.compile(r"(.* )?(so nha|duong( pho)?|ten duong|thon|to dan pho|to|kiet|hem)")
_WARD = re.compile(r"(.* )?(phuong|xa|phuong xa|xa phuong|ward|commune)( .*)?")
_DISTRICT = re.compile(r"(.* )?(quan|huyen|quan huyen|huyen thi|thi xa|tp|district)( .*)?")
_LOOKED_AT: Final = 300
_ENOUGH: Final = 0.3


def find(names: Sequence[str], rows: Sequence[Row]) -> Place | None:
    """Return the columns whose values make up an address, or None.

    The headers name them; the values must name wards of the city in three rows of ten.
    """
    address = _matching(names, _ADDRESS)
    street, ward, district = (_matching(names, one) for one in (_STREET, _WARD, _DISTRICT))
    parts = [*street[:2], *ward[:1], *[at for at in district[:1] if at not in ward[:1]]]
    tried = [(at,) for at in address] + [tuple(sorted({*parts}, key=parts.index))]
    if address and ward:
        tried.insert(0, tuple(dict.fromkeys((address[0], *ward[:1], *district[:1]))))
    best = max((one for one in tried if one), key=lambda one: _share(rows, one), default=())
    return Place("address", best) if best and _share(rows, best) >= _ENOUGH else None


def encoding_of(rows: Sequence[Row], place: Place) -> str:
    """Return the encoding that the addresses are in, found from a sample."""
    texts = [_joined(row.values, place.columns) for row in rows[:_LOOKED_AT]]
    return detect([text for text in texts if text]).encoding.value


def matches(rows: Sequence[Row], place: Place, encoding: str) -> list[Match | None]:
    """Return the ward of each row."""
    undo = Encoding(encoding) if encoding else Encoding.UTF8
    return [locate(decode(_joined(row.values, place.columns), undo)) for row in rows]


def geometry(found: Sequence[Match | None]) -> pa.Array:
    """Return the middle point of each row's ward, EPSG:4326 as WKB."""
    wards = [None if one is None else one.ward for one in found]
    return points(
        [None if one is None else one.lon for one in wards],
        [None if one is None else one.lat for one in wards],
    )


def added_columns(first: int) -> list[Column]:
    """Return the added fields, which stand after ``first`` columns of the table's own."""
    return [Column(first + at, name, kind) for at, (name, kind) in enumerate(ADDED)]


def added(found: Sequence[Match | None], *, raw: bool) -> list[pa.Array]:
    """Return the values of the added fields.

    ``raw``: the file's characters are bytes of an encoding that is not known here, so the wards
    are named later, by their codes (``address_places``).
    """
    names = [None if one is None or raw else one.ward.name for one in found]
    text = pa.large_string()
    return [
        pa.array([None if one is None else one.ward.code for one in found], text),
        pa.array(names, text),
        pa.array([None if one is None else BY_WARD for one in found], text),
        pa.array([None if one is None else one.sure for one in found], pa.float64()),
    ]


def _matching(names: Sequence[str], pattern: re.Pattern[str]) -> list[int]:
    return [at for at, n in enumerate(names) if any(pattern.fullmatch(key) for key in keys(n))]


def _share(rows: Sequence[Row], columns: tuple[int, ...]) -> float:
    place = Place("address", columns)
    encoding = encoding_of(rows, place)
    looked = [row for row in rows[:_LOOKED_AT] if _joined(row.values, columns)]
    found = sum(one is not None for one in matches(looked, place, encoding))
    return found / len(looked) if looked else 0.0


def _joined(values: Sequence[Value], columns: Sequence[int]) -> str:
    parts = [values[at] for at in columns if at < len(values)]
    return ", ".join(str(part).strip() for part in parts if not is_empty(part))
