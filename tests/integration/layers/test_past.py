"""Reading a layer as of an earlier time, and bringing it back."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL

from gishue.core.actor import OPERATOR
from gishue.core.db import Connection
from layers import past, publish, store, tables
from layers.fields import FieldType
from layers.layer import Layer, LayerState
from layers.past import NotKept
from layers.publish import Mode
from tests.integration.layers.test_replace import LATER, TREES
from tests.support.rows import TYPES, Row, held, now, put_rows

Held = dict[int, dict[str, Any]]


async def as_of_revision(conn: Connection, layer: Layer, revision: int) -> Held:
    then = await past.at_revision(conn, layer, revision)
    return await held(conn, then.source, then.layer.fields)


async def sweep(conn: Connection) -> list[str]:
    await conn.execute("UPDATE gis.replaced_table SET replaced_at = now() - interval '2 days'")
    names = await store.tables_to_sweep(conn, 86_400)
    for name in names:
        await tables.drop(conn, tables.table(name))
    return names


async def test_a_layer_reads_as_it_was_at_every_revision(conn: Connection) -> None:
    first = await now(conn, await put_rows(conn, "cay", TREES, key="mã"))
    second = await now(conn, await put_rows(conn, "cay", LATER))
    layer = await put_rows(conn, "cay", [TREES[0]], mode=Mode.APPEND)
    third = await now(conn, layer)
    seen = [await as_of_revision(conn, layer, revision) for revision in (1, 2, 3)]
    assert seen == [first, second, third]


@pytest.mark.parametrize("revision", [3, 2**40, 2**70])
async def test_a_revision_that_never_was_is_refused(conn: Connection, revision: int) -> None:
    await put_rows(conn, "cay", TREES, key="mã")
    layer = await put_rows(conn, "cay", LATER)
    with pytest.raises(NotKept, match="it is at revision 2"):
        await past.at_revision(conn, layer, revision)


async def test_a_layer_reads_as_of_a_time(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES, key="mã")
    layer = await put_rows(conn, "cay", LATER)
    second, first = await store.history(conn, layer)
    just_before = second.at - timedelta(microseconds=1)
    assert (await past.as_of(conn, layer, just_before)).revision == 1
    then = await past.as_of(conn, layer, second.at)
    assert (then.revision, then.at) == (2, second.at)
    with pytest.raises(NotKept, match="the oldest are of"):
        await past.as_of(conn, layer, first.at - timedelta(microseconds=1))


async def test_the_count_and_the_bounds_are_those_of_then(conn: Connection) -> None:
    first = await put_rows(conn, "cay", TREES, key="mã")
    layer = await put_rows(conn, "cay", [{**TREES[0], "at": 9_000.0}])
    then = (await past.at_revision(conn, layer, 1)).layer
    assert (then.feature_count, then.bounds) == (3, first.bounds)
    assert then.bounds != layer.bounds


async def test_the_fields_are_those_of_then(conn: Connection) -> None:
    first = await put_rows(conn, "cay", TREES, key="mã")
    before = await now(conn, first)
    layer = await put_rows(conn, "cay", [{"mã": "a", "at": 5.0}], types={"mã": FieldType.TEXT})
    then = await past.at_revision(conn, layer, 1)
    assert then.layer.fields == first.fields
    assert await held(conn, then.source, then.layer.fields) == before


async def test_what_a_table_was_survives_the_sweeper(conn: Connection) -> None:
    first = await now(conn, await put_rows(conn, "cay", TREES, key="mã"))
    second = await now(conn, await put_rows(conn, "cay", LATER))
    layer = await put_rows(conn, "cay", [{"mã": "a", "at": 5.0}], types={"mã": FieldType.TEXT})
    assert await sweep(conn) == []
    await conn.execute("UPDATE gis.past_table SET replaced_at = now() - interval '2 days'")
    assert len(await past.thin(conn, 86_400)) == 1
    assert await past.thin(conn, 86_400) == []
    assert await as_of_revision(conn, layer, 1) == first
    assert await as_of_revision(conn, layer, 2) == second


async def test_without_history_the_past_is_gone(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES, key="mã")
    layer = await put_rows(conn, "cay", LATER, keep_history=False)
    assert not layer.keep_history
    with pytest.raises(NotKept):
        await past.at_revision(conn, layer, 1)
    assert await as_of_revision(conn, layer, 2) == await now(conn, layer)
    layer = await put_rows(conn, "cay", [{"mã": "a"}], types={"mã": FieldType.TEXT})
    assert sorted(await sweep(conn)) == [f"l{layer.id}_r1", f"l{layer.id}_r1_past"]


async def test_history_begins_where_it_is_asked_for(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES, key="mã", keep_history=False)
    second = await now(conn, await put_rows(conn, "cay", LATER, keep_history=True))
    layer = await put_rows(conn, "cay", TREES)
    assert await as_of_revision(conn, layer, 2) == second
    with pytest.raises(NotKept):
        await past.at_revision(conn, layer, 1)


async def test_a_change_of_words_is_no_change_of_rows(conn: Connection) -> None:
    layer = await put_rows(conn, "cay", TREES, key="mã")
    before = await now(conn, layer)
    revision = await store.measure(conn, layer, 3, layer.bounds, bulk=False)
    await store.note(conn, layer, revision, OPERATOR, "described")
    layer = await put_rows(conn, "cay", LATER)
    assert await as_of_revision(conn, layer, 2) == before


async def test_a_layer_is_restored_under_the_old_ids(conn: Connection) -> None:
    first = await now(conn, await put_rows(conn, "cay", TREES, key="mã"))
    second = await now(conn, await put_rows(conn, "cay", LATER))
    layer = await publish.restore(conn, "cay", 1, actor=OPERATOR, message="nhầm tệp")
    assert (layer.revision, await now(conn, layer)) == (3, first)
    assert await as_of_revision(conn, layer, 2) == second
    line = (await store.history(conn, layer))[0]
    assert (line.action, line.message, line.detail["restored"]) == ("restored", "nhầm tệp", 1)
    again = await put_rows(conn, "cay", [*TREES, {"mã": "z"}])
    assert max(await now(conn, again)) == 5


async def test_a_restored_layer_has_the_fields_of_then(conn: Connection) -> None:
    first = await put_rows(conn, "cay", TREES)
    before = await now(conn, first)
    types = {"loài": FieldType.TEXT}
    await put_rows(conn, "cay", [{"loài": "Bàng", "at": 1.0}], types=types, key="loài")
    layer = await publish.restore(conn, "cay", 1, actor=OPERATOR)
    assert (layer.fields, layer.key_field) == (first.fields, "")
    assert await now(conn, layer) == before


async def test_a_retired_layer_is_restored_in_silence(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES, key="mã")
    layer = await put_rows(conn, "cay", LATER)
    await store.move(conn, layer, LayerState.RETIRED, OPERATOR)
    layer = await publish.restore(conn, "cay", 1, actor=OPERATOR)
    assert (layer.state, layer.revision, layer.feature_count) == (LayerState.RETIRED, 4, 3)


async def test_what_is_forgotten_cannot_be_read_nor_brought_back(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES, key="mã")
    await put_rows(conn, "cay", LATER)
    await put_rows(conn, "cay", [{"mã": "a"}, {"mã": "b"}], types={"mã": FieldType.TEXT})
    layer = await put_rows(conn, "cay", [{"mã": "a"}], types={"mã": FieldType.TEXT})
    layer = await past.forget(conn, "cay", OPERATOR)
    for revision in (1, 2, 3, 4):
        with pytest.raises(NotKept):
            await past.at_revision(conn, layer, revision)
    assert await as_of_revision(conn, layer, 5) == await now(conn, layer)
    assert f"l{layer.id}_r1" in await sweep(conn)
    left = SQL("SELECT count(*) FROM {}").format(tables.past(layer.table_name or ""))
    assert await (await conn.execute(left)).fetchone() == (0,)


async def test_a_deleted_layer_leaves_its_tables_to_the_sweeper(conn: Connection) -> None:
    await put_rows(conn, "cay", TREES, key="mã")
    await put_rows(conn, "cay", LATER)
    layer = await put_rows(conn, "cay", [{"mã": "a"}], types={"mã": FieldType.TEXT})
    await store.delete(conn, layer, OPERATOR)
    await sweep(conn)
    left = SQL("SELECT relname FROM pg_class WHERE relname LIKE %s")
    found = await (await conn.execute(left, [f"l{layer.id}\\_%"])).fetchall()
    assert found == []


_TYPES: Sequence[Mapping[str, FieldType]] = (
    TYPES,
    TYPES,
    TYPES,
    {"số": FieldType.INTEGER, "mã": FieldType.TEXT},
    {**TYPES, "số": FieldType.TEXT},
)
_KEYS = st.sampled_from("abcdef")
_ROW = st.fixed_dictionaries(
    {
        "mã": _KEYS,
        "tên": st.sampled_from(["Bàng", "Sứ", None]),
        "số": st.sampled_from([1, 2, None]),
        "at": st.sampled_from([1.0, 2.0, None]),
    }
)
_UPLOADS = st.lists(
    st.tuples(st.lists(_ROW, max_size=6), st.sampled_from(_TYPES)), min_size=2, max_size=5
)


_Types = Mapping[str, FieldType]


@given(uploads=_UPLOADS, is_keyed=st.booleans())
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.generate],
)
async def test_whatever_is_uploaded_every_state_can_be_read_again(
    conn: Connection, uploads: list[tuple[list[dict[str, Any]], _Types]], is_keyed: bool
) -> None:
    async with conn.transaction(force_rollback=True):
        states: list[tuple[Held, _Types]] = []
        key = "mã" if is_keyed else ""
        layer = await put_rows(conn, "cay", [], types=uploads[0][1], key=key)
        states.append(({}, uploads[0][1]))
        for rows, types in uploads:
            said = [_fitting(row, types) for row in (_once(rows) if is_keyed else rows)]
            layer = await put_rows(conn, "cay", said, types=types, key=key, staging="u_any")
            content = await now(conn, layer)
            assert sorted(map(_text, content.values())) == sorted(map(_text, said))
            if is_keyed:
                _check_ids([state for state, _ in states], content)
                line = (await store.history(conn, layer))[0]
                counted = {name: line.detail[name] for name in ("added", "changed", "removed")}
                assert counted == _counted(*states[-1], content, types)
            states.append((content, types))
        for line in await store.history(conn, layer):
            then = await past.as_of(conn, layer, line.at)
            content, _ = states[line.revision - 1]
            assert await held(conn, then.source, then.layer.fields) == content
            assert then.layer.feature_count == len(content)


def _once(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({row["mã"]: row for row in rows}.values())


def _fitting(row: Mapping[str, Any], types: _Types) -> Row:
    values = {name: row[name] for name in types} | {"at": row["at"]}
    if types.get("số") is FieldType.TEXT and values["số"] is not None:
        values["số"] = str(values["số"])
    return values


def _text(row: Row) -> str:
    return repr(sorted(row.items()))


def _check_ids(states: Sequence[Held], content: Held) -> None:
    """A key keeps its id from one upload to the next; a new one gets an id never seen."""
    before = {row["mã"]: number for number, row in states[-1].items()}
    seen = {number for state in states for number in state}
    for number, row in content.items():
        if row["mã"] in before:
            assert number == before[row["mã"]]
        else:
            assert number not in seen


def _counted(was: Held, were: _Types, content: Held, types: _Types) -> dict[str, int]:
    """Count the changes in Python, key by key."""
    before = {row["mã"]: row for row in was.values()}
    after = {row["mã"]: row for row in content.values()}
    common = before.keys() & after.keys()
    return {
        "added": len(after.keys() - before.keys()),
        "changed": sum(_differs(before[key], after[key], were, types) for key in common),
        "removed": len(before.keys() - after.keys()),
    }


def _differs(before: Row, after: Row, were: _Types, types: _Types) -> bool:
    def said(row: Row, name: str) -> str | None:
        value = row.get(name)
        return None if value is None else str(value)

    names = {*were, *types, "at"}
    return any(said(before, name) != said(after, name) for name in names)
