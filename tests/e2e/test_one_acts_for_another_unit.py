"""Somebody with roles in two units signs in, acts for the other one, and signs out."""

from playwright.async_api import Page, expect

from layers.services import Services
from tests.e2e.office import add_offices, enter


async def test_the_unit_is_switched_in_the_account_and_in_the_studio(
    office: tuple[Services, str], page: Page
) -> None:
    services, url = office
    await add_offices(services)
    await enter(page, f"{url}/account", "pho")
    account = page.locator("account-page")
    await expect(account).to_contain_text("Người công bố")
    await expect(account).to_contain_text("Sở Y tế")
    choice = account.get_by_label("Làm việc cho")
    await expect(choice).to_have_value("so_xd")

    async with page.expect_navigation():
        await choice.select_option("so_yt")
    await expect(account.get_by_label("Làm việc cho")).to_have_value("so_yt")
    me = await (await page.request.get(f"{url}/api/v1/me")).json()
    assert me["unit"] == "so_yt"

    await page.goto(f"{url}/studio")
    header = page.locator("header")
    await expect(header.get_by_label("Làm việc cho")).to_have_value("so_yt")
    async with page.expect_navigation():
        await header.get_by_label("Làm việc cho").select_option("so_xd")
    me = await (await page.request.get(f"{url}/api/v1/me")).json()
    assert me["unit"] == "so_xd"

    await header.get_by_role("link", name="Tài khoản: pho").click()
    await page.get_by_role("button", name="Đăng xuất").click()
    await page.wait_for_url(f"{url}/")
    me = await (await page.request.get(f"{url}/api/v1/me")).json()
    assert me["kind"] == "anonymous"
