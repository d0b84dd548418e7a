"""An administrator invites somebody by a link; they choose a password, and are blocked later."""

from playwright.async_api import Browser, Page, expect

from layers.services import Services
from tests.e2e.conftest import LAPTOP
from tests.e2e.office import add_offices, enter, press_and_mean


async def test_the_invited_one_joins_and_is_blocked(
    office: tuple[Services, str], page: Page, browser: Browser
) -> None:
    services, url = office
    await add_offices(services)
    await enter(page, f"{url}/people", "admin")
    await page.get_by_role("button", name="Mời người mới").click()
    await page.get_by_label("Tên tài khoản").fill("nguyen.an")
    await page.get_by_label("Họ và tên").fill("Nguyễn Văn An")
    await page.get_by_label("Trong đơn vị").select_option("so_yt")
    await page.get_by_label("Vai trò", exact=True).select_option("editor")
    await page.get_by_role("button", name="Tạo lời mời").click()
    link = await page.locator("shown-once pre").inner_text()
    card = page.locator("person-card").filter(has_text="Nguyễn Văn An")
    await expect(card).to_contain_text("chưa nhận lời mời")

    context = await browser.new_context(viewport=LAPTOP, locale="vi-VN")
    invited = await context.new_page()
    await invited.goto(link)
    await invited.get_by_label("Mật khẩu mới").fill("cầu ngói Thanh Toàn")
    await invited.get_by_label("Nhập lại mật khẩu").fill("cầu ngói Thanh Toan")
    await invited.get_by_role("button", name="Đặt mật khẩu").click()
    await expect(invited).to_have_url(link)
    await invited.get_by_label("Nhập lại mật khẩu").fill("cầu ngói Thanh Toàn")
    await invited.get_by_role("button", name="Đặt mật khẩu").click()
    await invited.wait_for_url(f"{url}/account")
    await expect(invited.locator("account-page")).to_contain_text("Biên tập viên")

    await page.reload()
    await expect(card).not_to_contain_text("chưa nhận lời mời")
    await press_and_mean(card.get_by_role("button", name="Khóa tài khoản"))
    await expect(card).to_contain_text("đã khóa")
    me = await (await invited.request.get(f"{url}/api/v1/me")).json()
    assert me["kind"] == "anonymous"
    await context.close()
