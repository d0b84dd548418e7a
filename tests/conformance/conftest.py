"""One city for all conformance tests: they only read."""

from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from gishue.core.db import transaction
from layers.services import Services, open_services
from tests.support import catalogue
from tests.support.ogc import build_city, make_client
from tests.support.settings import settings_in


class Reader:
    """Asks the service and expects it to answer."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Return any answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path, headers=named)

    async def json(self, path: str, **headers: str) -> Any:
        """Return the document at ``path``; the answer must be 200."""
        response = await self.get(path, **headers)
        assert response.status_code == 200, response.text
        return response.json()

    async def ids(self, path: str) -> list[int]:
        """Return the ids of the features at ``path``, page after page, as a client follows next."""
        found: list[int] = []
        following: str | None = path
        while following is not None:
            page = await self.json(following)
            found += [feature["id"] for feature in page["features"]]
            hrefs = [link["href"] for link in page["links"] if link["rel"] == "next"]
            following = hrefs[0] if hrefs else None
        return found


@contextmanager
def _database(database_url: str, name: str) -> Generator[str]:
    server = database_url.replace("/gishue?", "/postgres?")
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(SQL("CREATE DATABASE {} TEMPLATE template_migrated").format(Identifier(name)))
    yield database_url.replace("/gishue?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@pytest.fixture(scope="session")
def city_url(database_url: str) -> Generator[str]:
    """A database of these tests' own."""
    with _database(database_url, "conformance") as url:
        yield url


@pytest.fixture(scope="session")
async def services(
    city_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Services]:
    """Services on the city."""
    folder: Path = tmp_path_factory.mktemp("city")
    settings = settings_in(folder)
    async with open_services(settings, city_url) as opened:
        async with transaction(opened.pool) as conn:
            await build_city(conn)
        await opened.registry.reload(opened.pool)
        yield opened


@pytest.fixture(scope="session")
async def reader(services: Services) -> AsyncGenerator[Reader]:
    """Somebody unknown who reads."""
    async with make_client(services) as client:
        yield Reader(client)


@pytest.fixture(scope="session")
async def librarian(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Reader]:
    """Somebody unknown who reads the records of two open layers, told fully and hardly."""
    with _database(database_url, "conformance_records") as url:
        settings = settings_in(tmp_path_factory.mktemp("records"))
        async with open_services(settings, url) as opened:
            async with transaction(opened.pool) as conn:
                await catalogue.build(conn)
            await opened.registry.reload(opened.pool)
            async with make_client(opened) as client:
                yield Reader(client)
