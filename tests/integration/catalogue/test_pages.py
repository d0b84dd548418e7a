"""The pages of the catalogue as a browser without scripts gets them."""

import json
import re
from html.parser import HTMLParser

import httpx
import pytest
from fastapi import FastAPI
from psycopg.types.json import Jsonb

from gishue.core.db import transaction
from layers.services import Services
from tests.integration.catalogue.conftest import SignIn
from tests.support.catalogue import again

HTML = {"accept": "text/html"}


class Links(HTMLParser):
    """Collects the addresses that a page links to, and the words it shows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in ("a", "link") and said.get("href"):
            self.addresses.append(said["href"] or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


async def test_the_list_holds_the_open_layers_and_no_other(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/data")).text
    assert 'href="/data/cau"' in page
    assert "noi_bo" not in page


async def test_a_layer_is_found_without_diacritics(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/data", params={"q": "cau duong bo"})).text
    assert 'href="/data/cau"' in page
    assert 'href="/data/la_lung"' not in page


async def test_the_pages_speak_english_when_asked(reader: httpx.AsyncClient) -> None:
    answer = await reader.get("/data/cau", params={"lang": "en"})
    assert '<html lang="en">' in answer.text
    assert "Road bridges" in answer.text
    assert "every quarter" in answer.text


async def test_every_link_of_a_layers_page_answers(reader: httpx.AsyncClient) -> None:
    page = Links((await reader.get("/data/cau", headers=HTML)).text)
    own = [one for one in page.addresses if one.startswith("/") and not one.startswith("/static")]
    answers = {one: (await reader.get(one)).status_code for one in dict.fromkeys(own)}
    assert sum(one.startswith("/files/cau") for one in own) == 15
    assert {one: status for one, status in answers.items() if status != 200} == {}


async def test_every_snippet_with_an_address_leads_somewhere(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/data/cau", headers=HTML)).text
    told = re.findall(r"<pre[^>]*><code>(.*?)</code>", page, re.DOTALL)
    found = [at for one in told for at in re.findall(r"http://localhost[^\s&\"{)]*", one)]
    assert len(found) >= 7
    whole = [one for one in found if not one.endswith("/")]
    assert {one: (await reader.get(one)).status_code for one in whole} == dict.fromkeys(whole, 200)


async def test_what_is_not_open_has_no_page_for_the_public(
    client: httpx.AsyncClient, sign_in: SignIn
) -> None:
    addresses = ["/data/noi_bo", "/data/noi_bo.jsonld", "/data/noi_bo.iso.xml"]
    closed = [await client.get(one) for one in addresses]
    absent = await client.get("/data/khong_co")
    assert [one.status_code for one in closed] == [404, 404, 404]
    assert closed[0].json()["detail"].replace("noi_bo", "khong_co") == absent.json()["detail"]

    await sign_in()
    seen = [await client.get(one) for one in addresses]
    assert [one.status_code for one in seen] == [200, 200, 200]
    assert {one.headers["cache-control"] for one in seen} == {"private, no-store"}
    assert "không mở cho công chúng" in seen[0].text
    assert "noi_bo" not in (await client.get("/data")).text


async def test_a_person_who_finds_no_layer_gets_a_page(reader: httpx.AsyncClient) -> None:
    answer = await reader.get("/data/khong_co", headers=HTML)
    assert answer.status_code == 404
    assert "Không có lớp dữ liệu này" in answer.text


async def test_a_closed_layer_is_listed_by_title_and_reason_only(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await conn.execute(
            "INSERT INTO gis.closure (layer_id, reason, legal_basis, approver, expires_at,"
            " closed_by) SELECT id, 'Chưa kiểm định', 'Luật 104/2016/QH13', 'Giám đốc',"
            " now() + interval '1 year', 'operator' FROM gis.layer WHERE slug = 'noi_bo'"
        )
    await services.registry.reload(services.pool)
    page = (await client.get("/data")).text
    assert "Chưa kiểm định" in page
    assert "Luật 104/2016/QH13" in page
    assert "noi_bo" not in page.replace("Lớp noi_bo", "")


async def test_awkward_words_stay_words(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/data/la_lung", headers=HTML)).text
    assert "<b>cống</b>" not in page
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(block)["name"].startswith('Cầu & <b>cống</b> "mới" </script>')


async def test_a_search_is_shown_as_it_was_typed(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/data", params={"q": '"><img src=x onerror=alert(1)>'})).text
    assert "<img src=x" not in page


async def test_an_unchanged_supply_is_told_beside_the_last_real_change(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await conn.execute("UPDATE gis.history SET at = at - interval '100 days'")
    await again(app, "cau")
    page = Links((await client.get("/data/cau", params={"lang": "en"})).text).text
    assert "(3 months ago)" in page
    assert "Supplied again, unchanged" in page
    assert "on time" in page


async def test_a_layer_older_than_its_cadence_is_said_to_be_late(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await conn.execute("UPDATE gis.history SET at = at - interval '200 days'")
    await services.registry.reload(services.pool)
    page = Links((await client.get("/data/cau", params={"lang": "en"})).text).text
    assert "behind its cadence" in page


async def test_the_findings_of_the_last_upload_are_counted(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    services: Services = app.state.services
    found = [{"code": "null_geometry", "severity": "warning", "message": "…", "count": 1_234}]
    async with transaction(services.pool) as conn:
        await conn.execute(
            "INSERT INTO gis.blob (sha256, size, media_type) VALUES (repeat('a', 64), 1, 'x/y')"
        )
        await conn.execute(
            "INSERT INTO gis.upload"
            " (sha256, filename, size, state, actor, actor_kind, findings, layer, revision,"
            " options)"
            " SELECT repeat('a', 64), 'cau.shp', 1, 'published', 'operator', 'operator', %s,"
            " 'cau', h.revision, '{}' FROM gis.history h JOIN gis.layer l ON l.id = h.layer_id"
            " WHERE l.slug = 'cau' AND h.action = 'created'",
            (Jsonb(found),),
        )
    page = Links((await client.get("/data/cau", params={"lang": "en"})).text).text
    assert "no geometry warning 1,234" in page
    assert "Features without a geometry: 0" in page


@pytest.mark.parametrize("path", ["/data", "/data/cau", "/data/khong_co"])
async def test_a_page_lets_no_script_of_its_own_text_run(
    reader: httpx.AsyncClient, path: str
) -> None:
    answer = await reader.get(path, headers=HTML)
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", answer.text)
    assert set(inline) <= {' type="application/ld+json"'}
    assert " style=" not in answer.text


async def test_news_of_a_layer_is_on_its_page_at_once(
    client: httpx.AsyncClient, sign_in: SignIn
) -> None:
    assert "Cầu đường bộ" in (await client.get("/data")).text
    await sign_in()
    said = {"title": "Cầu qua sông Hương", "cadence": "MONTHLY", "keywords": ["sông Hương"]}
    changed = await client.patch("/api/v1/layers/cau", json=said)
    assert (changed.status_code, changed.json()["cadence"]) == (200, "MONTHLY")
    assert "Cầu qua sông Hương" in (await client.get("/data")).text
    page = (await client.get("/data/cau")).text
    assert "hằng tháng" in page
    assert "sông Hương" in page
