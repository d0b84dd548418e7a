"""Open reports as a layer of the map: tiles, OGC and the portal show it like any other.

Its table changes in the transaction of the report. It holds nothing personal: no reporter's
words, no phone number, no name.
"""

from typing import Any

from psycopg.sql import SQL, Identifier

from gishue.core.actor import ANONYMOUS, OPERATOR, Actor
from gishue.core.bounds import Bounds
from gishue.core.crs import HUE, operation
from gishue.core.db import Connection
from gishue.core.errors import NotFound
from gishue.core.sql import load
from gishue.reports.report import CATEGORIES, STATES, Report, ReportState, public_title
from layers import news, publish, store, tables, tier_store, touched
from layers.changeset import Edited
from layers.description import Description
from layers.fields import Field, FieldType
from layers.layer import GeometryType, Layer

_SQL = load("gishue.reports", "layer")

SLUG = "field_reports"

_COLOURS = {
    ReportState.RECEIVED: "#c0392b",
    ReportState.TRIAGED: "#d2861c",
    ReportState.ASSIGNED: "#2f6f9f",
    ReportState.RESOLVED: "#3d8b6e",
}
STYLE: dict[str, Any] = {
    "layers": [
        {
            "type": "circle",
            "paint": {
                "circle-color": [
                    "match",
                    ["get", "state"],
                    *(part for state, colour in _COLOURS.items() for part in (str(state), colour)),
                    "#777777",
                ],
                "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 4, 16, 9],
                "circle-stroke-color": "#ffffff",
                "circle-stroke-width": 2,
            },
        }
    ],
    "legend": [
        {
            "label": STATES[state].vi,
            "label_en": STATES[state].en,
            "symbol": {"type": "circle", "color": colour, "outline": "#ffffff", "radius": 6},
        }
        for state, colour in _COLOURS.items()
    ],
}

DESCRIPTION = Description(
    title="Phản ánh hiện trường",
    title_en="Field reports",
    description="Phản ánh của người dân và cán bộ tại hiện trường đang chờ xử lý. "
    "Không chứa thông tin cá nhân.",
    description_en="Open reports from citizens and officers in the field. No personal data.",
    source="Phản ánh gửi qua nền tảng",
    draw_order=900,
    visible_by_default=True,
    style=STYLE,
)

FIELDS = (
    Field("code", "Mã phản ánh", FieldType.TEXT, "c1", "Report code"),
    Field("title", "Tiêu đề", FieldType.TEXT, "c2", "Title"),
    Field("category", "Mã lĩnh vực", FieldType.TEXT, "c3", "Category code"),
    Field("category_title", "Lĩnh vực", FieldType.TEXT, "c4", "Category"),
    Field("state", "Mã trạng thái", FieldType.TEXT, "c5", "State code"),
    Field("state_title", "Trạng thái", FieldType.TEXT, "c6", "State"),
    Field("ward", "Phường/xã", FieldType.TEXT, "c7", "Ward"),
    Field("photos", "Số ảnh", FieldType.INTEGER, "c8", "Photos"),
    Field("reported_at", "Thời điểm phản ánh", FieldType.DATETIME, "c9", "Reported at"),
)

_STAGING = "field_reports_new"


async def ensure(conn: Connection) -> Layer:
    """Return the layer, locked; the first call creates it, empty and published."""
    await conn.execute(_SQL["one_at_a_time"])
    await store.lock(conn, SLUG)
    try:
        return await store.by_slug(conn, SLUG)
    except NotFound:
        return await _create(conn)


async def show(conn: Connection, report: Report, actor: Actor) -> Layer:
    """Bring the layer in line with ``report``: an open one has a pin, a closed one none."""
    layer = await ensure(conn)
    boxes = await _box(conn, layer, report)
    statement = SQL(_SQL["put" if report.is_open else "remove"]).format(table=_table(layer))
    await conn.execute(statement, _row(layer, report))
    boxes += await _box(conn, layer, report)
    counted = await tables.count(conn, _table(layer))
    revision = await store.measure(conn, layer, counted.rows, counted.bounds, bulk=False)
    boxes += await tier_store.refresh(conn, layer, boxes)
    await touched.record(conn, layer.id, revision, boxes)
    after = await store.by_slug(conn, SLUG)
    action = "report shown" if report.is_open else "report closed"
    # The history of an open layer is public: whoever reports as a citizen is not named in it.
    shown = actor if actor.is_staff else ANONYMOUS.at(actor.origin)
    edited = Edited(after, (), 1, 0, (report.id,), boxes)
    await news.note_edit(conn, edited, shown, action, "", code=report.code)
    return after


async def _box(conn: Connection, layer: Layer, report: Report) -> tuple[Bounds, ...]:
    """Return the place of the report's pin, if it has one, EPSG:3857, metres."""
    statement = SQL(_SQL["place"]).format(table=_table(layer))
    row = await (await conn.execute(statement, {"id": report.id})).fetchone()
    return (Bounds(row[0], row[1], row[0], row[1]),) if row is not None else ()


async def _create(conn: Connection) -> Layer:
    await tables.create_staging(conn, _STAGING, FIELDS, GeometryType.POINT, HUE)
    await tables.index(conn, tables.staging(_STAGING))
    way = operation(HUE)
    provenance = publish.Provenance("EPSG:4326", way.description, way.accuracy_m, "UTF-8")
    staged = publish.StagedTable(_STAGING, FIELDS, GeometryType.POINT, HUE, provenance)
    return await publish.publish_table(
        conn, SLUG, DESCRIPTION, staged, actor=OPERATOR, keep_history=False
    )


def _table(layer: Layer) -> Identifier:
    return tables.table(layer.table_name or "")


def _row(layer: Layer, report: Report) -> dict[str, Any]:
    return {
        "id": report.id,
        "version": layer.revision + 1,
        "code": report.code,
        "title": public_title(report.title),
        "category": report.category,
        "category_title": CATEGORIES[report.category].vi,
        "state": report.state,
        "state_title": STATES[report.state].vi,
        "ward": report.ward_name,
        "photos": len(report.photos),
        "reported_at": report.created_at,
        "lon": report.lon,
        "lat": report.lat,
        "srid": layer.srid,
    }
