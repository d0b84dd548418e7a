"""Keys of programs in PostgreSQL. The caller opens the transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from gishue.accounts import secret
from gishue.core import audit
from gishue.core.access import Act
from gishue.core.actor import OPERATOR, UNLIMITED, WHOLE_CITY, Actor, ActorKind, Limits, Role
from gishue.core.audit import Object
from gishue.core.db import Connection
from gishue.core.errors import NotFound, NotSignedIn
from gishue.core.sql import load

_SQL = load("gishue.accounts", "key")


@dataclass(frozen=True, slots=True)
class Key:
    """An API key as lists show it; the secret is not kept."""

    id: str
    name: str
    unit: str | None
    role: Role
    layers: list[str] | None
    acts: list[str] | None
    rate_per_minute: int | None
    made_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    maker_left: bool
    """Whether its maker could make it no more: blocked, without the role, or a revoked key."""


class Bearer(NamedTuple):
    """Who stands behind a key, and how often it may ask; None: as often as anybody."""

    actor: Actor
    key_id: str
    rate_per_minute: int | None


async def add(
    conn: Connection,
    name: str,
    *,
    role: Role,
    unit: str | None,
    expires_at: datetime,
    limits: Limits = UNLIMITED,
    rate_per_minute: int | None = None,
    by: Actor = OPERATOR,
) -> str:
    """Add an API key and return its text, shown this once."""
    key = secret.new_key()
    values = {"id": key.id, "secret": key.secret_sha256, "name": name, "unit": unit, "role": role}
    values |= {"layers": _listed(limits.layers), "acts": _listed(limits.acts)}
    values |= {"rate_per_minute": rate_per_minute, "made_by": by.name, "expires_at": expires_at}
    values |= {"made_by_account": by.account_id, "made_by_key": by.key_id}
    await conn.execute(_SQL["add"], values)
    said = {"name": name, "role": str(role), "rate_per_minute": rate_per_minute}
    said |= {"layers": _listed(limits.layers), "acts": _listed(limits.acts)}
    await audit.record(conn, by, "key.make", Object("key", key.id, unit), said)
    return key.text


async def all_keys(conn: Connection) -> list[Key]:
    """Return every key ever given, without secrets, the oldest first."""
    return await _keys(conn, everywhere=True)


async def visible_keys(conn: Connection, actor: Actor) -> list[Key]:
    """Return the keys of the units that ``actor`` administers, the oldest first."""
    units = actor.units(Role.UNIT_ADMIN)
    return await _keys(conn, everywhere=actor.is_admin, units=units)


async def revoke(conn: Connection, key_id: str, actor: Actor) -> None:
    """End a key of a unit that ``actor`` administers; it is written into the audit.

    Raises:
        NotFound: there is no such live key.
    """
    values = {"id": key_id, "all": actor.is_admin, "units": actor.units(Role.UNIT_ADMIN)}
    row = await (await conn.execute(_SQL["revoke"], values)).fetchone()
    if row is None:
        raise NotFound(f"there is no live key {key_id!r}", vi=f"không có khóa {key_id!r}")
    await audit.record(conn, actor, "key.revoke", Object("key", key_id, row[0]))


async def bearer(conn: Connection, text: str, now: datetime) -> Bearer:
    """Return the program behind a key's text, and note that the key is in use.

    Raises:
        NotSignedIn: not a key of ours, or one that is revoked or expired.
    """
    parts = secret.split_key(text)
    if parts is not None:
        row = await (await conn.execute(_SQL["find"], {"id": parts[0], "now": now})).fetchone()
        if row is not None and secret.is_secret(bytes(row[0]), parts[1]):
            if row[7]:
                await conn.execute(_SQL["used"], {"id": parts[0], "now": now})
            return Bearer(_actor(row, parts[0]), parts[0], row[6])
    raise NotSignedIn(
        "the key is wrong, expired or revoked; ask for a new one",
        vi="khóa truy cập sai, đã hết hạn hoặc bị thu hồi; hãy xin khóa mới",
    )


async def living(conn: Connection, key_id: str, now: datetime) -> Actor | None:
    """Return the program that a key stands for now; None where it is revoked or expired."""
    row = await (await conn.execute(_SQL["find"], {"id": key_id, "now": now})).fetchone()
    return _actor(row, key_id) if row is not None else None


async def claimed(conn: Connection, text: str) -> Object:
    """Return the key whose text somebody sent, living or not; nameless if there is none."""
    parts = secret.split_key(text)
    if parts is not None:
        row = await (await conn.execute(_SQL["unit_of"], {"id": parts[0]})).fetchone()
        if row is not None:
            return Object("key", parts[0], row[0])
    return Object("key")


def _actor(row: Sequence[Any], key_id: str) -> Actor:
    _, name, unit, role, layers, acts, _, _, below = row
    held = Role(role)
    of_no_unit = unit is None or held is Role.CITY_ADMIN
    roles = dict.fromkeys([WHOLE_CITY] if of_no_unit else below, held)
    limits = Limits(
        None if layers is None else frozenset(layers),
        None if acts is None else frozenset(map(Act, acts)),
    )
    return Actor(ActorKind.KEY, name, None, unit, roles, limits, key_id)


async def _keys(conn: Connection, *, everywhere: bool, units: Sequence[str] = ()) -> list[Key]:
    values = {"all": everywhere, "units": list(units)}
    rows = await (await conn.execute(_SQL["all"], values)).fetchall()
    return [_key(row) for row in rows]


def _key(row: Sequence[Any]) -> Key:
    values = list(row)
    values[3] = Role(values[3])
    return Key(*values)


def _listed(names: Collection[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)
