"""What the tile service of a process holds open, and the one way to a tile through it."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Final

import anyio

from gishue.core.access import Act, may
from gishue.core.actor import ANONYMOUS, Actor
from gishue.core.db import Pool, transaction
from gishue.core.errors import NotFound
from layers import store, veil
from layers.layer import Layer, LayerKind
from layers.services import Services
from layers.touched import Touched
from tiles import tier
from tiles.admission import TileGuard
from tiles.archives import Archives, reading_archives
from tiles.cache import ByteCache
from tiles.document import KeptDocument
from tiles.grid import Tile
from tiles.held import HeldTiles, shows
from tiles.metrics import TileCounters
from tiles.queries import Queries, open_queries, query_key
from tiles.query import TileQuery, check
from tiles.query_tile import query_tile
from tiles.raster import raster_tile
from tiles.ready import ReadyTile, TileKey
from tiles.served import check_inside, check_kind, check_served
from tiles.vector import tile_pool, vector_tile

RASTER_THREADS: Final = 2
KEPT_BYTES: Final = 8 << 20
"""Of ready documents; a whole-map style of 30 layers takes about 25 kB."""

Guard = TileGuard[TileKey, ReadyTile]

Attend = Callable[[Awaitable[ReadyTile]], Awaitable[ReadyTile]]


async def at_once(work: Awaitable[ReadyTile]) -> ReadyTile:
    """Wait for ``work``, whoever may have left."""
    return await work


@dataclass(slots=True)
class Reloading:
    """The reading of the registry that is under way, shared by everybody who waits for it."""

    task: asyncio.Task[None] | None = None


@dataclass(frozen=True, slots=True)
class TileService:
    """The services of the process, the tiles' own pool, guards and threads; what questions use."""

    services: Services
    pool: Pool
    guards: dict[LayerKind, Guard]
    counters: dict[LayerKind, TileCounters]
    threads: anyio.CapacityLimiter
    archives: Archives
    queries: Queries
    reloading: Reloading = field(default_factory=Reloading)
    documents: ByteCache[tuple[object, ...], KeptDocument] = field(
        default_factory=lambda: ByteCache[tuple[object, ...], KeptDocument](KEPT_BYTES)
    )


@asynccontextmanager
async def open_tiles(services: Services) -> AsyncGenerator[TileService]:
    """Open the tile service over ``services``; put it at ``app.state.tiles``."""
    counters = {kind: TileCounters(str(kind)) for kind in LayerKind}
    held = HeldTiles()
    cache = ByteCache[TileKey, ReadyTile](services.settings.tiles_cache_bytes, held)
    guards = {kind: _guard(services, cache, counters[kind]) for kind in LayerKind}
    forget = partial(_forget, held, guards[LayerKind.VECTOR])
    threads = anyio.CapacityLimiter(RASTER_THREADS)
    async with (
        tile_pool(services.url, services.settings) as pool,
        open_queries(services.url, services.settings) as queries,
        touching(services, forget),
        reading_archives(services) as archives,
    ):
        yield TileService(services, pool, guards, counters, threads, archives, queries)


def _guard(
    services: Services, cache: ByteCache[TileKey, ReadyTile], counters: TileCounters
) -> Guard:
    settings = services.settings
    return TileGuard(
        cache,
        counters,
        building=settings.tiles_building,
        waiting=settings.tiles_waiting,
        timeout_s=settings.tiles_timeout_ms / 1000 + settings.pool_timeout_s,
    )


@asynccontextmanager
async def touching(services: Services, hear: Callable[[Touched], None]) -> AsyncGenerator[None]:
    """Have ``hear`` called for every edit while the block runs."""
    services.registry.touching.append(hear)
    try:
        yield
    finally:
        services.registry.touching.remove(hear)


def _forget(held: HeldTiles, guard: Guard, news: Touched) -> None:
    """Let go of the tiles, held or being built, that can show what was touched."""
    flying = [key for key in guard.flying() if key.layer_id == news.layer]
    if news.boxes is None or tier.is_other(news.before, news.after):
        gone = {*held.of(news.layer), *flying}
    else:
        shown = (held.showing(news.layer, box) for box in news.boxes)
        gone = set(chain.from_iterable(shown))
        gone |= {key for key in flying if any(shows(key, box) for box in news.boxes)}
    for key in gone:
        guard.forget(key)


async def find_layer(
    tiles: TileService, actor: Actor, slug: str, revision: int | None = None
) -> Layer:
    """Return the layer as ``actor`` sees it, at ``revision`` or later if there is such a one.

    Rights are asked before anything else is looked up. A process that has not heard of the
    revision yet reads the registry first, so that nothing old is ever answered as new.

    Raises:
        NotFound: the layer is absent or not visible; the answer is the same.
    """
    for _ in range(2):
        layer = visible(tiles, actor, slug)
        if layer is not None and (revision is None or layer.revision >= revision):
            return layer
        if revision is None or not await _is_behind(tiles, slug):
            break
        await _reload(tiles)
    return tiles.services.registry.current.readable(actor, slug)


async def _is_behind(tiles: TileService, slug: str) -> bool:
    """Return whether the registry has a later revision than this process knows; one row is read.

    Else anybody could have the whole of it read, and all caches emptied, by asking for the absurd.
    """
    async with transaction(tiles.services.pool) as conn:
        latest = await store.revision_of(conn, slug)
    held = tiles.services.registry.current.layers.get(slug)
    return latest is not None and (held is None or latest > held.revision)


async def get_tile(
    tiles: TileService, layer: Layer, tile: Tile, format_: str, attend: Attend = at_once
) -> ReadyTile:
    """Return the tile, from memory or built once for everybody who asks.

    ``attend`` waits for what is not in memory, and gives up when whoever asked has left.

    Raises:
        NoTile: it lies beyond the layer's bounds or zooms, or the layer has no such format.
        Busy: too many tiles are being made.
    """
    check_served(layer, tile, format_)
    key = tile_key(layer, tile, format_)
    guard = tiles.guards[layer.kind]
    ready = guard.ready(key)
    if ready is not None:
        return ready
    ready = archived(tiles, layer, tile)
    if ready is not None:
        tiles.counters[layer.kind].archived()
        return ready
    return await attend(guard.get(key, _builder(tiles, layer, tile, format_)))


def tile_key(layer: Layer, tile: Tile, format_: str) -> TileKey:
    """Return under which key a tile of ``layer``, as it is seen, is kept."""
    return TileKey(layer.id, layer.epoch, layer.is_tiered, layer.view.key, *tile, format_)


def archived(tiles: TileService, layer: Layer, tile: Tile) -> ReadyTile | None:
    """Return the tile from an archive that is near.

    It is not kept in memory as well: the file's pages are there already.
    """
    return tiles.archives.ready(layer, tile) if layer.kind is LayerKind.VECTOR else None


async def ask_tile(
    tiles: TileService,
    layer: Layer,
    tile: Tile,
    query: TileQuery,
    *,
    format_: str = "mvt",
    attend: Attend = at_once,
) -> ReadyTile:
    """Return the tile that ``query`` asks for.

    Raises:
        BadRequest: the layer cannot be asked that.
        NoTile: it lies beyond the layer's bounds or zooms.
        Busy: too many are being made, or this one takes too long.
    """
    check_kind(layer, tile, format_)
    if query.at is None:
        check_inside(layer, tile, layer.bounds)
    queries = tiles.queries
    key = query_key(layer, tile, query)
    ready = queries.guard.ready(key)
    if ready is not None:
        return ready
    check(layer, query)
    most = tiles.services.settings.tiles_max_features
    build = partial(query_tile, queries.pool, layer, tile, query, most)
    return await attend(queries.guard.get(key, build))


def is_public(layer: Layer) -> bool:
    """Return whether anybody sees the layer so, and shared caches may keep its tiles."""
    return may(ANONYMOUS, Act.READ, layer) and veil.is_for_all(layer)


def _builder(
    tiles: TileService, layer: Layer, tile: Tile, format_: str
) -> Callable[[], Awaitable[ReadyTile]]:
    if layer.kind is LayerKind.VECTOR:
        return partial(_vector, tiles, layer, tile)
    return partial(raster_tile, tiles.services.blobs, tiles.threads, layer, tile, format_)


async def _vector(tiles: TileService, layer: Layer, tile: Tile) -> ReadyTile:
    """Return the tile from an archive that is far, or made by the database."""
    ready = await tiles.archives.fetched(layer, tile)
    if ready is not None:
        tiles.counters[layer.kind].archived()
        return ready
    most = tiles.services.settings.tiles_max_features
    return await vector_tile(tiles.pool, layer, tile, most)


def visible(tiles: TileService, actor: Actor, slug: str) -> Layer | None:
    """Return the layer as ``actor`` sees it, None where they may not."""
    try:
        return tiles.services.registry.current.readable(actor, slug)
    except NotFound:
        return None


async def _reload(tiles: TileService) -> None:
    """Read the registry, or wait for the reading that is under way."""
    task = tiles.reloading.task
    if task is None or task.done():
        services = tiles.services
        task = asyncio.create_task(services.registry.reload(services.pool))
        tiles.reloading.task = task
    await asyncio.shield(task)
