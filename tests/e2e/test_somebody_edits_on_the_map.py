"""An editor changes a place on the map: saves, is refused, meets somebody faster, undoes."""

from playwright.async_api import Page, expect

from layers.services import Services
from tests.e2e.editing import (
    SLUG,
    VIEW,
    begin,
    change_elsewhere,
    is_saved,
    name_of,
    open_card,
    open_form,
    read,
    save,
    year_of,
)


async def test_who_was_slower_keeps_what_was_typed_and_chooses(
    office: tuple[Services, str], page: Page, complaints: list[str]
) -> None:
    url, csrf = await begin(office, page)
    await open_form(page, url)
    await name_of(page).fill("Cửa Ngọ Môn")
    await change_elsewhere(page, url, csrf, **{"tên": "Ngọ Môn Huế", "năm": 1834})
    await save(page)
    form = page.locator("feature-form")
    await expect(form.get_by_role("alert")).to_contain_text("Người khác vừa lưu đối tượng này")
    await expect(form.get_by_role("alert")).to_contain_text("theo hồ sơ")
    await expect(name_of(page)).to_have_value("Cửa Ngọ Môn")
    await expect(year_of(page)).to_have_value("1834")
    await form.get_by_role("button", name="Lấy của họ: tên").click()
    await expect(name_of(page)).to_have_value("Ngọ Môn Huế")
    await form.get_by_role("button", name="Dùng của tôi: tên").click()
    await save(page)
    await is_saved(page)
    assert (await read(page, url))["properties"] == {"tên": "Cửa Ngọ Môn", "năm": 1834}
    assert all("409" in said for said in complaints)
    complaints.clear()


async def test_a_wrong_value_is_told_at_its_field(
    office: tuple[Services, str], page: Page, complaints: list[str]
) -> None:
    url, _ = await begin(office, page)
    await open_form(page, url)
    year = year_of(page)
    await year.fill("một nghìn")
    await save(page)
    await expect(page.locator("feature-form")).to_contain_text("Không phải số")
    await year.fill("3000")
    await save(page)
    await expect(year).to_have_attribute("aria-invalid", "true")
    await expect(year).to_be_focused()
    fault = page.locator("feature-form .fault").nth(1)
    await expect(fault).to_contain_text("2100")
    await expect(year).to_have_value("3000")
    assert all("422" in said for said in complaints)
    complaints.clear()
    await year.fill("1834")
    await save(page)
    await is_saved(page)


async def test_what_was_saved_is_undone_and_brought_back_from_the_history(
    office: tuple[Services, str], page: Page
) -> None:
    url, _ = await begin(office, page)
    await open_form(page, url)
    await name_of(page).fill("Cửa Ngọ Môn")
    await page.get_by_role("textbox", name="Lý do").fill("theo biển trước cửa")
    await save(page)
    card = page.locator("feature-card")
    await expect(card.locator("h2")).to_have_text("Cửa Ngọ Môn")
    await card.get_by_role("button", name="Hoàn tác").click()
    await expect(card).to_contain_text("Đã hoàn tác.")
    await expect(card.locator("h2")).to_have_text("Ngọ Môn")

    await card.get_by_role("button", name="Lịch sử").click()
    mine = card.locator("feature-history li").filter(has_text="theo biển trước cửa")
    await expect(mine).to_contain_text("admin")
    await expect(mine.get_by_role("row", name="tên")).to_contain_text("Cửa Ngọ Môn")
    await mine.get_by_role("button", name="Khôi phục bản này").click()
    await expect(card).to_contain_text("Đã khôi phục.")
    await expect(card.locator("h2")).to_have_text("Cửa Ngọ Môn")
    assert page.url.endswith(f"feature={SLUG}/1")


async def test_a_place_is_added_and_removed_and_comes_back(
    office: tuple[Services, str], page: Page
) -> None:
    url, _ = await begin(office, page)
    await page.goto(f"{url}/#{VIEW}&layers={SLUG}")
    await page.get_by_role("button", name=f"Thông tin về lớp Lớp {SLUG}").click()
    await page.get_by_role("button", name="Thêm đối tượng").click()
    form, card = page.locator("feature-form"), page.locator("feature-card")
    await name_of(page).fill("Đàn Nam Giao")
    await save(page)
    await expect(form).to_contain_text("Chưa vẽ hình trên bản đồ.")
    await page.mouse.click(700, 500)
    await expect(page.locator(".vertex")).to_have_count(1)
    await save(page)
    await expect(card).to_contain_text("Đã thêm.")
    await expect(card.locator("h2")).to_have_text("Đàn Nam Giao")

    await card.get_by_role("button", name="Sửa").click()
    await form.get_by_role("button", name="Xóa đối tượng").click()
    await form.get_by_role("button", name="Xóa đối tượng").click()
    await expect(card).to_contain_text("Đã xóa.")
    await card.get_by_role("button", name="Hoàn tác").click()
    await expect(card.locator("h2")).to_have_text("Đàn Nam Giao")


async def test_by_the_keyboard_alone_a_place_moves_and_nothing_typed_is_lost_by_chance(
    office: tuple[Services, str], page: Page
) -> None:
    url, _ = await begin(office, page)
    await open_form(page, url)
    lon, lat = (await read(page, url))["geometry"]["coordinates"]
    await page.locator(".vertex").focus()
    for _ in range(3):
        await page.keyboard.press("Shift+ArrowUp")
    await expect(page.locator(".vertex")).to_be_focused()
    await name_of(page).focus()
    await page.keyboard.press("Escape")
    form = page.locator("feature-form")
    await expect(form).to_contain_text("chưa được lưu")
    await expect(form.get_by_role("button", name="Sửa tiếp")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(name_of(page)).to_be_focused()
    await page.keyboard.press("Enter")
    await is_saved(page)
    moved = (await read(page, url))["geometry"]["coordinates"]
    assert moved[1] > lat + 0.001
    assert abs(moved[0] - lon) < 1e-6


async def test_who_may_not_edit_sees_the_history_alone(
    office: tuple[Services, str], page: Page
) -> None:
    url, csrf = await begin(office, page)
    await change_elsewhere(page, url, csrf, **{"năm": 1834})
    await page.context.clear_cookies()
    await open_card(page, url)
    card = page.locator("feature-card")
    await expect(card.get_by_role("button", name="Sửa")).to_have_count(0)
    await card.get_by_role("button", name="Lịch sử").click()
    entry = card.locator("feature-history li").first
    await expect(entry).to_contain_text("1834")
    await expect(entry).not_to_contain_text("admin")
    await expect(entry.get_by_role("button")).to_have_count(0)
