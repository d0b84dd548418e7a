"""The same map in a hand, and in English."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import PHONE

READY = "gishue-map[data-state=ready]"


async def test_on_a_phone_the_layers_unfold_and_nothing_sticks_out(
    city: str, browser: Browser
) -> None:
    context = await browser.new_context(
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        locale="vi-VN",
    )
    page = await context.new_page()
    await page.goto(city)
    await page.wait_for_selector(READY)
    await expect(page.locator("layer-tree")).to_be_hidden()
    await page.get_by_role("button", name="Mở danh sách lớp").tap()
    await expect(page.get_by_role("checkbox", name="Phường, xã")).to_be_checked()
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width == PHONE["width"]
    await context.close()


async def test_the_language_changes_and_the_map_stays(city: str, page: Page) -> None:
    await page.goto(f"{city}/#at=107.58000,16.46000,13.00&layers=phuong_xa:40")
    await page.wait_for_selector(READY)
    await page.get_by_role("link", name="English").click()
    await page.wait_for_selector(READY)
    await expect(page.get_by_role("checkbox", name="Wards and communes")).to_be_checked()
    assert page.url.endswith("/?lang=en#at=107.58000,16.46000,13.00&layers=phuong_xa:40")


@pytest.mark.parametrize("path", ["/", "/login"])
async def test_the_page_loads_nothing_from_elsewhere(city: str, page: Page, path: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(city + path, wait_until="load")
    await page.wait_for_timeout(1500)
    assert [url for url in asked if not url.startswith((city, "blob:"))] == []
