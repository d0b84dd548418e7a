"""A tile that was answered to a visitor, to be answered again for as long as it is the same.

Nothing is decided twice: what may be seen is read from the registry of now, the body from where
any other request gets it. What is kept is only how the answer looked, and what it was made of.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from gishue.core.actor import ANONYMOUS
from layers.layer import Layer
from tiles.answer import Terms, asked_revision, terms
from tiles.asking import actor_of
from tiles.grid import NoTile, Tile
from tiles.ready import ReadyTile, TileKey
from tiles.served import check_served
from tiles.service import TileService, archived, tile_key, visible

OFFERED = "replay"
"""Where an answer's replay stands in the state of its request."""


@dataclass(slots=True)
class Replay:
    """What one answer was made of.

    ``layer``: its layer as a visitor saw it; ``whole``: as the registry held it when that was last
    looked at; ``has_body``: whether the answer carried the tile, or told only that it is empty or
    known.
    """

    tiles: TileService
    whole: Layer
    layer: Layer
    key: TileKey
    told: Terms
    rev: int | None
    digest: str
    note: str
    has_body: bool

    def body(self) -> bytes | None:
        """Return the body to send with the same head, and count it; None: ask the long way."""
        current = self.tiles.services.registry.current
        whole = current.layers.get(self.whole.slug)
        if whole is not self.whole and not self._fits(whole):
            return None
        counters = self.tiles.counters[self.layer.kind]
        ready, count = self.tiles.guards[self.layer.kind].peek(self.key), counters.cached
        if ready is None:
            ready, count = archived(self.tiles, self.layer, self._tile), counters.archived
        if ready is None or ready.digest != self.digest or ready.note != self.note:
            return None
        body = ready.body if self.has_body else b""
        count()
        counters.sent(len(body))
        return body

    @property
    def _tile(self) -> Tile:
        return Tile(self.key.z, self.key.x, self.key.y)

    def _fits(self, whole: Layer | None) -> bool:
        """Return whether a layer that was read anew is answered on the same terms."""
        layer = visible(self.tiles, ANONYMOUS, self.whole.slug)
        if whole is None or layer is None or layer.kind is not self.layer.kind:
            return False
        if self.rev is not None and layer.revision < self.rev:
            return False
        try:
            check_served(layer, self._tile, self.key.format)
        except NoTile:
            return False
        key = tile_key(layer, self._tile, self.key.format)
        if key != self.key or terms(layer, self.rev) != self.told:
            return False
        self.whole, self.layer = whole, layer
        return True


def offer(
    request: Request, given: Response, *, layer: Layer, key: TileKey, ready: ReadyTile
) -> None:
    """Offer the answer ``given``, which carries ``ready``, to whoever answers for us again.

    Not so where it was for somebody known, made for this one request, or promised too early: a
    revision that this process has not reached is asked for again each time.
    """
    rev = asked_revision(request)
    is_whole = given.body is ready.body or not given.body
    is_reached = rev is None or layer.revision >= rev
    if not is_whole or not is_reached or actor_of(request) is not ANONYMOUS:
        return
    tiles: TileService = request.app.state.tiles
    replay = Replay(
        tiles,
        layer,
        layer,
        key,
        terms(layer, rev),
        rev,
        ready.digest,
        ready.note,
        bool(given.body),
    )
    setattr(request.state, OFFERED, replay)
