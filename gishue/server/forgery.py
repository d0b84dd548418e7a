"""Requests that another site made a browser send: refused before anybody acts on them.

Two things are asked of every unsafe request without a key. It must not come from a foreign page
(``Sec-Fetch-Site``, or ``Origin`` where a browser sends no more), whether or not somebody is
signed in: else a stranger could sign a person in as himself. And a session's request must repeat
the session's token, which no other site can read.
"""

import hmac
from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from gishue.core.errors import Forbidden
from gishue.server.recognise import Recognised

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_BEFORE_A_SESSION: Final = frozenset({"/api/v1/session", "/api/v1/invitations/accept"})
"""Where somebody signs in who may hold the cookie of an earlier session, but not its token."""


def check(
    request: Request,
    known: Recognised,
    listed: Collection[str],
    public_url: str = "",
) -> None:
    """Let a request pass that a person's own browser, or a program, meant to send.

    Raises:
        Forbidden: another site made the browser send it, or it does not repeat the token.
    """
    by_session, method = known.csrf is not None, request.method
    if method in _SAFE or (known.actor.is_known and not by_session):
        return
    if _is_foreign(request, listed, public_url):
        raise _forged()
    signs_in = method == "POST" and request.scope["path"] in _BEFORE_A_SESSION
    if by_session and not signs_in and not _repeats(request, known.csrf or ""):
        raise _forged()


def _is_foreign(request: Request, listed: Collection[str], public_url: str) -> bool:
    origin = request.headers.get("origin", "").lower()
    if origin in listed:
        return False
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    if not origin:
        return False
    ours = (request.headers.get("host", "").lower(), urlsplit(public_url).netloc.lower())
    return urlsplit(origin).netloc not in ours or origin == "null"


def _repeats(request: Request, csrf: str) -> bool:
    given = request.headers.get("x-csrf-token", "")
    return hmac.compare_digest(given.encode(), csrf.encode())


def _forged() -> Forbidden:
    return Forbidden(
        "this request did not come from a page of ours; reload the page and try again",
        vi="yêu cầu không đến từ trang của hệ thống; hãy tải lại trang rồi thử lại",
    )
