"""The cookie of a session: scripts cannot read it, other sites cannot make a browser send it."""

from datetime import datetime

from starlette.requests import HTTPConnection
from starlette.responses import Response

from gishue.accounts.sessions import Opened

COOKIE = "gishue"
SECURE_COOKIE = "__Host-gishue"


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
