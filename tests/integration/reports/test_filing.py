import asyncio
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from gishue.core.actor import ANONYMOUS, OPERATOR, Role
from gishue.core.db import transaction
from gishue.core.errors import Conflict, Forbidden, NotFound, NotSignedIn, TooLarge
from gishue.reports import filing, layer, store
from gishue.reports.filing import KeyReused, file_report
from gishue.reports.photos import UnreadablePhoto
from gishue.reports.report import Category, Draft, InvalidReport, ReportState
from layers import feature_store
from layers import store as layer_store
from layers.feature_store import FeatureQuery
from layers.services import Services
from tests.support.people import staff

DRONE = Path(__file__).parents[2] / "data" / "drone" / "DJI_0030.JPG"
EDITOR = staff("an", 7, "traffic", Role.EDITOR)


def draft(**changes: Any) -> Draft:
    said: dict[str, Any] = {
        "title": "Ổ gà trước Ngọ Môn, gọi 0914 123 456",
        "category": Category.ROAD,
        "lon": 107.5776,
        "lat": 16.4677,
        "accuracy_m": 8.0,
        "text": "Rất sâu, nhà tôi ở đối diện",
        "phone": "0914 123 456",
    }
    return Draft(**(said | changes))


def photo(colour: str = "red", *, with_place: bool = False) -> BytesIO:
    exif = Image.Exif()
    if with_place:
        exif.get_ifd(0x8825).update(
            {1: "N", 2: (16.0, 33.0, 8.64), 3: "E", 4: (107.0, 38.0, 28.32)}
        )
    out = BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG", exif=exif.tobytes())
    out.seek(0)
    return out


async def pins(services: Services) -> list[dict[str, Any]]:
    async with transaction(services.pool) as conn:
        shown = await layer_store.by_slug(conn, layer.SLUG)
        found = await feature_store.page(conn, shown, FeatureQuery(limit=100))
    return [json.loads(text) for text in found.features]


async def test_a_report_falls_in_its_ward_and_stands_on_the_map(city: Services) -> None:
    filed = await file_report(city, ANONYMOUS, draft(), [photo()], key="k-1")
    assert filed.is_new
    # Ngọ Môn stands in the Citadel, since 1 July 2025 in the ward of Phú Xuân (NQ 1675/NQ-UBTVQH15)
    assert filed.report.ward_name == "Phường Phú Xuân"
    assert filed.report.ward_code == "19753"
    [pin] = await pins(city)
    assert pin["properties"]["code"] == filed.report.code
    assert pin["properties"]["ward"] == "Phường Phú Xuân"
    assert pin["properties"]["photos"] == 1
    point = pin["geometry"]["coordinates"]
    assert point == pytest.approx([107.5776, 16.4677], abs=1e-7)


async def test_the_pin_is_stored_at_the_citys_own_coordinates(city: Services) -> None:
    await file_report(city, ANONYMOUS, draft(), key="k-1")
    async with transaction(city.pool) as conn:
        shown = await layer_store.by_slug(conn, layer.SLUG)
        [text] = (await feature_store.page(conn, shown, FeatureQuery(srid=9214))).features
    point = json.loads(text)["geometry"]["coordinates"]
    assert point == pytest.approx([561476.476, 1821417.454], abs=0.01)  # knowledge/vietnam.md §2.4


async def test_nothing_personal_reaches_the_layer(city: Services) -> None:
    await file_report(city, ANONYMOUS, draft(), [photo()], key="k-1")
    shown = json.dumps(await pins(city), ensure_ascii=False)
    for secret in ("0914", "123 456", "đối diện", "k-1"):
        assert secret not in shown
    assert "Ổ gà trước Ngọ Môn" in shown


async def test_the_same_key_twice_is_one_report(city: Services) -> None:
    first = await file_report(city, ANONYMOUS, draft(), [photo()], key="k-1")
    again = await file_report(city, ANONYMOUS, draft(), [photo()], key="k-1")
    assert not again.is_new
    assert again.report == first.report
    assert len(await pins(city)) == 1


async def test_the_same_key_at_once_is_one_report(city: Services) -> None:
    filed = await asyncio.gather(
        *(file_report(city, ANONYMOUS, draft(), key="k-1") for _ in range(6))
    )
    assert sum(one.is_new for one in filed) == 1
    assert len({one.report.code for one in filed}) == 1


async def test_many_reports_at_once_all_get_their_pin(services: Services) -> None:
    filed = await asyncio.gather(
        *(file_report(services, ANONYMOUS, draft(), key=f"k-{n}") for n in range(8))
    )
    assert len({one.report.code for one in filed}) == 8
    assert len(await pins(services)) == 8
    async with transaction(services.pool) as conn:
        assert (await layer_store.by_slug(conn, layer.SLUG)).feature_count == 8


async def test_a_key_does_not_stand_for_two_stories(city: Services) -> None:
    await file_report(city, ANONYMOUS, draft(), key="k-1")
    with pytest.raises(KeyReused):
        await file_report(city, ANONYMOUS, draft(title="Cây đổ"), key="k-1")


async def test_a_photo_gives_the_place_when_nobody_did(city: Services) -> None:
    sent = draft(lon=None, lat=None)
    filed = await file_report(city, ANONYMOUS, sent, [photo(with_place=True)], key="k-1")
    assert (filed.report.lon, filed.report.lat) == pytest.approx((107.6412, 16.5524))
    assert filed.report.ward_name == "Phường Thuận An"


async def test_stored_photos_are_clean_and_the_original_is_kept(city: Services) -> None:
    with DRONE.open("rb") as stream:
        filed = await file_report(city, ANONYMOUS, draft(), [stream], key="k-1")
    [sha256] = filed.report.photos
    with city.blobs.file(sha256) as path:
        clean = path.read_bytes()
    assert clean.startswith(b"RIFF")
    assert b"DJI" not in clean
    async with transaction(city.pool) as conn:
        row = await (await conn.execute("SELECT original_sha256 FROM gis.report_photo")).fetchone()
    assert row is not None
    with city.blobs.file(row[0]) as path:
        assert path.read_bytes() == DRONE.read_bytes()


async def test_a_bad_photo_refuses_the_whole_report(city: Services) -> None:
    with pytest.raises(UnreadablePhoto):
        await file_report(city, ANONYMOUS, draft(), [photo(), BytesIO(b"no")], key="k-1")
    with pytest.raises(NotFound):
        await pins(city)


async def test_too_many_photos_are_refused(city: Services) -> None:
    with pytest.raises(TooLarge):
        await file_report(city, ANONYMOUS, draft(), [photo() for _ in range(6)], key="k-1")


async def test_a_pin_outside_every_ward_has_none(city: Services) -> None:
    filed = await file_report(city, ANONYMOUS, draft(lon=112.34, lat=16.83), key="k-1")
    assert filed.report.ward_name is None


async def test_an_unsure_pin_off_the_shore_takes_the_nearest_ward(city: Services) -> None:
    at_sea = {"lon": 107.6500, "lat": 16.5700}
    sure = await file_report(city, ANONYMOUS, draft(**at_sea, accuracy_m=1.0), key="k-1")
    unsure = await file_report(city, ANONYMOUS, draft(**at_sea, accuracy_m=1000.0), key="k-2")
    assert sure.report.ward_name is None
    assert unsure.report.ward_name == "Phường Thuận An"


async def test_without_a_wards_layer_a_report_is_still_taken(services: Services) -> None:
    filed = await file_report(services, ANONYMOUS, draft(), key="k-1")
    assert filed.report.ward_name is None


async def test_a_place_outside_the_nation_writes_nothing(city: Services) -> None:
    with pytest.raises(InvalidReport):
        await file_report(city, ANONYMOUS, draft(lon=2.35, lat=48.85), key="k-1")
    with pytest.raises(NotFound):
        await pins(city)


async def test_the_reporter_adds_a_photo_with_the_key(city: Services) -> None:
    filed = await file_report(city, ANONYMOUS, draft(), [photo("red")], key="k-1")
    after = await filing.add_photos(
        city, ANONYMOUS, filed.report.code, [photo("blue"), photo("red")], key="k-1"
    )
    assert len(after.photos) == 2  # the red one was there already
    [pin] = await pins(city)
    assert pin["properties"]["photos"] == 2


@pytest.mark.parametrize("key", [None, "", "k-2"])
async def test_a_stranger_adds_no_photo(city: Services, key: str | None) -> None:
    filed = await file_report(city, ANONYMOUS, draft(), key="k-1")
    with pytest.raises(NotSignedIn):
        await filing.add_photos(city, ANONYMOUS, filed.report.code, [photo()], key=key)
    with pytest.raises(Forbidden):
        await filing.add_photos(city, EDITOR, filed.report.code, [photo()], key=key)


async def test_only_the_handling_side_reads_the_reporters_words(city: Services) -> None:
    filed = await file_report(city, ANONYMOUS, draft(), key="k-1")
    assert await filing.reporter_of(city, ANONYMOUS, filed.report) is None
    assert await filing.reporter_of(city, EDITOR, filed.report) is None
    said = await filing.reporter_of(city, OPERATOR, filed.report)
    assert said is not None
    assert said.phone == "0914123456"


async def test_a_closed_report_leaves_the_map(city: Services) -> None:
    filed = await file_report(city, ANONYMOUS, draft(), key="k-1")
    for to in ("triaged", "assigned", "resolved"):
        await filing.move_report(city, OPERATOR, filed.report.code, ReportState(to))
    [pin] = await pins(city)
    assert pin["properties"]["state_title"] == "Đã xử lý"
    await filing.move_report(city, OPERATOR, filed.report.code, ReportState.CLOSED)
    assert await pins(city) == []
    with pytest.raises(Conflict, match="closed"):
        await filing.add_photos(city, ANONYMOUS, filed.report.code, [photo()], key="k-1")


async def test_the_layer_can_stand_empty_before_the_first_report(services: Services) -> None:
    await filing.prepare(services)
    await filing.prepare(services)
    shown = services.registry.current.readable(ANONYMOUS, layer.SLUG)
    assert (shown.feature_count, shown.revision, shown.srid) == (0, 1, 9214)
    await file_report(services, ANONYMOUS, draft(), key="k-1")
    assert len(await pins(services)) == 1


async def test_nobody_else_moves_a_report(city: Services) -> None:
    filed = await file_report(city, ANONYMOUS, draft(), key="k-1")
    with pytest.raises(NotSignedIn):
        await filing.move_report(city, ANONYMOUS, filed.report.code, ReportState.TRIAGED)
    with pytest.raises(Forbidden):
        await filing.move_report(city, EDITOR, filed.report.code, ReportState.TRIAGED)


async def test_every_change_raises_the_layers_revision_and_tells_it(city: Services) -> None:
    filed = await file_report(city, ANONYMOUS, draft(), key="k-1")
    async with transaction(city.pool) as conn:
        before = await layer_store.by_slug(conn, layer.SLUG)
    await filing.move_report(city, OPERATOR, filed.report.code, ReportState.TRIAGED)
    async with transaction(city.pool) as conn:
        after = await layer_store.by_slug(conn, layer.SLUG)
        rows = await (await conn.execute("SELECT kind FROM gis.event ORDER BY seq")).fetchall()
    assert after.revision == before.revision + 1
    assert after.epoch == before.epoch
    assert [row[0] for row in rows][-2:] == ["layer", "report"]


async def test_reports_are_listed_newest_first_page_by_page(city: Services) -> None:
    codes = [
        (await file_report(city, ANONYMOUS, draft(), key=f"k-{n}")).report.code for n in range(3)
    ]
    async with transaction(city.pool) as conn:
        first = await store.page(conn, 2)
        rest = await store.page(conn, 2, before_id=first.next_id)
    assert [report.code for report in first.reports] == codes[:0:-1]
    assert [report.code for report in rest.reports] == codes[:1]
    assert rest.next_id is None
