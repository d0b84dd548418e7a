"""Masks and row rules on PostGIS: kept by name, and never lost by a new table."""

from collections.abc import Sequence

import pytest
from psycopg.sql import SQL, Identifier

from gishue.core.access import Audience
from gishue.core.actor import OPERATOR
from gishue.core.db import Connection
from layers import protection_store, publish, schema_store, store, tables
from layers.description import Description
from layers.fields import FieldType, build
from layers.layer import GeometryType, Layer, LayerKind
from layers.protection import InvalidProtection, Protection, ProtectionLost
from layers.publish import Mode, StagedTable
from layers.schema import FieldRule, LayerSchema
from tests.support.city import NGO_MON, PROVENANCE

PUBLIC, STAFF, UNIT = Audience


async def put(conn: Connection, names: Sequence[str], mode: Mode = Mode.REPLACE) -> Layer:
    """Publish ``ho`` with one row, whose fields of text are called so."""
    fields = build(list(names), [FieldType.TEXT] * len(names))
    await tables.create_staging(conn, "u_ho", fields, GeometryType.POINT, 9214)
    insert = SQL(
        "INSERT INTO {} (id, {}, geom) VALUES (1, {}, ST_SetSRID(ST_MakePoint(%s, %s), 9214))"
    )
    columns = SQL(", ").join([Identifier(f.column) for f in fields])
    values = SQL(", ").join([SQL("%s")] * len(fields))
    query = insert.format(Identifier("staging", "u_ho"), columns, values)
    await conn.execute(query, (*names, *NGO_MON))
    await tables.index(conn, tables.staging("u_ho"))
    staged = StagedTable("u_ho", fields, GeometryType.POINT, 9214, PROVENANCE)
    async with conn.transaction():
        return await publish.publish_table(
            conn, "ho", Description("Hộ"), staged, actor=OPERATOR, mode=mode
        )


async def test_protecting_moves_revision_and_epoch_and_tells_no_name(conn: Connection) -> None:
    before = await put(conn, ["tên", "cccd"], Mode.CREATE)
    said = Protection({"cccd": UNIT}, {PUBLIC: "tên = 'A'"})
    after = await protection_store.put(conn, before, said, OPERATOR)
    assert (after.masks, after.row_rules) == ({"cccd": UNIT}, {PUBLIC: "tên = 'A'"})
    assert (after.revision, after.epoch) == (before.revision + 1, before.epoch + 1)
    line = (await store.history(conn, after))[0]
    assert line.action == "protection changed"
    assert "cccd" not in str(line.detail)
    cleared = await protection_store.put(conn, after, Protection(), OPERATOR)
    assert (cleared.masks, cleared.row_rules) == ({}, {})
    with pytest.raises(InvalidProtection):
        await protection_store.put(conn, cleared, Protection({"vắng": UNIT}), OPERATOR)


async def test_a_replacement_without_the_masked_field_unmasks_nothing(conn: Connection) -> None:
    layer = await put(conn, ["tên", "cccd"], Mode.CREATE)
    await protection_store.put(conn, layer, Protection({"cccd": UNIT}), OPERATOR)
    without = await put(conn, ["tên"])
    assert without.masks == {"cccd": UNIT}
    back = await put(conn, ["tên", "cccd"])
    assert back.masks == {"cccd": UNIT}
    renamed = await put(conn, ["tên", "so_cccd"])
    assert renamed.masks == {"cccd": UNIT, "so_cccd": UNIT}
    assert (await store.history(conn, renamed))[0].detail["masked"] == 2


async def test_a_replacement_that_a_row_rule_cannot_be_asked_of_is_refused(
    conn: Connection,
) -> None:
    layer = await put(conn, ["tên", "phường"], Mode.CREATE)
    said = Protection({}, {PUBLIC: "phường = 'An Cựu'"})
    await protection_store.put(conn, layer, said, OPERATOR)
    with pytest.raises(ProtectionLost) as caught:
        await put(conn, ["tên"])
    assert caught.value.status == 422
    assert "phường" in caught.value.detail
    assert "đổi quy tắc trước" in caught.value.detail_vi
    kept = await store.by_slug(conn, "ho")
    assert [field.name for field in kept.fields] == ["tên", "phường"]


async def test_a_revision_without_the_ruled_field_is_not_brought_back(conn: Connection) -> None:
    await put(conn, ["tên"], Mode.CREATE)
    layer = await put(conn, ["tên", "phường"])
    said = Protection({}, {STAFF: "phường = 'An Cựu'"})
    await protection_store.put(conn, layer, said, OPERATOR)
    with pytest.raises(ProtectionLost):
        await publish.restore(conn, "ho", 1, actor=OPERATOR)


async def test_a_draft_is_protected_by_its_schema_before_any_row_is_there(
    conn: Connection,
) -> None:
    layer_id = await store.create(conn, "ho", "Hộ", LayerKind.VECTOR)
    rules = (FieldRule("tên", FieldType.TEXT), FieldRule("cccd", FieldType.TEXT))
    await schema_store.put_schema(conn, layer_id, LayerSchema(rules), OPERATOR)
    draft = await store.by_slug(conn, "ho")
    await protection_store.put(conn, draft, Protection({"cccd": STAFF}), OPERATOR)
    first = await put(conn, ["tên", "cccd"])
    assert first.masks == {"cccd": STAFF}
