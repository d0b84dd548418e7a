"""Services on a database of the test's own, with real wards of Huế as the layer ``wards``."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from psycopg.sql import SQL

from gishue.core.actor import OPERATOR
from gishue.core.db import Connection, transaction
from gishue.core.settings import Settings
from layers import fields, publish, tables
from layers.description import Description
from layers.fields import FieldType
from layers.layer import GeometryType
from layers.services import Services, open_services

WARDS = Path(__file__).parents[3] / "sample" / "sources" / "hue_wards_2025.geojson"
SHOWN = {"Phú Xuân", "Thuận Hóa", "Thuận An", "Hương An"}
"""A few of the forty: loading all for every test takes a second."""


@pytest.fixture
async def services(own_database_url: str, tmp_path: Path) -> AsyncGenerator[Services]:
    settings = Settings(data_dir=tmp_path, _env_file=None)  # pyright: ignore[reportCallIssue] - pydantic-settings takes it
    async with open_services(settings, own_database_url) as opened:
        yield opened


@pytest.fixture
async def city(services: Services) -> Services:
    async with transaction(services.pool) as conn:
        await _publish_wards(conn)
    return services


async def _publish_wards(conn: Connection) -> None:
    named = fields.build(["code", "full_name"], [FieldType.TEXT, FieldType.TEXT])
    await tables.create_staging(conn, "wards", named, GeometryType.POLYGON, 9214)
    features = json.loads(WARDS.read_text("utf-8"))["features"]
    statement = SQL(
        "INSERT INTO {} (id, c1, c2, geom) VALUES (%s, %s, %s, "
        "ST_Multi(ST_Transform(ST_SetSRID(ST_GeomFromGeoJSON(%s), 4326), 9214)))"
    ).format(tables.staging("wards"))
    for number, feature in enumerate(features, start=1):
        said = feature["properties"]
        if said["name"] not in SHOWN:
            continue
        shape = json.dumps(feature["geometry"])
        await conn.execute(statement, (number, said["code"], said["full_name"], shape))
    await tables.index(conn, tables.staging("wards"))
    provenance = publish.Provenance("EPSG:4326", "test", None, "UTF-8")
    staged = publish.StagedTable("wards", named, GeometryType.POLYGON, 9214, provenance)
    said = Description(title="Phường, xã", search_field="full_name")
    await publish.publish_table(conn, "wards", said, staged, actor=OPERATOR)
