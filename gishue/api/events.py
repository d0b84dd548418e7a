"""Server-sent events for open pages: which layer changed, and to which revision."""

import asyncio
import json
from collections.abc import AsyncGenerator

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from gishue.api.deps import TheActor, TheServices
from gishue.core.access import Act, Visibility, may
from gishue.core.actor import Actor
from gishue.core.events import Event
from layers.services import Services

router = APIRouter(tags=["events"])

BEAT_S = 15.0
"""A comment is sent this often, so that proxies keep the line open."""
WAITING = 200
"""News a slow page may leave unread before its line is cut; it reconnects and reloads."""


@router.get("/events", response_class=StreamingResponse)
async def follow(services: TheServices, actor: TheActor) -> StreamingResponse:
    """Stream ``event: layer`` (slug, revision, bounds) and ``event: report`` (code, state)."""
    return StreamingResponse(
        _stream(services, actor),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def _stream(services: Services, actor: Actor) -> AsyncGenerator[str]:
    news: asyncio.Queue[Event] = asyncio.Queue(WAITING)

    def hear(event: Event) -> None:
        if not news.full():
            news.put_nowait(event)

    services.registry.watchers.append(hear)
    try:
        yield "retry: 2000\n\n"
        while not news.full():
            try:
                event = await asyncio.wait_for(news.get(), BEAT_S)
            except TimeoutError:
                yield ": beat\n\n"
                continue
            if is_for(services, actor, event):
                yield f"event: {event.kind}\ndata: {json.dumps(event.payload)}\n\n"
    finally:
        services.registry.watchers.remove(hear)


def is_for(services: Services, actor: Actor, event: Event) -> bool:
    """Return whether ``actor`` may hear of ``event``.

    Of layers one may read, of open ones that end, and of field reports, whose list is public.
    """
    if event.kind == "report":
        return True
    if event.kind != "layer":
        return False
    layer = services.registry.current.layers.get(str(event.payload.get("slug")))
    if layer is not None and may(actor, Act.READ, layer):
        return True
    ended = event.payload.get("action") in ("retired", "deleted")
    return ended and event.payload.get("visibility") == Visibility.OPEN
