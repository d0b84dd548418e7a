"""Styles by the API: kept, drawn, made of classes; and what stays hidden while one does."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from gishue.core.access import Visibility
from gishue.core.actor import Role
from gishue.core.db import transaction
from tests.support.site import Site, open_site
from tests.support.style_spec import faults
from tests.support.veiled import LEVEL, OWNER, add_veiled

STYLE = "/api/v1/layers/{}/style"


@pytest.fixture
async def site(own_database_url: str, tmp_path: Path) -> AsyncGenerator[Site]:
    async with open_site(own_database_url, tmp_path / "var") as opened:
        await opened.publish("diem", Visibility.OPEN, "so_a")
        await opened.account("bien_tap", Role.EDITOR, "so_a")
        yield opened


async def _editor(site: Site) -> dict[str, str]:
    return {"x-csrf-token": await site.sign_in("bien_tap")}


async def test_a_style_is_kept_and_drawn_at_the_next_revision(site: Site) -> None:
    head = await _editor(site)
    said = {
        "layers": [{"type": "circle", "paint": {"circle-color": "#00ff00"}}],
        "legend": [{"label": "Điểm", "label_en": "Place", "symbol": {"type": "circle"}}],
    }
    before = (await site.client.get(STYLE.format("diem"))).json()
    kept = await site.client.put(STYLE.format("diem"), json=said, headers=head)
    drawn = (await site.client.get("/tiles/diem/style.json")).json()
    legend = (await site.client.get("/tiles/diem/legend.json")).json()

    assert kept.status_code == 200, kept.text
    assert kept.json()["revision"] == before["revision"] + 1
    assert (before["owned"], kept.json()["owned"]) == (False, True)
    assert drawn["layers"][0]["paint"] == {"circle-color": "#00ff00"}
    assert legend["items"][0]["label_en"] == "Place"
    gone = await site.client.delete(STYLE.format("diem"), headers=head)
    assert (gone.json()["owned"], gone.json()["layers"]) == (False, before["layers"])


async def test_what_could_not_be_drawn_is_refused_and_nothing_changes(site: Site) -> None:
    head = await _editor(site)
    for paint in ({"circle-color": "đỏ"}, {"circle-color": ["get", "vắng"]}, {"no-such": 1}):
        said = {"layers": [{"type": "circle", "paint": paint}]}
        answer = await site.client.put(STYLE.format("diem"), json=said, headers=head)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-style")
        assert answer.json()["where"].startswith("layers[0].paint")
    assert (await site.client.get(STYLE.format("diem"))).json()["owned"] is False


async def test_classes_of_a_field_are_made_and_may_be_kept(site: Site) -> None:
    head = await _editor(site)
    for said in (
        {"field": "tên", "method": "categories", "palette": "tol-muted"},
        {"field": "năm", "method": "natural-breaks", "palette": "cividis", "classes": 2},
    ):
        made = await site.client.post(STYLE.format("diem") + "/classify", json=said, headers=head)
        assert made.status_code == 200, made.text
        kept = await site.client.put(STYLE.format("diem"), json=made.json(), headers=head)
        assert kept.status_code == 200, kept.text
        whole = (await site.client.get("/tiles/diem/style.json")).json()
        assert faults([whole]) == [[]]
    labels = [item["label"] for item in made.json()["legend"]]
    assert labels == ["1833 – 1899", "1899 – 1899", "Không có số liệu"]


async def test_palettes_are_told_with_their_sources(site: Site) -> None:
    told = (await site.client.get("/api/v1/palettes")).json()
    assert {one["name"] for one in told} >= {"okabe-ito", "viridis", "puor"}
    assert all(one["licence"] and one["source"] for one in told)
    assert len(told[0]["colours"]["3"]) == 3


async def _veiled(site: Site, **more: Any) -> None:
    async with transaction(site.services.pool) as conn:
        await add_veiled(conn, "kin", "so_a", **more)
    await site.services.registry.reload(site.services.pool)


async def test_classes_name_no_value_that_their_readers_do_not_see(site: Site) -> None:
    """Readers of the public see rows of the first level, and the unit alone sees ``chủ``."""
    await _veiled(site)
    head = await _editor(site)

    async def made(field: str) -> str:
        said = {"field": field, "method": "categories", "palette": "okabe-ito", "classes": 8}
        answer = await site.client.post(STYLE.format("kin") + "/classify", json=said, headers=head)
        return answer.text

    names = await made("tên")
    assert "DONGMUC0" in names
    assert "DONGMUC1" not in names
    assert "DONGMUC2" not in names
    owners = await made("chủ")
    assert OWNER in owners


async def test_a_style_tells_nobody_of_a_masked_field(site: Site) -> None:
    await _veiled(site)
    await _editor(site)
    mine = await site.client.get(STYLE.format("kin"))
    theirs = await site.browser().get(STYLE.format("kin"))
    assert OWNER in mine.text
    assert OWNER not in theirs.text
    assert "chủ" not in theirs.text


async def test_numbers_of_rows_kept_back_bound_no_class(site: Site) -> None:
    await _veiled(site, masks={})
    head = await _editor(site)
    said = {"field": "mức", "method": "quantile", "palette": "viridis", "classes": 3}
    made = await site.client.post(STYLE.format("kin") + "/classify", json=said, headers=head)
    labels = [item["label"] for item in made.json()["legend"]]
    assert labels == [f"{LEVEL} – {LEVEL}", "Không có số liệu"]


async def test_a_whole_map_is_for_whoever_asks(site: Site) -> None:
    await site.publish("noi_bo", Visibility.INTERNAL, "so_a")
    async with transaction(site.services.pool) as conn:
        await conn.execute("UPDATE gis.layer SET visible_by_default = true")
    await site.services.registry.reload(site.services.pool)
    other = site.browser()
    await _editor(site)

    mine = await site.client.get("/styles/base.json")
    theirs = await other.get("/styles/base.json")
    ground = await site.client.get("/styles/base.json?layers=0")

    assert mine.json()["sources"].keys() == {"diem", "noi_bo"}
    assert theirs.json()["sources"].keys() == {"diem"}
    assert mine.headers["cache-control"].startswith("private")
    assert theirs.headers["cache-control"].startswith("public")
    assert ground.headers["cache-control"].startswith("public")
    assert "cookie" in theirs.headers["vary"]
    known = {"if-none-match": mine.headers["etag"]}
    assert (await site.client.get("/styles/base.json", headers=known)).status_code == 304
    assert (await other.get("/styles/base.json", headers=known)).status_code == 200


async def test_a_known_map_is_answered_without_the_database(site: Site) -> None:
    first = await site.client.get("/styles/ioc.json")
    await site.services.pool.close()
    known = {"if-none-match": first.headers["etag"]}
    again = await site.browser().get("/styles/ioc.json", headers=known)
    assert (first.status_code, again.status_code) == (200, 304)


async def test_a_layer_dressed_for_a_map(site: Site) -> None:
    plain = (await site.client.get("/tiles/diem/style.json")).json()["layers"][0]["paint"]
    dark = (await site.client.get("/tiles/diem/style.json?map=base-dark")).json()
    legend = (await site.client.get("/tiles/diem/legend.json?map=base-dark")).json()["items"][0]

    paint = dark["layers"][0]["paint"]
    assert paint["circle-color"] != plain["circle-color"]
    assert legend["symbol"]["color"] == paint["circle-color"]
    assert paint["circle-radius"] == plain["circle-radius"]
    assert (await site.client.get("/tiles/diem/style.json?map=nope")).status_code == 404


@pytest.mark.parametrize("format_", ["sld", "qml"])
async def test_a_style_goes_out_as_a_file_and_comes_back(site: Site, format_: str) -> None:
    head = await _editor(site)
    path = f"{STYLE.format('diem')}.{format_}"
    file = await site.browser().get(path)
    assert file.status_code == 200
    assert file.headers["content-disposition"] == f'attachment; filename="diem.{format_}"'

    shown = await site.client.put(f"{path}?keep=false", content=file.content, headers=head)
    before = (await site.client.get(STYLE.format("diem"))).json()
    kept = await site.client.put(path, content=file.content, headers=head)
    after = (await site.client.get(STYLE.format("diem"))).json()

    assert (shown.status_code, shown.json()["kept"], before["owned"]) == (200, False, False)
    assert (kept.json()["kept"], after["owned"]) == (True, True)
    assert after["layers"] == kept.json()["layers"]
    assert {one["type"] for one in after["layers"]} == {"circle", "symbol"}


async def test_a_file_that_is_no_style_is_refused(site: Site) -> None:
    head = await _editor(site)
    for body in (b"", b"{}", b"<html/>", b"<qgis/>", b"<StyledLayerDescriptor/>"):
        answer = await site.client.put(f"{STYLE.format('diem')}.sld", content=body, headers=head)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unreadable-style")


async def test_a_style_file_tells_nobody_of_a_masked_field(site: Site) -> None:
    await _veiled(site)
    await _editor(site)
    for format_ in ("sld", "qml"):
        mine = await site.client.get(f"{STYLE.format('kin')}.{format_}")
        theirs = await site.browser().get(f"{STYLE.format('kin')}.{format_}")
        assert OWNER in mine.text
        assert OWNER not in theirs.text
        assert "chủ" not in theirs.text
