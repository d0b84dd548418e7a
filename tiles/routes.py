"""The HTTP of tiles, TileJSON, styles and legends: plain routes, nothing computed per request.

The application keeps its :class:`~tiles.service.TileService` at ``app.state.tiles``.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from layers.layer import Layer
from tiles import functions, maps
from tiles.answer import asked_revision, document_answer, tile_answer
from tiles.asked import composite_answer, query_answer, tilejson_answer
from tiles.asking import actor_of, origin_of
from tiles.attending import attended
from tiles.grid import Tile
from tiles.query import read_query
from tiles.replay import offer
from tiles.service import TileService, find_layer, get_tile, tile_key
from tiles.stylesheet import layer_legend, layer_style
from tiles.tilejson import tilejson


def routes() -> list[BaseRoute]:
    """Return the routes of this room; they stand at the root of the site."""
    return [
        *functions.routes(),
        Route("/tiles/{slug}/{z:int}/{x:int}/{y:int}.{format}", tile),
        Route("/tiles/{slug}/tilejson.json", tilejson_document),
        Route("/tiles/{slug}/style.json", style_document),
        Route("/tiles/{slug}/legend.json", legend_document),
        Route("/styles/{name}.json", maps.map_document),
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
    key = tile_key(layer, place, at["format"])
    offer(request, response, layer=layer, key=key, ready=ready)
    return response


async def tilejson_document(request: Request) -> Response:
    """Serve ``GET /tiles/{slug}/tilejson.json``, of a query or of several layers too."""
    if "," in request.path_params["slug"] or read_query(request.query_params) is not None:
        return await tilejson_answer(request)
    layer = await _layer(request)
    return document_answer(request, layer, tilejson(layer, origin_of(request)))


async def style_document(request: Request) -> Response:
    """Serve ``GET /tiles/{slug}/style.json``; ``?map=`` names the whole map it is to fit."""
    layer = await _layer(request)
    return document_answer(request, layer, layer_style(layer, origin_of(request), _map(request)))


async def legend_document(request: Request) -> Response:
    """Serve ``GET /tiles/{slug}/legend.json``, in the colours of the map that ``?map=`` names."""
    layer = await _layer(request)
    items = layer_legend(layer, _map(request))
    document = {"title": layer.title, "title_en": layer.title_en, "items": items}
    return document_answer(request, layer, document)


def _map(request: Request) -> str:
    return request.query_params.get("map", "base")


def _service(request: Request) -> TileService:
    return request.app.state.tiles


async def _layer(request: Request) -> Layer:
    slug = request.path_params["slug"]
    return await find_layer(_service(request), actor_of(request), slug, asked_revision(request))
