"""The whole web application over a database of the test's own, without a socket."""

from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gishue.core.settings import Settings
from gishue.server.app import make_app


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
