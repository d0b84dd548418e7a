"""Who lets connections in while many requests are answered in one round of the event loop.

Between two rounds libuv takes one connection from a listening socket (since 1.50), however many
wait. Requests that are answered while they are read make rounds of a thousand answers: with nobody
else at the door a crowd would keep itself out, until the kernel drops who waits.

Nor does a round end while a thousand lines have something to say, up to 48 times over: tasks wait
that long, and with them who was let in. So a round has so many answers and no more: what comes
after them is put off to the next, in its order.
"""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from typing import Final

PORTER: Final = "porter"
"""Where the porter of a process stands in the state of its lifespan."""
_EVERY: Final = 16
"""Answers after which the porter looks at the door."""
_A_ROUND: Final = 1_000
"""Answers of one round of the event loop."""
_AT_ONCE: Final = 4_096
"""Connections let in at one look: as many as the kernel lets wait. Whom it drops comes late."""


class Porter:
    """Takes connections that wait at a listening socket; used by one event loop only."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._answers = 0
        self._put_off: deque[tuple[Callable[[bytes], None], bytes]] = deque()
        self._is_due = False
        self._coming: set[asyncio.Task[object]] = set()

    def look(self, protocol: Callable[[], asyncio.Protocol]) -> None:
        """Count one answer; now and then let in who waits, each with a ``protocol`` of its own."""
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._next_round)
        self._answers += 1
        if self._answers % _EVERY == 0:
            self.greet(protocol)

    def puts_off(self, take: Callable[[bytes], None], data: bytes) -> bool:
        """Return whether this round has had its answers; then a later one takes the ``data``."""
        if self._answers < _A_ROUND and not self._put_off:
            return False
        self._put_off.append((take, data))
        return True

    def _next_round(self) -> None:
        waiting = self._put_off
        self._answers, self._is_due = 0, bool(waiting)
        if waiting:
            asyncio.get_running_loop().call_soon(self._next_round)
        for _ in range(min(len(waiting), _A_ROUND)):
            take, data = waiting.popleft()
            take(data)

    def greet(self, protocol: Callable[[], asyncio.Protocol]) -> None:
        """Let in who waits: where one came, a crowd may come, sooner than rounds go by."""
        for _ in range(_AT_ONCE):
            try:
                line, _ = self._listener.accept()
            except OSError:  # nobody waits, or the socket is closed: the process stops
                return
            line.setblocking(False)
            loop = asyncio.get_running_loop()
            task = loop.create_task(loop.connect_accepted_socket(protocol, line))
            self._coming.add(task)
            task.add_done_callback(self._came)

    def _came(self, task: asyncio.Task[object]) -> None:
        self._coming.discard(task)
        if not task.cancelled():
            task.exception()  # who left meanwhile is nobody's failure
