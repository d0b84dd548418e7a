"""Who may build a tile: one flight a tile, few at once, a bounded queue, the rest refused at once.

A queue that grows without end serves everybody late; a refusal in a millisecond, with a word when
to come again, keeps those who are in quick.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from gishue.core.errors import Busy
from tiles.cache import ByteCache, Sized


class Counted(Protocol):
    """What the guard tells about its work."""

    def built(self, seconds: float) -> None:
        """One was built in that time, its waiting included."""
        ...

    def cached(self) -> None:
        """One was ready in memory."""
        ...

    def shed(self) -> None:
        """One was refused."""
        ...


class TileGuard[K, V: Sized]:
    """A cache, and before each miss: one builder a key, ``building`` at once, ``waiting`` in all.

    A flight stores its result only while it is still the registered one of its key, so what
    ``forget`` was called for is never cached afterwards.
    """

    def __init__(
        self,
        cache: ByteCache[K, V],
        counted: Counted,
        *,
        building: int,
        waiting: int,
        timeout_s: float,
    ) -> None:
        self._cache = cache
        self._counted = counted
        self._gate = asyncio.Semaphore(building)
        self._waiting = waiting
        self._timeout_s = timeout_s
        self._flights: dict[K, asyncio.Task[V]] = {}
        self._waiters: dict[asyncio.Task[V], int] = {}

    def ready(self, key: K) -> V | None:
        """Return what is ready under ``key``, or None."""
        value = self._cache.get(key)
        if value is not None:
            self._counted.cached()
        return value

    def peek(self, key: K) -> V | None:
        """Return what is ready under ``key``, or None; the caller counts what comes of it."""
        return self._cache.get(key)

    async def get(self, key: K, build: Callable[[], Awaitable[V]]) -> V:
        """Return what is ready under ``key``, or have it built, by us or by whoever came first.

        Raises:
            Busy: too many are under way, or this one took too long.
        """
        ready = self.ready(key)
        if ready is not None:
            return ready
        flight = self._flights.get(key) or self._start(key, build)
        self._waiters[flight] = self._waiters.get(flight, 0) + 1
        try:
            # One visitor who leaves does not stop what others wait for.
            return await asyncio.wait_for(asyncio.shield(flight), self._timeout_s)
        except TimeoutError:
            self._counted.shed()
            raise _busy() from None
        except asyncio.CancelledError:
            if self._waiters[flight] == 1:
                self._stop(key, flight)
            raise
        finally:
            self._leave(flight)

    def forget(self, key: K) -> None:
        """Drop what is kept or being built under ``key``."""
        self._cache.drop(key)
        self._flights.pop(key, None)

    def kept(self) -> list[K]:
        """Return the keys of what is ready."""
        return list(self._cache)

    def flying(self) -> list[K]:
        """Return the keys that are being built."""
        return list(self._flights)

    @property
    def under_way(self) -> int:
        """How many are being built or wait for it."""
        return len(self._flights)

    def _leave(self, flight: asyncio.Task[V]) -> None:
        self._waiters[flight] -= 1
        if not self._waiters[flight]:
            del self._waiters[flight]

    def _stop(self, key: K, flight: asyncio.Task[V]) -> None:
        """End a flight that nobody waits for any more: its statement ends with it."""
        if self._flights.get(key) is flight:
            del self._flights[key]
        flight.cancel()

    def _start(self, key: K, build: Callable[[], Awaitable[V]]) -> asyncio.Task[V]:
        if len(self._flights) >= self._waiting:
            self._counted.shed()
            raise _busy()
        flight = asyncio.create_task(self._fly(key, build))
        self._flights[key] = flight
        flight.add_done_callback(_look)
        return flight

    async def _fly(self, key: K, build: Callable[[], Awaitable[V]]) -> V:
        clock = asyncio.get_running_loop().time
        start = clock()
        me = asyncio.current_task()
        try:
            async with self._gate:
                value = await build()
            if self._flights.get(key) is me:
                self._cache.put(key, value)
            self._counted.built(clock() - start)
            return value
        finally:
            if self._flights.get(key) is me:
                del self._flights[key]


def _look(flight: asyncio.Task[object]) -> None:
    """Look at the result, so that a failure nobody waits for is not reported as forgotten."""
    if not flight.cancelled():
        flight.exception()


def _busy() -> Busy:
    return Busy(
        "too many tiles are being made just now; try again in two seconds",
        vi="đang có quá nhiều ô bản đồ được tạo; hãy thử lại sau hai giây",
    )
