"""Connections that see one moment of a layer, however long they read, beside whoever edits it."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final, NamedTuple

import psycopg

from gishue.core.db import Connection, transaction
from gishue.core.errors import NotFound
from layers import store
from layers.layer import Layer, LayerKind
from layers.services import Services
from tiles import archive_store
from tiles.archive_store import Seen

CONNECTIONS: Final = 2
_OPTIONS: Final = (
    "-c jit=off -c max_parallel_workers_per_gather=0 -c timezone=UTC"
    " -c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
)


class Moment(NamedTuple):
    """Connections in read-only transactions of one snapshot, and the layer as they see it."""

    readers: Sequence[Connection]
    layer: Layer
    table: str
    seen: Seen


@asynccontextmanager
async def one_moment(services: Services, slug: str) -> AsyncGenerator[Moment]:
    """Lend the connections; while they are lent nobody else makes an archive of the layer.

    Raises:
        NotFound: there is no such layer, or it has no features to be drawn.
    """
    async with transaction(services.pool) as conn:
        layer_id = (await store.by_slug(conn, slug)).id
    async with AsyncExitStack() as stack:
        readers = [
            await stack.enter_async_context(await _connect(services)) for _ in range(CONNECTIONS)
        ]
        await archive_store.take_seat(readers[0], layer_id)
        for reader in readers:
            await reader.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
            await reader.set_read_only(True)
            await stack.enter_async_context(reader.transaction())
        seen = await archive_store.see(readers[0])
        for reader in readers[1:]:
            await archive_store.see_as(reader, seen)
        layer = await store.by_slug(readers[0], slug)
        if layer.kind is not LayerKind.VECTOR or layer.table_name is None:
            raise _nothing(slug)
        yield Moment(readers, layer, layer.table_name, seen)


async def _connect(services: Services) -> Connection:
    return await psycopg.AsyncConnection.connect(
        services.url, autocommit=True, options=_OPTIONS, application_name="gishue seed"
    )


def _nothing(slug: str) -> NotFound:
    return NotFound(
        f"layer {slug!r} has no features to make tiles of",
        vi=f"lớp {slug!r} không có đối tượng để tạo ô bản đồ",
    )
