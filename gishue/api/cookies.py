"""The cookie of a session: scripts cannot read it, other sites cannot make a browser send it."""

from datetime import datetime

from starlette.requests import HTTPConnection
from starlette.responses import Response

from gishue.accounts.sessions import Opened

COOKIE = "gishue"
SECURE_COOKIE = "__Host-gishue"
ATTEMPT = "gishue-sign-on"
SECURE_ATTEMPT = "__Host-gishue-sign-on"


def signed_in(request: HTTPConnection, response: Response, opened: Opened, now: datetime) -> None:
    """Set the cookie of a session that was opened at ``now``."""
    is_https = request.url.scheme == "https"
    response.set_cookie(
        SECURE_COOKIE if is_https else COOKIE,
        opened.token,
        max_age=int((opened.expires_at - now).total_seconds()),
        secure=is_https,
        httponly=True,
        samesite="lax",
        path="/",
    )


def token_of(request: HTTPConnection) -> str | None:
    """Return the token that the browser sends; over https only that which https alone may set."""
    if request.url.scheme == "https":
        return request.cookies.get(SECURE_COOKIE)
    return request.cookies.get(COOKIE)


def signed_out(response: Response) -> None:
    """Make the browser forget its session."""
    for name in (COOKIE, SECURE_COOKIE):
        response.delete_cookie(name, path="/", secure=name == SECURE_COOKIE, httponly=True)


def attempted(request: HTTPConnection, response: Response, browser: str, life_s: int) -> None:
    """Let the browser keep the secret of its sign-in at the issuer, until it comes back."""
    is_https = request.url.scheme == "https"
    response.set_cookie(
        SECURE_ATTEMPT if is_https else ATTEMPT,
        browser,
        max_age=life_s,
        secure=is_https,
        httponly=True,
        samesite="lax",
        path="/",
    )


def attempt_of(request: HTTPConnection) -> str | None:
    """Return the secret of the sign-in that the browser began."""
    is_https = request.url.scheme == "https"
    return request.cookies.get(SECURE_ATTEMPT if is_https else ATTEMPT)


def forget_attempt(request: HTTPConnection, response: Response) -> None:
    """Make the browser forget its sign-in at the issuer: it came to an end."""
    is_https = request.url.scheme == "https"
    name = SECURE_ATTEMPT if is_https else ATTEMPT
    response.delete_cookie(name, path="/", secure=is_https, httponly=True, samesite="lax")
