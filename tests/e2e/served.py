"""A served city for the browser: the 40 real wards and a few sights, in a database of its own."""

import asyncio
import json
import socket
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from psycopg.sql import SQL, Identifier

from gishue.core.actor import OPERATOR
from gishue.core.db import Connection
from layers import publish, tables
from layers.description import Description
from layers.fields import FieldType, build
from layers.layer import GeometryType
from layers.publish import Mode, StagedTable
from tests.support.city import PROVENANCE

WARDS = Path(__file__).parents[2] / "sample" / "sources" / "hue_wards_2025.geojson"


async def stage_wards(conn: Connection, name: str) -> StagedTable:
    """Fill a staging table with the wards, brought to EPSG:9214 by PostGIS."""
    fields = build(["ten", "ma", "dien_tich"], [FieldType.TEXT, FieldType.TEXT, FieldType.REAL])
    await tables.create_staging(conn, name, fields, GeometryType.POLYGON, 9214)
    insert = SQL(
        "INSERT INTO {} (id, c1, c2, c3, geom) VALUES (%s, %s, %s, %s,"
        " ST_Multi(ST_Transform(ST_SetSRID(ST_GeomFromGeoJSON(%s), 4326), 9214)))"
    ).format(Identifier("staging", name))
    wards: list[dict[str, Any]] = json.loads(WARDS.read_text(encoding="utf-8"))["features"]
    rows = [
        (at, said["full_name"], said["code"], said["area_km2"], json.dumps(ward["geometry"]))
        for at, ward in enumerate(wards, start=1)
        for said in [ward["properties"]]
    ]
    await conn.cursor().executemany(insert, rows)
    await tables.index(conn, tables.staging(name))
    return StagedTable(name, fields, GeometryType.POLYGON, 9214, PROVENANCE)


async def publish_wards(conn: Connection, mode: Mode = Mode.CREATE) -> int:
    """Publish the wards as an open layer that is on at first; return its revision."""
    staged = await stage_wards(conn, f"wards_{mode}")
    said = Description(
        title="Phường, xã",
        title_en="Wards and communes",
        visible_by_default=True,
        search_field="ten",
    )
    async with conn.transaction():
        layer = await publish.publish_table(
            conn, "phuong_xa", said, staged, actor=OPERATOR, mode=mode
        )
    return layer.revision


class Served:
    """The application on a free loopback port, in a thread with a loop of its own."""

    def __init__(self, app: FastAPI) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._server.serve(sockets=[listener])), daemon=True
        )

    def start(self, within_s: float = 20) -> None:
        """Return once the application answers; raise TimeoutError if it does not come up."""
        self._thread.start()
        until = time.monotonic() + within_s
        while not self._server.started:
            if time.monotonic() > until or not self._thread.is_alive():
                raise TimeoutError("the application did not start")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it and wait for it."""
        self._server.should_exit = True
        self._thread.join(timeout=15)
