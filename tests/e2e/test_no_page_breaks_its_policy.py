"""What the browser itself says of our Content-Security-Policy while people use the pages."""

from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser, Page, expect

from gishue import worker
from layers.services import Services
from tests.e2e.conftest import LAPTOP
from tests.e2e.editing import add_places, name_of, open_form, save, sign_in
from tests.e2e.studio import enter_studio
from tests.support.upload import DATA

READY = "gishue-map[data-state=ready]"
ARCHIVE = DATA / "upload" / "zip_tcvn3_names.zip"
LISTEN = """
window.broken = [];
document.addEventListener("securitypolicyviolation", (said) =>
  window.broken.push(`${said.effectiveDirective} ${said.blockedURI} ${said.sourceFile}`));
"""


@pytest.fixture
async def watched(browser: Browser) -> AsyncGenerator[Page]:
    """A page that writes down what its policy refused; the story ends with nothing refused."""
    context = await browser.new_context(viewport=LAPTOP, locale="vi-VN")
    said: list[str] = []
    await context.add_init_script(LISTEN)
    opened = await context.new_page()
    opened.on("console", lambda line: said.append(line.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    assert await opened.evaluate("window.broken") == []
    assert [line for line in said if "Content Security Policy" in line or "Trusted" in line] == []
    await context.close()


async def test_the_map_is_drawn_searched_and_shared(city: str, watched: Page) -> None:
    await watched.goto(f"{city}/#at=107.58000,16.46000,13.00&layers=phuong_xa:40")
    await watched.wait_for_selector(READY)
    search = watched.get_by_role("combobox", name="Tìm trên bản đồ")
    await search.press_sequentially("phu ho", delay=30)
    await expect(watched.get_by_role("option", name="Xã Phú Hồ")).to_be_visible()
    await search.press("Enter")
    await expect(watched.locator("feature-card h2")).to_have_text("Xã Phú Hồ")


async def test_somebody_signs_in_and_brings_a_file(
    office: tuple[Services, str], watched: Page
) -> None:
    services, url = office
    await enter_studio(watched, url)
    assert await watched.evaluate("window.broken") == []
    await watched.get_by_label("Chọn tệp").set_input_files(ARCHIVE)
    sheet = watched.locator("upload-sheet")
    await expect(sheet.get_by_role("heading", name="zip_tcvn3_names.zip")).to_be_visible()
    await worker.run(services, wait=False)
    await expect(sheet).to_contain_text("sẵn sàng công bố")
    await expect(sheet.frame_locator("iframe").locator("body")).to_contain_text("40")


async def test_a_place_is_moved_and_its_history_read(
    office: tuple[Services, str], watched: Page
) -> None:
    services, url = office
    await add_places(services)
    await sign_in(watched, url)
    await open_form(watched, url)
    await name_of(watched).fill("Cửa Ngọ Môn")
    await watched.locator(".vertex").press("Shift+ArrowUp")
    await save(watched)
    card = watched.locator("feature-card")
    await expect(card).to_contain_text("Đã lưu.")
    await card.get_by_role("button", name="Lịch sử").click()
    await expect(card.locator("feature-history li").first).to_contain_text("Cửa Ngọ Môn")


PAGES = [
    "/login",
    "/invitation",
    "/studio",
    "/data",
    "/data/phuong_xa",
    "/ogc/?f=html",
    "/api/v1/docs",
]


@pytest.mark.parametrize("path", PAGES)
async def test_every_other_page_opens_whole(city: str, watched: Page, path: str) -> None:
    opened = await watched.goto(city + path, wait_until="load")
    assert opened is not None
    assert opened.ok
    await watched.wait_for_timeout(500)


async def test_what_is_foreign_is_refused(city: str, browser: Browser) -> None:
    """The watcher sees a violation where there is one: without this the rest proves nothing."""
    page = await browser.new_page()
    await page.add_init_script(LISTEN)
    await page.goto(f"{city}/login", wait_until="load")
    await page.evaluate(
        """() => {
          const script = document.createElement("img");
          script.setAttribute("src", "https://evil.example/x.png");
          document.body.append(script);
          const style = document.createElement("style");
          style.textContent = "body { color: red }";
          document.head.append(style);
        }"""
    )
    await page.wait_for_function("window.broken.length >= 2")
    broken = " ".join(await page.evaluate("window.broken"))
    assert "img-src https://evil.example/x.png" in broken
    assert "style-src-elem inline" in broken
    await page.close()
