"""Somebody signs in at the city's issuer, on another site, and out again there."""

import re
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from gishue.server.app import make_app
from tests.e2e.conftest import LAPTOP
from tests.e2e.served import Served
from tests.support.issuer import CLIENT_ID, MockIssuer, mock_issuer
from tests.support.settings import settings_in

READY = "gishue-map[data-state=ready]"


@pytest.fixture
def issuer() -> Generator[MockIssuer]:
    """The issuer at ``localhost``; the site stands at ``127.0.0.1``, for a browser another site."""
    with mock_issuer() as running:
        running.know("lan", name="Nguyễn Đức Lan", preferred_username="lan.nguyen")
        yield running


@pytest.fixture
async def site(own_database_url: str, tmp_path: Path, issuer: MockIssuer) -> AsyncGenerator[str]:
    """The address of a served city that signs on at the issuer."""
    settings = settings_in(tmp_path, oidc_issuer=issuer.url, oidc_client_id=CLIENT_ID)
    served = Served(make_app(settings, own_database_url))
    served.start()
    yield served.url
    served.stop()


@pytest.fixture
async def visitor(browser: Browser) -> AsyncGenerator[Page]:
    """A page of its own: the issuer's complains of things that are not ours."""
    context = await browser.new_context(viewport=LAPTOP, locale="vi-VN")
    failed: list[str] = []
    opened = await context.new_page()
    opened.on("pageerror", lambda error: failed.append(str(error)))
    yield opened
    assert failed == []
    await context.close()


async def _to_the_issuer(page: Page, site: str) -> None:
    await page.goto(f"{site}/login?next=/")
    await page.get_by_role("link", name="Đăng nhập một lần của thành phố").click()
    await page.wait_for_url(re.compile("/oauth2/authorize"))


async def test_somebody_signs_in_at_the_city_and_out_again_everywhere(
    site: str, issuer: MockIssuer, visitor: Page
) -> None:
    await _to_the_issuer(visitor, site)
    await visitor.get_by_label("Subject").fill("lan")
    await visitor.get_by_role("button", name="Authorize", exact=True).click()
    await visitor.wait_for_url(f"{site}/**")
    badge = visitor.locator("session-badge")
    await expect(badge).to_contain_text("lan.nguyen")
    assert "code=" not in visitor.url
    await badge.get_by_role("link").click()
    await visitor.get_by_role("button", name="Đăng xuất").click()
    await visitor.wait_for_url(f"{issuer.url}/oauth2/end_session?**")
    await visitor.goto(site)
    await expect(badge.get_by_role("link", name="Đăng nhập")).to_be_visible()


async def test_whoever_turns_back_at_the_issuer_is_told_and_may_use_a_local_account(
    site: str, visitor: Page
) -> None:
    await _to_the_issuer(visitor, site)
    await visitor.get_by_role("button", name="Deny access").click()
    await expect(visitor.get_by_role("alert")).to_contain_text(
        "hệ thống đăng nhập một lần chưa cho"
    )
    await expect(visitor).to_have_url(f"{site}/login")
    await expect(visitor.get_by_label("Tên tài khoản")).to_be_visible()
    await expect(
        visitor.get_by_role("link", name="Đăng nhập một lần của thành phố")
    ).to_be_visible()
