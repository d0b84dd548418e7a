"""The whole application with a small registry, without a socket."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from psycopg import AsyncConnection

from gishue.accounts import store as accounts
from gishue.core.actor import Role
from gishue.core.db import transaction
from gishue.server.app import make_app
from layers.services import Services
from tests.support.catalogue import publish
from tests.support.settings import settings_in

HERE = "http://localhost"
PASSWORD = "Trường Tiền 1899"


@pytest.fixture
async def app(own_database_url: str, tmp_path: Path) -> AsyncGenerator[FastAPI]:
    """The application over two open layers and an internal one."""
    made = make_app(settings_in(tmp_path), own_database_url)
    async with made.router.lifespan_context(made):
        await publish(made)
        yield made


@pytest.fixture
async def client(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    """A visitor without a session, who reads Vietnamese."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as browser:
        yield browser


type SignIn = Callable[[], Awaitable[None]]


@pytest.fixture
def sign_in(app: FastAPI, client: httpx.AsyncClient) -> SignIn:
    """Make the visitor an administrator of the city."""

    async def enter() -> None:
        await _sign_in(app, client)

    return enter


@pytest.fixture(scope="session")
async def still(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[FastAPI]:
    """The same application for all tests that change nothing; it goes with the run's cluster."""
    admin = database_url.replace("/gishue?", "/postgres?")
    async with await AsyncConnection.connect(admin, autocommit=True) as conn:
        await conn.execute("CREATE DATABASE catalogue TEMPLATE template_migrated")
    url = database_url.replace("/gishue?", "/catalogue?")
    made = make_app(settings_in(tmp_path_factory.mktemp("catalogue")), url)
    async with made.router.lifespan_context(made):
        await publish(made)
        yield made


@pytest.fixture
async def reader(still: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    """A visitor who only looks."""
    transport = httpx.ASGITransport(still, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as browser:
        yield browser


@pytest.fixture(scope="session")
async def administrator(still: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody who may change everything, and whose changes are all refused."""
    transport = httpx.ASGITransport(still, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as browser:
        await _sign_in(still, browser)
        yield browser


async def _sign_in(app: FastAPI, client: httpx.AsyncClient) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await accounts.add(conn, "quan_tri", PASSWORD, role=Role.CITY_ADMIN)
    said = {"name": "quan_tri", "password": PASSWORD}
    csrf = (await client.post("/api/v1/session", json=said)).json()["csrf"]
    client.headers["x-csrf-token"] = csrf
