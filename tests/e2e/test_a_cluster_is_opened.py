"""Far away many points are one circle with a number: it is opened, listed and gone to."""

import math
import re

from mapbox_vector_tile import decode
from playwright.async_api import Page, expect

from gishue.core.db import transaction
from layers.layer import GeometryType, Layer
from layers.services import Services
from layers.tiers import COUNT
from tests.e2e.editing import READY
from tests.support.tiered import add_features
from tiles.grid import column, row

ZOOM = 10


async def fullest(page: Page, url: str, layer: Layer) -> tuple[int, int, float, float]:
    """Return the id and the count of the fullest circle, and where it is drawn in degrees."""
    assert layer.bounds is not None
    west, south, east, north = layer.bounds
    x, y = int(column((west + east) / 2, ZOOM)), int(row((south + north) / 2, ZOOM))
    body = await (await page.request.get(f"{url}/tiles/lop/{ZOOM}/{x}/{y}.mvt")).body()
    drawn = decode(body, default_options={"geojson": False})["lop"]
    best = max(drawn["features"], key=lambda one: one["properties"].get(COUNT, 1))
    px, py = best["geometry"]["coordinates"]
    lon, lat = _degrees(x + px / drawn["extent"], y + 1 - py / drawn["extent"])
    return best["id"], best["properties"][COUNT], lon, lat


def _degrees(x: float, y: float) -> tuple[float, float]:
    """Return the degrees of a place in tiles of ``ZOOM``, by Web Mercator."""
    turn = math.pi * (1 - 2 * y / (1 << ZOOM))
    return x / (1 << ZOOM) * 360 - 180, math.degrees(math.atan(math.sinh(turn)))


async def test_a_circle_with_a_number_is_opened_listed_and_gone_to(
    office: tuple[Services, str], page: Page
) -> None:
    services, url = office
    async with transaction(services.pool) as conn:
        layer = await add_features(conn, "lop", GeometryType.POINT, 4_000, style=None)
    await services.registry.reload(services.pool)
    id_, count, lon, lat = await fullest(page, url, layer)

    await page.goto(f"{url}/#at={lon:.5f},{lat:.5f},{ZOOM}.00&layers=lop")
    await page.wait_for_selector(READY)
    canvas, card = page.locator("gishue-map canvas").first, page.locator("feature-card")
    await canvas.focus()
    for _ in range(20):  # until its tile is drawn
        await canvas.press("Enter")
        if await card.locator("cluster-members").count():
            break
        await page.wait_for_timeout(500)

    await expect(card.get_by_role("heading")).to_have_text(f"{count:,} đối tượng".replace(",", "."))
    await expect(card.locator("cluster-members li")).to_have_count(min(count, 20))
    assert f"feature=lop/{id_}" in page.url

    await card.get_by_role("button", name="Phóng tới").click()
    await expect(page).to_have_url(re.compile(r"at=[\d.]+,[\d.]+,1[1-9]\.[1-9]"))
    await card.locator("cluster-members li button").first.click()
    await expect(card.locator("dl")).to_be_visible()
    assert re.search(r"feature=lop/\d{1,4}\b", page.url)
