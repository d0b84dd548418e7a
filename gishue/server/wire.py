"""The HTTP/1.1 of a connection: what is ready to be said again is said here, all else by the app.

Of a tile that is ready, four fifths of the cost were the layers between the socket and the tile:
a task, its scope, the rim and the router. A request that :mod:`gishue.server.replays` knows is
answered while its bytes are read; see ``docs/adr``.
"""

import asyncio
import time
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from gishue.server.porter import PORTER, Porter
from gishue.server.replays import ASKED, REPLAYS, Asker, Key, Replays, is_replayable, lines
from gishue.server.watch import count, request_id

_COPIED: Final = 16_384
"""A body of that many bytes costs less copied to its head than as a second buffer."""


class Wire(HttpToolsProtocol):
    """One connection of the web process."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: Any = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._replays: Replays | None = app_state.get(REPLAYS)
        self._porter: Porter | None = app_state.get(PORTER)
        self._is_trusted: bool | None = None
        self._said: list[tuple[bytes, bytes]] = []
        self._asker: Asker | None = None
        self._asked_id = b""
        self._tells_line = False
        self._own_fields: list[tuple[bytes, bytes]] = []
        self._own_lines = b""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin, and let in whoever else has come."""
        super().connection_made(transport)
        if self._porter is not None:
            self._porter.greet(self._another)

    def data_received(self, data: bytes) -> None:
        """Take what was said, in this round of the event loop or in a later one."""
        if self._porter is None or not self._porter.puts_off(self._take, data):
            super().data_received(data)

    def _take(self, data: bytes) -> None:
        if not self.transport.is_closing():
            super().data_received(data)

    def on_headers_complete(self) -> None:
        """Answer at once what can be; else start the application."""
        asker = self._who()
        key = (self.url, asker) if asker is not None else None
        if key is not None and self._is_replayed(key):
            return
        if key is not None and is_replayable(self.url):
            self.scope.setdefault("state", {})[ASKED] = key
        self._unset_keepalive_if_required()  # an answer before it, in the same bytes, began to wait
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Tell the application that the request is whole, if it has to do with it."""
        if self.cycle:
            super().on_message_complete()

    def _who(self) -> Asker | None:
        """Return who asks, if they may be answered at once and the line stays open.

        A browser says the same of itself in every request of a line: it is read once.
        """
        parser, replays = self.parser, self._replays
        if parser is None or replays is None or parser.get_method() != b"GET":
            return None
        if not parser.should_keep_alive():
            return None
        if self.headers != self._said:
            if self._is_trusted is None:
                self._is_trusted = replays.trust(self.client[0] if self.client else "")
            self._said = list(self.headers)
            self._asker = replays.asker(self._said, is_trusted=self._is_trusted)
            given = dict(self._said)
            self._asked_id = given.get(b"x-request-id", b"")
            self._tells_line = b"connection" in given
        if self._tells_line and parser.get_http_version() != "1.1":
            return None  # one of 1.0 stays open only where it says so
        return self._asker

    def _is_replayed(self, key: Key) -> bool:
        """Give the answer again that is kept under ``key``; return whether it could be.

        Not while an answer before it is under way, nor to somebody who does not read.
        """
        began, replays, cycle = time.perf_counter(), self._replays, self.cycle
        kept = replays.find(key) if replays is not None else None
        is_busy = cycle and not cycle.response_complete
        if kept is None or is_busy or self.flow.write_paused or self.transport.is_closing():
            return False
        body = kept.replay.body()
        if body is None:
            return False
        said = request_id(self._asked_id).encode()
        head = b"".join((STATUS_LINE[kept.status], self._own(), kept.head, said, b"\r\n\r\n"))
        if len(body) > _COPIED:
            self.transport.write(head)
            self.transport.write(body)  # uvloop sends both at once
        else:
            self.transport.write(head + body)
        count(kept.door, kept.status, time.perf_counter() - began)
        self._ended()
        if self._porter is not None:
            self._porter.look(self._another)
        return True

    def _another(self) -> "Wire":
        return Wire(self.config, self.server_state, self.app_state, self.loop)

    def _own(self) -> bytes:
        """Return the lines that uvicorn puts before those of an answer; new ones every second."""
        fields = self.server_state.default_headers
        if fields is not self._own_fields:
            self._own_fields = fields
            self._own_lines = lines(fields)
        return self._own_lines

    def _ended(self) -> None:
        """Do what uvicorn does at the end of an answer: wait for the next request, not forever."""
        self.server_state.total_requests += 1
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )
