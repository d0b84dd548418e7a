"""What the rim tells the audit: from where somebody asks, and what ended in refusal or failure."""

from typing import Final

from starlette.requests import HTTPConnection, Request

from gishue.accounts import keys
from gishue.core.access import Act, may
from gishue.core.actor import ANONYMOUS, Actor, Origin
from gishue.core.audit import NOTHING, Object, Result, of_layer
from gishue.core.db import transaction
from gishue.server import areas
from layers.services import Services
from tiles.composite import MOST

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_BUSY: Final = 503


def located(actor: Actor, request: HTTPConnection) -> Actor:
    """Return the actor with the door, the address and the id of their request.

    Not so a visitor who draws a map: of their tiles nothing is told but refusals, see below.
    """
    if actor is ANONYMOUS and areas.is_drawn(request.scope["path"]):
        return actor
    return actor.at(origin_of(request))


def origin_of(request: HTTPConnection) -> Origin:
    """Return from where a request comes."""
    address = request.client.host if request.client is not None else ""
    request_id = getattr(request.state, "request_id", "")
    return Origin(areas.door(request.scope["path"]), address, request_id)


def note_answer(request: Request, status: int) -> None:
    """Note a request that was refused to whoever asked, or a change that failed by our fault."""
    if status == 404:
        _note_hidden(request)
        return
    if status == 403:
        result = Result.REFUSED
    elif status >= 500 and status != _BUSY and request.method not in _SAFE:
        result = Result.FAILED
    else:
        return
    services: Services = request.app.state.services
    known: Actor = getattr(request.state, "actor", ANONYMOUS)
    actor = known.at(origin_of(request))
    route = getattr(request.scope.get("route"), "path", f"/{actor.origin.door}")
    said = {"method": request.method, "route": str(route)}
    services.witness.note(actor, "request", _asked(services, request), said, result=result)


def _note_hidden(request: Request) -> None:
    """Note that a visitor asked to draw a layer that is there and not shown to them."""
    if getattr(request.state, "actor", None) is not ANONYMOUS:
        return
    services: Services = request.app.state.services
    for slug in _slug(request).split(",", MOST)[:MOST]:  # a tile may join several layers
        layer = services.registry.current.layers.get(slug)
        if layer is not None and not may(ANONYMOUS, Act.READ, layer):
            visitor = ANONYMOUS.at(origin_of(request))
            services.witness.note(visitor, "layer.read", of_layer(layer), result=Result.REFUSED)


async def note_wrong_key(request: HTTPConnection, text: str) -> None:
    """Note that a key was refused: which one, if it is or was one of ours."""
    services: Services = request.app.state.services
    async with transaction(services.pool) as conn:
        key = await keys.claimed(conn, text)
    visitor = ANONYMOUS.at(origin_of(request))
    services.witness.note(visitor, "key.use", key, result=Result.REFUSED)


def note_wrong_token(request: HTTPConnection) -> None:
    """Note that a token of the sign-on was refused."""
    services: Services = request.app.state.services
    visitor = ANONYMOUS.at(origin_of(request))
    services.witness.note(visitor, "token.use", Object("token"), result=Result.REFUSED)


def _asked(services: Services, request: Request) -> Object:
    """Return the layer that the address names, if it names one that is there."""
    layer = services.registry.current.layers.get(_slug(request))
    return NOTHING if layer is None else of_layer(layer)


def _slug(request: Request) -> str:
    return str(request.scope.get("path_params", {}).get("slug", ""))
