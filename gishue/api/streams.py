"""Streams of server-sent events: news as it comes, while whoever listens is who they were."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

import psycopg
from starlette.requests import Request
from starlette.responses import StreamingResponse

from gishue.core.actor import Actor
from gishue.core.errors import GishueError
from gishue.core.events import Event
from layers.snapshot import Registry

BEAT_S = 10.0
"""Without news a comment is sent this often: proxies keep the line open, and it is asked anew who
listens.
"""
WAITING = 200
"""News a slow page may leave unread before its line is cut; it reconnects and reloads."""

BEAT = ": beat\n\n"

type StillThem = Callable[[], Awaitable[bool]]


def answer(lines: AsyncIterator[str]) -> StreamingResponse:
    """Return the answer that sends ``lines`` as they come."""
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(lines, media_type="text/event-stream", headers=headers)


async def heard(
    registry: Registry,
    is_for_them: Callable[[Event], bool],
    is_still: StillThem,
    beat_s: float = BEAT_S,
) -> AsyncGenerator[Event | None]:
    """Yield nothing at once, then the events that are for them, and nothing when there were none.

    It ends when they are no longer who they were, or leave too much unread.
    """
    news: asyncio.Queue[Event] = asyncio.Queue(WAITING)

    def hear(event: Event) -> None:
        if is_for_them(event) and not news.full():
            news.put_nowait(event)

    registry.watchers.append(hear)
    try:
        yield None
        while not news.full():
            event = await _next(news, beat_s)
            if not await is_still():
                return
            yield event
    finally:
        registry.watchers.remove(hear)


async def _next(news: asyncio.Queue[Event], beat_s: float) -> Event | None:
    try:
        return await asyncio.wait_for(news.get(), beat_s)
    except TimeoutError:
        return None


def is_still(request: Request, actor: Actor) -> StillThem:
    """Return the question whether what ``request`` carried still makes ``actor`` who they are.

    Not so once the session has ended, the key is revoked, the account is blocked, or their roles
    are others.
    """

    async def ask() -> bool:
        if not actor.is_known:
            return True
        try:
            return await request.state.again() == actor
        except (GishueError, psycopg.Error):  # refused now, or nobody can tell
            return False

    return ask
