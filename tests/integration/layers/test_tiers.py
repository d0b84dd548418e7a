"""Derived tables count every row once, and are the same to the bit however they came to be."""

import random
from typing import Any

import pytest

from gishue.core import jobs
from gishue.core.bounds import Bounds
from gishue.core.db import Connection, transaction
from layers import store, tier_store, tiers
from layers.layer import GeometryType, Layer
from layers.services import Services
from layers.tiers import FIRST_CELL_ID
from tests.support import edits
from tests.support.parcels import add_parcels
from tests.support.tiered import COUNTED, add_features, change, rows_of

ROWS = 4_000
KINDS = (*COUNTED, GeometryType.LINE)


async def held(conn: Connection, layer: Layer) -> dict[int, list[dict[str, Any]]]:
    """Return what every derived table of ``layer`` holds, by zoom."""
    return {tier.z: await rows_of(conn, tier) for tier in layer.tiers}


@pytest.mark.parametrize("kind", COUNTED)
async def test_the_counts_of_every_zoom_add_up_to_the_rows(
    conn: Connection, kind: GeometryType
) -> None:
    layer = await add_features(conn, "lop", kind, ROWS)

    assert layer.is_tiered
    zooms = [tier.z for tier in layer.tiers]
    assert zooms == list(range(zooms[0], zooms[-1] + 1))
    assert zooms[0] <= tiers.FARTHEST
    for rows in (await held(conn, layer)).values():
        assert sum(row["n"] for row in rows) == ROWS
        assert all((row["id"] < FIRST_CELL_ID) == (row["n"] == 1) for row in rows)
        assert len({row["id"] for row in rows}) == len(rows)


async def test_large_areas_stay_themselves_and_small_ones_become_cells(conn: Connection) -> None:
    layer = await add_features(conn, "lop", GeometryType.POLYGON, ROWS)
    nearest = layer.tiers[-1]

    rows = await rows_of(conn, nearest)

    alone = {row["id"] for row in rows if row["weight"] >= tiers.least_weight(nearest)}
    assert alone >= {997 * i for i in range(1, ROWS // 997 + 1)}
    assert max(row["n"] for row in rows) > 1


async def test_of_lines_the_heaviest_of_a_cell_stay(conn: Connection) -> None:
    layer = await add_features(conn, "lop", GeometryType.LINE, ROWS)

    for rows in (await held(conn, layer)).values():
        cells: dict[tuple[int, int], list[int]] = {}
        for row in rows:
            cells.setdefault((row["gx"], row["gy"]), []).append(row["weight"])
        assert max(map(len, cells.values()), default=0) <= tiers.LINES_A_CELL
        assert all(row["id"] < FIRST_CELL_ID for row in rows)
    assert len(await rows_of(conn, layer.tiers[-1])) > 1_000


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(2))
async def test_mended_cells_are_those_made_anew_to_the_bit(
    conn: Connection, kind: GeometryType, seed: int
) -> None:
    layer = await add_features(conn, "lop", kind, ROWS)
    chance = random.Random(seed)
    before = await held(conn, layer)

    for _ in range(12):
        await tier_store.refresh(conn, layer, await change(conn, layer, chance))

    mended = await held(conn, layer)
    made = await tier_store.build(conn, layer, layer.tiers[-1].z + 1)
    assert mended != before
    assert mended == {tier.z: await rows_of(conn, tier) for tier in reversed(made)}


async def test_lines_that_come_or_go_beside_a_changed_one_are_told(conn: Connection) -> None:
    layer = await add_features(conn, "lop", GeometryType.LINE, ROWS)
    before = {row["id"] for row in await rows_of(conn, layer.tiers[-1])}
    told: list[Bounds] = []
    for seed in range(6):
        boxes = await change(conn, layer, random.Random(seed))
        told += await tier_store.refresh(conn, layer, boxes)

    after = {row["id"] for row in await rows_of(conn, layer.tiers[-1])}
    assert before != after
    assert len(told) >= len(before ^ after)


async def test_a_small_layer_has_no_tiers_and_waits_for_none(conn: Connection) -> None:
    layer = await add_features(conn, "lop", GeometryType.POINT, 200, base_from=None)
    assert (layer.tiers, layer.awaits_tiers) == ((), False)
    assert await tier_store.waiting(conn) == []


async def test_a_layer_that_is_replaced_leaves_its_tiers_to_the_sweeper(conn: Connection) -> None:
    before = await add_features(conn, "lop", GeometryType.POINT, ROWS)
    await store.measure(conn, before, before.feature_count, before.bounds, bulk=True)
    moved = await store.by_slug(conn, "lop")
    assert (moved.tiers, moved.awaits_tiers) == ((), True)
    assert await tier_store.waiting(conn) == ["lop"]

    await tier_store.settle(conn, moved)

    after = await store.by_slug(conn, "lop")
    assert after.is_tiered
    swept = set(await store.tables_to_sweep(conn, -1.0))
    assert swept >= {tier.table_name for tier in before.tiers}
    assert not swept & {tier.table_name for tier in after.tiers}


async def test_a_large_publication_leaves_its_tiers_to_a_worker(services: Services) -> None:
    async with transaction(services.pool) as conn:
        await add_parcels(conn, "thua_dat", tier_store.AT_ONCE_ROWS + 1)
    async with transaction(services.pool) as conn:
        before = await store.by_slug(conn, "thua_dat")
        queued = (await jobs.state(conn)).waiting
    assert (before.tiers, before.awaits_tiers, queued) == ((), True, 1)

    await tier_store.make(services.pool, "thua_dat")
    await tier_store.make(services.pool, "thua_dat")

    async with transaction(services.pool) as conn:
        after = await store.by_slug(conn, "thua_dat")
        assert await tier_store.waiting(conn) == []
    assert after.is_tiered
    assert after.revision == before.revision
    assert len(after.tiers) > 5


async def test_after_edits_of_values_and_places_tiers_are_those_made_anew(conn: Connection) -> None:
    layer = await add_features(conn, "lop", GeometryType.POLYGON, ROWS)
    chance = random.Random(3)
    for _ in range(12):
        id_ = chance.randrange(1, ROWS)
        version = (await edits.versions(conn, layer))[id_]
        shape = edits.square(chance.randrange(4_000), chance.randrange(4_000))
        said = chance.choice(
            [
                edits.change(id_, version, None, tên="khác", loại="LUC"),
                edits.change(id_, version, None, tên=f"Thửa {chance.random()}"),
                edits.change(id_, version, None, giá=chance.random()),
                edits.change(id_, version, shape, tên="dời"),
                edits.remove(id_, version),
            ]
        )
        await edits.apply(conn, "lop", [said], srid=9214)
        layer = await store.by_slug(conn, "lop")

    mended = await held(conn, layer)
    made = await tier_store.build(conn, layer, layer.tiers[-1].z + 1)
    assert mended == {tier.z: await rows_of(conn, tier) for tier in reversed(made)}


async def test_an_edit_of_what_no_tier_reads_writes_into_none(conn: Connection) -> None:
    layer = await add_features(conn, "lop", GeometryType.POLYGON, ROWS)

    async def written() -> list[tuple[Any, ...]]:
        tables = [
            f"SELECT {tier.z}, xmin::text, ctid::text FROM data.{tier.table_name}"
            for tier in layer.tiers
        ]
        cur = await conn.execute(" UNION ALL ".join(tables).encode())
        return sorted(await cur.fetchall())

    before = await written()
    await edits.apply(conn, "lop", [edits.change(5, 1, None, tên="tên mới")])
    unread = await written()
    await edits.apply(conn, "lop", [edits.change(6, 1, None, loại="tên mới")])

    assert unread == before
    assert await written() != before
