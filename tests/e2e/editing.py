"""A layer of named places for the stories of editing, and how somebody opens and changes one."""

from typing import Any

from playwright.async_api import Locator, Page, expect

from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from layers import schema_store
from layers.fields import FieldType
from layers.layer import GeometryType
from layers.schema import FieldRule, LayerSchema
from layers.services import Services
from tests.e2e.studio import PASSWORD
from tests.support.city import NGO_MON, Point, add_layer

SLUG = "di_tich"
READY = "gishue-map[data-state=ready]"
EAST_M = 7_000.0
PLACES: tuple[Point, ...] = (
    ("Ngọ Môn", 1833, *NGO_MON),
    ("Phía đông", 1900, NGO_MON[0] + EAST_M, NGO_MON[1]),
    ("Góc tây nam", 1901, NGO_MON[0] - 9_000, NGO_MON[1] - 9_000),
    ("Góc đông bắc", 1902, NGO_MON[0] + 9_000, NGO_MON[1] + 9_000),
)
RULES = LayerSchema(
    (
        FieldRule("tên", FieldType.TEXT, required=True, max_length=40),
        FieldRule("năm", FieldType.INTEGER, minimum=1000, maximum=2100),
    ),
    GeometryType.POINT,
)
VIEW = "at=107.60000,16.46770,13.00"


async def add_places(services: Services) -> None:
    """Publish the places as an open layer with a schema."""
    async with transaction(services.pool) as conn:
        layer = await add_layer(conn, SLUG, points=PLACES)
        await schema_store.put_schema(conn, layer.id, RULES, OPERATOR)
    await services.registry.reload(services.pool)


async def sign_in(page: Page, url: str) -> str:
    """Sign in as the administrator; return what an unsafe request must repeat."""
    said = {"name": "admin", "password": PASSWORD}
    entered = await page.request.post(f"{url}/api/v1/session", data=said)
    assert entered.status < 300
    return (await (await page.request.get(f"{url}/api/v1/me")).json())["csrf"]


async def begin(office: tuple[Services, str], page: Page) -> tuple[str, str]:
    """Publish the places and sign in; return the address and what an unsafe request must repeat."""
    services, url = office
    await add_places(services)
    return url, await sign_in(page, url)


async def open_card(page: Page, url: str, feature: int = 1) -> None:
    """Open the map with the card of a place."""
    await page.goto("about:blank")
    await page.goto(f"{url}/#{VIEW}&layers={SLUG}&feature={SLUG}/{feature}")
    await page.wait_for_selector(READY)
    await page.locator("feature-card dl").wait_for()


async def open_form(page: Page, url: str, feature: int = 1) -> None:
    """Open the form of a place."""
    await open_card(page, url, feature)
    await page.locator("feature-card").get_by_role("button", name="Sửa").click()
    await expect(name_of(page)).to_be_focused()


def name_of(page: Page) -> Locator:
    """Where the name of a place is typed."""
    return page.locator("feature-form").get_by_role("textbox", name="tên")


def year_of(page: Page) -> Locator:
    """Where the year of a place is typed."""
    return page.locator("feature-form").get_by_role("textbox", name="năm")


async def save(page: Page) -> None:
    """Press save."""
    await page.locator("feature-form").get_by_role("button", name="Lưu", exact=True).click()


async def rename(page: Page, url: str, name: str) -> None:
    """Open the form of the first place, give it another name, press save."""
    await open_form(page, url)
    await name_of(page).fill(name)
    await save(page)


async def move(page: Page) -> None:
    """Press the map where the marked place is to stand: north-west of the middle."""
    middle = await page.evaluate("[innerWidth / 2, innerHeight / 2]")
    await page.mouse.click(middle[0] - 255, middle[1] - 60)


async def is_saved(page: Page) -> None:
    """Wait until the card says that it was saved."""
    await expect(page.locator("feature-card")).to_contain_text("Đã lưu.")


async def read(page: Page, url: str, feature: int = 1) -> dict[str, Any]:
    """Return a place as the API gives it now."""
    answer = await page.request.get(f"{url}/api/v1/layers/{SLUG}/features/{feature}")
    return await answer.json()


async def change_elsewhere(page: Page, url: str, csrf: str, **values: Any) -> int:
    """Change the first place as somebody else would, by the API; return the new revision."""
    now = await read(page, url)
    one = {"op": "change", "id": 1, "version": now["version"], "properties": values}
    answer = await page.request.post(
        f"{url}/api/v1/layers/{SLUG}/changesets",
        data={"message": "theo hồ sơ", "changes": [one]},
        headers={"x-csrf-token": csrf},
    )
    assert answer.status == 201, await answer.text()
    return (await answer.json())["revision"]
