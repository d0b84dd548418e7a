"""OGC API Records, Part 1 (OGC 20-004r1), class record-collection."""

from tests.conformance.conftest import Reader

CATALOGUE = "/ogc/collections/_records"


async def test_mandatory_properties_collection(librarian: Reader) -> None:
    document = await librarian.json(CATALOGUE)
    assert document["type"] == "Catalog"
    assert document["title"]
    assert document["links"]
    assert document["id"] == "_records"


async def test_itemtype(librarian: Reader) -> None:
    assert (await librarian.json(CATALOGUE))["itemType"] == "record"


async def test_contact(librarian: Reader) -> None:
    for one in (await librarian.json(CATALOGUE))["contacts"]:
        assert one["organization"]


async def test_links_records(librarian: Reader) -> None:
    links = (await librarian.json(CATALOGUE))["links"]
    (items,) = [one["href"] for one in links if one["rel"] == "items"]
    assert [one["id"] for one in (await librarian.json(items))["features"]] == ["cau", "la_lung"]


async def test_links(librarian: Reader) -> None:
    links = (await librarian.json(CATALOGUE))["links"]
    (own,) = [one for one in links if one["rel"] == "self"]
    assert await librarian.json(own["href"]) == await librarian.json(CATALOGUE)
