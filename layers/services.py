"""What a process holds open: one frozen value, built at its start and passed by argument."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from gishue.core import db
from gishue.core.audit_witness import Witness, keeping
from gishue.core.blobs import Blobs, open_blobs
from gishue.core.settings import Settings
from layers.snapshot import Registry, following


def utc_now() -> datetime:
    """Return the time, aware and in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """Settings, connections, objects, the registry and the clock of one process."""

    settings: Settings
    url: str
    pool: db.Pool
    blobs: Blobs
    registry: Registry
    now: Callable[[], datetime] = utc_now

    @property
    def witness(self) -> Witness:
        """Who notes what is read, downloaded and refused in this process."""
        return self.registry.witness


@asynccontextmanager
async def open_services(
    settings: Settings, url: str, *, statement_timeout_ms: int = 0
) -> AsyncGenerator[Services]:
    """Open everything a process needs on the database at ``url``; close it at the end."""
    connections = db.pool(url, settings, statement_timeout_ms=statement_timeout_ms)
    registry = Registry()
    async with (
        connections,
        keeping(registry.witness, connections),
        following(registry, connections, url),
    ):
        yield Services(settings, url, connections, open_blobs(settings), registry)
