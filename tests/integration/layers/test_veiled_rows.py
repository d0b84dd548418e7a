"""Masks and row rules where they are easily forgotten: the past, and names that are searched."""

import pytest

from gishue.core.access import Audience, View
from gishue.core.actor import ANONYMOUS, OPERATOR, Actor
from gishue.core.db import Connection
from gishue.core.errors import NotFound
from layers import feature_store, past, search, store, veil
from layers import filter as filters
from layers.feature_store import FeatureQuery
from layers.fields import FieldType
from layers.layer import Layer
from layers.snapshot import Snapshot
from tests.support.people import add_unit, staff
from tests.support.rows import TYPES, Row, put_rows
from tests.support.veiled import protect

BEFORE: list[Row] = [
    {"mã": "a", "tên": "Bàng", "số": 1, "at": 1.0},
    {"mã": "b", "tên": "Phượng", "số": 2, "at": 2.0},
    {"mã": "c", "tên": "Sứ", "số": 1, "at": 3.0},
    {"mã": "d", "tên": "Muối", "số": 2, "at": 4.0},
]
AFTER: list[Row] = [
    {"mã": "a", "tên": "Bàng", "số": 2, "at": 1.0},
    {"mã": "b", "tên": "Phượng vĩ", "số": 1, "at": 2.0},
    {"mã": "c", "tên": "Sứ", "số": 1, "at": 3.0},
]
MASKS = {"số": Audience.UNIT}
RULES = {Audience.PUBLIC: '"số" = 1'}


async def veiled(conn: Connection, layer: Layer) -> Layer:
    await protect(conn, layer, MASKS, RULES)
    return await store.by_slug(conn, layer.slug)


async def names(conn: Connection, then: past.AsOf) -> list[str]:
    page = await feature_store.page(conn, then.layer, FeatureQuery(limit=100), then.source)
    assert not any('"số"' in one for one in page.features)
    return sorted(name for row in (*BEFORE, *AFTER) for name in {row["tên"]} if name in str(page))


async def test_the_past_is_seen_by_the_masks_and_rules_of_now(conn: Connection) -> None:
    await put_rows(conn, "cay", BEFORE, key="mã")
    whole = await veiled(conn, await put_rows(conn, "cay", AFTER))
    mine = veil.of(ANONYMOUS, whole)
    first = await past.at_revision(conn, mine, 1)
    assert set(await names(conn, first)) == {"Bàng", "Sứ"}
    assert await feature_store.matched(conn, first.layer, FeatureQuery(offset=1)) == 2
    assert set(await names(conn, await past.at_revision(conn, mine, 2))) >= {"Phượng vĩ", "Sứ"}
    all_of_it = await past.at_revision(conn, veil.of(OPERATOR, whole), 1)
    page = await feature_store.page(conn, all_of_it.layer, FeatureQuery(), all_of_it.source)
    assert len(page.features) == 4


async def test_a_past_without_the_field_of_the_rule_shows_no_row(conn: Connection) -> None:
    types = {name: kind for name, kind in TYPES.items() if name != "số"}
    await put_rows(conn, "cay", BEFORE, types=types)
    whole = await veiled(conn, await put_rows(conn, "cay", AFTER))
    first = await past.at_revision(conn, veil.of(ANONYMOUS, whole), 1)
    page = await feature_store.page(conn, first.layer, FeatureQuery(), first.source)
    assert page.features == []


async def test_a_masked_field_of_another_type_in_the_past_is_masked_there_too(
    conn: Connection,
) -> None:
    rows = [{**row, "số": f"mật {row['số']}"} for row in BEFORE]
    await put_rows(conn, "cay", rows, types={**TYPES, "số": FieldType.TEXT})
    whole = await put_rows(conn, "cay", AFTER)
    await protect(conn, whole, MASKS, {})
    mine = veil.of(ANONYMOUS, await store.by_slug(conn, "cay"))
    first = await past.at_revision(conn, mine, 1)
    page = await feature_store.page(conn, first.layer, FeatureQuery(), first.source)
    assert len(page.features) == 4
    assert "mật" not in str(page)


async def found(conn: Connection, layer: Layer, word: str, who: Actor) -> list[str]:
    snapshot = Snapshot(1, {layer.slug: layer})
    return [hit.name for hit in await search.find(conn, word, snapshot, who) if hit.feature_id]


async def test_a_name_is_found_by_those_who_see_its_row(conn: Connection) -> None:
    whole = await veiled(conn, await put_rows(conn, "cay", BEFORE))
    assert await found(conn, whole, "bang", ANONYMOUS) == ["Bàng"]
    assert await found(conn, whole, "muoi", ANONYMOUS) == []
    assert await found(conn, whole, "muoi", OPERATOR) == ["Muối"]


async def test_a_masked_name_is_found_by_those_who_see_the_field(conn: Connection) -> None:
    await add_unit(conn, "so_a")
    layer = await put_rows(conn, "cay", BEFORE)
    await conn.execute("UPDATE gis.layer SET unit = 'so_a' WHERE id = %s", (layer.id,))
    await protect(conn, layer, {"tên": Audience.UNIT}, {})
    whole = await store.by_slug(conn, "cay")
    assert await found(conn, whole, "bang", ANONYMOUS) == []
    assert await found(conn, whole, "bang", staff("an", 1, "so_b")) == []
    assert await found(conn, whole, "bang", staff("an", 1, "so_a")) == ["Bàng"]


async def test_what_the_snapshot_does_not_know_yet_is_not_found(conn: Connection) -> None:
    await put_rows(conn, "cay", BEFORE)
    assert await search.find(conn, "bang", Snapshot(1, {}), OPERATOR) == []


@pytest.mark.parametrize(
    ("masks", "rules", "count"),
    [({}, {}, 1), ({"số": Audience.UNIT}, {}, 1), ({"tên": Audience.STAFF}, {}, 0), ({}, RULES, 0)],
)
async def test_addresses_are_not_told_from_names_that_are_veiled(
    conn: Connection, masks: dict[str, Audience], rules: dict[Audience, str], count: int
) -> None:
    layer = await put_rows(conn, "cay", BEFORE)
    await protect(conn, layer, masks, rules)
    assert len(await search.exact(conn, ["bang"])) == count


async def test_one_feature_of_a_row_that_is_kept_back_is_not_there(conn: Connection) -> None:
    layer = veil.of(ANONYMOUS, await veiled(conn, await put_rows(conn, "cay", BEFORE)))
    assert '"Bàng"' in await feature_store.one(conn, layer, 1)
    with pytest.raises(NotFound):
        await feature_store.one(conn, layer, 2)


async def test_the_rule_and_the_filter_of_the_caller_keep_their_values_apart(
    conn: Connection,
) -> None:
    layer = await veiled(conn, await put_rows(conn, "cay", BEFORE))
    shown = veil.seen(layer, View(filter='"số" = 1 AND "mã" <> \'zzz\''))
    query = FeatureQuery(filter=filters.of(shown, "\"tên\" LIKE 'S%'"), equal={"mã": "c"})
    page = await feature_store.page(conn, shown, query)
    assert len(page.features) == 1
