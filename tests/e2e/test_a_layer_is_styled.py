"""A layer is put into classes of colour, kept, and drawn so; the map under it is another one."""

import re

from playwright.async_api import FilePayload, Page, expect
from psycopg import AsyncConnection

from layers.services import Services
from tests.e2e.served import publish_wards
from tests.e2e.studio import enter_studio

READY = "gishue-map[data-state=ready]"


async def test_wards_are_put_into_classes_by_their_area(
    office: tuple[Services, str], page: Page
) -> None:
    services, url = office
    async with await AsyncConnection.connect(services.url) as conn:
        await publish_wards(conn)
    await enter_studio(page, url)
    await page.get_by_role("link", name="Kiểu hiển thị").click()
    await page.get_by_label("Lớp bản đồ", exact=True).select_option("phuong_xa")
    await page.get_by_label("Cách chia").select_option("natural-breaks")
    await page.get_by_label("Số lớp").select_option("4")
    await page.get_by_role("radio", name="Vàng đến nâu").check()
    await page.get_by_role("button", name="Xem thử").click()
    legend = page.locator("style-page ul.legend li")
    await expect(legend).to_have_count(5)
    await expect(page.get_by_text("chưa lưu")).to_be_visible()
    await page.wait_for_selector(READY)

    await page.get_by_role("button", name="Lưu kiểu").click()
    await expect(page.locator("notice-line")).to_contain_text("Đã lưu")
    kept = await (await page.request.get(f"{url}/tiles/phuong_xa/style.json")).json()
    assert kept["layers"][0]["paint"]["fill-color"][0] == "case"

    file = await page.request.get(f"{url}/api/v1/layers/phuong_xa/style.qml")
    said = FilePayload(name="ranh.qml", mimeType="text/xml", buffer=await file.body())
    await page.get_by_role("button", name="Về kiểu mặc định").click()
    await expect(legend).to_have_count(1)
    await page.get_by_label("Đọc tệp QML hoặc SLD").set_input_files(said)
    await expect(legend).to_have_count(5)


async def test_another_map_lies_under_the_layers(city: str, page: Page) -> None:
    await page.goto(city)
    await page.wait_for_selector(READY)
    choice = page.get_by_label("Bản đồ nền", exact=True)
    async with page.expect_response(re.compile(r"/tiles/phuong_xa/style\.json.*map=base-dark")):
        await choice.select_option("base-dark")
    await expect(page).to_have_url(re.compile("map=base-dark"))
    await page.reload()
    await expect(choice).to_have_value("base-dark")
    await choice.select_option("base")
    await expect(page).not_to_have_url(re.compile("map="))
