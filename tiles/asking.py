"""What a plain route reads from its request: who asks, and by which address they reach us."""

from starlette.requests import Request

from gishue.core.actor import ANONYMOUS, Actor
from tiles.service import TileService


def actor_of(request: Request) -> Actor:
    """Return who asks, as the application's middleware found out."""
    return getattr(request.state, "actor", ANONYMOUS)


def origin_of(request: Request) -> str:
    """Return the address people reach us at, without a trailing slash."""
    tiles: TileService = request.app.state.tiles
    set_url = tiles.services.settings.public_url
    return set_url or f"{request.url.scheme}://{request.url.netloc}"
