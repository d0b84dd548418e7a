"""The light tile application on two sockets: one that gives answers again, one that never does.

Both stand on one application, so whatever they answer differently comes from giving it again.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from gishue.core.settings import Settings
from gishue.server.edges import Edges
from gishue.server.listening import configured, listen
from gishue.server.middleware import Rim
from tests.support.settings import settings_in
from tiles.app import make_app
from tiles.service import TileService


@dataclass(frozen=True)
class Answer:
    """One answer as it came over the wire; names of fields are in small letters."""

    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes

    def __getitem__(self, name: str) -> str:
        """Return a field that the answer has once."""
        (found,) = [value for said, value in self.fields if said == name]
        return found

    def alike(self) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
        """Return all that two answers to one request have in common."""
        own = {"date", "x-request-id", "ratelimit"}
        return self.status, tuple(pair for pair in self.fields if pair[0] not in own), self.body


@dataclass
class Line:
    """An open connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, path: str, *fields: tuple[str, str], method: str = "GET") -> Answer:
        self.writer.write(request(path, *fields, method=method))
        return await self.answer(method)

    async def answer(self, method: str = "GET") -> Answer:
        """Read the next answer."""
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 20)).decode("latin-1")
        first, *lines = head.removesuffix("\r\n\r\n").split("\r\n")
        pairs = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
        status = int(first.split(" ")[1])
        is_bare = method == "HEAD" or status in (204, 304)
        size = 0 if is_bare else int(dict(pairs)["content-length"])
        body = await asyncio.wait_for(self.reader.readexactly(size), 20)
        return Answer(status, tuple(pairs), body)

    async def is_closed(self) -> bool:
        """Wait a moment for the end of the line."""
        try:
            return await asyncio.wait_for(self.reader.read(1), 2) == b""
        except TimeoutError:
            return False


def request(
    path: str, *fields: tuple[str, str], method: str = "GET", version: str = "1.1"
) -> bytes:
    """Return a request as it is sent; ``host`` is said unless the fields say one."""
    said = list(fields)
    if not any(name.lower() == "host" for name, _ in said):
        said.insert(0, ("host", "localhost"))
    lines = [f"{method} {path} HTTP/{version}", *(f"{name}: {value}" for name, value in said)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


@dataclass
class Wires:
    """A served application; ``passed`` counts the requests that reached it."""

    app: Starlette
    quick: int
    slow: int
    servers: list[uvicorn.Server] = field(default_factory=list[uvicorn.Server])
    passed: int = 0

    @property
    def tiles(self) -> TileService:
        return self.app.state.tiles

    async def reload(self) -> None:
        """Have the process know what the database holds now."""
        services = self.tiles.services
        await services.registry.reload(services.pool)

    @asynccontextmanager
    async def line(self, *, is_quick: bool = True) -> AsyncGenerator[Line]:
        """Open a connection."""
        port = self.quick if is_quick else self.slow
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            yield Line(reader, writer)
        finally:
            writer.close()

    async def both(self, path: str, *fields: tuple[str, str], method: str = "GET") -> Answer:
        """Ask both, and return what they answer alike."""
        async with self.line() as quick, self.line(is_quick=False) as slow:
            given = await quick.ask(path, *fields, method=method)
            wanted = await slow.ask(path, *fields, method=method)
        assert given.alike() == wanted.alike()
        return given

    async def is_replayed(self, path: str, *fields: tuple[str, str]) -> bool:
        """Return whether the request is answered without the application."""
        before = self.passed
        async with self.line() as line:
            await line.ask(path, *fields)
        return self.passed == before


@asynccontextmanager
async def open_wires(
    url: str, folder: Path, host: str = "127.0.0.1", **said: Any
) -> AsyncGenerator[Wires]:
    """Serve the tiles of the database at ``url``, with the settings ``said``."""
    settings = settings_in(folder, **said)
    app = make_app(settings, url, [Middleware(Rim, Edges.of(settings))])
    with listen(host, 0) as one, listen(host, 0) as other:
        wires = Wires(app, one.getsockname()[1], other.getsockname()[1])
        async with _served(_counting(app, wires), settings, wires, (one, other)):
            yield wires


def _counting(app: ASGIApp, wires: Wires) -> ASGIApp:
    async def around(scope: Scope, receive: Receive, send: Send) -> None:
        wires.passed += scope["type"] == "http"
        await app(scope, receive, send)

    return around


@asynccontextmanager
async def _served(
    app: ASGIApp, settings: Settings, wires: Wires, listeners: Sequence[socket.socket]
) -> AsyncGenerator[None]:
    quick = configured(app, settings)
    slow = configured(app, settings)
    slow.lifespan = "off"  # what is given again is handed over when the process starts
    wires.servers = [uvicorn.Server(quick), uvicorn.Server(slow)]
    running: list[asyncio.Task[None]] = []
    for server, listener in zip(wires.servers, listeners, strict=True):
        running.append(asyncio.create_task(server.serve([listener])))
        while not server.started:
            await asyncio.sleep(0.02)
    try:
        yield
    finally:
        for server, task in reversed(list(zip(wires.servers, running, strict=True))):
            server.should_exit = True
            await task
