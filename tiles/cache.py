"""Ready things in memory, bounded in bytes; what was asked for longest ago goes first."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Protocol


class Sized(Protocol):
    """What the cache keeps."""

    @property
    def size(self) -> int:
        """Bytes it takes."""
        ...


class Index[K](Protocol):
    """Who is told which keys are kept."""

    def put(self, key: K) -> None:
        """Something is kept under ``key``."""
        ...

    def drop(self, key: K) -> None:
        """Nothing is kept under ``key`` any more."""
        ...


class ByteCache[K, V: Sized]:
    """A least-recently-used cache; used by one event loop only. ``index`` hears what is kept."""

    def __init__(self, limit_bytes: int, index: Index[K] | None = None) -> None:
        self._limit = limit_bytes
        self._index = index
        self._held = 0
        self._kept: OrderedDict[K, V] = OrderedDict()

    @property
    def held_bytes(self) -> int:
        """Bytes kept now."""
        return self._held

    def __len__(self) -> int:
        return len(self._kept)

    def __iter__(self) -> Iterator[K]:
        """Yield the keys, the one asked for longest ago first."""
        return iter(self._kept)

    def limit(self, limit_bytes: int) -> None:
        """Keep at most so many bytes from now on."""
        self._limit = limit_bytes
        self._shrink()

    def get(self, key: K) -> V | None:
        """Return what is kept under ``key``, now the newest; None if nothing is."""
        value = self._kept.get(key)
        if value is not None:
            self._kept.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        """Keep ``value``, letting go of the oldest; what is larger than the cache is not kept."""
        self.drop(key)
        if value.size > self._limit:
            return
        self._kept[key] = value
        self._held += value.size
        if self._index is not None:
            self._index.put(key)
        self._shrink()

    def drop(self, key: K) -> None:
        """Forget what is kept under ``key``."""
        old = self._kept.pop(key, None)
        if old is None:
            return
        self._held -= old.size
        if self._index is not None:
            self._index.drop(key)

    def _shrink(self) -> None:
        while self._held > self._limit:
            self.drop(next(iter(self._kept)))
