"""Tiles that a declared function makes. The only module that runs ``tiles/sql/function.sql``."""

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb
from psycopg_pool import PoolTimeout

from gishue.core.db import Pool
from gishue.core.errors import BadRequest, GishueError, Unavailable
from gishue.core.log import logger, pairs
from gishue.core.sql import load
from layers.function_layer import FunctionLayer
from tiles.grid import NoTile, Tile, check_tile
from tiles.queries import refused
from tiles.ready import ReadyTile, zipped

_SQL = load("tiles", "function")
_LOG = logger(__name__)

MOST_BYTES: Final = 4 << 20
"""Of a tile, before it is packed."""


def check_zoom(layer: FunctionLayer, tile: Tile) -> None:
    """Raise NoTile unless the function makes tiles of that zoom."""
    check_tile(tile)
    if not layer.minzoom <= tile.z <= layer.maxzoom:
        at = f"{tile.z}/{tile.x}/{tile.y}"
        raise NoTile(
            f"tile {at} is beyond the zooms of function layer {layer.name!r}",
            vi=f"ô {at} nằm ngoài mức thu phóng của lớp tính toán {layer.name!r}",
        )


async def function_tile(
    pool: Pool, layer: FunctionLayer, tile: Tile, values: Mapping[str, Any]
) -> ReadyTile:
    """Have the function make the tile; whatever it set in its session is undone.

    Raises:
        BadRequest: the function does not take these values.
        Busy: it took too long, or no connection came free.
        Unavailable: it is gone or broken, its tile is too large, or the database is away.
    """
    statement = SQL(_SQL["call"]).format(function=Identifier("analyst", layer.function))
    said = {"params": Jsonb(dict(values)), "most": MOST_BYTES, **tile._asdict()}
    try:
        async with pool.connection() as conn, conn.transaction(force_rollback=True):
            cur = await conn.execute(statement, said, binary=True)
            body, size = await cur.fetchone() or (None, 0)
    except (PoolTimeout, psycopg.Error) as error:
        raise _meaning(layer, error) from error
    if body is None and size:
        _LOG.warning("tile of a function too large %s", pairs(function=layer.name, bytes=size))
        raise _broken(layer)
    return zipped(body or b"")


def _meaning(layer: FunctionLayer, error: Exception) -> GishueError:
    if isinstance(error, psycopg.DataError | psycopg.errors.RaiseException):
        return BadRequest(
            f"function layer {layer.name!r} does not take these values",
            vi=f"lớp tính toán {layer.name!r} không nhận các giá trị này",
        )
    if isinstance(error, PoolTimeout | psycopg.OperationalError):
        return refused(error)
    _LOG.warning("function failed %s", pairs(function=layer.name, error=type(error).__name__))
    return _broken(layer)


def _broken(layer: FunctionLayer) -> Unavailable:
    return Unavailable(
        f"function layer {layer.name!r} does not work just now; tell the city's administrators",
        vi=f"lớp tính toán {layer.name!r} hiện không hoạt động; hãy báo quản trị thành phố",
    )
