"""pygeoapi inside our process: one long-lived API, and per request a copy with the caller's slice.

pygeoapi's request functions read only the API object they are given. The copy holds the layers
that the actor may read, so an invisible layer does not exist for them.
"""

import copy
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import anyio
import anyio.to_thread
from pygeoapi.api import API, APIRequest
from starlette.datastructures import Headers, QueryParams

from gishue.core.actor import Actor
from gishue.core.errors import GishueError
from gishue.core.log import logger, pairs
from layers.snapshot import Snapshot
from ogc.asked import Asked, Form, is_collection
from ogc.config import Resource, config, resource
from ogc.kept import Bodies

_LOG = logger(__name__)
_THREADS = 8
_SLICES = 16
"""Slices kept, those asked for last; of 1,000 layers one takes about 3 MB."""

type Document = dict[str, Any]
type Operation = Callable[..., tuple[dict[str, str], int, str]]
type Slice = dict[str, Resource]


@dataclass(frozen=True, slots=True)
class Question:
    """A request as pygeoapi reads one; everything in it is already checked."""

    query_params: QueryParams
    headers: Headers
    scope: Mapping[str, Any]


@dataclass(slots=True)
class OgcService:
    """The API, its threads, the slices of the registry's generation, and ready answers."""

    api: API
    threads: anyio.CapacityLimiter
    bodies: Bodies = field(default_factory=Bodies)
    generation: int = -1
    slices: dict[str, Slice] = field(default_factory=dict[str, Slice])

    async def ask(self, asked: Asked, operation: Operation, *path: str) -> Document:
        """Return the document of a pygeoapi ``operation`` on ``path``, in the caller's slice."""
        run = partial(_run, self._view(asked), asked, operation, path)
        return await anyio.to_thread.run_sync(run, limiter=self.threads)

    def _view(self, asked: Asked) -> API:
        """Return a copy of the API that knows only what the actor may read."""
        mine = copy.copy(self.api)
        server = self.api.config["server"] | {"url": asked.base}
        resources = self._slice(asked.snapshot, asked.actor)
        mine.config = {**self.api.config, "server": server, "resources": resources}
        mine.tpl_config = mine.config
        mine.base_url = asked.base
        return mine

    def _slice(self, snapshot: Snapshot, actor: Actor) -> Slice:
        if self.generation != snapshot.generation:
            self.generation, self.slices = snapshot.generation, {}
        key = actor.scope
        found = self.slices.pop(key, None)
        if found is None:
            seen = [layer for layer in snapshot.visible(actor) if is_collection(layer)]
            found = {layer.slug: resource(layer) for layer in seen}
        self.slices[key] = found
        if len(self.slices) > _SLICES:
            del self.slices[next(iter(self.slices))]
        return found


def open_service() -> OgcService:
    """Return a new service; it takes about 0.1 s, once a process.

    pygeoapi logs every 404 as an error and sets up the root logger where nobody has; the server
    logs once, at its rim, so both are stopped here.
    """
    logging.getLogger("pygeoapi").setLevel(logging.CRITICAL)
    handlers, level = list(logging.root.handlers), logging.root.level
    api = API(config(), {})
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    return OgcService(api, anyio.CapacityLimiter(_THREADS))


def _run(mine: API, asked: Asked, operation: Operation, path: tuple[str, ...]) -> Document:
    """Call pygeoapi in a worker thread and return its document."""
    form = Form.JSONLD if asked.form is Form.JSONLD else Form.JSON
    question = Question(
        QueryParams({"f": str(form), "lang": asked.language}), Headers(), {"path": asked.path}
    )
    _, status, body = operation(mine, APIRequest(question, mine.locales), *path)
    if int(status) != 200:
        _LOG.error("pygeoapi failed %s", pairs(operation=operation.__name__, status=int(status)))
        raise GishueError("the OGC service could not describe its collections")
    return json.loads(body)
