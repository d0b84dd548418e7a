"""The addresses of the OGC service, for the server to hang up as they are."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ogc import documents, features
from ogc.asked import PREFIX
from ogc.documents import Page
from ogc.records import CATALOGUE, Downloads, Records, no_downloads
from ogc.service import open_service

type Endpoint = Callable[[Request], Awaitable[Response]]

_METHODS = ("GET", "HEAD", "OPTIONS")
_COLLECTION = f"{PREFIX}/collections/{{slug}}"

_DOCUMENTS: dict[str, Page] = {
    # A client that follows a redirect loses its Accept header: both forms answer themselves.
    PREFIX: documents.LANDING,
    f"{PREFIX}/": documents.LANDING,
    f"{PREFIX}/conformance": documents.CONFORMANCE,
    f"{PREFIX}/openapi": documents.OPENAPI,
    f"{PREFIX}/collections": documents.COLLECTIONS,
    _COLLECTION: documents.COLLECTION,
    f"{_COLLECTION}/schema": documents.SCHEMA,
    f"{_COLLECTION}/queryables": documents.QUERYABLES,
    f"{_COLLECTION}/tiles": documents.TILESETS,
    f"{_COLLECTION}/tiles/WebMercatorQuad": documents.TILESET,
}


def routes(downloads: Downloads = no_downloads) -> list[BaseRoute]:
    """Return the routes, prefix included; they find the services at ``app.state.services``.

    ``downloads``: which files of a layer can be had elsewhere; the records name them.

    Starting pygeoapi takes a while: call it once a process.
    """
    service = open_service()
    told: list[BaseRoute] = [
        _route(path, partial(documents.serve, service, page)) for path, page in _DOCUMENTS.items()
    ]
    records, listed = Records(downloads), f"{PREFIX}/collections/{CATALOGUE}"
    return [
        _route(f"{PREFIX}/records", records.catalogue),
        _route(listed, records.catalogue),
        _route(f"{listed}/items", records.items),
        _route(f"{listed}/items/{{slug}}", records.item),
        *told,
        _route(f"{_COLLECTION}/items", features.items),
        _route(f"{_COLLECTION}/items/{{id}}", features.item),
    ]


def _route(path: str, endpoint: Endpoint) -> Route:
    async def handle(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"allow": ", ".join(_METHODS)})
        return await endpoint(request)

    name = f"ogc:{path}"
    return Route(path, handle, methods=_METHODS, name=name)
