"""What axe-core finds on the card, the form, a conflict, the history; on a laptop, in a hand."""

from typing import Any

import pytest
from playwright.async_api import Page, ViewportSize, expect

from layers.services import Services
from tests.e2e.conftest import LAPTOP, PHONE
from tests.e2e.editing import (
    begin,
    change_elsewhere,
    is_saved,
    name_of,
    open_card,
    open_form,
    save,
)
from tests.e2e.test_everybody_can_use_the_pages import AXE, KEYBOARD

RUN = """() => axe.run("feature-card", {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  resultTypes: ["violations"],
})"""


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
async def test_axe_finds_nothing_where_somebody_edits(
    office: tuple[Services, str], page: Page, complaints: list[str], size: ViewportSize
) -> None:
    url, csrf = await begin(office, page)
    await page.set_viewport_size(size)
    found: list[str] = []
    await open_card(page, url)
    found += await _faults(page, "card")
    await open_form(page, url)
    found += await _faults(page, "form")
    await name_of(page).fill("Cửa Ngọ Môn")
    await change_elsewhere(page, url, csrf, **{"tên": "Ngọ Môn Huế"})
    await save(page)
    await expect(page.locator("feature-form .note")).to_be_visible()
    found += await _faults(page, "conflict")
    await save(page)
    await is_saved(page)
    await page.locator("feature-card #history").click()
    await page.locator("feature-history li").first.wait_for()
    found += await _faults(page, "history")
    assert not found, "\n".join(found)
    complaints.clear()


async def test_tab_reaches_every_control_of_the_form_and_one_handle(
    office: tuple[Services, str], page: Page
) -> None:
    url, _ = await begin(office, page)
    await open_form(page, url)
    await page.evaluate(KEYBOARD)
    await page.evaluate("keyboard.begin()")
    for _ in range(80):
        await page.keyboard.press("Tab")
        if await page.evaluate("keyboard.step()"):
            break
    faults: list[str] = await page.evaluate("keyboard.faults()")
    assert [one for one in faults if "feature-" in one or "vertex" in one] == []


async def _faults(page: Page, where: str) -> list[str]:
    await page.evaluate(AXE)
    violations: list[dict[str, Any]] = (await page.evaluate(RUN))["violations"]
    told: list[str] = []
    for one in violations:
        nodes = [f"{node['target']} {node['failureSummary']}" for node in one["nodes"][:3]]
        told.append(f"{where}: {one['id']}: {nodes}")
    return told
