"""A stream of server-sent events, read as it comes; httpx would wait for its end."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from fastapi import FastAPI
from starlette.types import Message

_SOON_S = 10.0


@dataclass
class Line:
    """An open stream. ``task`` is done once the application has ended it."""

    task: asyncio.Task[None] | None = None
    status: int = 0
    parts: asyncio.Queue[bytes] = field(default_factory=asyncio.Queue[bytes])

    async def until(self, word: str) -> str:
        """Return what comes up to the part that holds ``word``."""
        text = ""
        while word not in text:
            text += (await asyncio.wait_for(self.parts.get(), _SOON_S)).decode()
        return text

    async def rest(self) -> str:
        """Return what still comes until the application ends the stream."""
        assert self.task is not None
        await asyncio.wait_for(asyncio.shield(self.task), _SOON_S)
        text = ""
        while not self.parts.empty():
            text += self.parts.get_nowait().decode()
        return text


@asynccontextmanager
async def listening(
    app: FastAPI, path: str, headers: Mapping[str, str] | None = None
) -> AsyncGenerator[Line]:
    """Open the stream at ``path`` and hang up at the end of the block."""
    line = Line()
    asked = asyncio.Queue[Message]()
    asked.put_nowait({"type": "http.request", "body": b"", "more_body": False})

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            line.status = int(message["status"])
        else:
            line.parts.put_nowait(message.get("body", b""))

    given = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost"), *given],
        "client": ("127.0.0.1", 40_000),
        "server": ("localhost", 80),
    }
    line.task = asyncio.create_task(app(scope, asked.get, send))
    try:
        yield line
    finally:
        asked.put_nowait({"type": "http.disconnect"})
        line.task.cancel()
        with suppress(asyncio.CancelledError):
            await line.task
