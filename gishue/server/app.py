"""The web process: one application that opens every door. It composes and holds no rules."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import psycopg
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

import ogc.routes
import tiles.routes
from gishue.api import (
    access_requests,
    archives,
    audit,
    changesets,
    claim_rules,
    clusters,
    events,
    feature_past,
    files,
    findings,
    flights,
    functions,
    keys,
    layers,
    people,
    problem,
    protection,
    pulls,
    reference,
    reports,
    resumable,
    schemas,
    search,
    session,
    sharing,
    sign_on,
    style_files,
    styles,
    tile_paths,
    units,
    upload_diffs,
    uploads,
)
from gishue.core.errors import GishueError
from gishue.core.settings import Settings
from gishue.core.version import VERSION
from gishue.portal import pages
from gishue.portal.catalogue import routes as catalogue
from gishue.portal.catalogue.site import downloads
from gishue.server import health, refused
from gishue.server.edges import Edges
from gishue.server.middleware import Rim
from layers.services import open_services
from tiles.service import open_tiles

API = "/api/v1"

_DESCRIPTION = (
    "The public API of the city's map: layers, features, search, uploads and reports. "
    "Every refusal is `application/problem+json` with a stable `type`."
)


def make_app(settings: Settings, url: str) -> FastAPI:
    """Return the web application over the database at ``url``."""

    edges = Edges.of(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with open_services(settings, url) as services, open_tiles(services) as tile_service:
            app.state.services = services
            app.state.tiles = tile_service
            app.state.rates = edges.rates
            app.state.issuer = edges.issuer
            yield

    app = FastAPI(
        title="GISHue",
        version=VERSION,
        description=_DESCRIPTION,
        lifespan=lifespan,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        middleware=[Middleware(Rim, edges)],
    )
    for kind, handler in _HANDLERS:
        app.add_exception_handler(kind, handler)
    for router in _routers():
        app.include_router(router, prefix=API)
    app.router.routes.extend(_plain_routes())
    tile_paths.describe(app)
    return app


def _routers() -> Sequence[APIRouter]:
    return (
        layers.router,
        clusters.router,
        changesets.router,
        feature_past.router,
        search.router,
        resumable.router,
        uploads.router,
        findings.router,
        upload_diffs.router,
        pulls.router,
        schemas.router,
        styles.router,
        style_files.router,
        sharing.router,
        access_requests.router,
        protection.router,
        flights.router,
        functions.router,
        reports.router,
        session.router,
        people.router,
        units.router,
        keys.router,
        claim_rules.router,
        audit.router,
        events.router,
    )


def _plain_routes() -> list[BaseRoute]:
    return [
        *health.routes(),
        *reference.routes(API),
        *tiles.routes.routes(),
        *archives.routes(),
        *files.routes(),
        *sign_on.routes(),
        *ogc.routes.routes(downloads),
        *catalogue.routes(),
        *pages.routes(),
    ]


_HANDLERS = (
    (GishueError, refused.on_refusal),
    (HTTPException, problem.on_http),
    (RequestValidationError, problem.on_invalid),
    (psycopg.DataError, problem.on_unstorable),
    (Exception, problem.on_fault),
)
