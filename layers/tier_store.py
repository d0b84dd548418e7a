"""Derived tables in PostgreSQL: made, mended where features change, and handed to the sweeper.

The only module that runs ``layers/sql/tier.sql``. Tiers count only while the layer's ``epoch`` is
the one they were made for: of a layer that was replaced meanwhile none is read.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, LiteralString

import psycopg
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from gishue.core import events, jobs
from gishue.core.access import View
from gishue.core.bounds import Bounds
from gishue.core.db import Connection, Pool, transaction
from gishue.core.errors import NotFound
from gishue.core.mercator import HALF_M
from gishue.core.sql import load
from layers import description, store, style, tables, tiers, veil, zoom
from layers.description import Description
from layers.fields import SQL_TYPE, Field, FieldType
from layers.filter import Filter
from layers.layer import GeometryType, Layer
from layers.tiers import Cell, Fullest, Tier, TierKind

_SQL = load("layers", "tier")

TASK: Final = "layers.make_tiers"
AT_ONCE_ROWS: Final = 30_000
"""So many rows have their tiers made by whoever publishes them; more are left to a worker."""
TRIES: Final = 3

type _Row = tuple[Any, ...]
type _Cursor = psycopg.AsyncCursor[_Row]

_KIND: Final = {
    GeometryType.POINT: TierKind.POINT,
    GeometryType.LINE: TierKind.LINE,
    GeometryType.POLYGON: TierKind.POLYGON,
}
WEIGHT: Final[dict[TierKind, LiteralString]] = {
    TierKind.POINT: "0::bigint",
    TierKind.LINE: "round(ST_Length(t.geom_3857) * 100)::bigint",
    TierKind.POLYGON: "round(ST_Area(t.geom_3857) * 100)::bigint",
}


def kind_of(layer: Layer) -> TierKind | None:
    """Return what tiers of the layer are made of; None: it has none."""
    return _KIND.get(layer.geometry_type or GeometryType.MIXED)


async def settle(conn: Connection, layer: Layer) -> None:
    """See to the tiers of a locked layer whose rows have changed beyond mending: now, or soon."""
    if not layer.awaits_tiers:
        return
    if layer.feature_count <= AT_ONCE_ROWS:
        await build(conn, layer)
    else:
        await jobs.defer(conn, TASK, {"slug": layer.slug}, lock=f"tiers-{layer.slug}")


async def carry(conn: Connection, before: Layer, after: Layer) -> None:
    """Keep the tiers of a locked layer that is described anew, if they still are what it needs."""
    if not before.is_tiered or before.table_name != after.table_name:
        return
    if _is_as_wanted(before.every_tier, after):
        await conn.execute(SQL(_SQL["settled"]).format(layer=Literal(after.id)))
    else:
        await conn.execute(SQL(_SQL["forget"]).format(layer=Literal(after.id)))
        await settle(conn, replace(after, tiered_epoch=-1))


async def describe(conn: Connection, before: Layer, said: Description, by: str = "") -> int:
    """Write what is said of a locked layer and return its new revision.

    Where its tiles become others by it the epoch moves, and tiers that still are right are kept.

    Raises:
        InvalidZooms: what is said of its zooms cannot be.
    """
    if said.zoom_overrides != before.zoom_overrides:
        zoom.check(before, said.zoom_overrides, list(before.masks))
    await store.describe(conn, before.id, said, by=by)
    bulk = description.redraws(before, said)
    revision = await store.measure(conn, before, before.feature_count, before.bounds, bulk=bulk)
    if bulk:
        await carry(conn, before, await store.by_slug(conn, before.slug))
    return revision


async def make(pool: Pool, slug: str) -> None:
    """Make the tiers that a layer waits for, and tell the readers; nothing if it waits no more.

    They are made of one moment, and count only if the layer has not changed since; at the last
    try it is held still meanwhile.
    """
    for tries in range(1, TRIES + 1):
        try:
            async with transaction(pool) as conn:
                return await _make(conn, slug, held=tries == TRIES)
        except psycopg.errors.SerializationFailure:
            continue


async def waiting(conn: Connection) -> list[str]:
    """Return the layers whose tiers are not made, or are of an earlier content."""
    statement = SQL(_SQL["waiting"]).format(least=Literal(tiers.LEAST_ROWS))
    return [str(row[0]) for row in await (await conn.execute(statement)).fetchall()]


async def _make(conn: Connection, slug: str, *, held: bool) -> None:
    if held:
        await store.lock(conn, slug)
    else:
        await conn.execute(_SQL["steady"])
    try:
        layer = await store.by_slug(conn, slug)
    except NotFound:
        return
    if not layer.awaits_tiers:
        return
    made = await _built(conn, layer)
    await store.lock(conn, slug)
    await _take(conn, layer, made)
    news = {"slug": slug, "revision": layer.revision, "action": "tiered"}
    news |= {"visibility": layer.visibility, "bounds": list(layer.bounds or ())}
    await events.record(conn, "layer", news)


async def build(conn: Connection, layer: Layer, base_from: int | None = None) -> Sequence[Tier]:
    """Make the tiers of a locked layer anew and return them; ``base_from``: not by its density."""
    made = await _built(conn, layer, base_from)
    await _take(conn, layer, made)
    return made


def _is_as_wanted(made: Sequence[Tier], layer: Layer) -> bool:
    """Return whether the tiers are what would be made of the layer now, for each who sees other."""
    base_from = max((tier.z for tier in made), default=-1) + 1
    plans = {rule: _plan(layer, base_from, rule) for rule in tiers.rules(layer)}
    wanted = all(tiers.is_as_planned(tiers.chain(made, rule), plans[rule]) for rule in plans)
    return wanted and {tier.rule for tier in made} <= plans.keys()


def _plan(layer: Layer, base_from: int, rule: str) -> Sequence[Tier]:
    kind = kind_of(layer)
    if kind is None:
        return ()
    return tiers.planned(layer, kind, style.drawn_names(layer), base_from, rule)


async def _built(conn: Connection, layer: Layer, base_from: int | None = None) -> Sequence[Tier]:
    kind = kind_of(layer)
    if kind is None or layer.table_name is None:
        return ()
    await conn.execute(_SQL["memory"])
    nearest = base_from
    if nearest is None:
        nearest = tiers.base_from(kind, await _fullest(conn, layer))
    made: list[Tier] = []
    for rule in tiers.rules(layer):
        made += await _chain(conn, layer, _plan(layer, nearest, rule))
    return made


async def _chain(conn: Connection, layer: Layer, plan: Sequence[Tier]) -> Sequence[Tier]:
    """Make the tables of a plan, each from the one before it; the last stands for farther zooms."""
    row = await (await conn.execute(_SQL["number"])).fetchone()
    made: list[Tier] = []
    for wanted in plan:
        name = f"l{layer.id}_t{row[0] if row else 0}_z{wanted.z}"
        tier = replace(wanted, table_name=name)
        rows = await _fill_new(conn, layer, tier, made[-1] if made else None)
        made.append(tier)
        is_far = tier.z <= tiers.FARTHEST and rows <= tiers.SMALL_ROWS
        if is_far and tiers.is_alike_below(plan, tier):
            break
    return made


async def _take(conn: Connection, layer: Layer, made: Sequence[Tier]) -> None:
    """Make these the tiers of the layer, and leave those it had to the sweeper."""
    await conn.execute(SQL(_SQL["forget"]).format(layer=Literal(layer.id)))
    for tier in made:
        values: dict[str, Any] = {
            "layer": layer.id,
            "z": tier.z,
            "table_name": tier.table_name,
            "kind": str(tier.kind),
            "from_base": tier.from_base,
            "fields": list(tier.fields),
            "filter": tier.filter,
            "snap_px": tier.snap_px,
            "rule": tier.rule,
        }
        await conn.execute(_SQL["add"], values)
    await conn.execute(SQL(_SQL["settled"]).format(layer=Literal(layer.id)))


async def refresh(conn: Connection, layer: Layer, boxes: Sequence[Bounds]) -> tuple[Bounds, ...]:
    """Mend the tiers of ``layer`` where features changed, in the transaction of the change.

    ``boxes``: the bounds that each of them had before and has now, EPSG:3857 metres, as
    ``ST_XMin(geom_3857)`` … ``ST_YMax(geom_3857)`` say them: a feature lies in the cell that holds
    the middle of its box. ``layer``: as the registry holds it whole, not as somebody sees it.
    Transactions that mend tiers of one layer do so one after the other.

    Returns: the bounds of what else is drawn otherwise: lines that came or went beside it.
    """
    if not layer.tiers or not boxes:
        return ()
    await conn.execute(SQL(_SQL["alone"]).format(layer=Literal(layer.id)))
    places = [((box.xmin + box.xmax) / 2, (box.ymin + box.ymax) / 2) for box in boxes]
    places = [(x, y) for x, y in places if abs(x) < HALF_M and abs(y) < HALF_M]
    others: set[Bounds] = set()
    for rule in tiers.rules(layer):
        made = tiers.chain(layer.every_tier, rule)
        others |= await _mend_chain(conn, layer, made, places)
    return tuple(sorted(others))


def counting(layer: Layer, tier: Tier, chosen: Composed) -> Composed:
    """Return the query of the rows that ``tier`` would hold if there were those alone.

    ``chosen``: a query of their ``id``, ``geom_3857`` and the columns of the tier's fields.
    """
    table = SQL("({})").format(chosen)
    return _rows(layer, tier, SQL(_SQL["from_base"]).format(**_parts(layer, tier, table)))


async def _mend_chain(
    conn: Connection, layer: Layer, made: Sequence[Tier], places: Sequence[tuple[float, float]]
) -> set[Bounds]:
    """Mend the tiers of one audience where features lay and lie; see :func:`refresh`.

    All statements are sent at once: each rests on the one before, none on its answer.
    """
    answers: list[tuple[_Cursor, _Cursor]] = []
    finer: Tier | None = None
    async with conn.pipeline():
        for tier in sorted(made, key=lambda one: -one.z):
            cells = sorted({tiers.cell_at(x, y, tier.grid) for x, y in places})
            if cells:
                clear, fill = _mending(layer, tier, finer, cells)
                answers.append((await conn.execute(clear), await conn.execute(fill)))
            finer = tier
    others: set[Bounds] = set()
    if any(tier.kind is TierKind.LINE for tier in made):
        for cleared, filled in answers:
            others |= _come_or_gone(await cleared.fetchall(), await filled.fetchall())
    return others


def _mending(
    layer: Layer, tier: Tier, finer: Tier | None, cells: Sequence[Cell]
) -> tuple[Composed, Composed]:
    """Return what clears some cells of a tier and what makes them anew; of lines both tell."""
    clear = SQL(_SQL["clear"]).format(tier=tables.table(tier.table_name), cells=_cells(cells))
    fill = _fill(layer, tier, finer, cells)
    if tier.kind is not TierKind.LINE:
        return clear, fill
    told = SQL(" ") + SQL(_SQL["told"])
    return clear + told, fill + told


def _come_or_gone(before: Sequence[_Row], after: Sequence[_Row]) -> set[Bounds]:
    """Return the bounds of the lines that are drawn on one side alone."""
    kept = {row[0] for row in before} & {row[0] for row in after}
    return {Bounds(*row[1:]) for row in (*before, *after) if row[0] not in kept}


async def _fullest(conn: Connection, layer: Layer) -> list[Fullest]:
    """Return what the fullest tile of each zoom holds."""
    statement = SQL(_SQL["density"]).format(
        table=tables.table(layer.table_name or ""),
        nearest=Literal(tiers.NEAREST),
        side=_number(2 * HALF_M / (1 << tiers.NEAREST)),
        half=_number(HALF_M),
    )
    rows = await (await conn.execute(statement)).fetchall()
    return [Fullest(int(n), int(points)) for _, n, points in rows]


async def _fill_new(conn: Connection, layer: Layer, tier: Tier, finer: Tier | None) -> int:
    """Create and fill the table of ``tier``; return how many rows it has."""
    table = tables.table(tier.table_name)
    columns = tables.listed([_typed(field) for field in _fields(layer, tier)])
    drawn = SQL(_SQL["drawn"]).format(half=_number(HALF_M), extent=Literal(tiers.EXTENT << tier.z))
    await conn.execute(
        SQL(_SQL["create"]).format(
            tier=table, columns=columns, drawn=drawn if tier.is_drawn else SQL("")
        )
    )
    rows = (await conn.execute(_fill(layer, tier, finer, None))).rowcount
    for statement in ("index_place", "index_cell", "analyze"):
        await conn.execute(SQL(_SQL[statement]).format(tier=table))
    return rows


def _fill(layer: Layer, tier: Tier, finer: Tier | None, cells: Sequence[Cell] | None) -> Composed:
    """Return the statement that fills ``tier``, or only some cells of it."""
    return SQL(_SQL["fill"]).format(
        tier=tables.table(tier.table_name),
        columns=_listed(_fields(layer, tier)),
        rows=_rows(layer, tier, _source(layer, tier, finer, cells)),
    )


def _rows(layer: Layer, tier: Tier, source: Composed) -> Composed:
    """Return the query of the rows that ``tier`` holds, made of those of ``source``."""
    fields, is_line = _fields(layer, tier), tier.kind is TierKind.LINE
    shared: dict[str, Any] = {
        "source": source,
        "columns": _listed(fields),
        "shown": SQL(_SQL["straightened" if is_line else "snapped"]).format(
            snap=_number(tiers.snap_m(tier))
        ),
        "half": _number(HALF_M),
        "side": _number(tiers.cell_m(tier.grid)),
    }
    if is_line:
        return SQL(_SQL["lines"]).format(**shared, most=Literal(tiers.LINES_A_CELL))
    real = [field for field in fields if field.type is FieldType.REAL]
    others = [field for field in fields if field.type is not FieldType.REAL]
    return SQL(_SQL["counted"]).format(
        **shared,
        first=Literal(tiers.first_id(tier.grid)),
        bits=Literal(tier.grid + tiers.CELLS_LOG2),
        sums=tables.listed([_said("sum", field) for field in real]),
        modes=SQL("\n").join([_said("mode", field) for field in others]),
        held=tables.listed([_held(field) for field in fields]),
        shape=SQL(_SQL[tier.kind]).format(side=shared["side"]),
    )


def _source(layer: Layer, tier: Tier, finer: Tier | None, cells: Sequence[Cell] | None) -> Composed:
    """Return the query of the rows that ``tier`` is made of, or those of some of its cells."""
    is_base = tier.from_base or finer is None
    parts = _parts(layer, tier, tables.table(layer.table_name or ""))
    if cells is not None:
        some = {"cells": _cells(cells)}
        parts["among"] = SQL(_SQL["among" if is_base else "among_finer"]).format(**some)
        parts["near"] = SQL(_SQL["near"]).format(**(parts | some))
    if not is_base and finer is not None:
        return SQL(_SQL["from_finer"]).format(**parts, finer=tables.table(finer.table_name))
    asked = (zoom.rows(layer, tier.filter), _ruled(layer, tier.rule))
    chosen = [SQL("AND {}").format(one.where) for one in asked if one is not None]
    return SQL(_SQL["from_base"]).format(**(parts | {"rows": SQL(" ").join(chosen)}))


def _parts(layer: Layer, tier: Tier, table: Composable) -> dict[str, Any]:
    """Return what the query of the rows of a tier is composed of; it takes all of ``table``."""
    fields = _fields(layer, tier)
    return {
        "columns": _listed(fields),
        "values": tables.listed([_value(field) for field in fields]),
        "weight": SQL(WEIGHT[tier.kind]),
        "least": Literal(tiers.least_weight(tier)),
        "half": _number(HALF_M),
        "side": _number(tiers.cell_m(tier.grid)),
        "table": table,
        "rows": SQL(""),
        "near": SQL(""),
        "among": SQL(""),
    }


def _ruled(layer: Layer, rule: str) -> Filter | None:
    """Return what chooses the rows that the audience of a row rule sees; None for all."""
    return veil.constant_rows(veil.seen(layer, View(filter=rule)))


def _fields(layer: Layer, tier: Tier) -> list[Field]:
    return [field for field in layer.fields if field.name in tier.fields]


def _names(field: Field) -> tuple[Identifier, Identifier]:
    """Return the column of the field's value, and of how many rows it stands for."""
    return Identifier(field.column), Identifier(f"{field.column}_w")


def _listed(fields: Sequence[Field]) -> Composed:
    return tables.listed([name for field in fields for name in _names(field)])


def _typed(field: Field) -> Composed:
    column, weight = _names(field)
    return SQL("{} {}, {} int").format(column, SQL(SQL_TYPE[field.type]), weight)


def _value(field: Field) -> Composed:
    return _said("number_value" if field.type is FieldType.REAL else "value", field)


def _said(statement: str, field: Field) -> Composed:
    column, weight = _names(field)
    return SQL(_SQL[statement]).format(c=column, w=weight, m=Identifier(f"m_{field.column}"))


def _held(field: Field) -> Composed:
    owner = "c" if field.type is FieldType.REAL else f"m_{field.column}"
    column, weight = Identifier(owner, field.column), Identifier(owner, f"{field.column}_w")
    return SQL("{}, coalesce({}, 0)").format(column, weight)


def _cells(cells: Sequence[Cell]) -> Composed:
    xs, ys = [cell.gx for cell in cells], [cell.gy for cell in cells]
    return SQL(_SQL["cells"]).format(xs=Literal(xs), ys=Literal(ys))


def _number(value: float) -> Composed:
    return SQL("{}::float8").format(Literal(value))
