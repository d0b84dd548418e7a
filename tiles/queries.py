"""Questions beyond the ordinary tiles: a pool, a gate and a memory of their own.

However many filters somebody thinks of, the ordinary tiles stay in memory and are made in time.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, NamedTuple

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from gishue.core.db import Connection, Pool
from gishue.core.errors import BadRequest, Busy, GishueError, Unavailable
from gishue.core.settings import Settings
from layers.layer import Layer, LayerId
from tiles.admission import TileGuard
from tiles.cache import ByteCache
from tiles.grid import Tile
from tiles.metrics import TileCounters
from tiles.query import TileQuery
from tiles.ready import ReadyTile


class QueryKey(NamedTuple):
    """What the bytes of an asked tile depend on; an edit moves the revision.

    ``view``: the key of what of the layer is to be seen; ``past_from``: and of its past.
    """

    layer_id: LayerId
    epoch: int
    revision: int
    view: str
    past_from: int
    query: str
    tile: Tile


type Key = QueryKey | tuple[str, ...]
"""What is kept: tiles by their question, composites by the ETags of their parts, functions."""


@dataclass(frozen=True, slots=True)
class Queries:
    """What a process holds open for questions; functions have half of the connections at most."""

    pool: Pool
    cache: ByteCache[Key, ReadyTile]
    guard: TileGuard[Key, ReadyTile]
    functions: TileGuard[Key, ReadyTile]
    counters: TileCounters


def query_key(layer: Layer, tile: Tile, query: TileQuery) -> QueryKey:
    """Return the key of what ``query`` asks of ``layer``."""
    return QueryKey(
        layer.id, layer.epoch, layer.revision, layer.view.key, layer.past_from, query.key, tile
    )


@asynccontextmanager
async def open_queries(url: str, settings: Settings) -> AsyncGenerator[Queries]:
    """Open what questions need on the database at ``url``."""
    cache = ByteCache[Key, ReadyTile](settings.tiles_query_cache_bytes)
    counters = TileCounters("query")
    most = settings.tiles_query_building
    async with _pool(url, settings) as pool:
        yield Queries(
            pool,
            cache,
            _guard(settings, cache, counters, most),
            _guard(settings, cache, counters, max(1, most // 2)),
            counters,
        )


def _guard(
    settings: Settings, cache: ByteCache[Key, ReadyTile], counters: TileCounters, building: int
) -> TileGuard[Key, ReadyTile]:
    return TileGuard(
        cache,
        counters,
        building=building,
        waiting=settings.tiles_query_waiting,
        timeout_s=settings.tiles_query_timeout_ms / 1000 + settings.pool_timeout_s,
    )


def _pool(url: str, settings: Settings) -> Pool:
    """Return a closed pool: read only, bounded in time, never parallel; empty while nobody asks."""
    options = {
        "default_transaction_read_only": "on",
        "statement_timeout": str(settings.tiles_query_timeout_ms),
        "lock_timeout": str(settings.tiles_query_timeout_ms),
        "idle_in_transaction_session_timeout": "10000",
        "jit": "off",
        "max_parallel_workers_per_gather": "0",
        "timezone": "UTC",
    }
    return AsyncConnectionPool(
        url,
        min_size=0,
        max_size=settings.tiles_query_building,
        timeout=settings.pool_timeout_s,
        open=False,
        check=AsyncConnectionPool.check_connection,
        kwargs={
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
            "application_name": "gishue tile queries",
        },
    )


@asynccontextmanager
async def asking(pool: Pool) -> AsyncGenerator[Connection]:
    """Lend a connection inside one transaction; what the database refuses becomes a refusal.

    Raises:
        BadRequest: the question cannot be computed on the values that are there.
        Busy: it took too long, no connection came free, or the layer was replaced meanwhile.
        Unavailable: the database is away.
    """
    try:
        async with pool.connection() as conn:
            yield conn
    except (PoolTimeout, psycopg.Error) as error:
        raise refused(error) from error


def refused(error: Exception) -> GishueError:
    """Return what an error of the database means to whoever asked."""
    for kinds, kind, said, vi in _MEANING:
        if isinstance(error, kinds):
            return kind(said, vi=vi)
    raise error


_MEANING: Final[Sequence[tuple[tuple[type[Exception], ...], type[GishueError], str, str]]] = (
    (
        (PoolTimeout,),
        Busy,
        "no database connection came free in time; try again",
        "chưa có kết nối cơ sở dữ liệu rảnh; hãy thử lại",
    ),
    (
        (psycopg.errors.QueryCanceled,),
        Busy,
        "what this tile is asked for takes too long; zoom in, ask for less, or try again",
        "ô bản đồ này tính quá lâu; hãy phóng to, lọc hẹp hơn hoặc thử lại",
    ),
    (
        (
            psycopg.errors.UndefinedTable,
            psycopg.errors.UndefinedColumn,
            psycopg.errors.LockNotAvailable,
            psycopg.errors.SerializationFailure,
        ),
        Busy,
        "the layer has just been replaced; try again",
        "lớp vừa được thay thế; hãy thử lại",
    ),
    (
        (
            psycopg.DataError,
            psycopg.errors.InternalError_,  # GEOS: shapes that cannot be told apart
            psycopg.errors.ProgramLimitExceeded,
            psycopg.errors.InsufficientResources,
        ),
        BadRequest,
        "the filter cannot be computed on the values of this layer",
        "không tính được điều kiện lọc trên giá trị của lớp này",
    ),
    (
        (psycopg.OperationalError,),
        Unavailable,
        "the database is not available; try again",
        "cơ sở dữ liệu tạm thời không sẵn sàng",
    ),
)
