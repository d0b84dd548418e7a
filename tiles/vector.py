"""Vector tiles: exactly one prepared statement each, over a pool of their own.

The only module that runs ``tiles/sql/tile.sql``.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Final, Literal, NamedTuple

import psycopg
from psycopg import AsyncRawCursor, sql
from psycopg.sql import SQL, Composable, Composed, Identifier
from psycopg.types.numeric import Float8, Int4
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from gishue.core.db import Connection, Pool
from gishue.core.errors import Busy, Unavailable
from gishue.core.log import logger, pairs
from gishue.core.mercator import HALF_M
from gishue.core.settings import Settings
from gishue.core.sql import load
from layers import tables, veil, zoom
from layers.fields import Field, FieldType
from layers.filter import Filter
from layers.layer import GeometryType, Layer
from layers.tiers import COUNT, EXTENT, Tier, TierKind
from tiles.grid import Tile, pixel_m
from tiles.ready import ReadyTile, zipped
from tiles.tier import CELL_PX, Choice, choice, shown_fields, snap_m, tier_of

_SQL = load("tiles", "tile")
_LOG = logger(__name__)

LEAST_BREADTH: Final = 4
"""Units of a tile that an area is broad on the average, whose vertices may simply be rounded."""
_NUMBERED: Final = (SQL("$1"), SQL("$2"), SQL("$3"))
LEFT_OUT: Final = "features too small or too dense for this zoom are left out"
TIER_NOTE: Final = {
    TierKind.POLYGON: "features too small for this zoom are drawn as cells that count them",
    TierKind.POINT: "features too dense for this zoom are drawn as clusters that count them",
    TierKind.LINE: LEFT_OUT,
}


class Drawing(NamedTuple):
    """How shapes come into a tile: drawn first on a grid of ``snap_m`` metres, if it says so.

    ``metre``: in units of the storage CRS, if the layer is one of areas.
    """

    snap_m: float | None
    metre: float | None


def tile_pool(url: str, settings: Settings) -> Pool:
    """Return a closed pool for tile statements: read only, bounded in time, never parallel."""
    options = {
        "default_transaction_read_only": "on",
        "statement_timeout": str(settings.tiles_timeout_ms),
        "jit": "off",
        "plan_cache_mode": "force_custom_plan",
        "max_parallel_workers_per_gather": "0",
        "timezone": "UTC",
    }
    return AsyncConnectionPool(
        url,
        min_size=1,
        max_size=settings.tiles_building,
        timeout=settings.pool_timeout_s,
        open=False,
        kwargs={
            "autocommit": True,
            "cursor_factory": AsyncRawCursor,
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
            "application_name": "gishue tiles",
        },
    )


async def vector_tile(pool: Pool, layer: Layer, tile: Tile, max_features: int) -> ReadyTile:
    """Build the tile of a vector layer.

    Raises:
        Busy: the statement took too long, or no connection came free.
        Unavailable: the database is away.
    """
    if layer.table_name is None:
        return zipped(b"")
    statement, arguments = question(layer, layer.table_name, tile)
    return finished(layer, tile, await _ask(pool, statement, arguments), max_features)


def finished(layer: Layer, tile: Tile, made: tuple[bytes, int, bool], most: int) -> ReadyTile:
    """Return the ready tile of what its statement gave; archives are filled by it too."""
    body, features, less = made
    tier = tier_of(layer, tile.z)
    said = LEFT_OUT if less else ""
    if tier is not None:
        said = TIER_NOTE[tier.kind] if less or tier.kind is TierKind.LINE else ""
    return zipped(body, note(layer, tile, said, features=features, most=most))


def question(layer: Layer, table: str, tile: Tile) -> tuple[Composed, Sequence[Int4 | Float8]]:
    """Return the statement that makes a tile, and its values: z, x, y and what else it asks for.

    Archives ask it for many tiles at once: whatever a tile is made of is decided here alone.
    """
    tier = tier_of(layer, tile.z)
    if tier is not None:
        fields, is_own = shown_fields(layer, tile.z), tier.z == tile.z
        return _tier_statement(layer.slug, tier, fields, is_own=is_own), _place(tile)
    which = choice(layer, tile.z)
    columns = tuple((field.column, field.name) for field in shown_fields(layer, tile.z))
    place = _place(tile)
    if which in (Choice.LARGER, Choice.THINNED, Choice.MIXED):
        place.append(Float8(least(which, layer, tile.z)))
    measure = "ST_Area" if layer.geometry_type is GeometryType.POLYGON else "ST_Length"
    rows, drawing = _rows(layer, tile.z), drawn(layer, tile.z)
    return _statement(which, measure, layer.slug, table, columns, rows, drawing), place


def _place(tile: Tile) -> list[Int4 | Float8]:
    return [Int4(number) for number in tile]


def _rows(layer: Layer, z: int) -> tuple[Filter, ...]:
    """Return what chooses the rows: by the rule of who looks on and by what is said of the zoom."""
    said = zoom.at(layer.zoom_overrides, z)
    chosen = (veil.constant_rows(layer), zoom.rows(layer, said.filter) if said else None)
    return tuple(one for one in chosen if one is not None)


def least(which: Choice, layer: Layer, z: int) -> float:
    """Return the side of a point's cell, the least area, length or side; EPSG:3857, m or m²."""
    side_m = pixel_m(z)
    if which is Choice.THINNED:
        return CELL_PX * side_m
    return side_m**2 if layer.geometry_type is GeometryType.POLYGON else side_m


@lru_cache(maxsize=1024)
def _statement(
    which: Choice,
    measure: Literal["ST_Area", "ST_Length"],
    slug: str,
    table: str,
    columns: tuple[tuple[str, str], ...],
    rows: tuple[Filter, ...],
    drawing: Drawing,
) -> Composed:
    return SQL(_SQL[which]).format(
        rows=SQL(" ").join([SQL("AND {}").format(one.where) for one in rows]),
        measure=SQL(measure),
        slug=sql.Literal(slug),
        label_slug=sql.Literal(f"{slug}:label"),
        table=tables.table(table),
        placed=placed(_NUMBERED, drawing),
        columns=_columns("t", columns),
        cell_columns=_columns("c", columns),
        seen=seen(SQL("$4")),
    )


def seen(least_m: Composable) -> Composed:
    """Return what tells which rows ``t`` of mixed geometry are seen; ``least_m``: a pixel."""
    cell = SQL("({} * {})").format(least_m, CELL_PX)
    return SQL(_SQL["seen"]).format(cell=cell)


def drawn(layer: Layer, z: int) -> Drawing:
    """Return how shapes come into a tile of zoom ``z``."""
    is_area = layer.geometry_type is GeometryType.POLYGON
    return Drawing(snap_m(layer, z), tables.metre(layer.srid) if is_area else None)


def placed(place: tuple[Composable, Composable, Composable], drawing: Drawing) -> Composed:
    """Return the shape of a row ``t`` in units of a tile whose ground is ``e.b``, ``e.m`` in all.

    ``place``: how z, x and y stand in the statement.
    """
    if drawing.metre is not None and not drawing.snap_m:
        z, x, y = place
        least = sql.Literal(LEAST_BREADTH * 2 * HALF_M / EXTENT * drawing.metre)
        world = sql.Literal(2 * HALF_M)
        return SQL(_SQL["placed"]).format(world=world, z=z, x=x, y=y, least=least)
    shape = SQL(_SQL["snapped" if drawing.snap_m else "shape"]).format(
        snap=sql.Literal(drawing.snap_m)
    )
    return SQL(_SQL["cut"]).format(geometry=shape)


@lru_cache(maxsize=1024)
def _tier_statement(slug: str, tier: Tier, fields: tuple[Field, ...], *, is_own: bool) -> Composed:
    return SQL(_SQL["tier"]).format(
        slug=sql.Literal(slug),
        table=tables.table(tier.table_name),
        columns=tier_values(fields),
        geometry=SQL(_SQL["moved" if tier.is_drawn and is_own else "clipped"]),
        reach=reach(tier.kind),
    )


def tier_values(fields: Sequence[Field]) -> Composed:
    """Return ``, value AS "name"`` for each field of a row ``t`` of a tier."""
    values: list[Composed] = []
    for field in fields:
        which = "tier_mean" if field.type is FieldType.REAL else "tier_value"
        named = {"c": Identifier(field.column), "w": Identifier(f"{field.column}_w")}
        if field.name != COUNT:
            values.append(SQL(_SQL[which]).format(**named, name=Identifier(field.name)))
    return Composed(values)


def reach(kind: TierKind) -> SQL:
    """Return the ground that a tile's rows of a tier are read from."""
    return SQL("e.b" if kind is TierKind.POINT else "e.m")


def _columns(owner: str, columns: tuple[tuple[str, str], ...]) -> Composed:
    """Return ``, t."c1" AS "name"`` for every column."""
    return Composed(
        [
            SQL(", {} AS {}").format(Identifier(owner, column), Identifier(name))
            for column, name in columns
        ]
    )


async def _ask(
    pool: Pool, statement: Composed, arguments: Sequence[Int4 | Float8]
) -> tuple[bytes, int, bool]:
    try:
        return await _run(pool, statement, arguments)
    except psycopg.errors.QueryCanceled as error:
        raise Busy(
            "this tile holds too much to be made in time; zoom in, or try again",
            vi="ô bản đồ này có quá nhiều đối tượng để tạo kịp; hãy phóng to hoặc thử lại",
        ) from error
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
        raise Busy(
            "the layer has just been replaced; try again", vi="lớp vừa được thay thế; hãy thử lại"
        ) from error
    except psycopg.OperationalError:
        return await _ask_again(pool, statement, arguments)


async def _ask_again(
    pool: Pool, statement: Composed, arguments: Sequence[Int4 | Float8]
) -> tuple[bytes, int, bool]:
    """Ask once more over connections that are known to live: the database may have restarted."""
    try:
        await pool.check()
        return await _run(pool, statement, arguments)
    except psycopg.OperationalError as error:
        raise Unavailable(
            "the database is not available; try again", vi="cơ sở dữ liệu tạm thời không sẵn sàng"
        ) from error


async def _run(
    pool: Pool, statement: Composed, arguments: Sequence[Int4 | Float8]
) -> tuple[bytes, int, bool]:
    async with _lent(pool) as conn:
        cur = await conn.execute(statement, arguments, prepare=True, binary=True)
        return await cur.fetchone() or (b"", 0, False)


@asynccontextmanager
async def _lent(pool: Pool) -> AsyncGenerator[Connection]:
    try:
        async with pool.connection() as conn:
            yield conn
    except PoolTimeout as error:
        raise Busy(
            "no database connection came free in time; try again",
            vi="chưa có kết nối cơ sở dữ liệu rảnh; hãy thử lại",
        ) from error


def note(layer: Layer, tile: Tile, less: str, *, features: int, most: int) -> str:
    """Return what a person must know about this tile; ASCII, for a header."""
    said = [less] if less else []
    if features > most:
        said.append(f"{features} features, more than {most}")
        _LOG.warning(
            "large tile %s", pairs(layer=layer.slug, tile="/".join(map(str, tile)), n=features)
        )
    return "; ".join(said)
