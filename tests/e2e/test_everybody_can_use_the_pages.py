"""What axe-core finds on the pages for people, and whether the keyboard reaches all of them.

Every page and every form of it, in both languages, on a laptop and in a hand. axe-core (MPL-2.0)
is a tool of these tests alone; it is in no page.
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.scenes import SCENES, Scene, show, visit

WEB = Path(__file__).parents[2] / "web"
AXE = (WEB / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
KEYBOARD = (Path(__file__).parent / "keyboard.js").read_text("utf-8")
RUN = """() => axe.run(document, {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  resultTypes: ["violations"],
})"""
MOST_STOPS = 250
"""How often Tab is pressed before a page is taken to have no end."""


class Found(NamedTuple):
    """What is wrong with the pages, as one reader meets them."""

    by_axe: list[str]
    by_keyboard: list[str]


@pytest.fixture(
    scope="module",
    params=[("vi", 1280), ("vi", 390), ("en", 1280), ("en", 390)],
    ids=["vi-laptop", "vi-phone", "en-laptop", "en-phone"],
)
async def found(request: pytest.FixtureRequest, busy_office: str, browser: Browser) -> Found:
    """What is found on every scene: each is opened once, for axe and then for the keyboard."""
    language, width = request.param
    found = Found([], [])
    for is_signed_in in (False, True):
        async with visit(browser, busy_office, language, width, signed_in=is_signed_in) as page:
            for scene in SCENES:
                if scene.signed_in == is_signed_in:
                    await show(page, busy_office, scene)
                    found.by_axe.extend(_named(scene, await _faults(page, width)))
                    found.by_keyboard.extend(_named(scene, await _unreached(page)))
    return found


@pytest.mark.timeout(600)
async def test_axe_finds_nothing_and_nothing_sticks_out(found: Found) -> None:
    assert not found.by_axe, "\n".join(found.by_axe)


@pytest.mark.timeout(600)
async def test_the_keyboard_reaches_every_control_and_one_sees_where_it_is(found: Found) -> None:
    assert not found.by_keyboard, "\n".join(found.by_keyboard)


async def test_a_dialog_keeps_the_focus_and_gives_it_back(
    busy_office: str, browser: Browser
) -> None:
    async with visit(browser, busy_office, "vi", 1280, signed_in=True) as page:
        await show(page, busy_office, Scene("/sharing?tab=due", "due-list .card"))
        opener = page.locator("due-list .button.primary").first
        await opener.focus()
        await page.keyboard.press("Enter")
        form = page.locator("closure-form form")
        await expect(form.locator("#approver")).to_be_focused()
        await page.evaluate(KEYBOARD)
        for _ in range(15):
            await page.keyboard.press("Tab")
            where: dict[str, Any] = await page.evaluate("keyboard.here()")
            assert where["inside"], where
        await page.keyboard.press("Escape")
        await expect(form).to_have_count(0)
        await expect(opener).to_be_focused()


async def test_a_question_is_left_without_an_answer_and_nothing_happens(
    busy_office: str, browser: Browser
) -> None:
    async with visit(browser, busy_office, "vi", 1280, signed_in=True) as page:
        await show(page, busy_office, Scene("/sharing?tab=shares", "share-list .card"))
        opener = page.locator("share-list .button.danger").first
        shares = await page.locator("share-list .card").count()
        await opener.focus()
        await page.keyboard.press("Enter")
        question = page.locator("ask-first")
        named = re.compile("Thu hồi chia sẻ với .+ Có hiệu lực ngay")
        await expect(page.get_by_role("dialog", name=named)).to_be_visible()
        await expect(question.get_by_role("button", name="Thôi")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(question).to_have_count(0)
        await expect(opener).to_be_focused()
        await expect(page.locator("share-list .card")).to_have_count(shares)


async def _faults(page: Page, width: int) -> list[str]:
    await page.evaluate(AXE)
    violations: list[dict[str, Any]] = (await page.evaluate(RUN))["violations"]
    wide = await page.evaluate("document.documentElement.scrollWidth")
    told = [f"{wide} px wide"] if wide > width else []
    for one in violations:
        nodes = [f"{node['target']} {node['failureSummary']}" for node in one["nodes"][:3]]
        told.append(f"{one['id']} ({len(one['nodes'])}): {nodes}")
    return told


async def _unreached(page: Page) -> list[str]:
    """Press Tab until it has been everywhere; return what it never met, or met unseen."""
    await page.evaluate(KEYBOARD)
    await page.evaluate("keyboard.begin()")
    for _ in range(MOST_STOPS):
        await page.keyboard.press("Tab")
        if await page.evaluate("keyboard.step()"):
            return await page.evaluate("keyboard.faults()")
    return ["Tab finds no end"]


def _named(scene: Scene, faults: list[str]) -> list[str]:
    return [f"{' > '.join([scene.path, *scene.opens])}: {fault}" for fault in faults]
