"""Units and people for the stories of offices, and how each of them signs in."""

from playwright.async_api import Locator, Page

from gishue.accounts import store as accounts
from gishue.accounts import units
from gishue.accounts.unit import Unit
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR, Role
from gishue.core.db import transaction
from layers import closure_store
from layers.services import Services
from tests.e2e.studio import PASSWORD
from tests.support.city import add_layer
from tests.support.closing import CLOSURE

TITLES = {"so_xd": "Sở Xây dựng", "so_yt": "Sở Y tế"}


async def add_offices(services: Services) -> None:
    """Add two departments; the first has a layer that is closed.

    ``pho`` publishes for the first and looks into the second; ``lan`` is an officer of the second.
    """
    async with transaction(services.pool) as conn:
        for code, title in TITLES.items():
            await units.put(conn, Unit(code, title))
        layer = await add_layer(conn, "giam_sat", unit="so_xd")
        await closure_store.decide(conn, layer, Visibility.RESTRICTED, CLOSURE, OPERATOR)
        pho = await accounts.add(conn, "pho", PASSWORD, unit="so_xd", role=Role.PUBLISHER)
        await accounts.give(conn, pho, Role.VIEWER, "so_yt")
        await accounts.add(conn, "lan", PASSWORD, unit="so_yt", role=Role.VIEWER)
    await services.registry.reload(services.pool)


async def press_and_mean(button: Locator) -> None:
    """Press a button that asks first, and press it in the question too."""
    name = (await button.inner_text()).split(":")[0].strip()
    await button.click()
    await button.page.locator("ask-first").get_by_role("button", name=name).click()


async def enter(page: Page, address: str, name: str) -> None:
    """Open a page of ours as somebody: through its own way to the sign-in and back."""
    await page.goto(address)
    await page.get_by_label("Tên tài khoản").fill(name)
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    await page.get_by_role("button", name="Đăng nhập").click()
    await page.wait_for_url(address + "*")
