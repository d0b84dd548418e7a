"""A small registry for the tests of the catalogue, behind the whole application."""

from dataclasses import replace
from datetime import date

from fastapi import FastAPI

from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.core.db import Connection, transaction
from layers import description, store
from layers.cadence import Cadence
from layers.layer import Layer
from layers.publish import Mode
from layers.services import Services
from tests.support.city import add_layer
from tests.support.people import add_unit

AWKWARD = 'Cầu & <b>cống</b> "mới" </script>\x07'
"""What somebody may call a layer: signs that HTML, XML and JSON read."""


async def describe(conn: Connection, layer: Layer, **said: object) -> None:
    """Change what is said of a layer."""
    changed = replace(description.of(layer), **said)
    await store.describe(conn, layer.id, changed)


async def build(conn: Connection) -> None:
    """Publish two open layers, told fully and hardly, and one that staff alone may read."""
    await add_unit(conn, "so-xd", "Sở Xây dựng")
    await store.put_theme(conn, "giao_thong", "Giao thông", "Transport", position=1)
    bridges = await add_layer(conn, "cau", unit="so-xd")
    await describe(
        conn,
        bridges,
        title="Cầu đường bộ",
        title_en="Road bridges",
        description="Các cầu trong thành phố.",
        description_en="The bridges of the city.",
        theme="giao_thong",
        licence="CC BY 4.0",
        source="Khảo sát 2025",
        attribution="© Sở Xây dựng",
        cadence=Cadence.QUARTERLY,
        keywords=("cầu", "hạ tầng"),
        covers_from=date(2024, 1, 1),
        covers_until=date(2025, 12, 31),
    )
    awkward = await add_layer(conn, "la_lung")
    await describe(conn, awkward, title=AWKWARD, description=AWKWARD)
    await add_layer(conn, "noi_bo", visibility=Visibility.INTERNAL, unit="so-xd")


async def publish(app: FastAPI) -> None:
    """Fill the registry of ``app``."""
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await build(conn)
    await services.registry.reload(services.pool)


async def again(app: FastAPI, slug: str) -> None:
    """Give a layer the content that it has."""
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        layer = await store.by_slug(conn, slug)
        await add_layer(conn, slug, mode=Mode.REPLACE, unit=layer.unit)
        after = await store.by_slug(conn, slug)
        said = description.of(layer)
        await store.describe(conn, after.id, said, by=OPERATOR.name)
    await services.registry.reload(services.pool)
