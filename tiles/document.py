"""A JSON document that is ready to leave, and who may keep it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """A ready document. ``is_public``: everybody is told the same."""

    body: bytes
    digest: str
    is_public: bool

    @property
    def size(self) -> int:
        """Bytes it takes, with its key."""
        return len(self.body) + 500
