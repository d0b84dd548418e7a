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
from gishue.core.errors import Forbidden
from layers.services import Services

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_KEY_IN_URL = ("/tiles/", "/ogc", "/wmts", "/wms", "/files/", "/3dtiles/")
_SIGN_IN = "/api/v1/session"


class Recognised(NamedTuple):
    """The actor of a request, and its session's token against forged requests."""

    actor: Actor
    csrf: str | None = None


async def recognise(services: Services, request: HTTPConnection, method: str) -> Recognised:
    """Return who asks.

    Raises:
        NotSignedIn: a key or token that is not ours.
        Forbidden: an unsafe request that another site made a browser send.
    """
    key = _key(request)
    if key is not None:
        async with transaction(services.pool) as conn:
            return Recognised((await keys.bearer(conn, key, services.now())).actor)
    token = token_of(request)
    if not token:
        return Recognised(ANONYMOUS)
    idle = services.settings.session_idle_minutes
    async with transaction(services.pool) as conn:
        session = await sessions.find(conn, token, services.now(), idle)
    if session is None:
        return Recognised(ANONYMOUS)
    if method not in _SAFE:
        _check_origin(request, session.csrf)
    return Recognised(session.actor, session.csrf)


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


def _check_origin(request: HTTPConnection, csrf: str) -> None:
    same_site = request.headers.get("sec-fetch-site", "none") in ("same-origin", "none")
    repeats = request.headers.get("x-csrf-token") == csrf or request.url.path == _SIGN_IN
    if not (same_site and repeats):
        raise Forbidden(
            "this request did not come from a page of ours; reload the page and try again",
            vi="yêu cầu không đến từ trang của hệ thống; hãy tải lại trang rồi thử lại",
        )
