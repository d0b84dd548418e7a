"""The list of open layers: found without diacritics, filtered, sorted and paged."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gishue.portal.catalogue import listing
from gishue.portal.catalogue.listing import Listing, Order, Wanted
from layers.catalogue import Entry, Freshness
from tests.support.registry import a_layer

THEN = datetime(2026, 1, 1, tzinfo=UTC)


def entry(slug: str, title: str, *, theme: str = "nen", unit: str = "so-xd", day: int = 0) -> Entry:
    layer = replace(a_layer(), slug=slug, title=title, theme=theme, theme_title=theme, unit=unit)
    return Entry(layer, Freshness(changed_at=THEN + timedelta(days=day)))


CITY = [
    entry("cau", "Cầu", theme="giao_thong", day=1),
    entry("duong", "Đường phố", theme="giao_thong", day=3),
    entry("truong", "Trường học", theme="xa_hoi", unit="so-gddt", day=2),
]


def find(entries: Sequence[Entry] = CITY, **said: str) -> Listing:
    keys = [one.search_key for one in entries]
    return listing.listing(listing.read(said), entries, keys, "vi")


def slugs(found: Listing) -> list[str]:
    return [one.layer.slug for one in found.shown]


@pytest.mark.parametrize("q", ["duong pho", "Đường Phố", "DUONG", "phố đường"])
def test_a_layer_is_found_with_or_without_diacritics(q: str) -> None:
    assert slugs(find(q=q)) == ["duong"]


def test_every_word_must_be_found() -> None:
    assert slugs(find(q="duong hoc")) == []


@pytest.mark.parametrize("q", ["***", "<script>alert(1)</script>", "%", "' OR 1=1 --"])
def test_signs_that_no_layer_has_find_nothing(q: str) -> None:
    assert find(q=q).total == 0


def test_the_layer_that_changed_last_stands_first() -> None:
    assert slugs(find()) == ["duong", "truong", "cau"]
    assert slugs(find(sort="title")) == ["cau", "duong", "truong"]


def test_a_title_that_matches_stands_before_a_description_that_does() -> None:
    about = replace(CITY[1].layer, description="cạnh cầu")
    found = find([CITY[0], Entry(about, CITY[1].freshness)], q="cau")
    assert slugs(found) == ["cau", "duong"]


def test_filters_count_what_the_other_filter_leaves() -> None:
    found = find(theme="giao_thong")
    assert slugs(found) == ["duong", "cau"]
    assert [(one.code, one.matches) for one in found.units] == [("so-xd", 2)]
    assert [(one.code, one.matches) for one in found.themes] == [("giao_thong", 2), ("xa_hoi", 1)]


def test_a_page_beyond_the_last_is_the_last() -> None:
    many = [entry(f"l{i:02}", f"Lớp {i}", day=i) for i in range(45)]
    found = find(many, page="9")
    assert (found.pages, found.wanted.page, len(found.shown)) == (3, 3, 5)
    assert slugs(find(many, page="2"))[0] == "l24"


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "9" * 30, "²", "1.5"])
def test_a_page_that_is_no_number_is_the_first(page: str) -> None:
    assert listing.read({"page": page}).page == 1


def test_an_unknown_order_is_the_usual_one() -> None:
    assert listing.read({"sort": "'; DROP"}).sort is Order.CHANGED
    assert listing.read({"sort": "relevance"}).sort is Order.CHANGED
    assert listing.read({"q": "a"}).sort is Order.RELEVANCE


def test_an_address_says_only_what_is_not_usual() -> None:
    assert Wanted().address() == "/data"
    wanted = listing.read({"q": "cầu", "sort": "title", "page": "2"})
    assert wanted.address(page=3) == "/data?q=c%E1%BA%A7u&sort=title&page=3"
    assert wanted.address() == "/data?q=c%E1%BA%A7u&sort=title"
