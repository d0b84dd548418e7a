"""The registry in memory: an immutable snapshot, swapped as a whole when anything changes."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

import psycopg

from gishue.core import events
from gishue.core.access import Act, may
from gishue.core.actor import Actor
from gishue.core.db import Pool, transaction
from gishue.core.errors import GishueError
from gishue.core.log import logger, pairs
from layers import store
from layers.layer import Layer

_LOG = logger(__name__)
_LONGEST_SLEEP_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The layers at one moment; ``generation`` grows with every swap in this process."""

    generation: int
    layers: Mapping[str, Layer]

    def visible(self, actor: Actor) -> list[Layer]:
        """Return the layers that ``actor`` may read, by drawing order."""
        seen = [layer for layer in self.layers.values() if may(actor, Act.READ, layer)]
        return sorted(seen, key=lambda layer: (layer.draw_order, layer.slug))

    def readable(self, actor: Actor, slug: str) -> Layer:
        """Return the layer, if ``actor`` may read it.

        Raises:
            NotFound: it is absent or not visible; the answer is the same.
        """
        layer = self.layers.get(slug)
        if layer is None or not may(actor, Act.READ, layer):
            raise store.no_layer(slug)
        return layer


Watcher = Callable[[events.Event], None]


@dataclass(slots=True)
class Registry:
    """Holds the current snapshot of one process and keeps it fresh."""

    current: Snapshot = field(default_factory=lambda: Snapshot(0, MappingProxyType({})))
    watchers: list[Watcher] = field(default_factory=list[Watcher])
    follower: asyncio.Task[None] | None = None
    waking: asyncio.Task[None] | None = None

    @property
    def is_followed(self) -> bool:
        """Whether somebody still keeps the snapshot fresh."""
        return self.follower is not None and not self.follower.done()

    async def reload(self, pool: Pool) -> None:
        """Read the whole registry and swap the snapshot."""
        async with transaction(pool) as conn:
            layers = await store.all_layers(conn)
            ends_in_s = await store.next_expiry_s(conn)
        by_slug = MappingProxyType({layer.slug: layer for layer in layers})
        self.current = Snapshot(self.current.generation + 1, by_slug)
        self.sleep()
        if ends_in_s is not None:
            self.waking = asyncio.create_task(self._read_at_expiry(pool, ends_in_s))

    def sleep(self) -> None:
        """Wait for the end of no share any more."""
        if self.waking is not None and self.waking is not asyncio.current_task():
            self.waking.cancel()
        self.waking = None

    async def _read_at_expiry(self, pool: Pool, ends_in_s: float) -> None:
        """Read anew when a share ends, so that what was decided by it is forgotten."""
        await asyncio.sleep(min(max(0.0, ends_in_s), _LONGEST_SLEEP_S))
        await _reload_patiently(self, pool)


@asynccontextmanager
async def following(registry: Registry, pool: Pool, url: str) -> AsyncGenerator[None]:
    """Keep ``registry`` fresh while the block runs: read now, then at every piece of news."""
    await registry.reload(pool)
    task = registry.follower = asyncio.create_task(_follow(registry, pool, url))
    try:
        yield
    finally:
        registry.sleep()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _follow(registry: Registry, pool: Pool, url: str) -> None:
    while True:
        try:
            async for event in events.listen(url):
                await _take_in(registry, pool, event)
        except Exception as error:  # the registry must not freeze, whatever a watcher did
            _LOG.error("following begins anew", exc_info=error)
            await asyncio.sleep(1.0)


async def _take_in(registry: Registry, pool: Pool, event: events.Event | None) -> None:
    if event is None or event.kind == "layer":
        await _reload_patiently(registry, pool)
    if event is not None:
        for watch in list(registry.watchers):
            watch(event)


async def _reload_patiently(registry: Registry, pool: Pool) -> None:
    while True:
        try:
            return await registry.reload(pool)
        except (GishueError, psycopg.Error) as error:
            _LOG.warning("registry not read %s", pairs(error=type(error).__name__))
            await asyncio.sleep(0.5)
