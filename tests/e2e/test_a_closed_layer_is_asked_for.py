"""One unit asks for a closed layer, its owner grants it, later revokes it: then it is gone."""

from playwright.async_api import Browser, Page, expect

from layers.services import Services
from tests.e2e.conftest import LAPTOP
from tests.e2e.office import add_offices, enter, press_and_mean


async def test_it_is_asked_for_granted_read_and_revoked(
    office: tuple[Services, str], page: Page, browser: Browser, expected: list[str]
) -> None:
    services, url = office
    await add_offices(services)
    layer = f"{url}/api/v1/layers/giam_sat"

    await enter(page, f"{url}/sharing", "lan")
    assert (await page.request.get(layer)).status == 404
    await page.get_by_role("button", name="Xin quyền truy cập").click()
    await page.get_by_label("Mục đích sử dụng").fill("Lập bản đồ dịch tễ")
    await page.get_by_role("button", name="Gửi yêu cầu").click()
    await expect(page.locator("closed-list")).to_contain_text("đang chờ trả lời")

    context = await browser.new_context(viewport=LAPTOP, locale="vi-VN")
    owner = await context.new_page()
    await enter(owner, f"{url}/sharing", "pho")
    await owner.get_by_role("link", name="Cần trả lời").click()
    await expect(owner.locator("request-list")).to_contain_text("Lập bản đồ dịch tễ")
    await owner.get_by_role("button", name="Chấp thuận").click()
    await owner.locator("decision-form").get_by_role("button", name="Chấp thuận").click()
    await expect(owner.locator("request-list")).to_contain_text("đã chấp thuận")

    await page.goto(f"{url}/sharing?tab=mine")
    await expect(page.locator("request-list")).to_contain_text("đã chấp thuận")
    await page.get_by_role("link", name="Mở lớp").click()
    await expect(page.get_by_role("heading", name="Lớp giam_sat")).to_be_visible()
    assert (await page.request.get(layer)).status == 200

    await owner.get_by_role("link", name="Đang chia sẻ").click()
    # Whatever the open page was still asking for is refused from here on.
    expected.append(r"status of 404 .*/(layers|tiles)/giam_sat\b")
    await press_and_mean(owner.get_by_role("button", name="Thu hồi"))
    await expect(owner.locator("share-list")).to_contain_text("Chưa chia sẻ lớp nào")
    assert (await page.request.get(layer)).status == 404
    said = page.get_by_role("main").get_by_role("status")
    await expect(said).to_contain_text("không còn được chia sẻ với anh/chị")
    await expect(page.get_by_role("heading", name="Lớp giam_sat")).to_be_visible()
    await expect(page.locator("gishue-map")).to_have_count(0)
    await context.close()
