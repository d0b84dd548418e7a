"""Work that ends when whoever asked for it has left."""

import asyncio
from collections.abc import Awaitable
from typing import Final

from starlette.requests import Request

from gishue.core.errors import BadRequest

_PAUSE_S: Final = 0.05


async def attended[T](request: Request, work: Awaitable[T]) -> T:
    """Return what ``work`` brings; cancel it when the client is gone.

    Raises:
        BadRequest: the client is gone; nobody reads this.
    """
    task = asyncio.ensure_future(work)
    gone = asyncio.create_task(_left(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise BadRequest("the request broke off", vi="yêu cầu bị ngắt giữa chừng")
    finally:
        gone.cancel()
        task.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _left(request: Request) -> None:
    # What comes without end must not hold the loop.
    while (await request.receive())["type"] != "http.disconnect":  # noqa: ASYNC110
        await asyncio.sleep(_PAUSE_S)
