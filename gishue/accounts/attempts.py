"""Sign-ins under way at the issuer, in PostgreSQL: each is taken once, by the browser that began.

The caller opens the transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gishue.accounts import secret
from gishue.core.db import Connection
from gishue.core.sql import load

_SQL = load("gishue.accounts", "attempt")

LIFE_S: Final = 600
"""Seconds in which somebody must have signed in at the issuer."""
LOGOUT_KEPT_S: Final = 1_200
"""Seconds that a logout token is remembered: longer than any is taken, clocks apart included."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What we sent to the issuer and must see again, and the page of ours to go on to."""

    state: str
    nonce: str
    code_verifier: str
    next_page: str


async def keep(conn: Connection, attempt: Attempt, browser: str, now: datetime) -> None:
    """Keep an attempt of the browser that holds the secret ``browser``; old ones go."""
    await conn.execute(_SQL["sweep"], {"now": now})
    values = {
        "state": secret.digest(attempt.state),
        "browser": secret.digest(browser),
        "nonce": attempt.nonce,
        "code_verifier": attempt.code_verifier,
        "next": attempt.next_page,
        "expires_at": now + timedelta(seconds=LIFE_S),
    }
    await conn.execute(_SQL["keep"], values)


async def take(conn: Connection, state: str, browser: str, now: datetime) -> Attempt | None:
    """Return the attempt of that state and browser, and forget it; None where there is none."""
    values = {"state": secret.digest(state), "browser": secret.digest(browser), "now": now}
    row = await (await conn.execute(_SQL["take"], values)).fetchone()
    return Attempt(state, *row) if row is not None else None


async def obey_once(conn: Connection, issuer: str, jti: str, now: datetime) -> bool:
    """Note that a logout token is obeyed; return False if it was before."""
    await conn.execute(_SQL["sweep_logouts"], {"now": now})
    until = now + timedelta(seconds=LOGOUT_KEPT_S)
    values = {"token": secret.digest(f"{issuer}\n{jti}"), "expires_at": until}
    return await (await conn.execute(_SQL["obey"], values)).fetchone() is not None
