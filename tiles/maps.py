"""Whole-map styles by HTTP: built from the registry for whoever asks, once for each snapshot.

A document that is asked for again is answered from memory; nothing is looked up in the database.
"""

import hashlib
import json
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from gishue.core.actor import ANONYMOUS, Actor
from tiles.answer import kept_answer
from tiles.asking import actor_of, origin_of
from tiles.document import KeptDocument
from tiles.service import TileService
from tiles.stylesheet import map_named, map_style


class MapKey(NamedTuple):
    """What a document is kept by: a generation of the registry, a scope of readers, an address."""

    generation: int
    scope: str
    name: str
    with_layers: bool
    origin: str


async def map_document(request: Request) -> Response:
    """Serve ``GET /styles/{name}.json``, with the layers that whoever asks may read.

    ``?layers=0`` leaves the ground alone, for pages that bring their own layers.
    """
    name = request.path_params["name"]
    map_named(name)
    with_layers = request.query_params.get("layers") != "0"
    found = _document(request, name, with_layers, actor_of(request))
    return kept_answer(request, found.body, found.digest, is_public=found.is_public)


def _document(request: Request, name: str, with_layers: bool, actor: Actor) -> KeptDocument:
    tiles: TileService = request.app.state.tiles
    snapshot = tiles.services.registry.current
    key = MapKey(snapshot.generation, actor.scope, name, with_layers, origin_of(request))
    found = tiles.documents.get(key)
    if found is None:
        drawn = map_style(name, snapshot.visible(actor), key.origin, with_layers=with_layers)
        body = json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).encode()
        digest = hashlib.blake2b(body, digest_size=10).hexdigest()
        is_public = actor.scope == ANONYMOUS.scope or (
            body == _document(request, name, with_layers, ANONYMOUS).body
        )
        found = KeptDocument(body, digest, is_public)
        tiles.documents.put(key, found)
    return found
