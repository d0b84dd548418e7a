"""Server-sent events for open pages: which layer changed, and to which revision."""

import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import StreamingResponse

from gishue.api import streams
from gishue.api.deps import TheActor, TheServices
from gishue.core.access import Act, Visibility, may
from gishue.core.actor import Actor
from gishue.core.events import Event
from layers.services import Services

router = APIRouter(tags=["events"])


@router.get("/events", response_class=StreamingResponse)
async def follow(request: Request, services: TheServices, actor: TheActor) -> StreamingResponse:
    """Stream ``event: layer`` (slug, revision, bounds) and ``event: report`` (code, state).

    The stream ends with the session or key, and when the rights of the account change.
    """
    return streams.answer(_lines(services, actor, streams.is_still(request, actor)))


async def _lines(
    services: Services, actor: Actor, is_still: streams.StillThem
) -> AsyncGenerator[str]:
    def is_for_them(event: Event) -> bool:
        return told(services, actor, event) is not None

    yield "retry: 2000\n\n"
    async for event in streams.heard(services.registry, is_for_them, is_still):
        # Asked again: the layer may have been closed while the news waited.
        payload = told(services, actor, event) if event is not None else None
        if event is None or payload is None:
            yield streams.BEAT
        else:
            yield f"event: {event.kind}\ndata: {json.dumps(payload)}\n\n"


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
    if layer is not None and may(actor, Act.READ, layer):
        seen = snapshot.seen(actor, layer)
        return event.payload | {"bounds": seen.bounds} if seen.view.filter else event.payload
    ended = event.payload.get("action") in ("retired", "deleted")
    is_open = event.payload.get("visibility") == Visibility.OPEN
    # Of one that is gone nobody knows any more whose rows were kept from whom.
    return event.payload | {"bounds": []} if ended and is_open else None
