"""A served city and a real Chromium in front of it."""

import re
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Page,
    ViewportSize,
    async_playwright,
    expect,
)
from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from gishue.accounts.first import ensure_administrator
from gishue.server.app import make_app
from layers.services import Services, open_services
from tests.e2e import busy_office as busy_offices
from tests.e2e.served import Served, publish_wards
from tests.e2e.studio import PASSWORD
from tests.support.settings import settings_in

CHROMIUM = Path("/usr/bin/chromium")
# Software drawing, and no word to the outside.
FLAGS = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# A busy machine draws slowly; a story that fails still fails.
expect.set_options(timeout=20_000)
LAPTOP = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=390, height=844)


async def _database_of_stories(database_url: str, name: str) -> str:
    admin = database_url.replace("/gishue?", "/postgres?")
    create = SQL("CREATE DATABASE {} TEMPLATE template_migrated").format(Identifier(name))
    async with await AsyncConnection.connect(admin, autocommit=True) as conn:
        await conn.execute(create)
    return database_url.replace("/gishue?", f"/{name}?")


@pytest.fixture(scope="session")
async def city_database_url(database_url: str) -> str:
    """A database with the wards, shared by the stories; it goes with the run's cluster."""
    url = await _database_of_stories(database_url, "stories")
    async with await AsyncConnection.connect(url) as conn:
        await publish_wards(conn)
    return url


@pytest.fixture(scope="session")
def city(city_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The address of a served city that has the wards."""
    folder = tmp_path_factory.mktemp("city")
    settings = settings_in(folder)
    served = Served(make_app(settings, city_database_url))
    served.start()
    yield served.url
    served.stop()


@pytest.fixture
async def office(own_database_url: str, tmp_path: Path) -> AsyncGenerator[tuple[Services, str]]:
    """A served studio with one administrator; its services and its address."""
    settings = settings_in(tmp_path / "var", admin_password=PASSWORD)
    async with open_services(settings, own_database_url) as services:
        await ensure_administrator(settings, own_database_url)
        served = Served(make_app(settings, own_database_url))
        served.start()
        yield services, served.url
        served.stop()


@pytest.fixture(scope="session")
async def busy_office(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[str]:
    """The address of an office with people, keys, requests and shares; nobody changes it."""
    url = await _database_of_stories(database_url, "busy_office")
    settings = settings_in(tmp_path_factory.mktemp("office"))
    async with open_services(settings, url) as services:
        await busy_offices.fill(services)
    served = Served(make_app(settings, url))
    served.start()
    yield served.url
    served.stop()


@pytest.fixture(scope="session")
async def browser() -> AsyncGenerator[Browser]:
    """The Chromium of the machine, or Playwright's own."""
    async with async_playwright() as playwright:
        path = str(CHROMIUM) if CHROMIUM.exists() else None
        opened = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        await opened.close()


@pytest.fixture
def complaints() -> Generator[list[str]]:
    """What the page complained of; a story that ends with a complaint has failed."""
    heard: list[str] = []
    yield heard
    assert heard == []


@pytest.fixture
def expected() -> list[str]:
    """Patterns of what a story provokes on purpose: from when it says so, that is no complaint."""
    return []


@pytest.fixture
async def page(
    browser: Browser, complaints: list[str], expected: list[str]
) -> AsyncGenerator[Page]:
    """A page on a laptop, of somebody who reads Vietnamese."""
    context = await browser.new_context(viewport=LAPTOP, locale="vi-VN")
    opened = await context.new_page()

    def hear(said: ConsoleMessage) -> None:
        words = f"{said.text} {said.location['url']}"
        if said.type == "error" and not any(re.search(one, words) for one in expected):
            complaints.append(words)

    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", hear)
    yield opened
    await context.close()
