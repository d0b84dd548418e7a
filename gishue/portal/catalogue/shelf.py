"""The open layers of one generation of the registry, and the documents made of them."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

from starlette.requests import Request

from gishue.core.access import Visibility
from gishue.core.actor import ANONYMOUS, Actor
from gishue.portal.catalogue.site import Site
from layers.catalogue import Entry
from layers.catalogue_store import Chronicle
from layers.layer import Layer
from layers.services import Services
from layers.snapshot import Snapshot
from ogc.kept import Bodies


@dataclass(frozen=True, slots=True)
class Open:
    """What everybody may read, each with the text it is found by; and what is closed, and why."""

    generation: int
    entries: Sequence[Entry]
    keys: Sequence[str]
    closed: Sequence[Layer]


@dataclass(slots=True)
class Shelf:
    """One process's catalogue; whatever it keeps is forgotten when the registry moves on."""

    chronicle: Chronicle = field(default_factory=Chronicle)
    bodies: Bodies = field(default_factory=lambda: Bodies(most_bytes=64 << 20))
    held: Open | None = None

    async def open(self, services: Services) -> Open:
        """Return the open layers as everybody sees them."""
        snapshot = services.registry.current
        if self.held is None or self.held.generation != snapshot.generation:
            entries = await self.chronicle.entries(services.pool, snapshot, ANONYMOUS)
            keys = [entry.search_key for entry in entries]
            self.held = Open(snapshot.generation, entries, keys, _closed(snapshot))
        return self.held

    async def entry(self, services: Services, actor: Actor, slug: str) -> Entry:
        """Return the entry of one layer as ``actor`` sees it.

        Raises:
            NotFound: it is absent or not visible to ``actor``; the answer is the same.
        """
        return await self.chronicle.entry(services.pool, services.registry.current, actor, slug)

    def kept(self, generation: int, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return the body of ``key``, made once a generation."""
        body = self.bodies.get(generation, key)
        if body is None:
            body = make()
            self.bodies.put(generation, key, body)
        return body


def site_of(request: Request) -> Site:
    """Return the site as whoever asks reaches it."""
    services: Services = request.app.state.services
    origin = services.settings.public_url or str(request.base_url).rstrip("/")
    return Site(origin, services.now())


def _closed(snapshot: Snapshot) -> list[Layer]:
    """Return the published layers that are closed with a reason, by title."""
    found = [
        layer
        for layer in snapshot.layers.values()
        if layer.is_live and layer.visibility is not Visibility.OPEN and layer.closure is not None
    ]
    return sorted(found, key=lambda layer: (layer.title, layer.slug))
