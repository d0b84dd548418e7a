"""Reading the audit: by whom, of what, when; only what the reader administers."""

from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from gishue.core import audit_chain
from gishue.core.actor import Actor, Role
from gishue.core.audit_chain import Link
from gishue.core.db import Connection, Pool, transaction
from gishue.core.sql import load

_SQL = load("gishue.core", "audit")
_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries; None: whichever. ``act`` is a word or the part before its dot.

    ``before`` and ``after`` bound the number, ``since`` and ``until`` the time of the act.
    """

    actor: str | None = None
    unit: str | None = None
    act: str | None = None
    object: str | None = None
    result: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    after: int | None = None


def before(asked: Asked, seq: int) -> Asked:
    """Return the same question about entries before that number."""
    return replace(asked, before=seq)


def after(asked: Asked, seq: int) -> Asked:
    """Return the same question about entries after that number."""
    return replace(asked, after=seq)


async def page(conn: Connection, reader: Actor, asked: Asked, limit: int) -> list[Link]:
    """Return the newest entries that ``reader`` may see: of the units they administer.

    Those are what people of the unit did, and what anybody did to what the unit owns.
    """
    values: dict[str, Any] = asdict(asked) | {"limit": limit, "everywhere": reader.is_admin}
    values["units"] = reader.units(Role.UNIT_ADMIN)
    # Planned anew each time: which index serves depends on what is asked.
    cur = await conn.execute(_SQL["page"], values, prepare=False)
    return [audit_chain.read_link(row) for row in await cur.fetchall()]


async def every(pool: Pool, reader: Actor, asked: Asked) -> AsyncIterator[Link]:
    """Yield all such entries, the newest first, a thousand in memory at once."""
    while True:
        async with transaction(pool) as conn:
            found = await page(conn, reader, asked, _AT_ONCE)
        for link in found:
            yield link
        if len(found) < _AT_ONCE:
            return
        asked = before(asked, found[-1].sealed.seq)
