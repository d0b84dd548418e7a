"""The reason of a closed layer has run out: its publisher names it anew, or opens the layer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from gishue.accounts import store as accounts
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR, Role
from gishue.core.db import transaction
from layers import closure_store, store
from layers.services import Services
from tests.e2e.office import add_offices, enter
from tests.e2e.studio import PASSWORD
from tests.support.closing import CLOSURE

ENDED = replace(CLOSURE, expires_at=datetime.now(UTC) - timedelta(days=2))


@pytest.fixture
async def url(office: tuple[Services, str]) -> str:
    """The address of a city where the closed layer of ``so_xd`` waits for a decision."""
    services, url = office
    await add_offices(services)
    async with transaction(services.pool) as conn:
        layer = await store.by_slug(conn, "giam_sat")
        await closure_store.decide(conn, layer, Visibility.RESTRICTED, ENDED, OPERATOR)
    await services.registry.reload(services.pool)
    return url


async def test_it_is_named_anew_and_faults_stand_beside_their_fields(
    url: str, page: Page, complaints: list[str]
) -> None:
    await enter(page, f"{url}/sharing?tab=due", "pho")
    await expect(page.locator("due-list")).to_contain_text("đã hết hạn")
    await page.get_by_role("button", name="Gia hạn").click()
    dialog, form = (
        page.get_by_role("dialog", name="Gia hạn: Lớp giam_sat"),
        page.locator("closure-form"),
    )
    await expect(form.get_by_label("Lý do", exact=True)).to_have_value(CLOSURE.reason)
    await expect(form.get_by_label("Người phê duyệt")).to_be_focused()

    await form.get_by_label("Người phê duyệt").fill("   ")
    await form.get_by_role("button", name="Gia hạn").click()
    await expect(form.locator("#approver-fault")).to_have_text("Cần nêu mục này.")
    await expect(form.get_by_label("Người phê duyệt")).to_have_attribute("aria-invalid", "true")

    end = form.get_by_label("Không mở đến ngày")
    await end.evaluate("field => { field.min = ''; field.value = '2001-01-01'; }")
    await form.get_by_label("Người phê duyệt").fill("Giám đốc Sở")
    await form.get_by_role("button", name="Gia hạn").click()
    await expect(form.locator("#expires_at-fault")).to_contain_text("phải ở tương lai")

    day = (datetime.now(UTC) + timedelta(days=200)).strftime("%Y-%m-%d")
    await end.fill(day)
    await form.get_by_role("button", name="Gia hạn").click()
    await expect(dialog).to_be_hidden()
    await expect(page.locator("due-list")).to_contain_text("Không có lý do nào sắp hết hạn")
    kept = (await (await page.request.get(f"{url}/api/v1/closed-layers")).json())["items"]
    assert [one["legal_basis"] for one in kept] == [CLOSURE.legal_basis]
    assert kept[0]["expires_at"][:10] == day
    assert ["status of 422" in one for one in complaints] == [True, True]
    complaints.clear()


async def test_it_is_opened_to_everybody_after_a_word_of_what_that_means(
    url: str, page: Page
) -> None:
    await enter(page, f"{url}/sharing?tab=due", "pho")
    opener = page.get_by_role("button", name="Mở cho mọi người")
    await opener.click()
    dialog, form = (
        page.get_by_role("dialog", name="Mở cho mọi người: Lớp giam_sat"),
        page.locator("closure-form"),
    )
    await expect(dialog).to_be_visible()
    await expect(form).to_contain_text("không cần đăng nhập")
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(opener).to_be_focused()

    await opener.click()
    await form.get_by_role("button", name="Mở cho mọi người").click()
    await expect(page.locator("due-list")).to_contain_text("Không có lý do nào sắp hết hạn")
    await page.context.clear_cookies()
    assert (await page.request.get(f"{url}/api/v1/layers/giam_sat")).status == 200


async def test_who_only_reads_sees_that_it_waits_and_no_way_out(
    office: tuple[Services, str], url: str, page: Page
) -> None:
    services, _ = office
    async with transaction(services.pool) as conn:
        await accounts.add(conn, "xem", PASSWORD, unit="so_xd", role=Role.VIEWER)
    await enter(page, f"{url}/sharing?tab=due", "xem")
    await expect(page.locator("due-list")).to_contain_text("đã hết hạn")
    await expect(page.get_by_role("button", name="Gia hạn")).to_have_count(0)
