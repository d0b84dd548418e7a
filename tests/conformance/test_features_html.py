"""OGC API Features, Part 1 (OGC 17-069r4), class html: one test for each requirement."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.conftest import Reader
from tests.support.ogc import ODD_NAME

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PATHS = [
    "/ogc",
    "/ogc/conformance",
    "/ogc/openapi",
    "/ogc/collections",
    "/ogc/collections/places",
    "/ogc/collections/places/schema",
    "/ogc/collections/places/queryables",
    "/ogc/collections/places/tiles",
    "/ogc/collections/places/tiles/WebMercatorQuad",
    "/ogc/collections/places/items",
    "/ogc/collections/places/items/1",
    "/ogc/collections/empty/items",
]
TOLD_OTHERWISE = {
    "/ogc/openapi",  # service-doc: drawn, not repeated
    "/ogc/collections/places/schema",
    "/ogc/collections/places/queryables",
}


def said(node: Any) -> Iterator[str]:
    """Yield every text and number of a document, links left out."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name not in ("links", "timeStamp", "type"):
                yield from said(value)
    elif isinstance(node, list):
        for value in node:
            yield from said(value)
    elif node is not None and not isinstance(node, bool):
        yield node if isinstance(node, str) else json.dumps(node)


@pytest.mark.parametrize("path", PATHS)
async def test_definition(reader: Reader, path: str) -> None:
    response = await reader.get(path, accept=BROWSER)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.text.startswith("<!doctype html>")


@pytest.mark.parametrize("path", [path for path in PATHS if path not in TOLD_OTHERWISE])
async def test_content(reader: Reader, path: str) -> None:
    document = await reader.json(path)
    page = (await reader.get(f"{path}?f=html")).text
    shown = html.unescape(re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), page))
    assert [text for text in said(document) if text not in shown] == []
    targets = {html.unescape(href) for href in re.findall(r'<a href="([^"]+)"', page)}
    for link in document.get("links", []):
        if link["rel"] == "next":
            assert link["href"].replace("?", "?f=html&") in targets
        elif link["rel"] not in ("self", "alternate"):
            assert link["href"] in targets


@pytest.mark.parametrize("end", ["schema", "queryables"])
async def test_content_of_a_schema(reader: Reader, end: str) -> None:
    path = f"/ogc/collections/places/{end}"
    page = (await reader.get(f"{path}?f=html")).text
    for name, field in (await reader.json(path))["properties"].items():
        assert f"<code>{name}</code>" in html.unescape(page)
        assert field.get("format", field.get("type")) in page


async def test_pages_speak_both_languages(reader: Reader) -> None:
    vietnamese = await reader.get("/ogc/collections", accept="text/html", accept_language="vi-VN")
    english = await reader.get(
        "/ogc/collections", accept="text/html", accept_language="en,vi;q=0.5"
    )
    assert "Các lớp dữ liệu" in vietnamese.text
    assert "Lớp places" in vietnamese.text
    assert "Layer places" in english.text
    assert english.headers["content-language"] == "en"


async def test_what_stands_in_the_data_cannot_run(reader: Reader) -> None:
    response = await reader.get("/ogc/collections/places/items?f=html")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "<script" not in response.text
    assert ODD_NAME not in response.text
    assert ODD_NAME in html.unescape(response.text)
