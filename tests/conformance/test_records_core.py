"""OGC API Records, Part 1 (OGC 20-004r1), class record-core: one test for each requirement."""

import re

import pytest

from tests.conformance.conftest import Reader

ITEMS = "/ogc/collections/_records/items"
DAY = r"\d{4}-\d\d-\d\d"
SLUGS = pytest.mark.parametrize("slug", ["cau", "la_lung"])


@SLUGS
async def test_mandatory_properties_record(librarian: Reader, slug: str) -> None:
    record = await librarian.json(f"{ITEMS}/{slug}")
    assert record["id"] == slug
    assert record["type"] == "Feature"
    assert {"time", "geometry"} <= record.keys()
    assert record["properties"]["type"] == "dataset"
    assert record["properties"]["title"]


@SLUGS
async def test_contact(librarian: Reader, slug: str) -> None:
    for one in (await librarian.json(f"{ITEMS}/{slug}"))["properties"]["contacts"]:
        assert one["organization"]
        assert "logo" not in one
        assert one["roles"]


async def test_license(librarian: Reader) -> None:
    record = await librarian.json(f"{ITEMS}/cau")
    assert record["properties"]["license"] == "CC-BY-4.0"  # https://spdx.org/licenses/
    pages = [one["href"] for one in record["links"] if one["rel"] == "license"]
    assert pages == ["https://creativecommons.org/licenses/by/4.0/"]
    assert "license" not in (await librarian.json(f"{ITEMS}/la_lung"))["properties"]


@SLUGS
async def test_links(librarian: Reader, slug: str) -> None:
    record = await librarian.json(f"{ITEMS}/{slug}")
    (catalogue,) = [one["href"] for one in record["links"] if one["rel"] == "collection"]
    assert (await librarian.json(catalogue))["itemType"] == "record"


async def test_time_interval(librarian: Reader) -> None:
    time = (await librarian.json(f"{ITEMS}/cau"))["time"]
    assert len(time["interval"]) == 2
    assert all(re.fullmatch(DAY, end) for end in time["interval"])
    assert (await librarian.json(f"{ITEMS}/la_lung"))["time"] is None
