"""Server-sent events for open pages: which layer changed, and to which revision."""

import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import StreamingResponse

from gishue.api import streams
from gishue.api.deps import TheActor, TheServices
from gishue.core.access import Act, Visibility, may
from gishue.core.actor import Actor
from gishue.core.bounds import Bounds
from gishue.core.events import Event
from gishue.core.mercator import degrees
from layers.services import Services

router = APIRouter(tags=["events"])

GONE: Final = "gone"
"""What is said of a layer to those who may no longer read it; of it nothing but its name."""


@router.get("/events", response_class=StreamingResponse)
async def follow(request: Request, services: TheServices, actor: TheActor) -> StreamingResponse:
    """Stream ``event: layer`` (slug, revision, bounds) and ``event: report`` (code, state).

    ``touched`` lists where an edit touched the layer (west, south, east, north; EPSG:4326) and
    ``features`` whom; null: anywhere, the whole layer is to be drawn anew.
    Of a closed layer that was theirs to read and no longer is, one is told ``action: gone``, once.
    The stream ends with the session or key, and when the rights of the account change.
    """
    return streams.answer(_lines(services, actor, streams.is_still(request, actor)))


async def _lines(
    services: Services, actor: Actor, is_still: streams.StillThem
) -> AsyncGenerator[str]:
    yield "retry: 2000\n\n"
    lent = Lent(services, actor)

    def is_for_them(event: Event) -> bool:
        return told(services, actor, event) is not None or lent.is_lost(event)

    async for event in streams.heard(services.registry, is_for_them, is_still):
        # Asked again: the layer may have been closed while the news waited.
        payload = _payload(services, actor, event, lent) if event is not None else None
        if event is None or payload is None:
            yield streams.BEAT
        else:
            yield f"event: {event.kind}\ndata: {json.dumps(payload)}\n\n"


class Lent:
    """The closed layers that one listener may read, to tell them once of each that goes."""

    def __init__(self, services: Services, actor: Actor) -> None:
        """Begin with those of now."""
        self._services = services
        self._actor = actor
        visible = services.registry.current.visible(actor)
        self._slugs = {one.slug for one in visible if one.visibility is not Visibility.OPEN}

    def is_lost(self, event: Event) -> bool:
        """Return whether ``event`` is of a layer that they could read, and no longer may."""
        slug = _slug(event)
        return slug in self._slugs and not self._is_readable(slug)

    def farewell(self, event: Event) -> Mapping[str, Any] | None:
        """Return what they hear of a layer lost; keep in mind one that they may read."""
        slug = _slug(event)
        if self.is_lost(event):
            self._slugs.remove(slug)
            return {"slug": slug, "action": GONE}
        layer = self._services.registry.current.layers.get(slug)
        if layer and layer.visibility is not Visibility.OPEN and self._is_readable(slug):
            self._slugs.add(slug)
        return None

    def _is_readable(self, slug: str) -> bool:
        layer = self._services.registry.current.layers.get(slug)
        return layer is not None and may(self._actor, Act.READ, layer)


def _slug(event: Event) -> str:
    return str(event.payload.get("slug")) if event.kind == "layer" else ""


def _payload(
    services: Services, actor: Actor, event: Event, lent: Lent
) -> Mapping[str, Any] | None:
    return lent.farewell(event) or told(services, actor, event)


def told(services: Services, actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """Return what ``actor`` may hear of ``event``; None: nothing.

    Of layers one may read, of open ones that end, and of field reports, whose list is public.
    """
    if event.kind == "report":
        return event.payload
    if event.kind != "layer":
        return None
    snapshot = services.registry.current
    layer = snapshot.layers.get(str(event.payload.get("slug")))
    payload = _plain(event.payload)
    if layer is not None and may(actor, Act.READ, layer):
        seen = snapshot.seen(actor, layer)
        kept_back = {"bounds": seen.bounds, "touched": None, "features": None}
        return payload | kept_back if seen.view.filter else payload
    ended = payload.get("action") in ("retired", "deleted")
    is_open = payload.get("visibility") == Visibility.OPEN
    # Of one that is gone nobody knows any more whose rows were kept from whom.
    return payload | {"bounds": []} if ended and is_open else None


def _plain(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the news without what only processes need."""
    told = {name: value for name, value in payload.items() if name != "edit"}
    edit: Mapping[str, Any] = payload.get("edit") or {}
    boxes = edit.get("boxes")
    touched = None if boxes is None else [degrees(Bounds(*box)) for box in boxes]
    return told | {"touched": touched, "features": edit.get("features")}
