"""Ready answers, kept for one generation of the registry and within a bound of memory."""

from collections.abc import Hashable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Bodies:
    """Bodies by key; all are forgotten when the registry moves on or the bound is reached.

    A key holds everything the body depends on: what the actor may read, language, form, address.
    """

    most_bytes: int = 32 << 20
    generation: int = -1
    held: dict[Hashable, bytes] = field(default_factory=dict[Hashable, bytes])
    size_bytes: int = 0

    def get(self, generation: int, key: Hashable) -> bytes | None:
        """Return the body of ``key`` if it was made in this generation."""
        return self.held.get(key) if self.generation == generation else None

    def put(self, generation: int, key: Hashable, body: bytes) -> None:
        """Keep a body made from the snapshot of ``generation``; an outdated one is not kept."""
        if generation < self.generation:
            return
        if generation > self.generation or self.size_bytes + len(body) > self.most_bytes:
            self.generation, self.held, self.size_bytes = generation, {}, 0
        if len(body) <= self.most_bytes and key not in self.held:
            self.held[key] = body
            self.size_bytes += len(body)
