"""The HTTP/1.1 of a connection: what is ready to be said again is said here, all else by the app.

Of a tile that is ready, four fifths of the cost were the layers between the socket and the tile:
a task, its scope, the rim and the router. A request that :mod:`gishue.server.replays` knows is
answered while its bytes are read; see ``docs/adr``.
"""

import time
from typing import Any, Final

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from gishue.server.replays import ASKED, REPLAYS, Kept, Key, Replays
from gishue.server.watch import count, request_id

_ASKED_ID: Final = b"x-request-id"


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
        self._is_trusted: bool | None = None

    def on_headers_complete(self) -> None:
        """Answer at once what can be; else start the application."""
        key = self._key()
        if key is not None and self._is_replayed(key):
            return
        if key is not None:
            self.scope.setdefault("state", {})[ASKED] = key
        self._unset_keepalive_if_required()  # an answer before it, in the same bytes, began to wait
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Tell the application that the request is whole, if it has to do with it."""
        if self.cycle:
            super().on_message_complete()

    def _key(self) -> Key | None:
        """Return the key of a request that may be answered at once and leaves the line open."""
        parser, replays = self.parser, self._replays
        if (
            parser is None
            or replays is None
            or parser.get_method() != b"GET"
            or not parser.should_keep_alive()
        ):
            return None
        if parser.get_http_version() != "1.1":
            return None
        if self._is_trusted is None:
            self._is_trusted = replays.trust(self.client[0] if self.client else "")
        return replays.key(self.url, self.headers, is_trusted=self._is_trusted)

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
        self.transport.write(b"".join((*self._head(kept), body)))
        count(kept.door, kept.status, time.perf_counter() - began)
        self._ended()
        return True

    def _head(self, kept: Kept) -> tuple[bytes, ...]:
        """Return the parts of a head in the order in which uvicorn writes them."""
        asked = next((value for name, value in self.headers if name == _ASKED_ID), b"")
        own = b"".join(b"%b: %b\r\n" % pair for pair in self.server_state.default_headers)
        id_line = b"x-request-id: %b\r\n\r\n" % request_id(asked).encode()
        return STATUS_LINE[kept.status], own, kept.head, id_line

    def _ended(self) -> None:
        """Do what uvicorn does at the end of an answer: wait for the next request, not forever."""
        self.server_state.total_requests += 1
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )
