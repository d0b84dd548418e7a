"""Shares in PostgreSQL. The only module that runs ``layers/sql/share.sql``.

The caller opens the transaction and has asked ``may_share``.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from gishue.core.access import Act
from gishue.core.actor import Actor
from gishue.core.db import Connection
from gishue.core.errors import InvalidInput, NotFound
from gishue.core.sql import load
from layers import permission, sharing
from layers.layer import Layer
from layers.sharing import Grant, Wish

_SQL = load("layers", "share")


async def grants(conn: Connection, layer: Layer) -> list[Grant]:
    """Return the shares of ``layer`` that are in force, the oldest first."""
    cur = await conn.execute(_SQL["grants"], {"id": layer.id})
    return [_grant(row) for row in await cur.fetchall()]


async def given(conn: Connection, layers: Iterable[Layer]) -> list[tuple[str, Grant]]:
    """Return the shares of all these layers that are in force, each with its layer's slug."""
    cur = await conn.execute(_SQL["given"], {"ids": [layer.id for layer in layers]})
    return [(row[0], _grant(row[1:])) for row in await cur.fetchall()]


async def give(conn: Connection, layer: Layer, wish: Wish, actor: Actor, now: datetime) -> Grant:
    """Share the locked layer as ``wish`` says, and tell every process.

    Raises:
        InvalidInput: it cannot be shared so, or there is no such unit.
    """
    acts, ends_at = sharing.acts_of(wish.acts), sharing.end_of(wish.until, now)
    sharing.check(wish, layer.unit, has_area=await _has_area(conn, wish.unit))
    values: dict[str, Any] = {
        "id": layer.id,
        "unit": wish.unit,
        "acts": sorted(acts),
        "within_area": wish.within_area,
        "ends_at": ends_at,
        "by": actor.name,
    }
    row = await (await conn.execute(_SQL["give"], values)).fetchone()
    if row is None:
        raise RuntimeError("the share was not written")
    detail: dict[str, Any] = {"unit": wish.unit, "acts": sorted(acts), "until": ends_at.isoformat()}
    await permission.changed(conn, layer, actor, "shared", **detail, share=row[0])
    return next(grant for grant in await grants(conn, layer) if grant.id == row[0])


async def revoke(conn: Connection, layer: Layer, share: int, actor: Actor) -> None:
    """End a share of the locked layer now, and tell every process.

    Raises:
        NotFound: no share in force has that number.
    """
    values = {"id": layer.id, "share": share, "unit": None, "by": actor.name}
    if not await _revoke(conn, layer, actor, values):
        raise NotFound(
            f"layer {layer.slug!r} has no share {share} in force",
            vi=f"lớp {layer.slug!r} không có chia sẻ {share} đang hiệu lực",
        )


async def revoke_unit(conn: Connection, layer: Layer, unit: str, actor: Actor) -> None:
    """End every share of the locked layer with ``unit`` now.

    Raises:
        NotFound: the layer is not shared with it.
    """
    values = {"id": layer.id, "share": None, "unit": unit, "by": actor.name}
    if not await _revoke(conn, layer, actor, values):
        raise NotFound(
            f"layer {layer.slug!r} is not shared with unit {unit!r}",
            vi=f"lớp {layer.slug!r} không được chia sẻ với đơn vị {unit!r}",
        )


async def _revoke(
    conn: Connection, layer: Layer, actor: Actor, values: dict[str, Any]
) -> Sequence[Any]:
    rows = await (await conn.execute(_SQL["revoke"], values)).fetchall()
    if rows:
        shares, units = [row[0] for row in rows], sorted({row[1] for row in rows})
        await permission.changed(
            conn, layer, actor, "share revoked", shares=shares, unit=", ".join(units)
        )
    return rows


async def _has_area(conn: Connection, unit: str) -> bool:
    row = await (await conn.execute(_SQL["unit"], {"unit": unit})).fetchone()
    if row is None:
        raise InvalidInput(f"there is no unit {unit!r}", vi=f"không có đơn vị {unit!r}")
    return bool(row[0])


def _grant(row: Sequence[Any]) -> Grant:
    number, unit, title, title_en, acts, *others = row
    return Grant(number, unit, title, title_en, tuple(map(Act, acts)), *others)
