"""The archives that a process reads: which are open, and which of their tiles edits have left.

A tile comes from an archive only where it is what the database would give now: the layer's epoch
and statements are those of the archive, all of it is to be seen, and no edit has reached the tile
since. Of the edits the registry tells before anybody is answered by it.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import anyio

from gishue.core.db import transaction
from gishue.core.errors import GishueError
from gishue.core.events import Event
from gishue.core.log import logger, pairs
from layers.layer import Layer, LayerId
from layers.services import Services
from layers.touched import Touched
from tiles import archive_store
from tiles.archive import Archive
from tiles.archive_store import NEWS, Kept
from tiles.dirty import Dirty
from tiles.grid import Tile
from tiles.metatile import signature
from tiles.ready import ReadyTile
from tiles.source import source

LOOK_S: Final = 60.0
"""Longest that a new archive stays unread when the news of it was lost, seconds."""
_FITTED: Final = 8

_LOG = logger(__name__)


@dataclass(slots=True)
class Open:
    """An open archive, and which of its tiles are dirty."""

    kept: Kept
    archive: Archive
    dirty: Dirty
    fitted: dict[int, tuple[Layer, bool]] = field(
        default_factory=dict[int, tuple[Layer, bool]], repr=False
    )

    def fits(self, layer: Layer) -> bool:
        """Return whether it was made of this epoch by the statements of now.

        It is asked at every tile, and a layer is the same object until the registry is read anew.
        """
        known = self.fitted.get(id(layer))
        if known is None:
            if len(self.fitted) >= _FITTED:
                self.fitted.clear()
            known = self.fitted[id(layer)] = (layer, self._fits(layer))
        return known[1]

    def _fits(self, layer: Layer) -> bool:
        if layer.epoch != self.kept.epoch or layer.table_name is None:
            return False
        zooms = self.kept.minzoom, self.kept.maxzoom
        return signature(layer, layer.table_name, *zooms) == self.kept.signature


class Archives:
    """What one process holds open; used by one event loop only."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._open: dict[LayerId, Open] = {}
        self._news = asyncio.Event()
        self._loading = asyncio.Lock()
        self._heard: deque[Touched] = deque()

    def __len__(self) -> int:
        """How many are open."""
        return len(self._open)

    def ready(self, layer: Layer, tile: Tile) -> ReadyTile | None:
        """Return the tile from a near archive, at once; None where the database must be asked."""
        found = self._clean(layer, tile)
        return found.archive.get(tile) if found and found.archive.source.is_near else None

    async def fetched(self, layer: Layer, tile: Tile) -> ReadyTile | None:
        """Return the tile from a far archive; None where the database must be asked."""
        found = self._clean(layer, tile)
        if found is None or found.archive.source.is_near:
            return None
        try:
            return await anyio.to_thread.run_sync(found.archive.get, tile)
        except GishueError as error:
            _LOG.warning("archive not read %s", pairs(layer=layer.slug, why=type(error).__name__))
            return None

    def touch(self, touched: Touched) -> None:
        """Mark what an edit reached, in the archive and in one that is just being opened."""
        if self._loading.locked():
            self._heard.append(touched)
        found = self._open.get(touched.layer)
        if found is not None:
            found.dirty.add(touched.boxes)

    def hear(self, event: Event) -> None:
        """Look for archives when there is news of one."""
        if event.kind == NEWS:
            self._news.set()

    async def load(self) -> None:
        """Open what is to be read now: one statement tells the archives and their dirty tiles."""
        async with self._loading:
            self._heard.clear()
            async with transaction(self._services.pool) as conn:
                rows = await archive_store.kept(conn)
            opened = {row.layer: one for row in rows if (one := await self._opened(row))}
            for touched in self._heard:
                if touched.layer in opened:
                    opened[touched.layer].dirty.add(touched.boxes)
            self._open = opened

    async def follow(self) -> None:
        """Load at every piece of news, and now and then without."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), LOOK_S)
            self._news.clear()
            try:
                await self.load()
            except Exception as error:  # what is open stays open, and is looked at again
                _LOG.error("archives not looked for", exc_info=error)

    def _clean(self, layer: Layer, tile: Tile) -> Open | None:
        found = self._open.get(layer.id)
        if found is None or layer.view.key or not found.archive.holds(tile.z):
            return None
        return found if found.fits(layer) and not found.dirty.holds(tile) else None

    async def _opened(self, kept: Kept) -> Open | None:
        """Return the archive of ``kept``, the one that is open already where it is the same."""
        if kept.epoch != kept.epoch_now or not kept.is_sure(self._services.now()):
            return None
        dirty = Dirty(kept.minzoom, kept.maxzoom)
        dirty.add(kept.touched)
        held = self._open.get(kept.layer)
        if held is not None and held.kept.sha256 == kept.sha256:
            return Open(kept, held.archive, dirty)
        try:
            archive = await anyio.to_thread.run_sync(_read, self._services, kept.sha256)
        except (GishueError, OSError, ValueError) as error:
            _LOG.error("archive not opened %s", pairs(layer=kept.slug, why=type(error).__name__))
            return None
        return Open(kept, archive, dirty)


@asynccontextmanager
async def reading_archives(services: Services) -> AsyncGenerator[Archives]:
    """Open the archives of ``services`` and keep them fresh while the block runs."""
    archives = Archives(services)
    registry = services.registry
    registry.touching.append(archives.touch)
    registry.watchers.append(archives.hear)
    await archives.load()
    task = asyncio.create_task(archives.follow())
    try:
        yield archives
    finally:
        registry.watchers.remove(archives.hear)
        registry.touching.remove(archives.touch)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _read(services: Services, sha256: str) -> Archive:
    return Archive(source(services.blobs, sha256))
