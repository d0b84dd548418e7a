"""An editor sends a department's file in the studio, answers what it asks, and publishes it."""

from playwright.async_api import Page, expect

from gishue import worker
from gishue.core.db import transaction
from layers import store
from layers.services import Services
from tests.e2e.studio import enter_studio
from tests.support.upload import DATA

ARCHIVE = DATA / "upload" / "zip_tcvn3_names.zip"


async def test_a_file_is_sent_answered_and_published(
    office: tuple[Services, str], page: Page
) -> None:
    services, url = office
    await enter_studio(page, url)
    await page.get_by_label("Chọn tệp").set_input_files(ARCHIVE)
    sheet = page.locator("upload-sheet")
    await expect(sheet.get_by_role("heading", name="zip_tcvn3_names.zip")).to_be_visible()
    await worker.run(services, wait=False)
    await expect(sheet).to_contain_text("sẵn sàng công bố")
    await expect(sheet.locator("finding-list")).to_contain_text("Phường Phú Xuân")
    preview = sheet.frame_locator("iframe")
    await expect(preview.locator("body")).to_contain_text("40")

    await sheet.get_by_label("Tên lớp (để trống: theo tên tệp)").fill("Điểm xã cũ")
    await sheet.get_by_label("Mã lớp trong địa chỉ").fill("diem_xa_cu")
    await sheet.get_by_role("button", name="Công bố").click()
    await expect(sheet.get_by_role("link", name="diem_xa_cu")).to_be_visible()
    async with transaction(services.pool) as conn:
        layer = await store.by_slug(conn, "diem_xa_cu")
    assert (layer.title, layer.feature_count, layer.srid) == ("Điểm xã cũ", 40, 9214)
