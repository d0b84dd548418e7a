"""The HTTP of tiles, TileJSON, styles and legends: plain routes, nothing computed per request.

The application keeps its :class:`~tiles.service.TileService` at ``app.state.tiles``.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gishue.core.actor import ANONYMOUS
from layers import style
from layers.layer import Layer
from tiles.answer import asked_revision, document_answer, tile_answer
from tiles.asked import composite_answer, query_answer, tilejson_answer
from tiles.asking import actor_of, origin_of
from tiles.attending import attended
from tiles.grid import Tile
from tiles.query import read_query
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
    """Serve ``GET /tiles/{slug}/{z}/{x}/{y}.{format}``, and what a query asks of it."""
    at = request.path_params
    tiles = _service(request)
    place = Tile(at["z"], at["x"], at["y"])
    if "," in at["slug"]:
        return await composite_answer(request, place, at["format"])
    query = read_query(request.query_params)
    layer = await _layer(request)
    if query is not None:
        return await query_answer(request, layer, place, at["format"], query)
    ready = await get_tile(tiles, layer, place, at["format"], partial(attended, request))
    response = tile_answer(request, layer, ready, at["format"])
    tiles.counters[layer.kind].sent(len(response.body))
    return response


async def tilejson_document(request: Request) -> Response:
    """Serve ``GET /tiles/{slug}/tilejson.json``, of a query or of several layers too."""
    if "," in request.path_params["slug"] or read_query(request.query_params) is not None:
        return await tilejson_answer(request)
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


def _service(request: Request) -> TileService:
    return request.app.state.tiles


async def _layer(request: Request) -> Layer:
    slug = request.path_params["slug"]
    return await find_layer(_service(request), actor_of(request), slug, asked_revision(request))
