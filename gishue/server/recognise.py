"""Who asks: the actor of a request, from its key, its token, its cookie, or nobody.

A request without any credential costs nothing. A wrong key or token is refused, never taken for a
visitor; an old cookie is a visitor's, for browsers keep cookies longer than sessions.
"""

from typing import NamedTuple

from starlette.requests import HTTPConnection

from gishue.accounts import keys, sessions, sign_on, token
from gishue.accounts.issuer import Issuer
from gishue.api.cookies import token_of
from gishue.core.actor import ANONYMOUS, Actor
from gishue.core.db import transaction
from gishue.core.errors import NotSignedIn
from gishue.server.noting import note_wrong_key, note_wrong_token, origin_of
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


async def recognise(
    services: Services,
    request: HTTPConnection,
    issuer: Issuer | None = None,
    *,
    is_use: bool = True,
) -> Recognised:
    """Return who asks; ``issuer``: whose tokens count beside our own keys.

    ``is_use``: whether it keeps their session alive.

    Raises:
        NotSignedIn: a key or token that is not ours.
        Forbidden: the token's account is blocked.
        Unavailable: the issuer's keys cannot be had, so its tokens cannot be checked.
    """
    key, bearer = request.headers.get("x-api-key"), _bearer(request)
    if key is None and bearer is not None and issuer is not None and not _is_key(bearer):
        return await _by_token(services, request, issuer, bearer)
    given = (key, bearer, _key_in_url(request))
    key = next((one for one in given if one is not None), None)
    if key is not None:
        return await _by_key(services, request, key)
    cookie = token_of(request)
    if not cookie:
        return Recognised(ANONYMOUS)
    idle = services.settings.session_idle_minutes
    async with transaction(services.pool) as conn:
        session = await sessions.find(conn, cookie, services.now(), idle, is_use=is_use)
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


async def _by_token(
    services: Services, request: HTTPConnection, issuer: Issuer, written: str
) -> Recognised:
    try:
        read = await issuer.read(written)
        token.check_access(read, issuer.expected(issuer.audience, services.now().timestamp()))
    except NotSignedIn:
        note_wrong_token(request)
        raise
    origin = origin_of(request)
    async with transaction(services.pool) as conn:
        return Recognised(await sign_on.by_token(conn, issuer.issuer, read.claims, origin))


def _bearer(request: HTTPConnection) -> str | None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else None


def _is_key(given: str) -> bool:
    """Return whether it means to be a key of ours; a token of the issuer has dots."""
    return given.startswith("gh_")


def _key_in_url(request: HTTPConnection) -> str | None:
    in_url = b"key" in request.scope["query_string"]
    in_url = in_url and request.scope["path"].startswith(_KEY_IN_URL)
    return request.query_params.get("key") if in_url else None
