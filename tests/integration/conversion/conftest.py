"""The web application over a database of the test's own, and a client with an editor's key."""

from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from conversion import pipeline, store
from conversion.upload import Upload
from gishue.core.actor import Role
from gishue.core.db import transaction
from gishue.server.app import make_app
from layers.services import Services
from tests.support import people
from tests.support.settings import settings_in


@pytest.fixture
async def app(own_database_url: str, tmp_path: Path) -> AsyncGenerator[FastAPI]:
    """The application, its lifespan running, with two units."""
    settings = settings_in(tmp_path / "var", upload_max_bytes=4 << 20)
    made = make_app(settings, own_database_url)
    async with made.router.lifespan_context(made):
        services: Services = made.state.services
        async with transaction(services.pool) as conn:
            for unit in ("so_xd", "so_tnmt"):
                await people.add_unit(conn, unit)
        yield made


@pytest.fixture
async def client(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    """A program that sends no credential by itself."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as made:
        yield made


@pytest.fixture
async def editor(app: FastAPI) -> dict[str, str]:
    """The headers of an editor of ``so_xd``."""
    return await key_of(app, "so_xd", Role.PUBLISHER)


async def key_of(app: FastAPI, unit: str, role: Role) -> dict[str, str]:
    """Return the headers of a new key."""
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        return {"x-api-key": await people.add_key(conn, role, unit, unit)}


async def worked(app: FastAPI, upload: str) -> Upload:
    """Return an upload after a worker's turn, with the rights of who sent it."""
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        found = await store.by_id(conn, UUID(upload))
    return await pipeline.process(services, found.id)
