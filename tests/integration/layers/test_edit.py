"""Edits: all or nothing, at the version that was read, fit for the layer, and with their past."""

from typing import Any

import pytest
from psycopg.sql import SQL

from gishue.core.access import Act, Share
from gishue.core.actor import OPERATOR, Actor, ActorKind, Role
from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.errors import BadRequest, Conflict, Forbidden
from layers import edit_store, past, schema_store, search, store, tables, touched, undo
from layers.changeset import EditConflict, InvalidChanges
from layers.edit import locked
from layers.layer import Layer
from layers.schema import LayerSchema
from layers.touched import MOST_BOXES
from tests.support.city import add_layer
from tests.support.edits import (
    NGO_MON,
    Said,
    add,
    apply,
    change,
    forbid_overlap,
    remove,
    square,
    versions,
)
from tests.support.parcels import add_parcels
from tests.support.people import add_unit

LATER = {"type": "Point", "coordinates": [107.6, 16.5]}


async def rows(conn: Connection, layer: Layer) -> dict[int, tuple[Any, ...]]:
    statement = SQL("SELECT id, c1, c2, ST_AsText(geom, 2) FROM {} ORDER BY id").format(
        tables.table(layer.table_name or "")
    )
    return {row[0]: row[1:] for row in await (await conn.execute(statement)).fetchall()}


async def test_features_are_added_changed_and_removed_in_one_revision(conn: Connection) -> None:
    before = await add_layer(conn, "noi")
    said = [add(tên="Mới", năm=2000), change(1, 1, năm=1834), remove(2, 1)]
    edited = await apply(conn, "noi", said, message="sửa")
    assert (edited.added, edited.changed, edited.removed) == ((3,), 1, 1)
    assert (edited.layer.revision, edited.layer.epoch) == (2, before.epoch)
    held = await rows(conn, edited.layer)
    assert held[1][:2] == ("Ngọ Môn", 1834)
    assert held[3][:2] == ("Mới", 2000)
    assert set(held) == {1, 3}
    assert await versions(conn, edited.layer) == {1: 2, 3: 2}
    assert edited.layer.feature_count == 2
    (line, *_) = await store.history(conn, edited.layer)
    assert (line.action, line.message) == ("edited", "sửa")
    assert line.detail == {"added": 1, "changed": 1, "removed": 1}


async def test_a_geometry_that_is_not_sent_stays_bit_for_bit(conn: Connection) -> None:
    layer = await add_layer(conn, "noi")
    exact = SQL("SELECT ST_AsEWKB(geom) FROM {} WHERE id = 1").format(
        tables.table(layer.table_name or "")
    )
    before = await (await conn.execute(exact)).fetchone()
    await apply(conn, "noi", [change(1, 1, tên="Khác")])
    assert await (await conn.execute(exact)).fetchone() == before


async def test_coordinates_in_the_layers_system_are_stored_as_they_are(conn: Connection) -> None:
    await add_layer(conn, "noi")
    point = {"type": "Point", "coordinates": [561476.4762, 1821417.4543, 12.0]}
    edited = await apply(conn, "noi", [add(point, tên="mốc")], srid=9214)
    statement = SQL("SELECT ST_X(geom), ST_Y(geom), ST_NDims(geom) FROM {} WHERE id = 3").format(
        tables.table(edited.layer.table_name or "")
    )
    assert await (await conn.execute(statement)).fetchone() == (561476.4762, 1821417.4543, 2)


async def test_a_feature_that_changed_meanwhile_is_named_and_nothing_is_written(
    conn: Connection,
) -> None:
    layer = await add_layer(conn, "noi")
    await apply(conn, "noi", [change(1, 1, năm=1)])
    held = await rows(conn, layer)
    said = [add(tên="x"), change(1, 1, năm=2), remove(2, 9), change(7, 1, năm=3)]
    with pytest.raises(EditConflict) as refused:
        await apply(conn, "noi", said)
    assert refused.value.extra["conflicts"] == [
        {"index": 1, "id": 1, "version": 2},
        {"index": 2, "id": 2, "version": 1},
        {"index": 3, "id": 7, "version": None},
    ]
    assert await rows(conn, layer) == held


WRONG: list[tuple[Said, str]] = [
    ({"op": "burn"}, "`op`"),
    ({"op": "change", "id": 1}, "version"),
    ({"op": "change", "id": True, "version": 1}, "version"),
    ({"op": "remove", "id": 1, "version": 1, "properties": {}}, "has no"),
    (add(khác="x"), "no such field"),
    (add(tên=7), "a text"),
    (add(tên="a\x00b"), "cannot be stored"),
    (add(tên="\ud800"), "cannot be stored"),
    (add(năm="1833"), "whole number"),
    (add(năm=True), "whole number"),
    (add(năm=2**63), "whole number"),
    (add({"type": "LineString", "coordinates": [[107.5, 16.4], [107.6, 16.4]]}), "to be Point"),
    (add({"type": "Point", "coordinates": [16.4677, 107.5776]}), "off the map"),
    (add({"type": "Point", "coordinates": [1e400, 16]}), "cannot be read"),
    (add({"type": "Point", "coordinates": "x"}), "cannot be read"),
    (add({"type": ["Point"], "coordinates": [107.5, 16.4]}), "to be Point"),
    ({"op": "add", "properties": [], "geometry": None}, "an object"),
]


@pytest.mark.parametrize(("said", "why"), WRONG)
async def test_what_does_not_fit_is_refused_by_its_place(
    conn: Connection, said: Said, why: str
) -> None:
    await add_layer(conn, "noi")
    with pytest.raises(InvalidChanges) as refused:
        await apply(conn, "noi", [add(tên="ổn"), said])
    (error,) = refused.value.extra["errors"]
    assert error["index"] == 1
    assert why in error["message"]
    assert error["message_vi"] != error["message"]


@pytest.mark.parametrize("said", [[], [add()] * 100_001])
async def test_a_changeset_has_one_change_at_least_and_an_end(
    conn: Connection, said: list[Said]
) -> None:
    await add_layer(conn, "noi")
    with pytest.raises(BadRequest, match="100,000"):
        await apply(conn, "noi", said)


async def test_a_feature_named_twice_is_refused(conn: Connection) -> None:
    await add_layer(conn, "noi")
    with pytest.raises(InvalidChanges, match="twice"):
        await apply(conn, "noi", [change(1, 1, năm=1), remove(1, 1)])


async def test_what_changes_nothing_makes_no_revision(conn: Connection) -> None:
    await add_layer(conn, "noi")
    with pytest.raises(Conflict, match="changes nothing"):
        await apply(conn, "noi", [change(1, 1, tên="Ngọ Môn")])


async def test_the_rules_of_the_schema_hold(conn: Connection) -> None:
    layer = await add_layer(conn, "noi")
    rules = [
        {"name": "tên", "type": "text", "required": True, "unique": True, "max_length": 20},
        {"name": "năm", "type": "integer", "minimum": 1600, "maximum": 2100},
    ]
    schema = LayerSchema.from_dict({"fields": rules})
    await schema_store.put_schema(conn, layer.id, schema, OPERATOR)
    wrong = [add(năm=2000), change(1, 1, năm=1500), change(2, 1, tên="x" * 21)]
    with pytest.raises(InvalidChanges) as refused:
        await apply(conn, "noi", wrong)
    errors = refused.value.extra["errors"]
    assert [(one["index"], one["field"]) for one in errors] == [(0, "tên"), (1, "năm"), (2, "tên")]
    with pytest.raises(InvalidChanges, match="another feature has this value"):
        await apply(conn, "noi", [add(tên="Ngọ Môn")])
    await apply(conn, "noi", [add(tên="Duy nhất")])


async def test_a_value_may_move_from_one_feature_to_another(conn: Connection) -> None:
    layer = await add_layer(conn, "noi")
    await store.tell_apart(conn, layer.id, "tên", keep_history=True)
    said = [change(1, 1, tên="Cầu Trường Tiền"), change(2, 1, tên="Ngọ Môn")]
    await apply(conn, "noi", said)
    with pytest.raises(InvalidChanges, match="a value is needed"):
        await apply(conn, "noi", [change(1, 2, tên=None)])


BOW = {
    "type": "Polygon",
    "coordinates": [[[107.5, 16.4], [107.6, 16.5], [107.6, 16.4], [107.5, 16.5], [107.5, 16.4]]],
}


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (BOW, "not valid"),
        ({"type": "Polygon", "coordinates": [[[107.5, 16.4], [107.6, 16.4]]]}, "cannot be read"),
        ({"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 2]]]}, "not closed"),
        ({"type": "MultiPolygon", "coordinates": []}, "no points"),
    ],
)
async def test_a_polygon_that_is_none_is_refused(conn: Connection, shape: Said, why: str) -> None:
    await add_parcels(conn, "thua", 4)
    with pytest.raises(InvalidChanges, match=why):
        await apply(conn, "thua", [add(shape)])


async def test_an_edit_tells_where_it_touched(conn: Connection) -> None:
    layer = await add_layer(conn, "noi")
    edited = await apply(conn, "noi", [change(1, 1, LATER)])
    assert edited.boxes is not None
    assert len(edited.boxes) == 2
    told = await touched.since(conn, {layer.id: 1})
    assert set(told[layer.id]) == set(edited.boxes)
    assert await touched.since(conn, {layer.id: 2}) == {}


async def test_many_places_count_as_the_whole_layer(conn: Connection) -> None:
    layer = await add_parcels(conn, "thua", MOST_BOXES + 1)
    said = [change(i, 1, number=1) for i in range(1, MOST_BOXES + 2)]
    field = layer.fields[1].name
    edited = await apply(conn, "thua", [one | {"properties": {field: 7_777}} for one in said])
    assert edited.boxes is None
    assert edited.ids is None
    assert edited.layer.epoch == layer.epoch + 1


async def test_count_and_bounds_are_those_of_the_table(conn: Connection) -> None:
    await add_layer(conn, "noi")
    steps: list[list[Said]] = [
        [add(LATER, tên="xa")],
        [change(3, 2, {"type": "Point", "coordinates": [107.59, 16.47]})],
        [remove(1, 1)],
        [add(None, tên="không có chỗ")],
        [remove(2, 1), remove(3, 3)],
    ]
    for said in steps:
        edited = await apply(conn, "noi", said)
        counted = await tables.count(conn, tables.table(edited.layer.table_name or ""))
        assert edited.layer.feature_count == counted.rows
        held = edited.layer.bounds
        if counted.bounds is None or held is None:
            assert held == counted.bounds
        else:
            assert held == pytest.approx(Bounds(*counted.bounds), abs=1e-9)


async def test_an_edited_feature_is_found_by_its_new_name(conn: Connection) -> None:
    await add_layer(conn, "noi")
    await apply(conn, "noi", [change(1, 1, tên="Cửa Đông Ba")])
    cur = await conn.execute("SELECT name FROM gis.search_entry WHERE feature_id = 1")
    assert await cur.fetchall() == [("Cửa Đông Ba",)]
    assert await search.exact(conn, ["cua dong ba"])


async def test_the_past_of_an_edited_layer_is_read(conn: Connection) -> None:
    layer = await add_layer(conn, "noi")
    first = await rows(conn, layer)
    edited = await apply(conn, "noi", [change(1, 1, năm=1), remove(2, 1), add(tên="y")])
    then = await past.at_revision(conn, edited.layer, 1)
    statement = SQL("SELECT id, c1, c2, ST_AsText(geom, 2) FROM {} t ORDER BY id").format(
        then.source
    )
    found = await (await conn.execute(statement)).fetchall()
    assert {row[0]: row[1:] for row in found} == first


async def test_no_new_overlap_where_the_layer_forbids_it(conn: Connection) -> None:
    await add_parcels(conn, "thua", 4)
    await apply(conn, "thua", [add(square(500, 500)), add(square(505, 505))], srid=9214)
    layer = await forbid_overlap(conn, "thua")
    held = await versions(conn, layer)
    with pytest.raises(InvalidChanges, match="would overlap feature"):
        await apply(conn, "thua", [add(square(500, 500))], srid=9214)
    with pytest.raises(InvalidChanges, match="would overlap feature 5"):
        await apply(conn, "thua", [change(6, held[6], square(502, 502))], srid=9214)
    both = [add(square(600, 600)), add(square(605, 605))]
    with pytest.raises(InvalidChanges, match="would overlap"):
        await apply(conn, "thua", both, srid=9214)
    # Mending an overlap that was there, and a neighbour that shares only a border, are well.
    await apply(conn, "thua", [change(6, held[6], square(507, 507))], srid=9214)
    await apply(conn, "thua", [add(square(490, 500))], srid=9214)


async def ward(conn: Connection, code: str) -> Actor:
    await add_unit(conn, code)
    box = "ST_MakeEnvelope(107.57, 16.46, 107.58, 16.47, 4326)"
    await conn.execute(
        f"UPDATE gis.unit SET area = ST_Multi({box}) WHERE code = %s",
        (code,),
    )
    return Actor(ActorKind.ACCOUNT, "lan", None, code, {code: Role.EDITOR})


async def test_an_editor_by_share_edits_on_their_own_ground_only(conn: Connection) -> None:
    await add_unit(conn, "so_xd")
    layer = await add_layer(conn, "noi", unit="so_xd")
    editor = await ward(conn, "phuong_a")
    await conn.execute(
        "INSERT INTO gis.share (layer_id, unit, acts, within_area, granted_by)"
        " VALUES (%s, 'phuong_a', '{read,edit}', true, 'an')",
        (layer.id,),
    )
    shared = (await store.by_slug(conn, "noi")).shares
    assert shared == (Share("phuong_a", frozenset({Act.READ, Act.EDIT}), within_area=True),)
    inside = {"type": "Point", "coordinates": [107.575, 16.465]}
    await apply(conn, "noi", [change(1, 1, inside)], actor=editor)
    for said in ([change(1, 2, LATER)], [change(2, 1, năm=5)], [add(LATER)], [remove(2, 1)]):
        with pytest.raises(Forbidden, match="off the ground"):
            await apply(conn, "noi", said, actor=editor)


async def test_who_may_not_edit_does_not_lock_in(conn: Connection) -> None:
    await add_layer(conn, "noi")
    nobody = Actor(ActorKind.ACCOUNT, "lan", None, None, {})
    with pytest.raises(Forbidden):
        await locked(conn, "noi", nobody)


async def test_a_changeset_is_taken_back(conn: Connection) -> None:
    layer = await add_layer(conn, "noi")
    first = await rows(conn, layer)
    await apply(conn, "noi", [change(1, 1, LATER, năm=1), remove(2, 1), add(tên="y")])
    layer = await locked(conn, "noi", OPERATOR)
    edited = await undo.changeset(conn, layer, 2, actor=OPERATOR, message="nhầm")
    assert await rows(conn, edited.layer) == first
    assert (edited.layer.revision, edited.added, edited.changed, edited.removed) == (3, (2,), 1, 1)
    again = await undo.changeset(conn, edited.layer, 3, actor=OPERATOR)
    assert set(await rows(conn, again.layer)) == {1, 3}


async def test_what_went_on_since_is_not_taken_back(conn: Connection) -> None:
    await add_layer(conn, "noi")
    await apply(conn, "noi", [change(1, 1, năm=1), add(tên="y")])
    await apply(conn, "noi", [change(1, 2, năm=2), remove(3, 2)])
    layer = await locked(conn, "noi", OPERATOR)
    with pytest.raises(EditConflict) as refused:
        await undo.changeset(conn, layer, 2, actor=OPERATOR)
    assert [(one["id"], one["version"]) for one in refused.value.extra["conflicts"]] == [
        (1, 3),
        (3, None),
    ]
    for revision in (0, 1, 9):
        with pytest.raises(past.NotKept):
            await undo.changeset(conn, layer, revision, actor=OPERATOR)


async def test_one_feature_is_brought_back(conn: Connection) -> None:
    layer = await add_layer(conn, "noi")
    first = await rows(conn, layer)
    await apply(conn, "noi", [change(1, 1, năm=1), remove(2, 1)])
    for feature in (1, 2):
        layer = await locked(conn, "noi", OPERATOR)
        await undo.feature(conn, layer, feature, 1, actor=OPERATOR)
    assert await rows(conn, layer) == first
    layer = await locked(conn, "noi", OPERATOR)
    with pytest.raises(Conflict, match="changes nothing"):
        await undo.feature(conn, layer, 1, 1, actor=OPERATOR)
    with pytest.raises(Exception, match="no feature 77"):
        await undo.feature(conn, layer, 77, 1, actor=OPERATOR)


async def test_a_wrong_value_never_reaches_the_database(conn: Connection) -> None:
    await add_layer(conn, "noi")
    await edit_store.hold(conn, [])
    held = await apply(conn, "noi", [add(NGO_MON, năm=5.0)])
    assert held.added == (3,)
