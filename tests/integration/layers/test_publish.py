"""Publishing: whole or absent, by revision, with its history."""

import asyncio
import json
from dataclasses import replace

import pytest
from psycopg.sql import SQL

from gishue.core.access import Visibility
from gishue.core.actor import ANONYMOUS, OPERATOR
from gishue.core.db import Connection, transaction
from gishue.core.errors import Conflict, NotFound
from layers import description, feature_store, search, store, tables
from layers.feature_store import FeatureQuery
from layers.fields import Field, FieldType
from layers.layer import DuplicateSlug, GeometryType, Layer, LayerState
from layers.publish import Mode, SchemaMismatch, publish_table
from layers.services import Services
from layers.snapshot import Snapshot
from tests.support.city import PLACES, add_layer, stage_points

# WGS 84 of the two places, from the control points; 7 digits are about 1 cm.
NGO_MON = (107.5776, 16.4677)


async def test_a_published_layer_reads_back_in_lon_lat(conn: Connection) -> None:
    layer = await add_layer(conn, "di_tich")
    assert (layer.revision, layer.feature_count, layer.state) == (1, 2, LayerState.PUBLISHED)
    feature = json.loads(await feature_store.one(conn, layer, 1))
    assert feature["properties"] == {"tên": "Ngọ Môn", "năm": 1833}
    assert feature["geometry"]["coordinates"] == pytest.approx(NGO_MON, abs=1e-7)
    assert layer.bounds is not None
    assert layer.bounds.xmin == pytest.approx(107.5776, abs=1e-6)


async def test_survey_coordinates_come_back_bit_for_bit(conn: Connection) -> None:
    layer = await add_layer(conn, "moc")
    query = SQL("SELECT ST_X(geom), ST_Y(geom) FROM {} ORDER BY id")
    cur = await conn.execute(query.format(tables.table(layer.table_name or "")))
    assert await cur.fetchall() == [place[2:] for place in PLACES]


async def test_a_second_layer_of_the_same_name_is_refused(conn: Connection) -> None:
    await add_layer(conn, "cay_xanh")
    with pytest.raises(DuplicateSlug, match="cay_xanh"):
        await add_layer(conn, "cay_xanh")


async def test_replacing_keeps_the_layer_and_raises_the_revision(conn: Connection) -> None:
    before = await add_layer(conn, "cay_xanh")
    after = await add_layer(conn, "cay_xanh", mode=Mode.REPLACE, points=PLACES[:1])
    assert (after.id, after.revision, after.feature_count) == (before.id, 2, 1)
    assert after.epoch == before.epoch + 1
    lines = await store.history(conn, after)
    assert [line.action for line in lines] == ["replaced", "created"]


async def test_appending_adds_rows_under_new_ids(conn: Connection) -> None:
    await add_layer(conn, "cay_xanh")
    layer = await add_layer(conn, "cay_xanh", mode=Mode.APPEND)
    assert layer.feature_count == 4
    page = await feature_store.page(conn, layer, FeatureQuery(limit=10))
    assert [json.loads(text)["id"] for text in page.features] == [1, 2, 3, 4]


async def test_rows_with_other_fields_are_not_appended(conn: Connection) -> None:
    layer = await add_layer(conn, "cay_xanh")
    staged = await stage_points(conn, "u_other")
    renamed = Field("khác", "khác", FieldType.TEXT, "c1")
    odd = type(staged)(
        staged.name, (renamed, staged.fields[1]), staged.geometry_type, 9214, staged.provenance
    )
    with pytest.raises(SchemaMismatch, match="khác"):
        await publish_table(
            conn, "cay_xanh", description.of(layer), odd, actor=OPERATOR, mode=Mode.APPEND
        )


async def test_what_does_not_fit_is_said_in_vietnamese(conn: Connection) -> None:
    layer = await add_layer(conn, "cay_xanh")
    staged = await stage_points(conn, "u_other")
    odd = replace(staged, geometry_type=GeometryType.POLYGON)
    with pytest.raises(SchemaMismatch) as caught:
        await publish_table(
            conn, "cay_xanh", description.of(layer), odd, actor=OPERATOR, mode=Mode.APPEND
        )
    assert caught.value.detail_vi.startswith("hình học (vùng) của tệp khác với lớp")


async def test_of_two_movers_the_second_is_told(conn: Connection) -> None:
    seen = await add_layer(conn, "cay_xanh")
    assert await store.move(conn, seen, LayerState.RETIRED, OPERATOR) == 2
    with pytest.raises(Conflict, match="meanwhile"):
        await store.move(conn, seen, LayerState.RETIRED, OPERATOR)


async def test_pages_go_on_until_the_end(conn: Connection) -> None:
    layer = await add_layer(conn, "cay_xanh", points=[*PLACES, *PLACES, *PLACES[:1]])
    first = await feature_store.page(conn, layer, FeatureQuery(limit=2))
    second = await feature_store.page(conn, layer, FeatureQuery(limit=2, after_id=first.next_id))
    last = await feature_store.page(conn, layer, FeatureQuery(limit=2, after_id=second.next_id))
    seen = [json.loads(text)["id"] for page in (first, second, last) for text in page.features]
    assert (seen, last.next_id) == ([1, 2, 3, 4, 5], None)


async def test_search_needs_no_diacritics(conn: Connection) -> None:
    layer = await add_layer(conn, "di_tich")
    hits = await search.find(conn, "cau truong tien", _held(layer), OPERATOR)
    assert hits[0].name == "Cầu Trường Tiền"
    assert hits[0].point == pytest.approx((107.5896, 16.4689), abs=1e-6)


async def test_search_finds_only_what_the_actor_may_read(conn: Connection) -> None:
    layer = await add_layer(conn, "kin", visibility=Visibility.RESTRICTED)
    assert await search.find(conn, "ngo mon", _held(layer), ANONYMOUS) == []
    assert len(await search.find(conn, "ngo mon", _held(layer), OPERATOR)) == 1


def _held(layer: Layer) -> Snapshot:
    return Snapshot(1, {layer.slug: layer})


async def test_the_registry_hears_of_a_publication_by_itself(services: Services) -> None:
    async with transaction(services.pool) as conn:
        await add_layer(conn, "moi")
    for _ in range(100):
        if "moi" in services.registry.current.layers:
            break
        await asyncio.sleep(0.02)
    assert services.registry.current.readable(ANONYMOUS, "moi").revision == 1


async def test_absent_and_invisible_layers_are_refused_alike(services: Services) -> None:
    async with transaction(services.pool) as conn:
        await add_layer(conn, "kin", visibility=Visibility.RESTRICTED)
    await services.registry.reload(services.pool)
    told: list[str] = []
    for slug in ("kin", "không"):
        with pytest.raises(NotFound) as refusal:
            services.registry.current.readable(ANONYMOUS, slug)
        told.append(refusal.value.detail.replace(slug, "…"))
    assert told[0] == told[1]
