"""Archives in PostgreSQL: the rows of ``gis.archive``, and what edits did since each was made.

The only module that runs ``tiles/sql/archive.sql``. The caller opens the transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from psycopg.sql import SQL, Identifier

from gishue.core import blobs, events
from gishue.core.blobs import Blob
from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.sql import load
from layers.layer import Layer, LayerId
from layers.touched import KEPT_S

SQL_OF_ARCHIVES = load("tiles", "archive")

NEWS: Final = "archive"
"""The kind of the event that tells of a new archive."""
SURE: Final = timedelta(seconds=KEPT_S / 2)
"""So long after an archive was made the journal of edits surely reaches back to it."""
MEDIA_TYPE: Final = "application/vnd.pmtiles"


@dataclass(frozen=True, slots=True)
class Kept:
    """The archive of a layer: which object it is, and of when.

    ``epoch``, ``revision``: what the layer had when it was read; ``signature``: which statements
    read it; see :func:`tiles.metatile.signature`. ``slug``, ``epoch_now``, ``revision_now``: of
    the layer; ``touched``: boxes of the edits that the archive has not seen, EPSG:3857.
    """

    layer: LayerId
    epoch: int
    revision: int
    signature: str
    sha256: str
    minzoom: int
    maxzoom: int
    tiles: int
    bytes: int
    made_at: datetime
    slug: str
    epoch_now: int
    revision_now: int
    touched: tuple[Bounds, ...] = ()

    def is_sure(self, now: datetime) -> bool:
        """Return whether all that it has not seen is known: the journal reaches back to it."""
        return self.revision == self.revision_now or now - self.made_at < SURE


class Made(NamedTuple):
    """An archive that is written: of which layer as it was seen, by which statements."""

    layer: Layer
    minzoom: int
    maxzoom: int
    signature: str
    snapshot: str
    tiles: int


class Seen(NamedTuple):
    """What the statements of a transaction see, and the name by which others see the same."""

    snapshot: str
    exported: str


async def kept(conn: Connection, layer: LayerId | None = None) -> list[Kept]:
    """Return every archive, or that of one layer, with the edits that it has not seen.

    Both are read by one statement: no edit can fall between them.
    """
    cur = await conn.execute(SQL_OF_ARCHIVES["kept"], {"layer": layer})
    return [_kept(row) for row in await cur.fetchall()]


async def put(conn: Connection, made: Made, blob: Blob) -> Kept:
    """Record the archive of a layer instead of its last, tell every process, and return it."""
    layer = made.layer
    await blobs.register(conn, blob, f"{layer.slug}.pmtiles", MEDIA_TYPE)
    said = made._asdict() | {"sha256": blob.sha256, "bytes": blob.size}
    said |= {"layer": layer.id, "epoch": layer.epoch, "revision": layer.revision}
    await conn.execute(SQL_OF_ARCHIVES["put"], said)
    await events.record(conn, NEWS, {"layer": layer.id})
    return (await kept(conn, layer.id))[0]


async def see(conn: Connection) -> Seen:
    """Return what this transaction, of one snapshot for all its statements, sees."""
    row = await (await conn.execute(SQL_OF_ARCHIVES["snapshot"])).fetchone()
    if row is None:
        raise RuntimeError("a query without a table gives one row")
    return Seen(*row)


async def see_as(conn: Connection, seen: Seen) -> None:
    """Have a transaction that has asked nothing yet see what another one sees."""
    await conn.execute(SQL("SET TRANSACTION SNAPSHOT {}").format(seen.exported))


async def take_seat(conn: Connection, layer: LayerId) -> None:
    """Wait until nobody else makes the archive of that layer; the session's end gives it up."""
    await conn.execute(SQL_OF_ARCHIVES["seat"], {"layer": layer})


async def occupied(conn: Connection, table: Identifier, deepest: int) -> set[tuple[int, int, int]]:
    """Return z, x, y of the tiles down to zoom ``deepest`` that any feature reaches."""
    # Of a tile without features an empty answer is sought: without the index that reads it all.
    await conn.execute("SET LOCAL enable_seqscan = off")
    statement = SQL(SQL_OF_ARCHIVES["occupied"]).format(table=table)
    cur = await conn.execute(statement, {"deepest": deepest})
    found = {(int(z), int(x), int(y)) for z, x, y in await cur.fetchall()}
    await conn.execute("SET LOCAL enable_seqscan = on")
    return found


async def under_way(conn: Connection, task: str) -> set[str]:
    """Return the layers for which a job of ``task`` waits or runs."""
    cur = await conn.execute(SQL_OF_ARCHIVES["under_way"], {"task": task})
    return {str(row[0]) for row in await cur.fetchall()}


def _kept(row: Sequence[Any]) -> Kept:
    *told, flat = row
    sides: Sequence[float] = flat or ()
    boxes = tuple(Bounds(*sides[at : at + 4]) for at in range(0, len(sides), 4))
    return Kept(*told, touched=boxes)
