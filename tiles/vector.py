"""Vector tiles: exactly one prepared statement each, over a pool of their own.

The only module that runs ``tiles/sql/tile.sql``.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Literal

import psycopg
from psycopg import AsyncRawCursor, sql
from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.numeric import Float8, Int4
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from gishue.core.db import Connection, Pool
from gishue.core.errors import Busy, Unavailable
from gishue.core.log import logger, pairs
from gishue.core.settings import Settings
from gishue.core.sql import load
from layers import tables, veil
from layers.filter import Filter
from layers.layer import GeometryType, Layer
from tiles.grid import Tile, pixel_m
from tiles.ready import ReadyTile, zipped
from tiles.tier import CELL_PX, Choice, choice, shown_fields

_SQL = load("tiles", "tile")
_LOG = logger(__name__)


def tile_pool(url: str, settings: Settings) -> Pool:
    """Return a closed pool for tile statements: read only, bounded in time, never parallel."""
    options = {
        "default_transaction_read_only": "on",
        "statement_timeout": str(settings.tiles_timeout_ms),
        "jit": "off",
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
    statement, arguments = _question(layer, layer.table_name, tile)
    body, features, left_out = await _ask(pool, statement, arguments)
    return zipped(body, note(layer, tile, features=features, left_out=left_out, most=max_features))


def _question(layer: Layer, table: str, tile: Tile) -> tuple[Composed, Sequence[Int4 | Float8]]:
    which = choice(layer, tile.z)
    columns = tuple((field.column, field.name) for field in shown_fields(layer, tile.z))
    place: list[Int4 | Float8] = [Int4(tile.z), Int4(tile.x), Int4(tile.y)]
    if which in (Choice.LARGER, Choice.THINNED):
        place.append(Float8(least(which, layer, tile.z)))
    measure = "ST_Area" if layer.geometry_type is GeometryType.POLYGON else "ST_Length"
    rows = veil.constant_rows(layer)
    return _statement(which, measure, layer.slug, table, columns, rows), place


def least(which: Choice, layer: Layer, z: int) -> float:
    """Return the side of a point's cell, the least area or the least length; EPSG:3857, m or m²."""
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
    rows: Filter | None,
) -> Composed:
    return SQL(_SQL[which]).format(
        rows=SQL("AND {}").format(rows.where) if rows else SQL(""),
        measure=SQL(measure),
        slug=sql.Literal(slug),
        label_slug=sql.Literal(f"{slug}:label"),
        table=tables.table(table),
        columns=_columns("t", columns),
        cell_columns=_columns("c", columns),
    )


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


def note(layer: Layer, tile: Tile, *, features: int, left_out: bool, most: int) -> str:
    """Return what a person must know about this tile; ASCII, for a header."""
    said: list[str] = []
    if left_out:
        said.append("features too small or too dense for this zoom are left out")
    if features > most:
        said.append(f"{features} features, more than {most}")
        _LOG.warning(
            "large tile %s", pairs(layer=layer.slug, tile="/".join(map(str, tile)), n=features)
        )
    return "; ".join(said)
