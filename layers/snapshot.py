"""The registry in memory: an immutable snapshot, swapped as a whole when anything changes."""

import asyncio
import contextlib
import math
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import psycopg

from gishue.core import events
from gishue.core.access import Act, Audience, Visibility, audience, may
from gishue.core.actor import Actor
from gishue.core.audit import Result, of_layer
from gishue.core.audit_witness import Witness
from gishue.core.bounds import Bounds
from gishue.core.db import Pool, transaction
from gishue.core.errors import GishueError
from gishue.core.log import logger, pairs
from layers import function_store, news, store, touched, veil
from layers.changeset import Edited
from layers.function_layer import FunctionLayer
from layers.layer import Layer
from layers.touched import Touched

_LOG = logger(__name__)
_LONGEST_SLEEP_S = 86_400.0
_SCOPES: Final = 64
"""Lists kept a snapshot; of 25,000 layers a list takes 200 kB."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The layers at one moment; ``generation`` grows with every swap in this process.

    ``layers`` are whole; what the methods return is as the actor sees it. ``veiled``: those of
    which not everybody sees the same. What was decided is kept as long as the snapshot lives.
    """

    generation: int
    layers: Mapping[str, Layer]
    witness: Witness = field(default_factory=Witness, compare=False, repr=False)
    veiled: tuple[Layer, ...] = field(init=False, compare=False, repr=False)
    _lists: OrderedDict[str, Sequence[Layer]] = field(
        default_factory=OrderedDict[str, Sequence[Layer]], init=False, compare=False, repr=False
    )
    _seen: dict[tuple[str, Audience], Layer] = field(
        default_factory=dict[tuple[str, Audience], Layer], init=False, compare=False, repr=False
    )
    _older: tuple[Mapping[str, Sequence[Layer]], frozenset[str]] | None = field(
        default=None, init=False, compare=False, repr=False
    )

    def __post_init__(self) -> None:
        """Find the veiled layers once."""
        veiled = tuple(layer for layer in self.layers.values() if layer.is_veiled)
        object.__setattr__(self, "veiled", veiled)

    def visible(self, actor: Actor) -> Sequence[Layer]:
        """Return the layers that ``actor`` may read, as they see them, by drawing order.

        Actors of one scope get one list; the lists of the last few scopes are kept.
        """
        scope = actor.scope
        found = self._lists.get(scope)
        if found is None:
            found = self._lists[scope] = self._listed(actor)
            if len(self._lists) > _SCOPES:
                self._lists.popitem(last=False)
        self._lists.move_to_end(scope)
        return found

    def _listed(self, actor: Actor) -> Sequence[Layer]:
        known, edited = self._older or ({}, frozenset[str]())
        older = known.get(actor.scope)
        if older is not None:
            return tuple(
                self.seen(actor, self.layers[one.slug]) if one.slug in edited else one
                for one in older
            )
        readable = [layer for layer in self.layers.values() if may(actor, Act.READ, layer)]
        readable.sort(key=lambda layer: (layer.draw_order, layer.slug))
        return tuple(self.seen(actor, layer) for layer in readable)

    def edited(self, layer: Layer) -> "Snapshot":
        """Return the snapshot with ``layer`` after an edit: who may read what stays as it is."""
        layers = MappingProxyType({**self.layers, layer.slug: layer})
        after = Snapshot(self.generation + 1, layers, self.witness)
        known, slugs = self._older or ({}, frozenset[str]())
        # What was listed since the last edit knows of it: only lists as old are kept together.
        older = (self._lists, frozenset({layer.slug}))
        if not self._lists:
            older = (known, slugs | {layer.slug})
        object.__setattr__(after, "_older", older)
        return after

    def readable(self, actor: Actor, slug: str) -> Layer:
        """Return the layer as ``actor`` sees it, if they may read it.

        Raises:
            NotFound: it is absent or not visible; the answer is the same.
        """
        layer = self.layers.get(slug)
        if layer is None:
            raise store.no_layer(slug)
        if not may(actor, Act.READ, layer):
            if actor.origin.door:  # of a visitor's tile the rim tells, which knows from where
                self.witness.note(actor, "layer.read", of_layer(layer), result=Result.REFUSED)
            raise store.no_layer(slug)
        note_read(self.witness, actor, layer)
        return self.seen(actor, layer)

    def seen(self, actor: Actor, layer: Layer) -> Layer:
        """Return ``layer``, one of these that ``actor`` may read, as they see it."""
        if layer.is_alike:
            return layer
        key = (layer.slug, audience(actor, layer))
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = veil.of(actor, layer)
        return found


def note_read(witness: Witness, actor: Actor, layer: Layer) -> None:
    """Note the reading of a layer that not all of the staff may read."""
    if layer.visibility is Visibility.RESTRICTED:
        witness.read(actor, layer)


Watcher = Callable[[events.Event], None]
Toucher = Callable[[Touched], None]


@dataclass(slots=True)
class Registry:
    """Holds the current snapshot of one process and keeps it fresh."""

    witness: Witness = field(default_factory=Witness)
    held: Snapshot = field(default_factory=lambda: Snapshot(0, MappingProxyType({})))
    functions: Mapping[str, FunctionLayer] = field(default_factory=dict[str, FunctionLayer])
    """The declared functions, by name."""
    watchers: list[Watcher] = field(default_factory=list[Watcher])
    touching: list[Toucher] = field(default_factory=list[Toucher])
    """Called once it is known where a layer was touched; the new revision is held by then."""
    follower: asyncio.Task[None] | None = None
    waking: asyncio.Task[None] | None = None
    ends_at_s: float = math.inf
    """When the next share ends, by ``clock``."""
    clock: Callable[[], float] = time.monotonic
    readings: int = 0
    taken: int = 0
    """Which of the readings begun is held."""
    heard_at_s: float = -math.inf
    """When the registry was read last, by ``clock``."""

    @property
    def current(self) -> Snapshot:
        """The snapshot of now: a share that has ended is not in it, whatever the database does."""
        while self.clock() >= self.ends_at_s:
            self._end_shares()
        return self.held

    @current.setter
    def current(self, snapshot: Snapshot) -> None:
        self.held = snapshot

    @property
    def is_followed(self) -> bool:
        """Whether somebody still keeps the snapshot fresh."""
        return self.follower is not None and not self.follower.done()

    async def reload(self, pool: Pool) -> None:
        """Read the whole registry and swap the snapshot, unless a later reading was faster."""
        self.readings += 1
        reading = self.readings
        held = self.held
        async with transaction(pool) as conn:
            layers = await store.all_layers(conn)
            functions = await function_store.all_functions(conn)
            asked_s = self.clock()
            now = await store.time(conn)
            moved = _moved(held, layers)
            boxes = await touched.since(conn, {one.id: one.revision for one, _ in moved})
        if reading < self.taken:
            return
        self.taken = reading
        self.functions = {one.name: one for one in functions}
        self._swap({layer.slug: layer for layer in layers})
        is_late = self.clock() - self.heard_at_s > touched.KEPT_S / 2
        self.heard_at_s = self.clock()
        for before, after in moved:
            self._touch(before, after, None if is_late else boxes.get(before.id, ()))
        ends = _ends(self.held)
        self.ends_at_s = asked_s + (ends[0] - now).total_seconds() if ends else math.inf
        self.sleep()
        if ends:
            ends_in_s = self.ends_at_s - self.clock()
            self.waking = asyncio.create_task(self._read_at_expiry(pool, ends_in_s))

    def _swap(self, layers: Mapping[str, Layer]) -> None:
        """Hold what was read, but no layer as it was before an edit that came meanwhile."""
        held = self.held.layers
        newest = {
            slug: _newest(held[slug], layer) if slug in held else layer
            for slug, layer in layers.items()
        }
        self.held = Snapshot(self.held.generation + 1, MappingProxyType(newest), self.witness)

    def take(self, told: Mapping[str, Any]) -> bool:
        """Take an edit into the snapshot without reading the registry; return whether it is in.

        It is not where an earlier change is not known yet: then the registry is to be read.

        Args:
            told: the payload of the event; see :func:`layers.news.of_edit`.
        """
        edit: Mapping[str, Any] = told["edit"]
        before = self.current.layers.get(told["slug"])
        if before is None or before.id != edit["layer"]:
            return False
        if before.revision >= told["revision"]:
            return True
        if before.revision + 1 != told["revision"] or before.epoch != edit["epoch"]:
            return False
        after = replace(
            before,
            revision=told["revision"],
            feature_count=edit["feature_count"],
            bounds=Bounds(*told["bounds"]) if told["bounds"] else None,
            updated_at=datetime.fromisoformat(edit["updated_at"]),
        )
        self.held = self.held.edited(after)
        self._touch(before, after, [Bounds(*box) for box in edit["boxes"]])
        return True

    def _touch(self, before: Layer, after: Layer, boxes: Sequence[Bounds] | None) -> None:
        there = Touched(before, after, tuple(boxes) if boxes is not None else None)
        for toucher in self.touching:
            toucher(there)

    def _end_shares(self) -> None:
        """Forget the shares that end next, and all that was decided by them."""
        ends = _ends(self.held)
        kept = {
            slug: _without(layer, ends[0]) if ends else layer
            for slug, layer in self.held.layers.items()
        }
        self.held = Snapshot(self.held.generation + 1, MappingProxyType(kept), self.witness)
        more_s = (ends[1] - ends[0]).total_seconds() if len(ends) > 1 else math.inf
        self.ends_at_s += more_s

    def sleep(self) -> None:
        """Wait for the end of no share any more."""
        if self.waking is not None and self.waking is not asyncio.current_task():
            self.waking.cancel()
        self.waking = None

    async def _read_at_expiry(self, pool: Pool, ends_in_s: float) -> None:
        """Read anew when a share ends; ``current`` has left it out by then."""
        await asyncio.sleep(min(max(0.0, ends_in_s), _LONGEST_SLEEP_S))
        await _reload_patiently(self, pool)


async def learn(registry: Registry, pool: Pool, edited: Edited) -> None:
    """Have ``registry`` know of an edit that is committed."""
    if not registry.take(news.of_edit(edited)):
        await registry.reload(pool)


def _moved(held: Snapshot, layers: Sequence[Layer]) -> list[tuple[Layer, Layer]]:
    """Return the layers whose revision rose within their epoch, as they were and as they are."""
    pairs = [(held.layers[one.slug], one) for one in layers if one.slug in held.layers]
    return [(was, now) for was, now in pairs if _is_newer(now, was) and now.epoch == was.epoch]


def _newest(held: Layer, read: Layer) -> Layer:
    """Return the newer of the two; derived tables stand whatever single edits came meanwhile."""
    if not _is_newer(held, read):
        return read
    if held.epoch != read.epoch:
        return held
    made = {"tiers": read.tiers, "ruled_tiers": read.ruled_tiers}
    return replace(held, **made, tiered_epoch=read.tiered_epoch)


def _is_newer(layer: Layer, than: Layer) -> bool:
    return layer.id == than.id and layer.revision > than.revision


def _ends(snapshot: Snapshot) -> list[datetime]:
    """Return when its shares end, the next first."""
    shares = (share for layer in snapshot.layers.values() for share in layer.shares)
    return sorted({share.ends_at for share in shares if share.ends_at is not None})


def _without(layer: Layer, ended_at: datetime) -> Layer:
    """Return the layer without the shares that have ended by then."""
    kept = tuple(s for s in layer.shares if s.ends_at is None or s.ends_at > ended_at)
    return layer if kept == layer.shares else replace(layer, shares=kept)


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
    is_edit = event is not None and event.kind == "layer" and "edit" in event.payload
    is_taken = is_edit and event is not None and registry.take(event.payload)
    is_news = event is not None and event.kind in ("layer", function_store.EVENT)
    if event is None or (is_news and not is_taken):
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
