"""Areas that may not overlap are drawn and reshaped beside each other: corners fall together."""

from collections.abc import Sequence
from math import asinh, hypot, pi, radians, tan
from typing import Final

import pytest
from playwright.async_api import Page, expect
from psycopg.sql import SQL

from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from layers import publish, tables
from layers.description import Description
from layers.fields import FieldType, build
from layers.layer import GeometryType
from layers.publish import StagedTable
from layers.services import Services
from tests.e2e.conftest import LAPTOP
from tests.e2e.editing import is_saved, save, sign_in
from tests.support.city import PROVENANCE

SLUG: Final = "thua"
ZOOM: Final = 19
BESIDE_PX: Final = (5, -4)
PARCELS: Final = (
    "POLYGON((560100.123 1820100.456,560140.789 1820112.345,560131.234 1820143.567,"
    "560090.456 1820131.789,560100.123 1820100.456))",
    "POLYGON((560144.111 1820113.222,560170.333 1820121.444,560160.555 1820152.666,"
    "560134.777 1820144.888,560144.111 1820113.222))",
)
"""Aslant, to the millimetre, as a survey gives them; between them a gap of 3 m. EPSG:9214."""

Place = Sequence[float]


async def begin(office: tuple[Services, str], page: Page) -> str:
    """Publish two parcels of a layer that forbids overlaps, sign in; return its address."""
    services, url = office
    fields = build(["tên"], [FieldType.TEXT])
    insert = SQL(
        "INSERT INTO {} (id, c1, geom) VALUES (%s, %s, ST_Multi(ST_GeomFromText(%s, 9214)))"
    )
    async with transaction(services.pool) as conn:
        await tables.create_staging(conn, "u_thua", fields, GeometryType.POLYGON, 9214)
        rows = [(n, f"Thửa {n}", shape) for n, shape in enumerate(PARCELS, start=1)]
        await conn.cursor().executemany(insert.format(tables.staging("u_thua")), rows)
        await tables.index(conn, tables.staging("u_thua"))
        staged = StagedTable("u_thua", fields, GeometryType.POLYGON, 9214, PROVENANCE)
        said = Description(title="Thửa đất", forbids_overlap=True)
        await publish.publish_table(conn, SLUG, said, staged, actor=OPERATOR)
    await services.registry.reload(services.pool)
    await sign_in(page, url)
    return url


async def ring_of(page: Page, url: str, feature: int) -> list[list[float]]:
    """Return the corners of a parcel as the API gives them."""
    answer = await page.request.get(f"{url}/api/v1/layers/{SLUG}/features/{feature}")
    ((ring,),) = (await answer.json())["geometry"]["coordinates"]
    return ring[:-1]


def address(url: str, middle: Place, more: str = "") -> str:
    """Return the address of the map with ``middle`` in its middle."""
    return f"{url}/#at={middle[0]:.5f},{middle[1]:.5f},{ZOOM:.2f}&layers={SLUG}{more}"


def pixel(place: Place, middle: Place) -> tuple[float, float]:
    """Return where the map shows ``place``. Source: Web Mercator, 512 pixels at zoom 0."""

    def world(lon: float, lat: float) -> tuple[float, float]:
        side = 512 * 2**ZOOM
        return (lon + 180) / 360 * side, (1 - asinh(tan(radians(lat))) / pi) / 2 * side

    x, y = world(*place)
    x0, y0 = world(round(middle[0], 5), round(middle[1], 5))
    return LAPTOP["width"] / 2 + x - x0, LAPTOP["height"] / 2 + y - y0


def beside(at: tuple[float, float]) -> tuple[float, float]:
    """Return a place a few pixels off."""
    return at[0] + BESIDE_PX[0], at[1] + BESIDE_PX[1]


async def drag(page: Page, handle: int, to: tuple[float, float]) -> None:
    """Drag a corner over the map, and see it snap before it is let go."""
    box = await page.locator(".vertex:not(.middle)").nth(handle).bounding_box()
    assert box is not None
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.mouse.down()
    await page.mouse.move(*to, steps=8)


async def test_a_dragged_corner_goes_exactly_onto_the_neighbours(
    office: tuple[Services, str], page: Page
) -> None:
    url = await begin(office, page)
    first, second = await ring_of(page, url, 1), await ring_of(page, url, 2)
    await page.goto(address(url, first[1], f"&feature={SLUG}/2"))
    await page.locator("feature-card").get_by_role("button", name="Sửa").click()
    await expect(page.locator(".vertex:not(.middle)")).to_have_count(4)
    for handle, corner in ((0, first[1]), (3, first[2])):
        await drag(page, handle, beside(pixel(corner, first[1])))
        await expect(page.locator(".snap")).to_be_visible()
        await page.mouse.up()
        await expect(page.locator(".snap")).to_have_count(0)
    await save(page)
    await is_saved(page)
    assert await ring_of(page, url, 2) == [first[1], second[1], second[2], first[2]]


async def begin_adding(page: Page, url: str, middle: Place) -> None:
    """Open the form of a new parcel."""
    await page.goto(address(url, middle))
    await page.get_by_role("button", name="Thông tin về lớp Thửa đất").click()
    await page.get_by_role("button", name="Thêm đối tượng").click()
    await expect(page.get_by_role("switch", name="Bắt điểm")).to_be_checked()


async def test_an_area_is_drawn_along_the_neighbours_edge(
    office: tuple[Services, str], page: Page
) -> None:
    url = await begin(office, page)
    corner, end = (await ring_of(page, url, 1))[:2]
    edge = [(a + b) / 2 for a, b in zip(corner, end, strict=True)]
    away = pixel(corner, corner)[0] + 60, pixel(corner, corner)[1] + 90
    await begin_adding(page, url, corner)
    for press in (beside(pixel(corner, corner)), beside(pixel(edge, corner)), away):
        await page.mouse.click(*press)
    await expect(page.locator(".vertex")).to_have_count(3)
    await page.locator("feature-form").get_by_role("textbox", name="tên").fill("Thửa mới")
    await save(page)
    await expect(page.locator("feature-card")).to_contain_text("Đã thêm.")
    drawn = await ring_of(page, url, 3)
    assert drawn[0] == corner
    assert abs(off_line(drawn[1], corner, end)) < 2e-7


def off_line(place: Place, a: Place, b: Place) -> float:
    """Return how far ``place`` lies off the line through ``a`` and ``b``, in their units."""
    across = (b[0] - a[0]) * (place[1] - a[1]) - (b[1] - a[1]) * (place[0] - a[0])
    return across / hypot(b[0] - a[0], b[1] - a[1])


async def test_alt_and_the_switch_turn_snapping_off(
    office: tuple[Services, str], page: Page
) -> None:
    url = await begin(office, page)
    corner = (await ring_of(page, url, 1))[0]
    x, y = beside(pixel(corner, corner))
    ring, switch = page.locator(".snap"), page.get_by_role("switch", name="Bắt điểm")
    await begin_adding(page, url, corner)
    await page.mouse.move(x, y)
    await expect(ring).to_be_visible()
    await page.keyboard.down("Alt")
    await page.mouse.move(x, y)
    await expect(ring).to_have_count(0)
    await page.keyboard.up("Alt")
    await page.mouse.move(x, y)
    await expect(ring).to_be_visible()
    await switch.focus()
    await page.keyboard.press("Space")
    await expect(ring).to_have_count(0)
    await page.mouse.click(x, y)
    await expect(page.locator(".vertex")).to_have_count(1)
    box = await page.locator(".vertex").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] / 2 == pytest.approx(x, abs=1)
    assert box["y"] + box["height"] / 2 == pytest.approx(y, abs=1)
