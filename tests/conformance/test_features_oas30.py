"""OGC API Features, Part 1 (OGC 17-069r4), class oas30: one test for each requirement."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.conftest import Reader

MEDIA_TYPE = "application/vnd.oai.openapi+json;version=3.0"
VALUES = {"{collectionId}": "places", "{featureId}": "1", "{recordId}": "places"}


def references(node: Any) -> Iterator[str]:
    """Yield every ``$ref`` in a document."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolved(definition: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Return ``node``, or what it refers to."""
    for part in node.get("$ref", "#").split("/")[1:]:
        definition = definition[part]
    return definition if "$ref" in node else node


async def test_oas_definition_1(reader: Reader) -> None:
    response = await reader.get("/ogc/openapi", accept=MEDIA_TYPE)
    assert response.headers["content-type"] == MEDIA_TYPE
    page = await reader.get("/ogc/openapi", accept="text/html")
    assert page.headers["content-type"].startswith("text/html")


async def test_oas_definition_2(reader: Reader) -> None:
    definition = await reader.json("/ogc/openapi")
    assert definition["openapi"] == "3.0.3"
    assert definition.keys() >= {"info", "paths"}
    assert definition["info"].keys() >= {"title", "version"}
    for reference in references(definition):
        assert resolved(definition, {"$ref": reference})
    for path, operations in definition["paths"].items():
        named = [resolved(definition, one) for one in operations["get"]["parameters"]]
        in_path = {f"{{{one['name']}}}" for one in named if one["in"] == "path"}
        assert in_path == set(re.findall(r"\{\w+\}", path))
        assert operations["get"]["responses"]
    identifiers = [one["get"]["operationId"] for one in definition["paths"].values()]
    assert len(set(identifiers)) == len(identifiers)


async def test_oas_impl(reader: Reader) -> None:
    definition = await reader.json("/ogc/openapi")
    base = definition["servers"][0]["url"]
    for path in definition["paths"]:
        for name, value in VALUES.items():
            path = path.replace(name, value)  # noqa: PLW2901 - one address after another
        assert (await reader.get(base + path)).status_code == 200


async def test_completeness(reader: Reader) -> None:
    definition = await reader.json("/ogc/openapi")
    base = definition["servers"][0]["url"]
    for path, operations in definition["paths"].items():
        address = base + path
        for name, value in VALUES.items():
            address = address.replace(name, value)
        described = resolved(definition, operations["get"]["responses"]["200"])["content"]
        named = [resolved(definition, one) for one in operations["get"]["parameters"]]
        (forms,) = [one["schema"]["enum"] for one in named if one["name"] == "f"]
        for form in {"json", "html"} & set(forms):
            response = await reader.get(f"{address}?f={form}")
            assert response.headers["content-type"].removesuffix("; charset=utf-8") in described


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/ogc/collections/none", "404"),
        ("/ogc/collections/places/items/999", "404"),
        ("/ogc/collections/places/items?bbox=1", "400"),
        ("/ogc?f=xml", "400"),
    ],
)
async def test_exceptions_codes(reader: Reader, address: str, status: str) -> None:
    definition = await reader.json("/ogc/openapi")
    response = await reader.get(address)
    assert str(response.status_code) == status
    path = address.partition("?")[0].removeprefix("/ogc") or "/"
    path = re.sub(r"/collections/\w+", "/collections/{collectionId}", path)
    path = re.sub(r"/items/\w+", "/items/{featureId}", path)
    described = definition["paths"][path]["get"]["responses"][status]
    content = resolved(definition, described)["content"]
    assert response.headers["content-type"] in content


async def test_security(reader: Reader) -> None:
    definition = await reader.json("/ogc/openapi")
    schemes = definition["components"]["securitySchemes"]
    assert definition["security"] == [{}, *({name: []} for name in schemes)]
    assert {one["type"] for one in schemes.values()} == {"apiKey", "http"}


async def test_the_definition_names_no_layer(reader: Reader) -> None:
    text = (await reader.get("/ogc/openapi")).text
    assert "places" not in text
    assert "wells" not in text


async def test_qgis_finds_its_page_size(reader: Reader) -> None:
    definition = await reader.json("/ogc/openapi")
    # QGIS, qgsoapifapirequest.cpp: it reads these two and takes pages of 1000 from them
    schema = definition["components"]["parameters"]["limit"]["schema"]
    assert (schema["default"], schema["maximum"]) == (10, 10_000)
