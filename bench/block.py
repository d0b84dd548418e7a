"""The block of parcels that tiles are measured on: laid once, with its derived tables or without.

A layer that stands with as many rows is taken as it is, so that a kept database serves many runs.
"""

import time
from dataclasses import dataclass
from typing import Final

import psycopg

from gishue.core import db
from gishue.core.errors import NotFound
from layers import store, tier_store
from layers.layer import Layer
from tests.support.parcels import add_parcels

MINZOOM: Final = 6


@dataclass(frozen=True)
class Block:
    """A laid layer; ``built_s``: how long its derived tables took, None if none were made."""

    layer: Layer
    built_s: float | None = None


async def lay(url: str, slug: str, rows: int, *, tiered: bool) -> Block:
    """Publish ``rows`` parcels under ``slug`` if they are not there, and tidy the tables."""
    db.migrate(url)
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        is_new = await _found(conn, slug) is None
        if is_new:
            await add_parcels(conn, slug, rows, minzoom=MINZOOM)
        layer = await store.by_slug(conn, slug)
        if layer.feature_count != rows:
            raise SystemExit(f"{slug} stands with {layer.feature_count:,} rows; keep another place")
        if layer.is_tiered and not tiered:
            raise SystemExit(f"{slug} has derived tables already: take more rows")
        took_s = await _derive(conn, slug) if tiered and not layer.is_tiered else None
        if is_new or took_s is not None:
            await conn.execute("VACUUM (ANALYZE)")
        return Block(await store.by_slug(conn, slug), took_s)


async def _derive(conn: psycopg.AsyncConnection, slug: str) -> float:
    began = time.perf_counter()
    async with conn.transaction():
        await tier_store.build(conn, await store.by_slug(conn, slug))
    return time.perf_counter() - began


async def _found(conn: psycopg.AsyncConnection, slug: str) -> Layer | None:
    try:
        return await store.by_slug(conn, slug)
    except NotFound:
        return None
