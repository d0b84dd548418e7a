"""What catalogues read of the registry's past, once a generation of the snapshot.

The only module that runs ``layers/sql/catalogue.sql``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from psycopg.sql import SQL

from gishue.core.actor import Actor
from gishue.core.db import Connection, Pool, transaction
from gishue.core.sql import load
from layers import tables
from layers.catalogue import Entry, Freshness, Turn, freshness
from layers.layer import Layer
from layers.snapshot import Snapshot

_SQL = load("layers", "catalogue")

CONTENT: Final = (
    "created",
    "replaced",
    "appended",
    "restored",
    "edited",
    "report shown",
    "report closed",
)
"""The lines of history that brought content; the others are about who sees it and what it says."""
_MOST: Final = 13
"""Twelve gaps tell how often a layer changes."""


@dataclass(slots=True)
class Chronicle:
    """How fresh every layer of one generation is; read anew when the registry moved on."""

    generation: int = -1
    held: Mapping[str, Freshness] = field(default_factory=dict[str, Freshness])

    async def of(self, pool: Pool, snapshot: Snapshot) -> Mapping[str, Freshness]:
        """Return the freshness of each layer by slug, not older than ``snapshot``."""
        if self.generation == snapshot.generation:
            return self.held
        async with transaction(pool) as conn:
            found = await _freshness(conn)
        if snapshot.generation > self.generation:
            self.generation, self.held = snapshot.generation, found
        return found

    async def entries(self, pool: Pool, snapshot: Snapshot, actor: Actor) -> list[Entry]:
        """Return what ``actor`` may read, as entries in drawing order."""
        fresh = await self.of(pool, snapshot)
        seen = snapshot.visible(actor)
        return [Entry(layer, fresh.get(layer.slug, Freshness())) for layer in seen]

    async def entry(self, pool: Pool, snapshot: Snapshot, actor: Actor, slug: str) -> Entry:
        """Return the entry of one layer.

        Raises:
            NotFound: it is absent or not visible to ``actor``; the answer is the same.
        """
        layer = snapshot.readable(actor, slug)
        fresh = await self.of(pool, snapshot)
        return Entry(layer, fresh.get(slug, Freshness()))


async def without_geometry(conn: Connection, layer: Layer) -> int:
    """Return how many features of the layer have no geometry."""
    if layer.table_name is None:
        return 0
    statement = SQL(_SQL["without_geometry"]).format(table=tables.table(layer.table_name))
    row = await (await conn.execute(statement)).fetchone()
    return int(row[0]) if row else 0


async def _freshness(conn: Connection) -> dict[str, Freshness]:
    turns: dict[str, list[Turn]] = {}
    cur = await conn.execute(_SQL["turns"], {"actions": list(CONTENT), "most": _MOST})
    for slug, *turn in await cur.fetchall():
        turns.setdefault(slug, []).append(Turn(*turn))
    return {slug: freshness(of_one) for slug, of_one in turns.items()}
