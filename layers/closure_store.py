"""Closures in PostgreSQL: the public list of what is not open, and those whose time is up.

The only module that runs ``layers/sql/closure.sql``. The caller opens the transaction.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from gishue.core.access import Visibility
from gishue.core.actor import Actor
from gishue.core.db import Connection
from gishue.core.errors import NotFound
from gishue.core.sql import load
from layers import closure, description, permission, store
from layers.layer import Closure, Layer

_SQL = load("layers", "closure")


class Listed(NamedTuple):
    """A closed layer as everybody may know of it; ``id`` tells nothing of its slug."""

    id: UUID
    title: str
    title_en: str
    unit: str | None
    unit_title: str
    unit_title_en: str
    reason: str
    reason_en: str
    legal_basis: str
    expires_at: datetime


async def listed(
    conn: Connection, limit: int, after: tuple[str, str] | None = None
) -> list[Listed]:
    """Return published layers that are closed for a named reason, by title.

    ``after``: title and id of the last one of the page before.
    """
    title, shown = after or (None, None)
    values = {"limit": limit, "after_title": title, "after_id": shown}
    return [Listed(*row) for row in await (await conn.execute(_SQL["listed"], values)).fetchall()]


async def slug_of(conn: Connection, closed: UUID) -> str:
    """Return the slug of the layer that stands in the public list under ``closed``.

    Raises:
        NotFound: none does.
    """
    row = await (await conn.execute(_SQL["slug_of"], {"id": closed})).fetchone()
    if row is None:
        raise NotFound(
            f"there is no closed layer {closed} in the list; read /api/v1/closed-layers again",
            vi=f"danh sách lớp chưa mở không có {closed}; hãy xem lại /api/v1/closed-layers",
        )
    return str(row[0])


async def decide(
    conn: Connection,
    layer: Layer,
    visibility: Visibility,
    said: Closure | None,
    actor: Actor,
) -> Layer:
    """Open the locked layer, close it, or keep it closed for longer; return it as it is then.

    Raises:
        ClosureMissing, InvalidInput: as ``closure.settled`` refuses.
    """
    now = description.of(layer)
    wanted = replace(now, visibility=visibility, closure=said or layer.closure)
    if visibility is Visibility.OPEN and said is None:
        wanted = replace(wanted, closure=None)
    wanted = closure.settled(wanted, layer)
    if (wanted.visibility, wanted.closure) == (layer.visibility, layer.closure):
        return layer
    await store.describe(conn, layer.id, wanted, by=actor.name)
    ends = wanted.closure.expires_at.isoformat() if wanted.closure else None
    return await permission.changed(
        conn, layer, actor, _action(layer, visibility), visibility=visibility, closed_until=ends
    )


def _action(before: Layer, visibility: Visibility) -> str:
    if visibility is Visibility.OPEN:
        return "opened"
    return "closure renewed" if before.visibility is visibility else "closed"


async def tell_expired(conn: Connection, now: datetime, actor: Actor) -> Sequence[str]:
    """Note on layers whose reason has expired that the question is open again; return their slugs.

    They stay closed until somebody decides; each is told once for each closure.
    """
    told: list[str] = []
    for (slug,) in await (await conn.execute(_SQL["expired"], {"now": now})).fetchall():
        values = {"id": await store.lock(conn, slug), "now": now}
        row = await (await conn.execute(_SQL["told"], values)).fetchone()
        if row is not None:  # else it was decided, or told, while this waited for the lock
            layer = await store.by_slug(conn, slug)
            ended = row[0].isoformat()
            await permission.changed(conn, layer, actor, "closure expired", closed_until=ended)
            told.append(layer.slug)
    return told
