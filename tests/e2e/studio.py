"""The way into the studio, as every story of it begins."""

from playwright.async_api import Page

PASSWORD = "tràng-tiền-1899"


async def enter_studio(page: Page, url: str) -> None:
    """Open the studio and sign in as its administrator."""
    await page.goto(f"{url}/studio")
    await page.get_by_label("Tên tài khoản").fill("admin")
    await page.get_by_label("Mật khẩu").fill(PASSWORD)
    await page.get_by_role("button", name="Đăng nhập").click()
    await page.wait_for_url("**/studio*")
