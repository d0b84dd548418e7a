"""Sessions of browsers in PostgreSQL. The caller opens the transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gishue.accounts import secret
from gishue.accounts.account import actor_for
from gishue.core.actor import Actor
from gishue.core.db import Connection
from gishue.core.errors import NotSignedIn
from gishue.core.sql import load

_SQL = load("gishue.accounts", "session")


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser: who it is, and the token its unsafe requests must repeat."""

    actor: Actor
    csrf: str


@dataclass(frozen=True, slots=True)
class SignOn:
    """The session at the issuer that a session here was opened from."""

    issuer: str
    sid: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: ``token`` goes into the cookie and nowhere else."""

    token: str
    csrf: str
    expires_at: datetime


async def open_(
    conn: Connection, account_id: int, now: datetime, hours: int, sign_on: SignOn | None = None
) -> Opened:
    """Open a session for an account."""
    opened = Opened(secret.new_token(), secret.new_token(), now + timedelta(hours=hours))
    values = {
        "token": secret.digest(opened.token),
        "account_id": account_id,
        "csrf": opened.csrf,
        "now": now,
        "expires_at": opened.expires_at,
        "unit": None,
        "issuer": sign_on.issuer if sign_on else None,
        "sid": sign_on.sid if sign_on else None,
    }
    await conn.execute(_SQL["open"], values)
    return opened


async def find(
    conn: Connection, token: str, now: datetime, idle_minutes: int, *, is_use: bool = True
) -> Session | None:
    """Return the live session of a cookie, or None; ``is_use`` keeps it alive."""
    hashed = secret.digest(token)
    values = {"token": hashed, "now": now, "idle_since": now - timedelta(minutes=idle_minutes)}
    row = await (await conn.execute(_SQL["find"], values)).fetchone()
    if row is None:
        return None
    if is_use and now - row[4] > timedelta(minutes=1):
        await conn.execute(_SQL["touch"], {"token": hashed, "now": now})
    return Session(actor_for(row[0], row[1], row[2], row[5]), row[3])


async def rotate(conn: Connection, token: str, now: datetime, unit: str | None) -> Opened:
    """Go on under a new token, acting for ``unit``; the old token opens nothing any more.

    Raises:
        NotSignedIn: the session has ended.
    """
    fresh, csrf = secret.new_token(), secret.new_token()
    values = {"token": secret.digest(token), "fresh": secret.digest(fresh), "csrf": csrf}
    row = await (await conn.execute(_SQL["rotate"], values | {"unit": unit, "now": now})).fetchone()
    if row is None:
        raise NotSignedIn("sign in first", vi="hãy đăng nhập trước")
    return Opened(fresh, csrf, row[0])


async def close(conn: Connection, token: str) -> SignOn | None:
    """End the session of a cookie; return where it was signed on, to sign out there too."""
    values = {"token": secret.digest(token)}
    row = await (await conn.execute(_SQL["close"], values)).fetchone()
    return SignOn(row[0], row[1]) if row is not None and row[0] is not None else None


async def close_signed_on(
    conn: Connection, issuer: str, subject: str | None, sid: str | None
) -> int:
    """End the sessions opened from one session at the issuer, or from all of a subject's.

    Returns how many ended.
    """
    values = {"issuer": issuer, "subject": subject, "sid": sid}
    statement = _SQL["close_subject"] if sid is None else _SQL["close_sid"]
    return (await conn.execute(statement, values)).rowcount


async def sweep(conn: Connection, now: datetime) -> int:
    """Forget the sessions that have ended; return how many."""
    return (await conn.execute(_SQL["sweep"], {"now": now})).rowcount
