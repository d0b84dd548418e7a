"""An administrator makes a key for a system, which reads with it until the key is revoked."""

import httpx
from playwright.async_api import Page, expect

from layers.services import Services
from tests.e2e.office import add_offices, enter, press_and_mean


async def test_the_key_reads_until_it_is_revoked(office: tuple[Services, str], page: Page) -> None:
    services, url = office
    await add_offices(services)
    layer = f"{url}/api/v1/layers/giam_sat"
    await enter(page, f"{url}/people", "admin")
    await page.get_by_role("link", name="Khóa cho hệ thống").click()
    await expect(page.locator("key-list")).to_contain_text("Chưa có khóa nào")
    await page.get_by_role("button", name="Tạo khóa").click()
    await page.get_by_label("Tên khóa").fill("LGSP")
    await page.get_by_label("Trong đơn vị").select_option("so_xd")
    await page.get_by_role("button", name="Tạo khóa").click()
    text = await page.locator("shown-once pre").inner_text()
    async with httpx.AsyncClient(headers={"x-api-key": text}) as system:
        assert (await system.get(layer)).status_code == 200
        await press_and_mean(page.get_by_role("button", name="Thu hồi"))
        await expect(page.locator("key-list")).to_contain_text("đã thu hồi")
        assert (await system.get(layer)).status_code == 401
