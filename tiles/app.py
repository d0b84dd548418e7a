"""The light application of ``gishue serve-tiles``: tiles and nothing else, many processes of it."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from gishue.core.errors import GishueError, NotFound
from gishue.core.settings import Settings
from layers.services import open_services
from tiles.routes import routes
from tiles.service import open_tiles


def make_app(settings: Settings, url: str, around: Sequence[Middleware] = ()) -> Starlette:
    """Return the application over the database at ``url``.

    Args:
        settings: of the instance.
        url: a libpq URL.
        around: says who asks at ``request.state.actor``; without it everybody is anonymous and
            sees open layers only.
    """

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with open_services(settings, url) as services, open_tiles(services) as tiles:
            app.state.services = services
            app.state.tiles = tiles
            yield

    own = [Route("/healthz", health), Route("/metrics", metrics)]
    return Starlette(
        routes=[*routes(), *own],
        lifespan=lifespan,
        middleware=list(around),
        exception_handlers={GishueError: refuse, HTTPException: refuse_address},
    )


async def refuse(request: Request, error: Exception) -> Response:
    """Answer a refusal of ours as RFC 9457 wants it."""
    if not isinstance(error, GishueError):
        raise error
    headers = {503: {"retry-after": "2"}, 401: {"www-authenticate": "Bearer"}}.get(error.status, {})
    return _problem(error.problem(request.url.path), error.status, headers)


async def refuse_address(request: Request, error: Exception) -> Response:
    """Answer what the router itself refuses: no such path, no such method."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 404:
        nothing = NotFound("there is nothing at this address", vi="không có gì ở địa chỉ này")
        return await refuse(request, nothing)
    body = {
        "type": "about:blank",
        "title": error.detail,
        "status": error.status_code,
        "detail": error.detail,
        "instance": request.url.path,
    }
    return _problem(body, error.status_code, error.headers or {})


def _problem(body: Mapping[str, Any], status: int, headers: Mapping[str, str]) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, headers, "application/problem+json")


async def health(request: Request) -> Response:
    """Serve ``GET /healthz``."""
    return PlainTextResponse("ok\n")


async def metrics(request: Request) -> Response:
    """Serve ``GET /metrics``."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
