"""Somebody looks for a ward without typing diacritics, reads about it, and sends the map on."""

import re

from playwright.async_api import Page, expect

READY = "gishue-map[data-state=ready]"


async def test_a_ward_found_without_diacritics_opens_again_from_its_address(
    city: str, page: Page
) -> None:
    await page.goto(city)
    await page.wait_for_selector(READY)
    search = page.get_by_role("combobox", name="Tìm trên bản đồ")
    await search.press_sequentially("phu ho", delay=30)
    answer = page.get_by_role("option", name="Xã Phú Hồ")
    await expect(answer).to_be_visible()
    await search.press("Enter")
    heading = page.locator("feature-card h2")
    await expect(heading).to_have_text("Xã Phú Hồ")
    await expect(page).to_have_url(re.compile(r"feature=phuong_xa/\d+"))
    await expect(page).not_to_have_url(re.compile(r"at=[\d.]+,[\d.]+,[0-9]\.\d+&"))
    address = page.url

    await page.goto("about:blank")
    await page.goto(address)
    await page.wait_for_selector(READY)
    await expect(heading).to_have_text("Xã Phú Hồ")
    assert page.url == address


async def test_a_press_on_the_map_tells_what_is_there(city: str, page: Page) -> None:
    await page.goto(f"{city}/#at=107.5776,16.4677,14")
    await page.wait_for_selector(READY)
    await page.wait_for_load_state("networkidle")
    middle = page.viewport_size or {"width": 0, "height": 0}
    await page.mouse.click(middle["width"] / 2, middle["height"] / 2)
    card = page.locator("feature-card")
    await expect(card.locator("h2")).to_have_text("Phường Phú Xuân")
    await expect(card.locator("copy-value").last).to_contain_text("E 56147")
