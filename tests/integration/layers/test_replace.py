"""Replacing and appending: by the rows that differ, under ids that stay."""

import asyncio
from typing import Any

import pytest
from psycopg.sql import SQL

from gishue.core.actor import OPERATOR
from gishue.core.db import Connection, transaction
from gishue.core.errors import Unavailable
from layers import diff, search, store, tables
from layers.diff import Counts, Difference, What
from layers.fields import FieldType, KeyNotUnique
from layers.layer import DuplicateSlug, Layer
from layers.publish import Mode, SchemaMismatch
from layers.services import Services
from layers.snapshot import Snapshot
from tests.support.parcels import add_parcels
from tests.support.rows import TYPES, Row, now, put_rows, stage_rows

TREES: list[Row] = [
    {"mã": "a", "tên": "Bàng", "số": 1, "at": 1.0},
    {"mã": "b", "tên": "Phượng", "số": 2, "at": 2.0},
    {"mã": "c", "tên": "Sứ", "số": None, "at": None},
]
LATER: list[Row] = [
    {"mã": "d", "tên": "Muối", "số": 4, "at": 4.0},
    {"mã": "c", "tên": "Sứ", "số": None, "at": None},
    {"mã": "b", "tên": "Phượng vĩ", "số": 2, "at": 2.5},
]
"""``a`` is gone, ``b`` changed its name and its place, ``c`` stays, ``d`` is new."""


async def versions(conn: Connection, layer: Layer) -> dict[int, int]:
    query = SQL("SELECT id, version FROM {}").format(tables.table(layer.table_name or ""))
    return dict(await (await conn.execute(query)).fetchall())


async def last_line(conn: Connection, layer: Layer) -> dict[str, Any]:
    return dict((await store.history(conn, layer))[0].detail)


async def test_a_replaced_row_keeps_the_id_of_its_key(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES, key="mã")
    layer = await put_rows(conn, "cay", LATER)
    assert layer.key_field == "mã"
    rows = await now(conn, layer)
    assert {row["mã"]: number for number, row in rows.items()} == {"b": 2, "c": 3, "d": 4}
    assert rows[2] == {"mã": "b", "tên": "Phượng vĩ", "số": 2, "at": 2.5}


async def test_only_what_changed_gets_the_new_version(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES, key="mã")
    layer = await put_rows(conn, "cay", LATER)
    assert await versions(conn, layer) == {2: 2, 3: 1, 4: 2}


async def test_the_history_line_counts_what_changed(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES, key="mã")
    layer = await put_rows(conn, "cay", LATER)
    counted = {"features": 3, "added": 1, "changed": 1, "removed": 1, "unchanged": 1}
    assert await last_line(conn, layer) == counted


async def test_without_a_key_equal_rows_keep_their_ids(conn: Connection) -> None:
    await put_rows(conn, "cay", [*TREES, TREES[0]])
    layer = await put_rows(conn, "cay", [LATER[0], TREES[2], TREES[0], LATER[2]])
    rows = await now(conn, layer)
    assert {number: row["mã"] for number, row in rows.items()} == {1: "a", 3: "c", 5: "d", 6: "b"}
    counted = {"added": 2, "changed": 0, "removed": 2, "unchanged": 2}
    assert await last_line(conn, layer) == counted | {"features": 4}


async def test_the_id_of_a_removed_row_is_not_given_again(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES, key="mã")
    await put_rows(conn, "cay", TREES[:2])
    layer = await put_rows(conn, "cay", [*TREES[:2], LATER[0]])
    assert list(await now(conn, layer)) == [1, 2, 4]


async def test_other_fields_make_a_new_table_and_keep_the_ids(conn: Connection) -> None:
    before = await put_rows(conn, "cay", TREES, key="mã")
    types = {"số": FieldType.TEXT, "loài": FieldType.TEXT, "mã": FieldType.TEXT}
    rows: list[Row] = [
        {"mã": "c", "số": None, "loài": "Plumeria", "at": None},
        {"mã": "a", "số": "1", "loài": None, "at": 1.0},
    ]
    layer = await put_rows(conn, "cay", rows, types=types)
    assert layer.table_name != before.table_name
    assert [field.name for field in layer.fields] == ["số", "loài", "mã"]
    assert {n: row["mã"] for n, row in (await now(conn, layer)).items()} == {1: "a", 3: "c"}


async def test_without_a_key_a_field_more_keeps_the_ids(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES)
    types = {**TYPES, "loài": FieldType.TEXT}
    layer = await put_rows(conn, "cay", [{**TREES[1], "loài": "Delonix"}, TREES[0]], types=types)
    assert {n: row["mã"] for n, row in (await now(conn, layer)).items()} == {1: "a", 2: "b"}
    assert (await last_line(conn, layer))["changed"] == 1


async def test_columns_in_another_order_are_the_same_layer(conn: Connection) -> None:
    before = await put_rows(conn, "cay", TREES, key="mã")
    types = dict(reversed(TYPES.items()))
    layer = await put_rows(conn, "cay", TREES, types=types)
    assert (layer.table_name, layer.fields) == (before.table_name, before.fields)
    assert (await last_line(conn, layer))["unchanged"] == 3


async def test_a_key_that_is_shared_or_missing_is_refused(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES, key="mã")
    for bad in ([TREES[0], TREES[0]], [{**TREES[0], "mã": None}]):
        with pytest.raises(KeyNotUnique, match="share a value of 'mã' or have none") as caught:
            await put_rows(conn, "cay", bad)
        assert caught.value.extra["rows"] == list(range(1, len(bad) + 1))
    with pytest.raises(KeyNotUnique, match="no field 'mã'"):
        await put_rows(conn, "cay", TREES, types={"tên": FieldType.TEXT})


async def test_a_layer_gives_up_its_key_when_told(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES, key="mã")
    layer = await put_rows(conn, "cay", [TREES[0], TREES[0]], key="")
    assert (layer.key_field, layer.feature_count) == ("", 2)


async def test_a_key_set_later_matches_the_first_of_equal_ones(conn: Connection) -> None:
    await put_rows(conn, "cay", [TREES[0], {**TREES[0], "số": 9}, TREES[1]])
    layer = await put_rows(conn, "cay", [{**TREES[0], "số": 9}, TREES[1]], key="mã")
    assert {n: row["số"] for n, row in (await now(conn, layer)).items()} == {1: 9, 3: 2}


async def test_appending_by_key_adds_only_what_is_new(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES, key="mã")
    layer = await put_rows(conn, "cay", [TREES[1], LATER[0]], mode=Mode.APPEND)
    assert [row["mã"] for row in (await now(conn, layer)).values()] == ["a", "b", "c", "d"]
    line = await last_line(conn, layer)
    assert (line["features"], line["added"], line["unchanged"], line["removed"]) == (1, 1, 1, 0)


async def test_appending_a_taken_key_with_other_values_is_refused(conn: Connection) -> None:
    before = await put_rows(conn, "cay", TREES, key="mã")
    with pytest.raises(KeyNotUnique, match="'cay' holds already with other values: 1"):
        await put_rows(conn, "cay", [LATER[2], LATER[0]], mode=Mode.APPEND)
    assert len(await now(conn, before)) == 3


async def test_rows_of_another_geometry_are_not_appended(conn: Connection) -> None:
    await add_parcels(conn, "thua", 3)
    with pytest.raises(SchemaMismatch, match="geometry"):
        await put_rows(conn, "thua", TREES, mode=Mode.APPEND)


async def test_the_search_finds_what_a_replace_brought(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES, key="mã")
    layer = await put_rows(conn, "cay", LATER)
    held = Snapshot(1, {layer.slug: layer})
    assert [hit.name for hit in await search.find(conn, "phuong", held, OPERATOR)] == ["Phượng vĩ"]
    assert [hit.feature_id for hit in await search.find(conn, "muoi", held, OPERATOR)] == [4]
    assert await search.find(conn, "bang", held, OPERATOR) == []


async def test_many_changes_make_a_new_table_and_few_do_not(conn: Connection) -> None:
    first = await add_parcels(conn, "thua", 10_050)
    table = tables.table(first.table_name or "")
    same = await add_parcels(conn, "thua", 10_050, mode=Mode.REPLACE)
    assert same.table_name == first.table_name
    await conn.execute(SQL("UPDATE {} SET c4 = 'cũ'").format(table))
    await store.tell_apart(conn, first.id, "chủ sử dụng", keep_history=True)
    ids = dict(await (await conn.execute(SQL("SELECT c5, id FROM {}").format(table))).fetchall())
    other = await add_parcels(conn, "thua", 10_050, mode=Mode.REPLACE)
    assert other.table_name != first.table_name
    now_ = SQL("SELECT c5, id FROM {}").format(tables.table(other.table_name or ""))
    assert dict(await (await conn.execute(now_)).fetchall()) == ids


async def test_the_diff_names_field_before_and_after(conn: Connection) -> None:
    layer = await put_rows(conn, "cay", TREES, key="mã")
    staged = (await stage_rows(conn, "u_next", LATER)).side
    live = diff.live(layer)
    counts = await diff.pair(conn, live, staged, "mã")
    assert counts == Counts(added=1, changed=1, removed=1, unchanged=1)
    rows, place = await diff.rows(conn, live, staged, key="mã", limit=2)
    more, end = await diff.rows(conn, live, staged, key="mã", limit=2, past=place or (0, 0))
    told = [(row.what, row.id, row.row, row.key, row.geometry_changed) for row in rows + more]
    assert told == [
        (What.CHANGED, 2, 3, "b", True),
        (What.ADDED, None, 1, "d", False),
        (What.REMOVED, 1, None, "a", False),
    ]
    assert rows[0].fields == (Difference("tên", "Phượng", "Phượng vĩ"),)
    assert end is None


async def test_of_two_replacers_the_second_starts_from_the_first(services: Services) -> None:
    async with transaction(services.pool) as conn:
        await put_rows(conn, "cay", TREES, key="mã")

    async def replace(number: int) -> Layer:
        rows: list[Row] = [TREES[0], {**LATER[0], "mã": f"x{number}", "số": number}]
        async with transaction(services.pool) as conn:
            return await put_rows(conn, "cay", rows, staging=f"u_{number}")

    published = await asyncio.gather(*(replace(number) for number in range(5)))
    last = max(published, key=lambda layer: layer.revision)
    assert sorted(layer.revision for layer in published) == [2, 3, 4, 5, 6]
    async with transaction(services.pool) as conn:
        rows = await now(conn, last)
        lines = await store.history(conn, last)
    assert len(rows) == 2
    assert next(iter(rows)) == 1
    assert [dict(line.detail)["unchanged"] for line in lines[:-1]] == [1] * 5
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)


async def test_a_reader_sees_one_upload_or_the_other(services: Services) -> None:
    async with transaction(services.pool) as conn:
        layer = await put_rows(conn, "cay", _flat(0), key="mã")
    seen: set[frozenset[int]] = set()
    query = SQL("SELECT DISTINCT c3 FROM {}").format(tables.table(layer.table_name or ""))

    async def read(until: asyncio.Event) -> None:
        while not until.is_set():
            async with transaction(services.pool) as conn:
                found = await (await conn.execute(query)).fetchall()
            seen.add(frozenset(row[0] for row in found))

    done = asyncio.Event()
    reader = asyncio.create_task(read(done))
    for number in range(1, 15):
        async with transaction(services.pool) as conn:
            await put_rows(conn, "cay", _flat(number))
    done.set()
    await reader
    assert all(len(numbers) == 1 for numbers in seen)
    assert len(seen) > 1


def _flat(number: int) -> list[Row]:
    return [{"mã": str(i), "tên": "cây", "số": number, "at": float(i)} for i in range(200)]


async def test_a_killed_replace_leaves_the_layer_as_it_was(services: Services) -> None:
    async with transaction(services.pool) as conn:
        before = await put_rows(conn, "cay", TREES, key="mã")
    with pytest.raises(Unavailable):
        await _replace_and_die(services)
    async with transaction(services.pool) as conn:
        layer = await store.by_slug(conn, "cay")
        assert layer == before
        assert [row["mã"] for row in (await now(conn, layer)).values()] == ["a", "b", "c"]


async def _replace_and_die(services: Services) -> None:
    async with transaction(services.pool) as conn, transaction(services.pool) as killer:
        await put_rows(conn, "cay", LATER)
        await killer.execute("SELECT pg_terminate_backend(%s)", [conn.info.backend_pid])
        await conn.execute("SELECT 1")


async def test_a_layer_that_is_there_is_not_created(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES)
    with pytest.raises(DuplicateSlug):
        await put_rows(conn, "cay", TREES, mode=Mode.CREATE)
