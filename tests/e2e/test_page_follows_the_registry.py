"""An open page shows a new revision by itself, and says so when the server is away."""

import re

from playwright.async_api import Page, Route, expect
from psycopg import AsyncConnection

from layers.publish import Mode
from tests.e2e.served import publish_wards

READY = "gishue-map[data-state=ready]"


async def test_a_layer_published_anew_is_drawn_anew_without_reloading(
    city: str, page: Page, city_database_url: str
) -> None:
    async with page.expect_response("**/api/v1/events"):
        await page.goto(city)
    await page.wait_for_selector(READY)
    newer = re.compile(r"/tiles/phuong_xa/.*\.mvt\?rev=([2-9])")
    async with (
        page.expect_request(newer) as asked,
        await AsyncConnection.connect(city_database_url) as conn,
    ):
        revision = await publish_wards(conn, Mode.REPLACE)
    assert (await asked.value).url.endswith(f"rev={revision}")
    await expect(page.locator("notice-line")).to_contain_text("Phường, xã")


async def test_the_page_says_what_the_server_says_and_tries_again(
    city: str, page: Page, complaints: list[str]
) -> None:
    async def refuse(route: Route) -> None:
        body = {"title": "x", "detail": "wait", "detail_vi": "Đang bảo trì đến 7 giờ."}
        await route.fulfill(status=503, json=body, content_type="application/problem+json")

    await page.route("**/api/v1/layers?*", refuse)
    # Once it hears of changes the page reads anew by itself; here a person asks it to.
    await page.route("**/api/v1/events", lambda route: route.fulfill(status=204))
    await page.goto(city)
    tree = page.locator("layer-tree")
    await expect(tree).to_contain_text("Đang bảo trì đến 7 giờ.")
    await page.unroute("**/api/v1/layers?*")
    await tree.get_by_role("button", name="Thử lại").click()
    await expect(tree.get_by_role("checkbox", name="Phường, xã")).to_be_checked()
    assert all("503" in complaint for complaint in complaints)
    complaints.clear()
