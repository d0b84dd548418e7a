"""HTTP for the city's sign-on: to the issuer, back from it, and its word that somebody left."""

from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gishue.accounts import attempts, oidc, secret, sessions, sign_on, token
from gishue.accounts.issuer import Issuer
from gishue.accounts.sessions import SignOn
from gishue.api.cookies import attempt_of, attempted, forget_attempt, signed_in, token_of
from gishue.api.deps import actor_of, services_of
from gishue.core import audit
from gishue.core.audit import Object, Result
from gishue.core.db import transaction
from gishue.core.errors import BadRequest, GishueError, NotFound, NotSignedIn
from layers.services import Services

_LONGEST: Final = 2_000
_BODY_LONGEST: Final = 32_768
_FORM: Final = "application/x-www-form-urlencoded"


class LogoutRefused(BadRequest):
    """A logout token that does not hold."""

    slug = "logout-refused"
    title = "Logout refused"
    title_vi = "Yêu cầu đăng xuất không được chấp nhận"


async def login(request: Request) -> Response:
    """Serve ``GET /auth/login``: send the browser to the issuer."""
    issuer, services = issuer_of(request), services_of(request)
    next_page = local_page(request.query_params.get("next", "/"))
    url, attempt = await oidc.start(issuer, _callback(request), next_page)
    browser = secret.new_token()
    async with transaction(services.pool) as conn:
        await attempts.keep(conn, attempt, browser, services.now())
    response = RedirectResponse(url, 303, {"cache-control": "no-store"})
    attempted(request, response, browser, attempts.LIFE_S)
    return response


async def callback(request: Request) -> Response:
    """Serve ``GET /auth/callback``: take the issuer's answer and open a session of ours."""
    services = services_of(request)
    try:
        response = await _come_back(request, services)
    except (NotSignedIn, BadRequest):
        visitor = actor_of(request)
        async with transaction(services.pool) as conn:
            on = Object("account")
            await audit.record(conn, visitor, "session.sign_on", on, result=Result.REFUSED)
        raise
    forget_attempt(request, response)
    return response


async def _come_back(request: Request, services: Services) -> Response:
    issuer, query, now = issuer_of(request), request.query_params, services.now()
    oidc.check_answerer(await issuer.metadata(), query.get("iss"))
    browser = attempt_of(request) or ""
    async with transaction(services.pool) as conn:
        attempt = await attempts.take(conn, query.get("state", ""), browser, now)
    if attempt is None:
        raise oidc.strange()
    code = query.get("code")
    if not code or "error" in query:
        raise oidc.denied(query.get("error", "no_code"))
    who = await oidc.finish(issuer, _callback(request), code, attempt, now.timestamp())
    before = token_of(request)
    async with transaction(services.pool) as conn:
        origin = actor_of(request).origin
        actor = await sign_on.signed_in(conn, who.issuer, who.subject, who.claims, origin)
        if before is not None:
            await sessions.close(conn, before)
        at_issuer = SignOn(who.issuer, who.sid)
        hours = services.settings.session_hours
        opened = await sessions.open_(conn, actor.account_id or 0, now, hours, at_issuer)
        await audit.record(conn, actor, "session.sign_on")
    headers = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
    response = RedirectResponse(local_page(attempt.next_page), 303, headers)
    signed_in(request, response, opened, now)
    return response


async def backchannel_logout(request: Request) -> Response:
    """Serve ``POST /auth/backchannel-logout``: the issuer says that somebody left.

    Source: OpenID Connect Back-Channel Logout 1.0, sections 2.5 to 2.8.
    """
    issuer, services = issuer_of(request), services_of(request)
    written = await _logout_token(request)
    try:
        read = await issuer.read(written)
        expected = issuer.expected(issuer.client_id, services.now().timestamp())
        left = token.check_logout(read, expected)
        await _sign_out(services, issuer, left, request)
    except GishueError as error:
        raise _logout_refused(error) from error
    return Response(status_code=200, headers={"cache-control": "no-store"})


async def _sign_out(
    services: Services, issuer: Issuer, left: token.Logout, request: Request
) -> None:
    async with transaction(services.pool) as conn:
        if not await attempts.obey_once(conn, issuer.issuer, left.jti, services.now()):
            raise token.TokenRefused(
                "this logout token was obeyed before", vi="mã đăng xuất này đã được thực hiện rồi"
            )
        ended = await sessions.close_signed_on(conn, issuer.issuer, left.subject, left.sid)
        said = {"ended": ended}
        await audit.record(conn, actor_of(request), "session.sign_off", detail=said)


async def _logout_token(request: Request) -> str:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body() if kind == _FORM else b""
    said = parse_qs(body.decode("utf-8", "replace")) if len(body) <= _BODY_LONGEST else {}
    written = said.get("logout_token", [])
    if len(written) != 1:
        raise _logout_refused(
            BadRequest("send one 'logout_token' in a form", vi="cần đúng một 'logout_token'")
        )
    return written[0]


def _logout_refused(error: GishueError) -> LogoutRefused:
    return LogoutRefused(error.detail, vi=error.detail_vi, error="invalid_request")


def issuer_of(request: Request) -> Issuer:
    """Return the issuer of this instance.

    Raises:
        NotFound: it has none.
    """
    issuer: Issuer | None = request.app.state.issuer
    if issuer is None:
        raise NotFound(
            "this instance has no sign-on of the city; use a local account",
            vi="hệ thống này không nối với đăng nhập một lần; hãy dùng tài khoản nội bộ",
        )
    return issuer


async def sign_out_address(request: Request, at_issuer: SignOn | None) -> str | None:
    """Return where the session at the issuer ends, from which ours was opened."""
    issuer: Issuer | None = request.app.state.issuer
    if at_issuer is None or issuer is None:
        return None
    return await oidc.sign_out_url(issuer, at_issuer, f"{origin_of(request)}/")


def local_page(wanted: str) -> str:
    """Return ``wanted`` if it is a page of ours, written as a path.

    Raises:
        BadRequest: it leads elsewhere, or a browser could read it so.
    """
    parts = urlsplit(wanted) if wanted.isprintable() and len(wanted) <= _LONGEST else None
    if (
        parts is None
        or parts.scheme
        or parts.netloc
        or not wanted.startswith("/")
        or wanted.startswith(("//", "/\\"))
        or "\\" in wanted
    ):
        raise BadRequest(
            "'next' is a path on this site, such as /studio",
            vi="'next' phải là đường dẫn trên trang này, chẳng hạn /studio",
        )
    return wanted


def origin_of(request: Request) -> str:
    """Return the address that people reach us at, without a trailing slash."""
    public_url = services_of(request).settings.public_url
    return public_url or f"{request.url.scheme}://{request.url.netloc}"


def _callback(request: Request) -> str:
    return f"{origin_of(request)}/auth/callback"


def routes() -> list[BaseRoute]:
    """Return the addresses of the sign-on."""
    return [
        Route("/auth/login", login, methods=["GET"]),
        Route("/auth/callback", callback, methods=["GET"]),
        Route("/auth/backchannel-logout", backchannel_logout, methods=["POST"]),
    ]
