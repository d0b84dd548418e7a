"""OGC API Records, Part 1 (OGC 20-004r1), class json: what leaves is held against its schemas.

The schemas below say what ``recordGeoJSON.yaml`` and ``catalog.yaml`` of the standard say of the
members that are used here, and forbid members of ``properties`` that the standard does not know.
"""

from typing import Any, Final

import jsonschema
import pytest

from tests.conformance.conftest import Reader

CATALOGUE = "/ogc/collections/_records"
ITEMS = f"{CATALOGUE}/items"

TEXT: Final = {"type": "string"}
FULL: Final = {"type": "string", "minLength": 1}
DAY: Final = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
MOMENT: Final = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$"}
OPEN: Final = {"const": ".."}


def made(required: str, *, closed: bool = False, **properties: Any) -> dict[str, Any]:
    """Return the schema of an object."""
    told: dict[str, Any] = {"type": "object", "required": required.split()}
    return told | {"properties": properties, "additionalProperties": not closed}


def listed(items: Any, least: int = 0) -> dict[str, Any]:
    """Return the schema of an array."""
    return {"type": "array", "items": items, "minItems": least}


LINK: Final = made("href rel", href=FULL, rel=FULL, type=FULL, title=FULL)
LANGUAGE: Final = made("code", code=FULL)
CONTACT: Final = made("", identifier=TEXT, name=TEXT, organization=FULL, roles=listed(FULL, 1)) | {
    "anyOf": [{"required": ["name"]}, {"required": ["organization"]}]
}
THEME: Final = made("concepts scheme", concepts=listed(made("id", id=TEXT), 1), scheme=FULL)
FORMAT: Final = made("", name=FULL, mediaType=FULL) | {
    "anyOf": [{"required": ["name"]}, {"required": ["mediaType"]}]
}
PROPERTIES: Final = made(
    "type title",
    closed=True,
    created=MOMENT,
    updated=MOMENT,
    type=FULL,
    title=FULL,
    description=TEXT,
    keywords=listed(TEXT),
    language=LANGUAGE,
    languages=listed(LANGUAGE),
    resourceLanguages=listed(LANGUAGE),
    externalIds=listed(made("value", scheme=FULL, value=FULL)),
    themes=listed(THEME, 1),
    formats=listed(FORMAT),
    contacts=listed(CONTACT),
    license=FULL,
    rights=FULL,
)
POLYGON: Final = made("type coordinates", type={"const": "Polygon"}, coordinates=listed({}, 1))
INTERVAL: Final = {
    "type": "array",
    "items": {"oneOf": [DAY, MOMENT, OPEN]},
    "minItems": 2,
    "maxItems": 2,
}
RECORD: Final = made(
    "id type time geometry properties",
    id=FULL,
    type={"const": "Feature"},
    time={"oneOf": [{"type": "null"}, made("", interval=INTERVAL, date=DAY, timestamp=MOMENT)]},
    geometry={"oneOf": [{"type": "null"}, POLYGON]},
    conformsTo=listed(FULL),
    properties=PROPERTIES,
    links=listed(LINK),
)
CATALOG: Final = made(
    "id type itemType title links",
    type={"const": "Catalog"},
    itemType={"const": "record"},
    title=FULL,
    description=TEXT,
    language=LANGUAGE,
    recordLanguages=listed(LANGUAGE),
    contacts=listed(CONTACT),
    links=listed(LINK, 1),
)


def holds(document: Any, schema: dict[str, Any]) -> None:
    """Hold ``document`` against ``schema``."""
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize("path", [ITEMS, f"{ITEMS}/cau", f"{ITEMS}/la_lung"])
async def test_record_response(librarian: Reader, path: str) -> None:
    response = await librarian.get(path)
    assert response.headers["content-type"] == "application/geo+json"
    document = response.json()
    for record in document.get("features", [document]):
        assert "geometry" in record


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_record_content(librarian: Reader, language: str) -> None:
    document = await librarian.json(f"{ITEMS}?lang={language}")
    assert document["type"] == "FeatureCollection"
    holds(document["links"], listed(LINK, 1))
    assert len(document["features"]) == 2
    for record in document["features"]:
        holds(record, RECORD)
        assert await librarian.json(f"{ITEMS}/{record['id']}?lang={language}") == record


async def test_collection_response(librarian: Reader) -> None:
    response = await librarian.get(CATALOGUE)
    assert response.headers["content-type"] == "application/ogc-catalog+json"


@pytest.mark.parametrize("path", [CATALOGUE, "/ogc/records"])
async def test_collection_content(librarian: Reader, path: str) -> None:
    holds(await librarian.json(path), CATALOG)
