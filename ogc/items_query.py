"""The parameters of ``items`` and ``items/{id}``, read before any of them reaches SQL. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from gishue.core import paging
from gishue.core.bounds import Bounds
from gishue.core.errors import BadRequest
from layers.clip import DEGREES
from layers.feature_store import FeatureQuery, Period
from layers.fields import Field, FieldType
from layers.layer import Layer
from ogc import crs_uri
from ogc.asked import EVERYWHERE, check_known
from ogc.config import DEFAULT_ITEMS, MAX_ITEMS
from ogc.crs_uri import NamedCrs
from ogc.instants import read_datetime

ITEMS = frozenset({"limit", "offset", "cursor", "bbox", "bbox-crs", "crs", "datetime", "as_of"})
ITEM = frozenset({"crs", "as_of"})

_CURSOR_CHARACTERS = 64
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_TIMED = (FieldType.DATE, FieldType.DATETIME)
_WHOLE = re.compile(r"\d{1,18}", re.ASCII)


class ItemsQuery(NamedTuple):
    """Which features to answer with, and in which CRS."""

    features: FeatureQuery
    crs: NamedCrs


def queryables(layer: Layer) -> Sequence[Field]:
    """Return the fields that may be asked for by name; the names of parameters come first."""
    return [field for field in layer.fields if field.name not in ITEMS | EVERYWHERE]


def read_items(layer: Layer, parameters: Mapping[str, str]) -> ItemsQuery:
    """Return what ``parameters`` ask of the collection.

    Raises:
        BadRequest: one of them is unknown or cannot be read; it is named.
    """
    names = {field.name for field in queryables(layer)}
    check_known(parameters, ITEMS | names)
    named = read_crs(layer, parameters)
    boxed = crs_uri.find(layer, "bbox-crs", parameters.get("bbox-crs", crs_uri.CRS84.uri))
    bbox = parameters.get("bbox")
    query = FeatureQuery(
        bounds=None if bbox is None else read_bbox(bbox, boxed),
        bounds_srid=boxed.srid,
        placeless=True,
        equal={name: value for name, value in parameters.items() if name in names},
        period=read_period(layer, parameters.get("datetime")),
        after_id=_after(parameters),
        offset=_whole("offset", parameters.get("offset", "0"), least=0),
        limit=min(MAX_ITEMS, _whole("limit", parameters.get("limit", str(DEFAULT_ITEMS)), least=1)),
        srid=named.srid,
        flip=named.flip,
    )
    return ItemsQuery(query, named)


def read_crs(layer: Layer, parameters: Mapping[str, str]) -> NamedCrs:
    """Return the CRS to answer in: CRS84 unless another is asked for.

    Raises:
        BadRequest: the collection is not offered in it.
    """
    return crs_uri.find(layer, "crs", parameters.get("crs", crs_uri.CRS84.uri))


def temporal(layer: Layer) -> Field | None:
    """Return the field that says when a feature is: the layer's only date or time, if any."""
    timed = [field for field in layer.fields if field.type in _TIMED]
    return timed[0] if len(timed) == 1 else None


def read_period(layer: Layer, text: str | None) -> Period | None:
    """Return the time asked for; None when nothing is asked, or no field says when a feature is.

    Source: OGC 17-069r4, /req/core/fc-time-response: features without a time match every time.

    Raises:
        BadRequest: it cannot be read.
    """
    if text is None:
        return None
    start, end = read_datetime(text)
    field = temporal(layer)
    if field is None:
        return None
    if field.type is FieldType.DATE:
        return Period(field, start and start.date(), end and end.date())
    return Period(field, start, end)


def read_bbox(text: str, named: NamedCrs) -> Bounds:
    """Return the box, x first; of six numbers the heights are left out.

    Raises:
        BadRequest: not four or six numbers, upside down, or a latitude beyond the poles.
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) not in (4, 6) or not all(map(_NUMBER.fullmatch, parts)):
        raise _bad_bbox(text, "is not four or six numbers", "không phải bốn hoặc sáu số")
    numbers = [float(part) for part in parts]
    if len(numbers) == 6:
        numbers = [*numbers[0:2], *numbers[3:5]]
    first_min, second_min, first_max, second_max = numbers
    box = Bounds(first_min, second_min, first_max, second_max)
    if named.flip:
        box = Bounds(second_min, first_min, second_max, first_max)
    degrees = named.srid in DEGREES
    if box.ymin > box.ymax or (box.xmin > box.xmax and not degrees):
        raise _bad_bbox(text, "is upside down", "bị ngược")
    if degrees and (box.ymin < -90 or box.ymax > 90):
        order = "latitude,longitude" if named.flip else "longitude,latitude"
        raise _bad_bbox(
            text,
            f"has a latitude beyond 90 degrees; the order here is {order}",
            f"có vĩ độ vượt quá 90 độ; thứ tự ở đây là {order}",
        )
    return box


def following(parameters: Mapping[str, str], next_id: int) -> str:
    """Return the query string of the next page: every parameter kept, then where to go on."""
    kept = {name: value for name, value in parameters.items() if name not in ("offset", "cursor")}
    return urlencode(kept | {"cursor": paging.cursor(next_id)})


def _after(parameters: Mapping[str, str]) -> int | None:
    token = parameters.get("cursor")
    if token is None:
        return None
    if "offset" in parameters:
        raise BadRequest(
            "offset and cursor exclude each other; a next link has the cursor",
            vi="không dùng offset cùng với cursor; liên kết next đã có cursor",
        )
    (value,) = paging.read_cursor(token[:_CURSOR_CHARACTERS], 1)
    if not isinstance(value, int) or not abs(value) < 2**63:
        raise BadRequest(
            "cursor: not one that a next link of this collection gave",
            vi="cursor: không phải con trỏ do liên kết next đưa ra",
        )
    return value


def _whole(parameter: str, text: str, *, least: int) -> int:
    if not _WHOLE.fullmatch(text) or int(text) < least:
        raise BadRequest(
            f"{parameter}: {text[:80]!r} is not a whole number from {least} up",
            vi=f"{parameter}: {text[:80]!r} không phải số nguyên từ {least} trở lên",
        )
    return int(text)


def _bad_bbox(text: str, why: str, vi: str) -> BadRequest:
    return BadRequest(f"bbox: {text[:120]!r} {why}", vi=f"bbox: {text[:120]!r} {vi}")
