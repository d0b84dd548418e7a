"""A small city behind the OGC service, and a client that acts as whom a test says."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from psycopg.sql import SQL, Identifier
from pyproj import Transformer
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from gishue.api import problem
from gishue.core.access import Visibility
from gishue.core.actor import ANONYMOUS, OPERATOR, Actor, Role
from gishue.core.db import Connection
from gishue.core.errors import GishueError
from layers import publish, tables
from layers.description import Description
from layers.fields import FieldType, build
from layers.layer import GeometryType, Layer
from layers.publish import Provenance, StagedTable
from layers.services import Services
from ogc.routes import routes
from tests.support.people import staff

HERE = "http://hue.test"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
WARDS = Path(__file__).parents[2] / "sample" / "sources" / "hue_wards_2025.geojson"
CONTROL = Path(__file__).parents[1] / "data" / "crs" / "control_points.json"

ACTORS: dict[str, Actor] = {
    "staff": staff("an", 1, "so-tnmt"),
    "editor": staff("bình", 2, "so-tnmt", Role.EDITOR),
    "other": staff("chi", 3, "so-xd"),
    "admin": OPERATOR,
}
"""Whom a request acts as with the header ``x-test``; without it, nobody known."""

ODD_NAME = 'tỉ lệ % "a" {b} <i>'
"""A field may be called anything that can be printed."""

# One parallel from end to end of the city's zone; points 5 cm above and below it (0.44 µ° is 5 cm).
PARALLEL_DEG = 16.4
OFFSET_DEG = 4.5e-7
EDGE_LONGITUDES = tuple(106.0 + i * 0.05 for i in range(41))


@dataclass(frozen=True, slots=True)
class Made:
    """Rows of a layer to publish: ``(values…, WKT or None)`` in ``srid``, x first."""

    slug: str
    fields: Mapping[str, FieldType]
    geometry_type: GeometryType
    srid: int
    rows: Sequence[tuple[Any, ...]]


class Acting:
    """Stands where the server recognises people."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            request.state.actor = ACTORS.get(request.headers.get("x-test", ""), ANONYMOUS)
        await self._app(scope, receive, send)


def make_app(services: Services) -> Starlette:
    """Return the OGC routes alone, refusals answered as the server answers them."""
    app = Starlette(
        routes=routes(),
        middleware=[Middleware(Acting)],
        exception_handlers={
            GishueError: problem.on_refusal,
            HTTPException: problem.on_http,
            Exception: problem.on_fault,
        },
    )
    app.state.services = services
    return app


@asynccontextmanager
async def make_client(services: Services) -> AsyncGenerator[httpx.AsyncClient]:
    """Lend a client of :func:`make_app`; a fault of the application is raised, not answered."""
    transport = httpx.ASGITransport(make_app(services))
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        yield client


async def publish_rows(
    conn: Connection, made: Made, *, visibility: Visibility = Visibility.OPEN
) -> Layer:
    """Publish ``made`` as a layer of the unit ``so-tnmt``."""
    staging = f"u_{made.slug}"
    fields = build(list(made.fields), list(made.fields.values()))
    await tables.create_staging(conn, staging, fields, made.geometry_type, made.srid)
    values = SQL(", ").join(SQL("%s") for _ in fields)
    wrap = SQL("ST_Multi({})") if made.geometry_type is GeometryType.POLYGON else SQL("{}")
    insert = SQL("INSERT INTO {table} VALUES (%s, {values}, {geometry})").format(
        table=Identifier("staging", staging),
        values=values,
        geometry=wrap.format(SQL("ST_GeomFromText(%s, {})").format(made.srid)),
    )
    rows = [(number, *row) for number, row in enumerate(made.rows, start=1)]
    if rows:
        await conn.cursor().executemany(insert, rows)
    await tables.index(conn, tables.staging(staging))
    provenance = Provenance(f"EPSG:{made.srid}", "test", None, "utf-8")
    staged = StagedTable(staging, fields, made.geometry_type, made.srid, provenance)
    said = Description(
        title=f"Lớp {made.slug}",
        title_en=f"Layer {made.slug}",
        visibility=visibility,
        unit="so-tnmt",
    )
    async with conn.transaction():
        return await publish.publish_table(conn, made.slug, said, staged, actor=OPERATOR)


async def build_city(conn: Connection) -> None:
    """Publish the layers that the conformance tests read."""
    await conn.execute(
        "INSERT INTO gis.unit VALUES ('so-tnmt', 'Sở TNMT'), ('so-xd', 'Sở Xây dựng')"
    )
    for made in (places(), stations(), edge(), await _wards(conn), _empty()):
        await publish_rows(conn, made)
    await publish_rows(conn, replaced(stations(), "wells"), visibility=Visibility.INTERNAL)


def replaced(made: Made, slug: str) -> Made:
    """Return ``made`` under another name."""
    return Made(slug, made.fields, made.geometry_type, made.srid, made.rows)


def port_points() -> list[dict[str, Any]]:
    """Return the points of port notice HUE-18-2015: VN-2000 as published, WGS 84 by the notice's
    datum change; longitude first."""
    return json.loads(CONTROL.read_text("utf-8"))["published_geographic"][:3]


def control() -> list[dict[str, Any]]:
    """Return the control points, on which two implementations agree within 0.5 mm."""
    return json.loads(CONTROL.read_text("utf-8"))["computed"]


def places() -> Made:
    """Return 25 places in EPSG:9214: four control points, a grid, and one without a geometry."""
    fields = {
        "tên": FieldType.TEXT,
        "năm": FieldType.INTEGER,
        "ngày": FieldType.DATE,
        ODD_NAME: FieldType.REAL,
        "mở": FieldType.BOOLEAN,
        "limit": FieldType.TEXT,
    }
    known = [
        (
            point["name"],
            1800 + i,
            f"2024-0{i}-01",
            i / 2,
            i % 2 == 0,
            "x",
            _point(point["EPSG:9214"]),
        )
        for i, point in enumerate(control(), start=1)
    ]
    grid = [
        (f"Ô {i}", i, None, None, None, None, _point((540_000 + 1000 * i, 1_810_000 + 500 * i)))
        for i in range(20)
    ]
    return Made(
        "places",
        fields,
        GeometryType.POINT,
        9214,
        [*known, *grid, ("Chưa rõ vị trí",) + (None,) * 6],
    )


def stations() -> Made:
    """Return three readings in EPSG:4326 at the port points, one of them without a time."""
    fields = {"lúc": FieldType.DATETIME, "mực nước": FieldType.REAL}
    read = [("2024-10-01T00:00:00Z", 0.5), ("2024-10-01T12:00:00+07:00", 0.75), (None, None)]
    places = [_point(point["proj_lonlat"]) for point in port_points()]
    rows = [(*values, place) for values, place in zip(read, places, strict=True)]
    return Made("stations", fields, GeometryType.POINT, 4326, rows)


def edge() -> Made:
    """Return points 5 cm north (``bắc``) and south of one parallel, in EPSG:9214 by pyproj."""
    to_vn2000 = Transformer.from_crs(4326, 9214, always_xy=True, allow_ballpark=False)
    rows = [
        (sign > 0, _point(to_vn2000.transform(lon, PARALLEL_DEG + sign * OFFSET_DEG)))
        for lon in EDGE_LONGITUDES
        for sign in (1, -1)
    ]
    return Made("edge", {"bắc": FieldType.BOOLEAN}, GeometryType.POINT, 9214, rows)


@cache
def ward_features() -> list[dict[str, Any]]:
    """Return the forty wards of Huế as they were received, WGS 84."""
    return json.loads(WARDS.read_text("utf-8"))["features"]


def _empty() -> Made:
    return Made("empty", {"tên": FieldType.TEXT}, GeometryType.LINE, 9214, [])


async def _wards(conn: Connection) -> Made:
    """Return the wards in EPSG:9214."""
    statement = "SELECT ST_AsText(ST_Transform(ST_SetSRID(ST_GeomFromGeoJSON(%s), 4326), 9214), 17)"
    rows: list[tuple[Any, ...]] = []
    for feature in ward_features():
        said = feature["properties"]
        row = await (await conn.execute(statement, (json.dumps(feature["geometry"]),))).fetchone()
        assert row is not None
        rows.append((said["code"], said["full_name"], row[0]))
    fields = {"code": FieldType.TEXT, "full_name": FieldType.TEXT}
    return Made("wards", fields, GeometryType.POLYGON, 9214, rows)


def _point(xy: Sequence[float]) -> str:
    return f"POINT ({xy[0]!r} {xy[1]!r})"
