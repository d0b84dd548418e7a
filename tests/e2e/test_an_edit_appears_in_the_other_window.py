"""Two windows on one map: an edit in the first appears in the second, and nothing else moves."""

import re
from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser, Page, Route, expect

from layers.services import Services
from tests.e2e.conftest import LAPTOP
from tests.e2e.editing import (
    READY,
    SLUG,
    VIEW,
    begin,
    is_saved,
    move,
    name_of,
    open_form,
    rename,
    save,
)

TILE = re.compile(rf"/tiles/{SLUG}/13/(\d+)/(\d+)\.mvt\?(?:.*&)?rev=(\d+)")
TOUCHED = {6543, 6544}
"""Columns at zoom 13 that draw Ngọ Môn (107.5776° E), 0.6 of the buffer west of an edge."""
UNTOUCHED = 6545
"""The column of the place 7 km further east (107.643° E)."""
DRAWN = f"""() => document.querySelector("gishue-map").map
  .querySourceFeatures("{SLUG}", {{ sourceLayer: "{SLUG}" }})
  .filter((one) => String(one.id) === "1").map((one) => one.geometry.coordinates[1])"""


@pytest.fixture
async def other(browser: Browser) -> AsyncGenerator[Page]:
    """A second window, of somebody who is not signed in."""
    context = await browser.new_context(viewport=LAPTOP, locale="vi-VN")
    yield await context.new_page()
    await context.close()


async def test_an_edit_appears_elsewhere_and_only_its_tiles_are_asked_for(
    office: tuple[Services, str], page: Page, other: Page
) -> None:
    url, _ = await begin(office, page)
    asked: list[tuple[int, int, int]] = []

    def note(address: str) -> None:
        if found := TILE.search(address):
            asked.append((int(found[1]), int(found[2]), int(found[3])))

    other.on("request", lambda request: note(request.url))
    async with other.expect_response("**/api/v1/events"):
        await other.goto(f"{url}/#{VIEW}&layers={SLUG}")
    await other.wait_for_selector(READY)
    await other.wait_for_timeout(1500)
    assert {column for column, _, _ in asked} >= TOUCHED | {UNTOUCHED}
    [before] = {revision for *_, revision in asked}
    asked.clear()

    await open_form(page, url)
    await move(page)
    await expect(page.get_by_role("button", name="Trả hình về như cũ")).to_be_visible()
    await name_of(page).fill("Ngọ Môn (dời)")
    await save(page)
    await is_saved(page)

    await _drawn_north(other)
    await other.wait_for_timeout(4000)  # the facts of the layer are read again by then
    assert {column for column, _, _ in asked} == TOUCHED
    assert {revision for *_, revision in asked} == {before + 1}
    assert len(asked) == len(set(asked)), "a tile was asked for twice"


async def test_a_tile_out_of_view_is_fresh_once_it_is_back(
    office: tuple[Services, str], page: Page, other: Page
) -> None:
    url, _ = await begin(office, page)
    async with other.expect_response("**/api/v1/events"):
        await other.goto(f"{url}/#{VIEW}&layers={SLUG}")
    await other.wait_for_selector(READY)
    await other.wait_for_timeout(1000)
    await other.evaluate('document.querySelector("gishue-map").map.jumpTo({center: [107.9, 16.4]})')
    await other.wait_for_timeout(1000)

    await open_form(page, url)
    await move(page)
    await save(page)
    await is_saved(page)
    await other.wait_for_timeout(1000)

    newer = re.compile(rf"/tiles/{SLUG}/13/6544/.*rev=[2-9]")
    async with other.expect_request(newer):
        await other.evaluate(
            'document.querySelector("gishue-map").map.jumpTo({center: [107.6, 16.4677]})'
        )
    await _drawn_north(other)


async def test_an_open_card_follows_the_edit_of_its_feature(
    office: tuple[Services, str], page: Page, other: Page
) -> None:
    url, _ = await begin(office, page)
    await _look_at_first(other, url)
    await expect(other.locator("feature-card").get_by_role("button", name="Sửa")).to_have_count(0)
    await rename(page, url, "Cửa Ngọ Môn")
    await expect(other.locator("feature-card h2")).to_have_text("Cửa Ngọ Môn")


async def test_a_window_that_lost_the_line_catches_up(
    office: tuple[Services, str], page: Page, other: Page
) -> None:
    url, _ = await begin(office, page)
    lost = True

    async def cut(route: Route) -> None:
        if lost:
            await route.abort()
        else:
            await route.continue_()

    await other.route("**/api/v1/events", cut)
    await other.goto(f"{url}/#{VIEW}&layers={SLUG}")
    await other.wait_for_selector(READY)
    await rename(page, url, "Cửa Ngọ Môn")
    await is_saved(page)
    async with other.expect_request(re.compile(rf"/tiles/{SLUG}/13/.*rev=[2-9]")):
        lost = False


async def _drawn_north(page: Page) -> None:
    """Wait until every tile draws the first place where it was moved to."""
    latitudes: list[float] = []
    for _ in range(100):
        latitudes = await page.evaluate(DRAWN)
        if latitudes and min(latitudes) > 16.47:
            return
        await page.wait_for_timeout(100)
    raise AssertionError(f"the place is drawn at {latitudes}")


async def test_a_feature_that_was_removed_goes_from_the_other_window_and_its_card_says_so(
    office: tuple[Services, str], page: Page, other: Page
) -> None:
    url, _ = await begin(office, page)
    await _look_at_first(other, url)
    await _is_drawn(other, True)

    await open_form(page, url)
    form = page.locator("feature-form")
    await form.get_by_role("button", name="Xóa đối tượng").click()
    await form.get_by_role("button", name="Xóa đối tượng").click()
    await expect(page.locator("feature-card")).to_contain_text("Đã xóa.")

    await expect(other.locator("feature-card .problem")).to_contain_text("không có đối tượng 1")
    await _is_drawn(other, False)


async def _is_drawn(page: Page, wanted: bool) -> None:
    """Wait until the first place is drawn, or is not any more."""
    for _ in range(100):
        if bool(await page.evaluate(DRAWN)) is wanted:
            return
        await page.wait_for_timeout(100)
    raise AssertionError(f"the place is {'not' if wanted else 'still'} drawn")


async def _look_at_first(page: Page, url: str) -> None:
    """Open the card of the first place, and wait until the page hears of news."""
    async with page.expect_response("**/api/v1/events"):
        await page.goto(f"{url}/#{VIEW}&layers={SLUG}&feature={SLUG}/1")
    await expect(page.locator("feature-card h2")).to_have_text("Ngọ Môn")
