"""Who asks: the actor of a request, from its key, its cookie, or nobody.

A request without any credential costs nothing. A wrong key is refused, never taken for a visitor;
an old cookie is a visitor's, for browsers keep cookies longer than sessions.
"""

from typing import NamedTuple

from starlette.requests import HTTPConnection

from gishue.accounts import keys, sessions
from gishue.api.cookies import token_of
from gishue.core.actor import ANONYMOUS, Actor
from gishue.core.db import transaction
from gishue.core.errors import NotSignedIn
from gishue.server.noting import note_wrong_key
from layers.services import Services

_KEY_IN_URL = ("/tiles/", "/ogc", "/wmts", "/wms", "/files/", "/3dtiles/")


class Recognised(NamedTuple):
    """The actor of a request.

    ``csrf``: the token of its session, which unsafe requests repeat; only sessions have one.
    ``per_minute``: the rate of its key, where that has one of its own.
    """

    actor: Actor
    csrf: str | None = None
    key_id: str | None = None
    per_minute: int | None = None


async def recognise(services: Services, request: HTTPConnection) -> Recognised:
    """Return who asks.

    Raises:
        NotSignedIn: a key or token that is not ours.
    """
    key = _key(request)
    if key is not None:
        return await _by_key(services, request, key)
    token = token_of(request)
    if not token:
        return Recognised(ANONYMOUS)
    idle = services.settings.session_idle_minutes
    async with transaction(services.pool) as conn:
        session = await sessions.find(conn, token, services.now(), idle)
    if session is None:
        return Recognised(ANONYMOUS)
    return Recognised(session.actor, session.csrf)


async def _by_key(services: Services, request: HTTPConnection, key: str) -> Recognised:
    try:
        async with transaction(services.pool) as conn:
            found = await keys.bearer(conn, key, services.now())
    except NotSignedIn:
        await note_wrong_key(request, key)
        raise
    return Recognised(found.actor, None, found.key_id, found.rate_per_minute)


def _key(request: HTTPConnection) -> str | None:
    given = request.headers.get("x-api-key")
    if given is not None:
        return given
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    if request.url.path.startswith(_KEY_IN_URL):
        return request.query_params.get("key")
    return None
