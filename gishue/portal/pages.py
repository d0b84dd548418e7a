"""The pages people open, and the files they load."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from gishue.core.errors import GishueError
from gishue.portal.fonts import font_range
from gishue.portal.language import Language, keep_choice, language_of
from gishue.portal.sprites import sprite_file

HERE = Path(str(files("gishue.portal")))
STATIC = HERE / "static"
BUILD = STATIC / "build"
MANIFEST = BUILD / "manifest.json"
FOR_EVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=3600"

# No 'unsafe-inline': Lit adopts its stylesheets, MapLibre writes styles through the CSSOM.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # MapLibre draws its controls from data:, and Safari makes pictures of tiles from blob:.
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "object-src 'none'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "require-trusted-types-for 'script'",
        # `lit-html` marks its templates; `default` lets one worker script start.
        "trusted-types lit-html default",
    ]
)
PAGE_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "geolocation=(self), camera=(self)",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-cache",
    "vary": "accept-language, cookie",
}


class HashedFiles(StaticFiles):
    """The static tree. What the build named by its content may be kept for ever."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Answer with the file and how long it may be kept."""
        response = super().file_response(*args, **kwargs)
        inside = Path(str(args[0])).is_relative_to(BUILD / "assets")
        response.headers["cache-control"] = FOR_EVER if inside else A_WHILE
        response.headers["x-content-type-options"] = "nosniff"
        return response


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def messages(language: Language) -> Mapping[str, str]:
    """Return the words of the pages in one language."""
    return json.loads((HERE / "messages" / f"{language}.json").read_text(encoding="utf-8"))


def built(entry: str) -> tuple[str, Sequence[str]]:
    """Return the script and the stylesheets of one page, as the last build named them.

    Raises:
        FileNotFoundError: the front end was never built (``npm run build`` in ``web/``).
    """
    manifest: dict[str, Any] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    chunk = manifest[f"src/pages/{entry}.ts"]
    sheets = list(chunk.get("css", []))
    for shared in chunk.get("imports", []):
        sheets += [sheet for sheet in manifest[shared].get("css", []) if sheet not in sheets]
    return f"/static/build/{chunk['file']}", [f"/static/build/{sheet}" for sheet in sheets]


def page(
    request: Request, name: str, *, bundle: str = "", status: int = 200, **values: Any
) -> Response:
    """Answer with one page in the person's language; ``bundle``: its script, if not its own."""
    language = language_of(request)
    words = messages(language)
    script, sheets = built(bundle or name)
    html = (
        _environment()
        .get_template(f"{name}.html")
        .render(language=language, t=words, script=script, sheets=sheets, **values)
    )
    response = HTMLResponse(html, status, headers=PAGE_HEADERS)
    keep_choice(request, response)
    return response


async def portal(request: Request) -> Response:
    """Serve ``GET /``: the base map of the city."""
    return page(request, "portal")


async def login(request: Request) -> Response:
    """Serve ``GET /login``: the sign-in form, and the way to the city's sign-on if there is one."""
    return _login(request)


def sign_in_refused(request: Request, error: GishueError) -> Response:
    """Answer with the sign-in page, which says why the city's sign-on came to nothing."""
    is_vi = language_of(request) == "vi"
    response = _login(request, error.detail_vi if is_vi else error.detail, error.status)
    response.headers["cache-control"] = "no-store"
    return response


def _login(request: Request, problem: str = "", status: int = 200) -> Response:
    has_sign_on = getattr(request.app.state, "issuer", None) is not None
    return page(
        request,
        "login",
        status=status,
        has_sign_on=has_sign_on,
        next_page="/" if problem else request.query_params.get("next", "/"),
        problem=problem,
    )


async def studio(request: Request) -> Response:
    """Serve ``GET /studio``: where files become layers; it asks to sign in by itself."""
    response = page(request, "studio")
    # The preview of an upload is a document of its own, shown in a frame without rights.
    response.headers["content-security-policy"] = CONTENT_SECURITY_POLICY + "; frame-src 'self'"
    return response


async def styles(request: Request) -> Response:
    """Serve ``GET /studio/styles``: how layers are drawn, for who may edit them."""
    return page(request, "styles")


async def account(request: Request) -> Response:
    """Serve ``GET /account``: who one is, the unit one acts for, the way out."""
    return page(request, "account")


async def invitation(request: Request) -> Response:
    """Serve ``GET /invitation``: a password is chosen; the token stays behind the ``#``."""
    return page(request, "invitation")


async def people(request: Request) -> Response:
    """Serve ``GET /people``: people, roles and keys of the units one administers."""
    return page(request, "people")


async def sharing(request: Request) -> Response:
    """Serve ``GET /sharing``: closed layers, requests, shares, reasons that run out."""
    return page(request, "sharing")


def routes() -> list[BaseRoute]:
    """Return the pages and the files they load."""
    return [
        Route("/", portal),
        Route("/login", login),
        Route("/studio", studio),
        Route("/studio/styles", styles),
        Route("/account", account),
        Route("/invitation", invitation),
        Route("/people", people),
        Route("/sharing", sharing),
        Route("/fonts/{stack}/{range}.pbf", font_range),
        Route("/sprites/{file}", sprite_file),
        Mount("/static", HashedFiles(directory=STATIC)),
    ]
