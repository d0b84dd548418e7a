"""An archive is made: every tile of a layer from one snapshot of it, or only those that edits hit.

Statements run on two connections that see the same moment, beside whoever edits. What they saw
(``pg_current_snapshot``) is kept with the archive: by it each edit is either in it or dirty, also
one whose transaction was under way.
"""

import asyncio
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from gishue.core.bounds import WORLD
from gishue.core.db import Connection, transaction
from layers import tables
from layers.layer import Layer
from layers.services import Services
from tiles import archive_store
from tiles.archive import REVISION, Archive
from tiles.archive_store import Kept, Made, Seen
from tiles.binding import Binder, Told
from tiles.dirty import Dirty
from tiles.grid import Tile
from tiles.hilbert import tile_id
from tiles.metatile import (
    Metatile,
    dirty_metatiles,
    metatiles,
    parent_zoom,
    signature,
    statement,
)
from tiles.one_moment import one_moment
from tiles.source import MappedFile
from tiles.tilejson import tilejson
from tiles.vector import finished

DEEPEST: Final = 14
"""Nearer tiles are few rows each and made when they are asked for."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """What came of it: the archive, and how many of its tiles were asked of the database."""

    kept: Kept
    asked: int


@dataclass(frozen=True, slots=True)
class _Work:
    """One making: the layer as it was seen, what is asked, and what is copied from."""

    layer: Layer
    table: str
    zooms: tuple[int, int]
    asked: tuple[Metatile, ...]
    old: Kept | None


async def seed(services: Services, slug: str, maxzoom: int | None = None) -> Seeded:
    """Bring the archive of a layer up to now, and return it.

    One that stands is patched: its tiles are copied but for those that edits have reached. It is
    made from nothing where there is none, or one of another epoch, other zooms, other statements.

    Args:
        services: the process's own.
        slug: which layer.
        maxzoom: the deepest zoom; None: as the archive has it, at first 14.

    Raises:
        NotFound: there is no such layer, or it has no features to be drawn.
    """
    async with one_moment(services, slug) as (readers, layer, table, seen):
        found = await archive_store.kept(readers[0], layer.id)
        before = found[0] if found else None
        zooms = _zooms(layer, maxzoom, before)
        signed = signature(layer, table, *zooms)
        old = before if before and _can_patch(services, before, layer, zooms, signed) else None
        if old and old.revision == layer.revision and not old.touched:
            return Seeded(old, 0)
        asked = await _asked(readers[0], table, zooms, old)
        work = _Work(layer, table, zooms, asked, old)
        return await _make(services, readers, work, signed, seen)


def _can_patch(
    services: Services, kept: Kept, layer: Layer, zooms: tuple[int, int], signed: str
) -> bool:
    is_same = (kept.epoch, kept.signature) == (layer.epoch, signed)
    has_zooms = (kept.minzoom, kept.maxzoom) == zooms
    is_there = services.blobs.has(kept.sha256)
    return kept.is_sure(services.now()) and is_same and has_zooms and is_there


def _zooms(layer: Layer, maxzoom: int | None, kept: Kept | None) -> tuple[int, int]:
    wanted = maxzoom if maxzoom is not None else kept.maxzoom if kept else DEEPEST
    return layer.minzoom, max(layer.minzoom, min(layer.maxzoom, wanted))


async def _asked(
    conn: Connection, table: str, zooms: tuple[int, int], old: Kept | None
) -> tuple[Metatile, ...]:
    if old is None:
        held = await archive_store.occupied(conn, tables.table(table), parent_zoom(zooms[1]))
        return tuple(metatiles(held, *zooms))
    dirty = Dirty(*zooms)
    dirty.add(old.touched)
    return tuple(dirty_metatiles(dirty, *zooms))


async def _make(
    services: Services, readers: Sequence[Connection], work: _Work, signed: str, seen: Seen
) -> Seeded:
    services.blobs.scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=services.blobs.scratch, prefix="seeding-") as folder:
        path = Path(folder) / f"{work.layer.slug}.pmtiles"
        with _opened(services, work.old) as old, Binder(Path(folder), old) as binder:
            asked = await _fill(services, readers, work, binder)
            if old is not None:
                await asyncio.to_thread(_copy, old, binder, work.asked)
            told = Told(*work.zooms, work.layer.bounds or WORLD, _metadata(work.layer))
            tiles = await asyncio.to_thread(binder.write, path, told)
        blob = await asyncio.to_thread(services.blobs.adopt_file, path)
    made = Made(work.layer, *work.zooms, signed, seen.snapshot, tiles)
    async with transaction(services.pool) as conn:
        return Seeded(await archive_store.put(conn, made, blob), asked)


async def _fill(
    services: Services, readers: Sequence[Connection], work: _Work, binder: Binder
) -> int:
    """Ask for what is to be asked, on all connections at once; return how many tiles that was."""
    waiting = iter(work.asked)
    most = services.settings.tiles_max_features

    async def ask(conn: Connection) -> int:
        tiles = 0
        for asked in waiting:
            said = statement(work.layer, work.table, asked)
            async for x, y, body, features, left_out in conn.cursor(binary=True).stream(said):
                tile = Tile(asked.z, x, y)
                ready = finished(work.layer, tile, (body, features, left_out), most)
                binder.add(tile_id(*tile), ready.body, ready.digest, ready.note)
                tiles += 1
        return tiles

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ask(conn)) for conn in readers]
    return sum(task.result() for task in tasks)


def _copy(old: Archive, binder: Binder, asked: Sequence[Metatile]) -> None:
    """Take over from ``old`` every tile that was not asked for."""
    fresh = {tile_id(*tile) for one in asked for tile in one.tiles()}
    for entry in old.entries():
        for wanted in range(entry.first, entry.first + entry.run):
            if wanted not in fresh:
                binder.keep(wanted, entry.offset, entry.length, entry.digest)
    for wanted, said in old.notes().items():
        if wanted not in fresh:
            binder.remark(wanted, said)


@contextmanager
def _opened(services: Services, kept: Kept | None) -> Generator[Archive | None]:
    """Open the archive that is copied from; one of a far store is fetched first."""
    if kept is None:
        yield None
        return
    with services.blobs.file(kept.sha256) as path:
        yield Archive(MappedFile(path))


def _metadata(layer: Layer) -> Mapping[str, Any]:
    told = tilejson(layer, "")
    names = ("name", "description", "attribution", "version", "vector_layers")
    return {name: told[name] for name in names} | {"type": "overlay", REVISION: layer.revision}
