"""Real wards of Huế as the layer ``phuong_xa``; reports are removed before each test."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import LiteralString

import pytest
from psycopg import AsyncConnection
from psycopg.sql import SQL

from gishue.core.actor import OPERATOR
from gishue.core.db import Connection, transaction
from gishue.reports import layer
from layers import fields, publish, tables
from layers import store as layer_store
from layers.description import Description
from layers.fields import FieldType
from layers.layer import GeometryType
from layers.services import Services, open_services
from tests.support.settings import settings_in

WARDS = Path(__file__).parents[3] / "sample" / "sources" / "hue_wards_2025.geojson"
SHOWN = {"Phú Xuân", "Thuận Hóa", "Thuận An", "Hương An"}
"""A few of the forty: loading all for every test takes a second."""


@pytest.fixture(scope="session")
async def whole_city(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Services]:
    """One database for all tests of this folder: loading the wards anew costs a second."""
    await _execute(database_url, "CREATE DATABASE reports TEMPLATE template_migrated")
    folder = tmp_path_factory.mktemp("reports")
    settings = settings_in(folder)
    url = database_url.replace("/gishue?", "/reports?")
    async with open_services(settings, url) as opened:
        async with transaction(opened.pool) as conn:
            await _publish_wards(conn)
        yield opened
    await _execute(database_url, "DROP DATABASE reports WITH (FORCE)")


@pytest.fixture
async def city(whole_city: Services) -> Services:
    """The city with its wards and without any report."""
    async with transaction(whole_city.pool) as conn:
        await conn.execute("TRUNCATE gis.report RESTART IDENTITY CASCADE")
        if await layer_store.lock(conn, layer.SLUG) is not None:
            await layer_store.delete(conn, await layer_store.by_slug(conn, layer.SLUG), OPERATOR)
    await whole_city.registry.reload(whole_city.pool)
    return whole_city


async def _execute(url: str, statement: LiteralString) -> None:
    elsewhere = url.replace("/gishue?", "/postgres?")
    async with await AsyncConnection.connect(elsewhere, autocommit=True) as conn:
        await conn.execute(statement)


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
    await publish.publish_table(conn, "phuong_xa", said, staged, actor=OPERATOR)
