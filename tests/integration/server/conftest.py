"""The whole web application over a database of the test's own, without a socket."""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from gishue.core.db import Connection
from gishue.core.settings import Settings
from gishue.server.app import make_app
from tests.support.wires import Wires, open_wires


@pytest.fixture
async def app(own_database_url: str, tmp_path: Path) -> AsyncGenerator[FastAPI]:
    """The application, its lifespan running."""
    made = make_app(Settings(data_dir=tmp_path), own_database_url)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def client(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    """A browser without a session."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser:
        yield browser


@pytest.fixture
async def writer(own_database_url: str) -> AsyncGenerator[Connection]:
    """A connection that publishes: each statement is committed at once."""
    async with await psycopg.AsyncConnection.connect(own_database_url, autocommit=True) as conn:
        yield conn


@pytest.fixture
async def wires(own_database_url: str, tmp_path: Path) -> AsyncGenerator[Wires]:
    """The light tile application on two sockets: one gives answers again, one never does."""
    async with open_wires(own_database_url, tmp_path) as served:
        yield served
