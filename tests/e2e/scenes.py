"""What the pages for people show, page by page and form by form, ready to be looked at."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

from playwright.async_api import Browser, Page

from tests.e2e.studio import PASSWORD

LOADED = """() => {
  const waits = (root) => [...root.querySelectorAll("*")].some((one) =>
    one.getAttribute("role") === "status" && one.classList.contains("empty")
    || one.shadowRoot && waits(one.shadowRoot));
  return document.fonts.status === "loaded" && !waits(document);
}"""


class Scene(NamedTuple):
    """A page; ``opens``: what is pressed on it in turn; ``shows``: what is there then."""

    path: str
    shows: str
    opens: Sequence[str] = ()
    signed_in: bool = True


SCENES = (
    Scene("/login", "sign-in-form", signed_in=False),
    Scene("/invitation#a-token", "invitation-form", signed_in=False),
    Scene("/invitation", "invitation-form", signed_in=False),
    Scene("/data", "main", signed_in=False),
    Scene("/data?q=khong+co+gi", "main", signed_in=False),
    Scene("/data/phuong_xa", "gishue-map[data-state=ready]", signed_in=False),
    Scene("/data/khong_co", "main", signed_in=False),
    Scene("/account", "account-page .card"),
    Scene("/studio/styles", "style-page .choice, style-page .empty"),
    Scene("/people", "person-card"),
    Scene("/people", "invite-form", ("people-list > .adding button, people-list .button.primary",)),
    Scene("/people?tab=keys", "key-list .card"),
    Scene("/people?tab=keys", "key-form", ("key-list .button.primary",)),
    Scene("/sharing", "closed-list .card"),
    Scene("/sharing", "ask-form", ("closed-list button[data-layer]",)),
    Scene("/sharing?tab=mine", "request-list .card"),
    Scene("/sharing?tab=decide", "request-list .card"),
    Scene("/sharing?tab=decide", "decision-form", ("request-list button[data-opens^=grant]",)),
    Scene("/sharing?tab=decide", "decision-form", ("request-list button[data-opens^=refuse]",)),
    Scene("/sharing?tab=shares", "share-list .card"),
    Scene("/sharing?tab=shares", "share-form", ("share-list #add",)),
    Scene("/sharing?tab=shares", "ask-first #cancel", ("share-list .button.danger",)),
    Scene("/sharing?tab=due", "due-list .card"),
    Scene("/sharing?tab=due", "closure-form form", ("due-list .button.primary",)),
    Scene("/sharing?tab=due", "closure-form form", ("due-list .button:not(.primary)",)),
)


@asynccontextmanager
async def visit(
    browser: Browser, url: str, language: str, width: int, *, signed_in: bool
) -> AsyncGenerator[Page]:
    """Open a page of somebody who reads ``language``, signed in as ``hoa`` or not at all."""
    context = await browser.new_context(
        viewport={"width": width, "height": 900}, locale={"vi": "vi-VN", "en": "en-GB"}[language]
    )
    page = await context.new_page()
    if signed_in:
        said = {"name": "hoa", "password": PASSWORD}
        entered = await page.request.post(f"{url}/api/v1/session", data=said)
        assert entered.status == 200
    yield page
    await context.close()


async def show(page: Page, url: str, scene: Scene) -> None:
    """Open the scene and wait until all of it is there."""
    await page.goto("about:blank")  # else an address that differs behind the # loads nothing
    await page.goto(url + scene.path)
    for selector in scene.opens:
        await page.locator(selector).first.click()
    await page.locator(scene.shows).first.wait_for()
    await page.wait_for_function(LOADED)
