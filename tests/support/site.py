"""The whole web application with settings of the test's own, asked without a socket."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from gishue.accounts import store as accounts
from gishue.core.access import Visibility
from gishue.core.actor import Role
from gishue.core.db import transaction
from gishue.server.app import make_app
from layers.services import Services
from tests.support import people
from tests.support.city import add_layer
from tests.support.settings import settings_in

PASSWORD = "Trường Tiền 1899"


@dataclass(frozen=True)
class Site:
    """A running application. ``client``: a browser without a session."""

    app: FastAPI
    client: httpx.AsyncClient

    @property
    def services(self) -> Services:
        """The services of the application."""
        return self.app.state.services

    def browser(self, peer: str = "127.0.0.1", base: str = "http://localhost") -> httpx.AsyncClient:
        """Return another browser, which connects from ``peer``."""
        transport = httpx.ASGITransport(self.app, client=(peer, 40_000))
        return httpx.AsyncClient(transport=transport, base_url=base)

    async def publish(self, slug: str, visibility: Visibility, unit: str | None = None) -> None:
        """Publish a small layer."""
        async with transaction(self.services.pool) as conn:
            if unit:
                await people.add_unit(conn, unit)
            await add_layer(conn, slug, visibility=visibility, unit=unit)
        await self.services.registry.reload(self.services.pool)

    async def account(self, name: str, role: Role, unit: str | None = None) -> None:
        """Add somebody who signs in with ``PASSWORD``."""
        async with transaction(self.services.pool) as conn:
            await accounts.add(conn, name, PASSWORD, unit=unit, role=role)

    async def sign_in(self, name: str, browser: httpx.AsyncClient | None = None) -> str:
        """Sign somebody in and return the token that their unsafe requests repeat."""
        said = {"name": name, "password": PASSWORD}
        answer = await (browser or self.client).post("/api/v1/session", json=said)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["csrf"])


@asynccontextmanager
async def open_site(url: str, folder: Path, **said: Any) -> AsyncGenerator[Site]:
    """Run the application over the database at ``url``, with the settings ``said``."""
    app = make_app(settings_in(folder, **said), url)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield Site(app, client)
