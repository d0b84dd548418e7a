"""The pages: built files, both languages, and a policy without a hole."""

import json
import re
import unicodedata

import httpx
import pytest

from gishue.portal.pages import HERE, messages


async def test_the_front_page_names_files_that_are_there(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    assert page.status_code == 200
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    assert any(file.endswith(".js") for file in files)
    assert any(file.endswith(".css") for file in files)
    for file in files:
        assert (await client.get(file)).status_code == 200, file


async def test_what_is_named_by_its_content_is_kept_for_ever(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    script = re.search(r'src="(/static/build/[^"]+\.js)"', page.text)
    assert script is not None
    kept = await client.get(script[1])
    assert "immutable" in kept.headers["cache-control"]
    assert kept.headers["content-type"].startswith("text/javascript")
    mark = await client.get("/static/img/mark.svg")
    assert "immutable" not in mark.headers["cache-control"]


async def test_the_page_itself_is_asked_for_again(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    assert page.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/login"])
async def test_no_page_lets_a_stranger_script_in(client: httpx.AsyncClient, path: str) -> None:
    page = await client.get(path)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert not re.search(r"<script(?![^>]*src=)", page.text)
    assert not re.search(r'\son\w+="|\sstyle="', page.text)


@pytest.mark.parametrize(("language", "title"), [("vi", "Bản đồ nền"), ("en", "Base map")])
async def test_the_page_speaks_the_language_asked_for_and_keeps_it(
    client: httpx.AsyncClient, language: str, title: str
) -> None:
    page = await client.get("/", params={"lang": language})
    assert f'<html lang="{language}">' in page.text
    assert title in page.text
    again = await client.get("/", headers={"accept-language": "fr"})
    assert f'<html lang="{language}">' in again.text


async def test_without_a_wish_the_page_is_vietnamese(client: httpx.AsyncClient) -> None:
    page = await client.get("/", headers={"accept-language": "fr-FR"})
    assert '<html lang="vi">' in page.text


def test_both_languages_have_the_same_words_in_nfc() -> None:
    assert messages("vi").keys() == messages("en").keys()
    for words in messages("vi").values():
        assert words == unicodedata.normalize("NFC", words)


async def test_hoang_sa_and_truong_sa_are_in_the_maps_own_data(client: httpx.AsyncClient) -> None:
    body = (await client.get("/static/map/quan-dao.geojson")).json()
    named = {f["properties"].get("name"): f["geometry"]["coordinates"] for f in body["features"]}
    assert 111 < named["Quần đảo Hoàng Sa (Việt Nam)"][0] < 113
    assert 111 < named["Quần đảo Trường Sa (Việt Nam)"][0] < 118
    islands = next(f for f in body["features"] if f["properties"]["kind"] == "island")
    assert len(islands["geometry"]["coordinates"]) > 100


def test_the_build_names_an_entry_for_every_page() -> None:
    manifest = json.loads((HERE / "static" / "build" / "manifest.json").read_text("utf-8"))
    for page in ("portal", "login"):
        assert manifest[f"src/pages/{page}.ts"]["isEntry"]
