"""An editor chooses the parts of a shapefile, then the folder of a geodatabase: one upload each."""

import zipfile
from pathlib import Path

from playwright.async_api import FilePayload, Page, expect

from gishue import worker
from layers.services import Services
from tests.e2e.studio import enter_studio
from tests.support.upload import DATA

LEGACY = DATA / "legacy"
# As they come from a department: one name, endings in any case.
ENDINGS = {".dbf": ".DBF", ".prj": ".prj", ".shp": ".shp", ".shx": ".SHX"}


def parts_of_a_shapefile() -> list[FilePayload]:
    return [
        FilePayload(
            name=f"Điểm xã cũ{shown}",
            mimeType="application/octet-stream",
            buffer=(LEGACY / f"diem_xa_cu{ending}").read_bytes(),
        )
        for ending, shown in ENDINGS.items()
    ]


async def test_parts_chosen_together_are_packed(
    office: tuple[Services, str], page: Page, tmp_path: Path
) -> None:
    services, url = office
    await enter_studio(page, url)
    uploads = page.get_by_role("list", name="Các tệp đã gửi").get_by_role("listitem")
    sheet = page.locator("upload-sheet")

    await page.get_by_label("Chọn tệp").set_input_files(parts_of_a_shapefile())
    await expect(sheet.get_by_role("heading", name="Điểm xã cũ.zip")).to_be_visible()
    await expect(uploads).to_have_count(1)
    await expect(uploads).to_contain_text("Gói chung: Điểm xã cũ.shp, .SHX, .DBF, .prj")
    await worker.run(services, wait=False)
    await expect(sheet).to_contain_text("sẵn sàng công bố")
    await expect(sheet.locator("upload-facts")).to_contain_text("Phường Phú Xuân")
    await expect(uploads).to_contain_text("sẵn sàng công bố")

    with zipfile.ZipFile(LEGACY / "dulieu.gdb.zip") as archive:
        archive.extractall(tmp_path / "nền")
    await page.get_by_label("Chọn thư mục").set_input_files(tmp_path / "nền")
    await expect(uploads).to_have_count(2)
    await expect(uploads.first).to_contain_text("Gói cả thư mục dulieu.gdb")
    await expect(uploads.first).to_contain_text("đã nhận")
    await worker.run(services, wait=False)
    await uploads.first.click()
    await expect(sheet.get_by_role("heading", name="dulieu.gdb.zip")).to_be_visible()
    await expect(sheet).to_contain_text("sẵn sàng công bố")
