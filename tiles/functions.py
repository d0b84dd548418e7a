"""The HTTP of function layers: their tiles and their TileJSON, for who may read them."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gishue.core.access import Act, Visibility, may
from gishue.core.actor import ANONYMOUS
from gishue.core.audit import Result
from layers.function_layer import FunctionLayer, no_function
from layers.function_store import of_function
from tiles.answer import Terms, body_answer, json_answer
from tiles.asking import actor_of, origin_of
from tiles.attending import attended
from tiles.function_tile import check_zoom, function_tile
from tiles.grid import Tile
from tiles.service import TileService
from tiles.tilejson import VERSION


def routes() -> list[BaseRoute]:
    """Return the routes of this module; they stand at the root of the site."""
    return [
        Route("/tiles/functions/{name}/{z:int}/{x:int}/{y:int}.mvt", tile),
        Route("/tiles/functions/{name}/tilejson.json", tilejson_document),
    ]


async def tile(request: Request) -> Response:
    """Serve ``GET /tiles/functions/{name}/{z}/{x}/{y}.mvt``."""
    at = request.path_params
    layer, queries = _layer(request), _service(request).queries
    place = Tile(at["z"], at["x"], at["y"])
    check_zoom(layer, place)
    values = layer.values(request.query_params)
    key = (
        "function",
        layer.name,
        layer.function,
        repr(values),
        str(_age(request, layer)),
        *map(str, place),
    )
    build = partial(function_tile, queries.pool, layer, place, values)
    ready = queries.functions.ready(key) or await attended(
        request, queries.functions.get(key, build)
    )
    response = body_answer(request, _terms(layer), ready, "mvt")
    queries.counters.sent(len(response.body))
    return response


async def tilejson_document(request: Request) -> Response:
    """Serve ``GET /tiles/functions/{name}/tilejson.json``; its tiles carry the parameters given."""
    layer = _layer(request)
    layer.values(request.query_params)
    names = [one.name for one in layer.parameters if one.name in request.query_params]
    said = urlencode({name: request.query_params[name] for name in names})
    address = tile_url(layer, origin_of(request)) + (f"?{said}" if said else "")
    document: dict[str, Any] = {
        "tilejson": VERSION,
        "tiles": [address],
        "name": layer.title,
        "scheme": "xyz",
        "minzoom": layer.minzoom,
        "maxzoom": layer.maxzoom,
        "vector_layers": [{"id": layer.name, "description": layer.title, "fields": {}}],
    }
    return json_answer(request, _terms(layer), document)


def tile_url(layer: FunctionLayer, origin: str) -> str:
    """Return the address of the tiles of ``layer``, with ``{z}/{x}/{y}`` left open."""
    return f"{origin}/tiles/functions/{layer.name}/{{z}}/{{x}}/{{y}}.mvt"


def _layer(request: Request) -> FunctionLayer:
    """Return the function layer that the address names, if whoever asks may read it.

    Raises:
        NotFound: it is absent or not visible; the answer is the same.
    """
    name, actor = request.path_params["name"], actor_of(request)
    services = _service(request).services
    layer = services.registry.functions.get(name)
    if layer is None:
        raise no_function(name)
    if not may(actor, Act.READ, layer):
        if actor.origin.door:  # a visitor's is not known here
            on = of_function(layer)
            services.witness.note(actor, "function.read", on, result=Result.REFUSED)
        raise no_function(name)
    if layer.visibility is Visibility.RESTRICTED:
        services.witness.note(actor, "function.read", of_function(layer))
    return layer


def _age(request: Request, layer: FunctionLayer) -> int:
    """Return which stretch of the time that an answer is kept this is."""
    return int(_service(request).services.now().timestamp()) // layer.max_age_s


def _terms(layer: FunctionLayer) -> Terms:
    is_open = may(ANONYMOUS, Act.READ, layer)
    return Terms(is_open=is_open, max_age_s=layer.max_age_s)


def _service(request: Request) -> TileService:
    return request.app.state.tiles
