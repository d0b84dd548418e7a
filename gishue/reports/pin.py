"""Where a report stands on the map: a point, how sure it is, and the ward it falls in."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from psycopg.sql import NULL, SQL, Composable, Identifier

from gishue.core.actor import ANONYMOUS
from gishue.core.db import Connection
from gishue.core.errors import NotFound
from gishue.core.sql import load
from gishue.reports.report import InvalidReport
from layers import store, tables, veil
from layers.layer import Layer

_SQL = load("gishue.reports", "pin")

MAX_ACCURACY_M = 1_000.0
VIETNAM = (102.0, 5.0, 118.0, 24.0)
"""Land and sea of the nation, Hoàng Sa and Trường Sa included: lon, lat, lon, lat."""

# What departments call a ward's code and name; the first that a layer has is taken.
_CODE_FIELDS = ("code", "ma", "ma_xa", "maxa", "ma_phuong", "ward_code")
_NAME_FIELDS = ("full_name", "name", "ten_day_du", "ten", "ten_xa", "tenxa", "ward_name")


class PlaceSource(StrEnum):
    """Who told the place."""

    REPORTER = "reporter"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Place:
    """A point in WGS 84 degrees; ``accuracy_m`` is the radius it may be off by."""

    lon: float
    lat: float
    accuracy_m: float | None
    source: PlaceSource


@dataclass(frozen=True, slots=True)
class Ward:
    """The ward a point falls in, as the layer of wards calls it."""

    code: str | None
    name: str | None


def place_of(
    given: tuple[float | None, float | None],
    accuracy_m: float | None,
    seen: Sequence[tuple[float | None, float | None]],
) -> Place:
    """Return the point a report means: the one given, else the first photo that knows its own.

    Args:
        given: longitude and latitude as sent, or None.
        accuracy_m: radius as sent by the device; it counts for a given point only.
        seen: longitude and latitude read from each photo.

    Raises:
        InvalidReport: no point, half a point, or one outside the nation's land and sea.
    """
    if given == (None, None):
        for lon, lat in seen:
            if lon is not None and lat is not None and _is_in_vietnam(lon, lat):
                return Place(lon, lat, None, PlaceSource.PHOTO)
        raise _refused(
            "no place: tap the map, or send a photo that knows its position",
            "chưa có vị trí: hãy chạm lên bản đồ, hoặc gửi ảnh có tọa độ",
            "lon",
        )
    lon, lat = given
    if lon is None or lat is None or not _is_in_vietnam(lon, lat):
        raise _refused(
            "the place is not in Vietnam: longitude 102–118, latitude 5–24",
            "vị trí không ở Việt Nam: kinh độ 102–118, vĩ độ 5–24",
            "lon",
        )
    return Place(lon, lat, _radius(accuracy_m), PlaceSource.REPORTER)


async def ward_of(conn: Connection, place: Place, ward_layer: str) -> Ward | None:
    """Return the ward at ``place`` by the layer ``ward_layer``; None without layer or ward.

    A point in no ward, on a bridge's edge or off the shore, takes the nearest ward within its
    own accuracy.
    """
    try:
        # The report is public, so it says of the layer only what everybody sees of it.
        layer = veil.of(ANONYMOUS, await store.by_slug(conn, ward_layer))
    except NotFound:
        return None
    if layer.table_name is None:
        return None
    found = await _ask(conn, layer, place, "ward_at")
    if found is None and place.accuracy_m:
        found = await _ask(conn, layer, place, "ward_near")
    return found


async def _ask(conn: Connection, layer: Layer, place: Place, question: str) -> Ward | None:
    rows = veil.rows(layer)
    statement = SQL(_SQL[question]).format(
        table=tables.table(layer.table_name or ""),
        code=_column(layer, _CODE_FIELDS),
        name=_column(layer, (layer.search_field or "", *_NAME_FIELDS)),
        rows=rows.where if rows else SQL("true"),
    )
    values: dict[str, Any] = {"lon": place.lon, "lat": place.lat, "srid": layer.srid}
    values |= rows.values if rows else {}
    values["accuracy_m"] = place.accuracy_m
    row = await (await conn.execute(statement, values)).fetchone()
    return Ward(*row) if row else None


def _column(layer: Layer, names: Sequence[str]) -> Composable:
    by_name = {field.name.casefold(): field.column for field in layer.fields}
    columns = [by_name[name.casefold()] for name in names if name.casefold() in by_name]
    return Identifier(columns[0]) if columns else NULL


def _radius(accuracy_m: float | None) -> float | None:
    if accuracy_m is None:
        return None
    if not math.isfinite(accuracy_m) or accuracy_m < 0:
        raise _refused(
            "the accuracy is a number of metres, 0 or more",
            "độ chính xác là số mét, từ 0 trở lên",
            "accuracy_m",
        )
    return min(accuracy_m, MAX_ACCURACY_M)


def _is_in_vietnam(lon: float, lat: float) -> bool:
    west, south, east, north = VIETNAM
    return west <= lon <= east and south <= lat <= north


def _refused(detail: str, vi: str, field: str) -> InvalidReport:
    return InvalidReport(detail, vi=vi, field=field)
