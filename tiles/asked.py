"""The HTTP of tiles by filter, fields or time, and of several layers in one tile."""

import asyncio
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gishue.core.errors import BadRequest
from layers.layer import Layer
from tiles.answer import Terms, asked_revisions, body_answer, joint, json_answer, terms
from tiles.asking import actor_of, origin_of
from tiles.attending import attended
from tiles.composite import check_vector, composite_tile, composite_tilejson, slugs_in
from tiles.grid import Tile
from tiles.query import TileQuery, asked_fields, check, read_query, written
from tiles.service import TileService, ask_tile, find_layer
from tiles.tilejson import tilejson


async def query_answer(
    request: Request, layer: Layer, tile: Tile, format_: str, query: TileQuery
) -> Response:
    """Return the answer to what ``query`` asks of a tile of ``layer``."""
    tiles = service_of(request)
    attend = partial(attended, request)
    ready = await ask_tile(tiles, layer, tile, query, format_=format_, attend=attend)
    response = body_answer(request, _terms(request, [layer], query), ready, format_)
    tiles.queries.counters.sent(len(response.body))
    return response


async def composite_answer(request: Request, tile: Tile, format_: str) -> Response:
    """Return the answer that carries a tile of several layers."""
    tiles = service_of(request)
    query = read_query(request.query_params)
    layers = await _layers(request)
    if format_ != "mvt":
        raise BadRequest("layers are joined as .mvt only", vi="chỉ gộp các lớp ở dạng .mvt")
    ready = await attended(request, composite_tile(tiles, layers, tile, query))
    response = body_answer(request, _terms(request, layers, query), ready, format_)
    tiles.queries.counters.sent(len(response.body))
    return response


async def tilejson_answer(request: Request) -> Response:
    """Return TileJSON that names a query, or several layers; the addresses in it carry both."""
    query = read_query(request.query_params)
    layers = await _layers(request)
    if query is not None:
        for layer in layers:
            check(layer, query)
    if len(layers) == 1:
        document = tilejson(layers[0], origin_of(request))
    else:
        document = composite_tilejson(layers, origin_of(request))
    if query is not None:
        document = _asking(document, layers, query, written(request.query_params))
    return json_answer(request, _terms(request, layers, query), document)


def _asking(
    document: dict[str, Any], layers: list[Layer], query: TileQuery, said: str
) -> dict[str, Any]:
    """Return TileJSON whose tiles are asked, and whose layers have the fields asked for."""
    shown = {layer.slug: asked_fields(layer, query) for layer in layers if query.at is None}
    described: list[dict[str, Any]] = []
    for one in document["vector_layers"]:
        fields = shown.get(one["id"].partition(":")[0])
        names = {field.name for field in fields} if fields is not None else one["fields"]
        kept = {name: kind for name, kind in one["fields"].items() if name in names}
        described.append(one | {"fields": kept})
    tiles = [f"{address}&{said}" for address in document["tiles"]]
    return document | {"tiles": tiles, "vector_layers": described}


async def _layers(request: Request) -> list[Layer]:
    """Return the layers that the address names, each as whoever asks sees it.

    Raises:
        NotFound: one of them is absent or not visible; the answer is the same.
        BadRequest: too many, one twice, or one that is none of vectors.
    """
    slugs = slugs_in(request.path_params["slug"])
    tiles, actor = service_of(request), actor_of(request)
    revisions = asked_revisions(request, len(slugs))
    found = await asyncio.gather(
        *[find_layer(tiles, actor, slug, rev) for slug, rev in zip(slugs, revisions, strict=True)]
    )
    if len(found) > 1:
        check_vector(found)
    return found


def _terms(request: Request, layers: list[Layer], query: TileQuery | None) -> Terms:
    now = service_of(request).services.now()
    revisions = asked_revisions(request, len(layers))
    return joint(
        [terms(layer, rev, query, now) for layer, rev in zip(layers, revisions, strict=True)]
    )


def service_of(request: Request) -> TileService:
    """Return the tile service of the process."""
    return request.app.state.tiles
