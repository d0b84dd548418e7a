"""Somebody who needs the city's data finds a layer, takes a file, and copies an address."""

import json
from pathlib import Path

from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import LAPTOP, PHONE

MAP = "gishue-map[data-state=ready]"


async def test_a_layer_is_found_and_its_file_taken(city: str, page: Page, tmp_path: Path) -> None:
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=city)
    await page.goto(f"{city}/data")
    await page.get_by_label("Tìm lớp dữ liệu").fill("phuong xa")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").first).to_contain_text("1 lớp dữ liệu")
    await page.get_by_role("link", name="Phường, xã").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Phường, xã")
    await page.wait_for_selector(MAP)

    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="GeoJSON", exact=True).click()
    taken = tmp_path / "phuong_xa.geojson"
    await (await waiting.value).save_as(taken)
    assert len(json.loads(taken.read_text("utf-8"))["features"]) == 40

    snippet = page.locator(".snippet", has_text="QGIS")
    await snippet.get_by_role("button", name="Chép").click()
    await expect(page.locator("notice-line")).to_contain_text("Đã chép")
    assert await page.evaluate("navigator.clipboard.readText()") == f"{city}/ogc"


async def test_without_scripts_the_catalogue_says_the_same(city: str, browser: Browser) -> None:
    context = await browser.new_context(
        viewport=LAPTOP,
        java_script_enabled=False,
        locale="en-GB",
    )
    page = await context.new_page()
    await page.goto(f"{city}/data?q=wards")
    await page.get_by_role("link", name="Wards and communes").click()
    await expect(page.get_by_role("link", name="GeoPackage")).to_be_visible()
    await page.get_by_role("link", name="Tiếng Việt").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Phường, xã")
    await context.close()


async def test_on_a_phone_no_page_of_the_catalogue_sticks_out(city: str, browser: Browser) -> None:
    context = await browser.new_context(
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        locale="vi-VN",
    )
    page = await context.new_page()
    for path in ("/data", "/data/phuong_xa", "/data/khong_co"):
        await page.goto(city + path)
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width == PHONE["width"], path
    await context.close()
