"""The light tile application over a database of the test's own, asked without a socket."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from httpx import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from gishue.core.actor import ANONYMOUS
from gishue.core.db import Connection
from layers.layer import Layer
from tests.support.people import staff
from tests.support.settings import settings_in
from tiles.app import make_app
from tiles.grid import Tile, column, row
from tiles.service import TileService

STAFF = staff("an", 1, "so-tnmt")
"""Member of the unit ``so-tnmt``; a request acts as it with the header ``x-test: staff``."""


@dataclass(frozen=True)
class Site:
    """A running tile application: what asks it, and its insides."""

    client: AsyncClient
    app: Starlette
    url: str

    @property
    def tiles(self) -> TileService:
        return self.app.state.tiles

    async def get(self, path: str, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, headers=named)

    async def reload(self) -> None:
        services = self.tiles.services
        await services.registry.reload(services.pool)


class _Acting:
    """Stands where the server recognises people."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope)
            is_staff = request.headers.get("x-test") == "staff"
            request.state.actor = STAFF if is_staff else ANONYMOUS
        await self._app(scope, receive, send)


@pytest.fixture
async def writer(own_database_url: str) -> AsyncGenerator[Connection]:
    """A connection that publishes: each statement is committed at once."""
    async with await psycopg.AsyncConnection.connect(own_database_url, autocommit=True) as conn:
        yield conn


@pytest.fixture
async def site(own_database_url: str, tmp_path: Path) -> AsyncGenerator[Site]:
    settings = settings_in(tmp_path)
    app = make_app(settings, own_database_url, [Middleware(_Acting)])
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://hue.test") as client,
    ):
        yield Site(client, app, own_database_url)


def middle(layer: Layer, z: int) -> Tile:
    """Return the tile at zoom ``z`` that holds the middle of the layer."""
    assert layer.bounds is not None
    west, south, east, north = layer.bounds
    return Tile(z, int(column((west + east) / 2, z)), int(row((south + north) / 2, z)))


def path(layer: Layer, tile: Tile, extension: str = "mvt") -> str:
    """Return the address of a tile."""
    return f"/tiles/{layer.slug}/{tile.z}/{tile.x}/{tile.y}.{extension}"
