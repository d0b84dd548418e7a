"""Units and keys for tests, through the accounts room."""

from datetime import UTC, datetime, timedelta

from gishue.accounts import keys, units
from gishue.accounts.unit import Unit
from gishue.core.actor import UNLIMITED, Actor, ActorKind, Limits, Role
from gishue.core.db import Connection


async def add_unit(conn: Connection, code: str, title: str = "") -> None:
    """Add a department."""
    await units.put(conn, Unit(code, title or code))


async def add_key(
    conn: Connection,
    role: Role,
    unit: str | None,
    name: str = "lgsp",
    limits: Limits = UNLIMITED,
) -> str:
    """Return the text of a new key that lives a day."""
    expires_at = datetime.now(UTC) + timedelta(days=1)
    return await keys.add(conn, name, role=role, unit=unit, expires_at=expires_at, limits=limits)


def staff(name: str, number: int, unit: str, role: Role = Role.VIEWER) -> Actor:
    """Return somebody with one role in one unit, as a door would recognise them."""
    return Actor(ActorKind.ACCOUNT, name, number, unit, {unit: role})
