"""Accounts, sessions and keys in PostgreSQL. The caller opens the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import anyio

from gishue.accounts import secret
from gishue.accounts.account import (
    Account,
    WrongPassword,
    actor_for,
    check_name,
    check_password,
    read_roles,
)
from gishue.core.actor import Actor, ActorKind, Role
from gishue.core.db import Connection
from gishue.core.errors import Conflict, NotFound, NotSignedIn
from gishue.core.sql import load

_SQL = load("gishue.accounts", "account")

FAILURES = 8
"""Wrong passwords in a row after which an account rests."""
LOCK_S = 300


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser: who it is, and the token its unsafe requests must repeat."""

    actor: Actor
    csrf: str


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A new session: ``token`` goes into the cookie and nowhere else."""

    session: Session
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Key:
    """An API key as lists show it; the secret is not kept."""

    id: str
    name: str
    unit: str | None
    roles: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


async def add(
    conn: Connection,
    name: str,
    password: str,
    *,
    display: str = "",
    unit: str | None = None,
    roles: Sequence[Role] = (Role.VIEWER,),
) -> int:
    """Add an account and return its id.

    Raises:
        Conflict: the name is taken.
        InvalidInput: the name or the password breaks the rules.
    """
    check_name(name)
    hashed = await anyio.to_thread.run_sync(secret.hash_password, check_password(password))
    values = {"name": name, "display": display or name, "unit": unit, "password_hash": hashed}
    row = await (await conn.execute(_SQL["add"], values | {"roles": list(roles)})).fetchone()
    if row is None:
        raise Conflict(f"an account {name!r} exists", vi=f"tài khoản {name!r} đã tồn tại")
    return int(row[0])


async def has_administrator(conn: Connection) -> bool:
    """Return whether anybody can administer this instance."""
    return await (await conn.execute(_SQL["any"])).fetchone() is not None


async def all_accounts(conn: Connection) -> list[Account]:
    """Return every account, by name."""
    rows = await (await conn.execute(_SQL["all"])).fetchall()
    return [Account(row[0], row[1], row[2], row[3], read_roles(row[4]), row[5]) for row in rows]


async def set_password(conn: Connection, name: str, password: str) -> None:
    """Give an account another password.

    Raises:
        NotFound: there is no such account.
    """
    hashed = await anyio.to_thread.run_sync(secret.hash_password, check_password(password))
    cur = await conn.execute(_SQL["set_password"], {"name": name, "password_hash": hashed})
    if cur.rowcount == 0:
        raise _no_account(name)


async def deactivate(conn: Connection, name: str) -> None:
    """Let an account sign in no more, and end its sessions.

    Raises:
        NotFound: there is no such active account.
    """
    row = await (await conn.execute(_SQL["deactivate"], {"name": name})).fetchone()
    if row is None:
        raise _no_account(name)
    await conn.execute(_SQL["close_sessions_of"], {"account_id": row[0]})


async def check(conn: Connection, name: str, password: str, now: datetime) -> Actor | None:
    """Return who signs in with these, or None; counts failures, so commit either way."""
    row = await (await conn.execute(_SQL["by_name"], {"name": name, "now": now})).fetchone()
    account_id, hashed, unit, roles, active, locked = (
        (row[0], row[3], row[4], row[5], row[6], row[8]) if row else (None, None, None, [], 0, 0)
    )
    is_right = await anyio.to_thread.run_sync(secret.is_password, hashed, password)
    if account_id is None or not active or locked:
        return None
    if not is_right:
        values = {"id": account_id, "limit": FAILURES, "lock_s": LOCK_S, "now": now}
        await conn.execute(_SQL["failed"], values)
        return None
    await conn.execute(_SQL["succeeded"], {"id": account_id})
    return actor_for(account_id, name, unit, roles)


def refused() -> WrongPassword:
    """Return the one answer to every failed sign-in: it does not say what was wrong."""
    return WrongPassword(
        "name and password do not match, or too many attempts were made; try again in a while",
        vi="tên hoặc mật khẩu không đúng, hoặc đã thử quá nhiều lần; hãy thử lại sau",
    )


async def open_session(conn: Connection, actor: Actor, now: datetime, hours: int) -> OpenedSession:
    """Open a session for an account."""
    token, csrf = secret.new_token(), secret.new_token()
    expires_at = now + timedelta(hours=hours)
    values = {"token": secret.digest(token), "account_id": actor.account_id, "csrf": csrf}
    await conn.execute(_SQL["open_session"], values | {"now": now, "expires_at": expires_at})
    return OpenedSession(Session(actor, csrf), token, expires_at)


async def session(conn: Connection, token: str, now: datetime, idle_minutes: int) -> Session | None:
    """Return the live session of a cookie, or None."""
    hashed = secret.digest(token)
    values = {"token": hashed, "now": now, "idle_since": now - timedelta(minutes=idle_minutes)}
    row = await (await conn.execute(_SQL["session"], values)).fetchone()
    if row is None:
        return None
    if now - row[5] > timedelta(minutes=1):
        await conn.execute(_SQL["touch_session"], {"token": hashed, "now": now})
    return Session(actor_for(row[0], row[1], row[2], row[3]), row[4])


async def close_session(conn: Connection, token: str) -> None:
    """End the session of a cookie."""
    await conn.execute(_SQL["close_session"], {"token": secret.digest(token)})


async def sweep_sessions(conn: Connection, now: datetime) -> int:
    """Forget the sessions that have ended; return how many."""
    return (await conn.execute(_SQL["sweep_sessions"], {"now": now})).rowcount


async def add_key(
    conn: Connection, name: str, roles: Sequence[Role], unit: str | None, expires_at: datetime
) -> str:
    """Add an API key and return its text, shown this once."""
    key = secret.new_key()
    values = {"id": key.id, "secret": key.secret_sha256, "name": name, "unit": unit}
    await conn.execute(_SQL["add_key"], values | {"roles": list(roles), "expires_at": expires_at})
    return key.text


async def keys(conn: Connection) -> list[Key]:
    """Return every key ever given, without secrets."""
    rows = await (await conn.execute(_SQL["keys"])).fetchall()
    return [Key(row[0], row[1], row[2], tuple(row[3]), *row[4:]) for row in rows]


async def revoke_key(conn: Connection, key_id: str) -> None:
    """End a key.

    Raises:
        NotFound: there is no such live key.
    """
    row = await (await conn.execute(_SQL["revoke_key"], {"id": key_id})).fetchone()
    if row is None:
        raise NotFound(f"there is no live key {key_id!r}", vi=f"không có khóa {key_id!r}")


async def actor_of_key(conn: Connection, text: str, now: datetime) -> Actor:
    """Return the program behind a key's text.

    Raises:
        NotSignedIn: not a key of ours, or one that is revoked or expired.
    """
    parts = secret.split_key(text)
    if parts is not None:
        row = await (await conn.execute(_SQL["key"], {"id": parts[0], "now": now})).fetchone()
        if row is not None and secret.is_secret(bytes(row[0]), parts[1]):
            return Actor(ActorKind.KEY, row[1], None, row[2], read_roles(row[3]))
    raise NotSignedIn(
        "the key is wrong, expired or revoked; ask for a new one",
        vi="khóa truy cập sai, đã hết hạn hoặc bị thu hồi; hãy xin khóa mới",
    )


def _no_account(name: str) -> NotFound:
    return NotFound(f"there is no account {name!r}", vi=f"không có tài khoản {name!r}")
