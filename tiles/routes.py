"""The HTTP of tiles, TileJSON, styles and legends: plain routes, nothing computed per request.

The application keeps its :class:`~tiles.service.TileService` at ``app.state.tiles``.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gishue.core.actor import ANONYMOUS, Actor
from layers import style
from layers.layer import Layer
from tiles.answer import asked_revision, document_answer, tile_answer
from tiles.grid import Tile
from tiles.service import TileService, find_layer, get_tile
from tiles.stylesheet import layer_style, map_named, map_style
from tiles.tilejson import tilejson


def routes() -> list[BaseRoute]:
    """Return the routes of this room; they stand at the root of the site."""
    return [
        Route("/tiles/{slug}/{z:int}/{x:int}/{y:int}.{format}", tile),
        Route("/tiles/{slug}/tilejson.json", tilejson_document),
        Route("/tiles/{slug}/style.json", style_document),
        Route("/tiles/{slug}/legend.json", legend_document),
        Route("/styles/{name}.json", map_document),
    ]


async def tile(request: Request) -> Response:
    """Serve ``GET /tiles/{slug}/{z}/{x}/{y}.{format}``."""
    at = request.path_params
    tiles = _service(request)
    layer = await _layer(request)
    ready = await get_tile(tiles, layer, Tile(at["z"], at["x"], at["y"]), at["format"])
    response = tile_answer(request, layer, ready, at["format"])
    tiles.counters[layer.kind].sent(len(response.body))
    return response


async def tilejson_document(request: Request) -> Response:
    """Serve ``GET /tiles/{slug}/tilejson.json``."""
    layer = await _layer(request)
    return document_answer(request, layer, tilejson(layer, origin_of(request)))


async def style_document(request: Request) -> Response:
    """Serve ``GET /tiles/{slug}/style.json``."""
    layer = await _layer(request)
    return document_answer(request, layer, layer_style(layer, origin_of(request)))


async def legend_document(request: Request) -> Response:
    """Serve ``GET /tiles/{slug}/legend.json``."""
    layer = await _layer(request)
    document = {"title": layer.title, "title_en": layer.title_en, "items": style.legend(layer)}
    return document_answer(request, layer, document)


async def map_document(request: Request) -> Response:
    """Serve ``GET /styles/{name}.json``: open layers only, whoever asks.

    ``?layers=0`` leaves the ground alone, for pages that bring their own layers.
    """
    name = request.path_params["name"]
    map_named(name)
    registry = _service(request).services.registry
    with_layers = request.query_params.get("layers") != "0"
    shown = registry.current.visible(ANONYMOUS) if with_layers else []
    return document_answer(request, None, map_style(name, shown, origin_of(request)))


def actor_of(request: Request) -> Actor:
    """Return who asks, as the application's middleware found out."""
    return getattr(request.state, "actor", ANONYMOUS)


def origin_of(request: Request) -> str:
    """Return the address people reach us at, without a trailing slash."""
    set_url = _service(request).services.settings.public_url
    return set_url or f"{request.url.scheme}://{request.url.netloc}"


def _service(request: Request) -> TileService:
    return request.app.state.tiles


async def _layer(request: Request) -> Layer:
    slug = request.path_params["slug"]
    return await find_layer(_service(request), actor_of(request), slug, asked_revision(request))
