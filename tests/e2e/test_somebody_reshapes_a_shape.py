"""Lines and areas are reshaped on the map: a corner dragged, one added, one taken away."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from gishue.core.db import transaction
from layers.layer import GeometryType
from layers.services import Services
from tests.e2e.editing import is_saved, save, sign_in
from tests.support.tiered import add_features

FEATURE = 997
"""The one that is 400 m large."""


async def begin(office: tuple[Services, str], page: Page, kind: GeometryType) -> str:
    """Publish shapes, sign in, open the form of the large one; return its address."""
    services, url = office
    async with transaction(services.pool) as conn:
        await add_features(conn, "hinh", kind, 1_000, style=None)
    await services.registry.reload(services.pool)
    await sign_in(page, url)
    feature = f"{url}/api/v1/layers/hinh/features/{FEATURE}"
    lon, lat = path_of((await (await page.request.get(feature)).json())["geometry"])[0]
    await page.goto(f"{url}/#at={lon:.5f},{lat:.5f},15.50&layers=hinh&feature=hinh/{FEATURE}")
    await page.locator("feature-card").get_by_role("button", name="Sửa").click()
    return feature


def path_of(geometry: dict[str, Any]) -> list[list[float]]:
    """Return the corners of the only line, or of the only ring."""
    (part,) = geometry["coordinates"]
    return part if geometry["type"] == "MultiLineString" else part[0]


async def shape(page: Page, feature: str) -> list[list[float]]:
    return path_of((await (await page.request.get(feature)).json())["geometry"])


@pytest.mark.parametrize(("kind", "corners"), [(GeometryType.LINE, 3), (GeometryType.POLYGON, 4)])
async def test_a_corner_is_dragged_one_added_and_one_taken_away(
    office: tuple[Services, str], page: Page, kind: GeometryType, corners: int
) -> None:
    feature = await begin(office, page, kind)
    before = await shape(page, feature)
    handles = page.locator(".vertex:not(.middle)")
    await expect(handles).to_have_count(corners)

    box = await handles.first.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x - 40, y - 30, steps=8)
    await page.mouse.up()
    await expect(page.get_by_role("button", name="Trả hình về như cũ")).to_be_visible()
    await handles.first.focus()
    await page.keyboard.press("Insert")
    await expect(handles).to_have_count(corners + 1)
    await save(page)
    await is_saved(page)
    grown = await shape(page, feature)

    assert len(grown) == len(before) + 1
    assert grown[0][0] < before[0][0]
    assert grown[0][1] > before[0][1]
    assert next(place for place in before if place not in grown) == before[0]

    await page.locator("feature-card").get_by_role("button", name="Sửa").click()
    await handles.nth(1).focus()
    await page.keyboard.press("Delete")
    await expect(handles).to_have_count(corners)
    await save(page)
    await expect(page.locator("feature-form")).to_have_count(0)
    assert len(await shape(page, feature)) == len(before)
