"""A served city and a real Chromium in front of it."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright
from psycopg import AsyncConnection

from gishue.core.settings import Settings
from gishue.server.app import make_app
from tests.e2e.served import Served, publish_wards

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
LAPTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
async def city(own_database_url: str, tmp_path: Path) -> AsyncGenerator[str]:
    """The address of a served city that has the wards."""
    async with await AsyncConnection.connect(own_database_url) as conn:
        await publish_wards(conn)
    settings = Settings(data_dir=tmp_path, _env_file=None)  # pyright: ignore[reportCallIssue]  pydantic-settings' own argument
    served = Served(make_app(settings, own_database_url))
    served.start()
    yield served.url
    served.stop()


@pytest.fixture
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
async def page(browser: Browser, complaints: list[str]) -> AsyncGenerator[Page]:
    """A page on a laptop, of somebody who reads Vietnamese."""
    context = await browser.new_context(viewport=LAPTOP, locale="vi-VN")  # pyright: ignore[reportArgumentType]
    opened = await context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on(
        "console", lambda said: complaints.append(said.text) if said.type == "error" else None
    )
    yield opened
    await context.close()
