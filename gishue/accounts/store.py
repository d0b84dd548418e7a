"""Accounts and their roles in PostgreSQL. The caller opens the transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import anyio

from gishue.accounts import secret
from gishue.accounts.account import (
    Account,
    Membership,
    WrongPassword,
    actor_for,
    check_name,
    check_password,
    of_account,
)
from gishue.core import audit
from gishue.core.actor import NOWHERE, OPERATOR, Actor, ActorKind, Origin, Role
from gishue.core.audit import Object, Plain
from gishue.core.db import Connection
from gishue.core.errors import Conflict, NotFound
from gishue.core.sql import load

_SQL = load("gishue.accounts", "account")
_SESSION = load("gishue.accounts", "session")

FAILURES = 8
"""Wrong passwords in a row after which an account rests."""
LOCK_S = 300


async def add(
    conn: Connection,
    name: str,
    password: str | None,
    *,
    display: str = "",
    email: str = "",
    unit: str | None = None,
    role: Role | None = Role.VIEWER,
    by: Actor = OPERATOR,
) -> int:
    """Add an account, with a role in its home ``unit``, and return its id.

    Without a password nobody signs in to it until an invitation is taken.

    Raises:
        Conflict: the name is taken.
        InvalidInput: the name or the password breaks the rules.
    """
    check_name(name)
    hashed = await _hashed(password) if password is not None else None
    values = {"name": name, "display": display or name, "unit": unit, "email": email}
    row = await (await conn.execute(_SQL["add"], values | {"password_hash": hashed})).fetchone()
    if row is None:
        raise Conflict(
            f"the name {name!r} is taken; choose another",
            vi=f"tên {name!r} đã được dùng; hãy chọn tên khác",
        )
    if role is not None:
        await give(conn, row[0], role, unit if role is not Role.CITY_ADMIN else None, by=by)
    await _note(conn, by, "account.add", row[0])
    return int(row[0])


async def give(
    conn: Connection,
    account_id: int,
    role: Role,
    unit: str | None,
    *,
    source: str = "given",
    by: Actor = OPERATOR,
) -> None:
    """Give an account a role in a unit, in place of the one it has there.

    An invitation made before ends: whoever holds it was to have the roles of then.
    """
    values = {"account_id": account_id, "unit": unit, "role": role, "source": source}
    await conn.execute(_SQL["give"], values | {"given_by": by.name})
    await conn.execute(_SQL["forget_invitations"], {"account_id": account_id})
    await _note(conn, by, "role.give", account_id, role=str(role), unit=unit, source=source)


async def take(
    conn: Connection, account_id: int, unit: str | None, *, by: Actor = OPERATOR
) -> Role:
    """Take the role that was given to an account in a unit, and return it.

    Raises:
        NotFound: it has none there.
        Conflict: nobody would administer the city any more.
    """
    values = {"account_id": account_id, "unit": unit}
    row = await (await conn.execute(_SQL["take"], values)).fetchone()
    if row is None:
        raise NotFound("the account has no such role", vi="tài khoản không có vai trò đó")
    if row[0] == Role.CITY_ADMIN:
        await _check_another_administers(conn, account_id)
    await _note(conn, by, "role.take", account_id, role=str(row[0]), unit=unit)
    return Role(row[0])


async def has_administrator(conn: Connection) -> bool:
    """Return whether anybody can administer this instance."""
    return await (await conn.execute(_SQL["any"])).fetchone() is not None


async def all_accounts(conn: Connection) -> list[Account]:
    """Return every account, by name."""
    return await _accounts(conn)


async def visible_accounts(
    conn: Connection, actor: Actor, name: str | None = None
) -> list[Account]:
    """Return the accounts of the units that ``actor`` administers, by name; or the one called so.

    A city administrator sees all.
    """
    units = actor.units(Role.UNIT_ADMIN)
    return await _accounts(conn, all=actor.is_admin, units=units, name=name)


async def by_name(conn: Connection, name: str) -> Account:
    """Return one account.

    Raises:
        NotFound: there is none.
    """
    found = await _accounts(conn, name=name)
    if not found:
        raise no_account(name)
    return found[0]


async def actor_by_id(conn: Connection, account_id: int) -> Actor | None:
    """Return the actor that an account is now; None where it may sign in no more."""
    row = await (await conn.execute(_SQL["actor"], {"id": account_id})).fetchone()
    return actor_for(account_id, row[0], row[1], row[2]) if row is not None else None


async def set_password(conn: Connection, name: str, password: str, *, by: Actor = OPERATOR) -> None:
    """Give an account another password; its sessions end, for somebody else may be in one.

    Raises:
        NotFound: there is no such account.
    """
    values = {"name": name, "password_hash": await _hashed(password)}
    row = await (await conn.execute(_SQL["set_password"], values)).fetchone()
    if row is None:
        raise no_account(name)
    await conn.execute(_SESSION["close_of"], {"account_id": row[0]})
    await _note(conn, by, "account.password", row[0])


async def deactivate(conn: Connection, name: str, *, by: Actor = OPERATOR) -> None:
    """Block an account: it signs in no more, and its sessions end.

    Raises:
        NotFound: there is no such active account.
        Conflict: nobody would administer the city any more.
    """
    row = await (await conn.execute(_SQL["set_active"], _active(name, now=False))).fetchone()
    if row is None:
        raise no_account(name)
    account = await by_name(conn, name)
    if any(one.role is Role.CITY_ADMIN for one in account.memberships):
        await _check_another_administers(conn, row[0])
    await conn.execute(_SESSION["close_of"], {"account_id": row[0]})
    await _note(conn, by, "account.block", row[0])


async def activate(conn: Connection, name: str, *, by: Actor = OPERATOR) -> None:
    """Let a blocked account sign in again.

    Raises:
        NotFound: there is no such blocked account.
    """
    row = await (await conn.execute(_SQL["set_active"], _active(name, now=True))).fetchone()
    if row is None:
        raise no_account(name)
    await _note(conn, by, "account.unblock", row[0])


async def check(conn: Connection, name: str, password: str, now: datetime) -> Actor | None:
    """Return who signs in with these, or None; counts failures, so commit either way."""
    row = await (await conn.execute(_SQL["by_name"], {"name": name, "now": now})).fetchone()
    account_id, hashed, active, locked, unit, roles = row or (None, None, False, False, None, {})
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


async def invite(
    conn: Connection, account_id: int, *, by: Actor, now: datetime, days: int = 7
) -> str:
    """Return the token by which the account's owner chooses a password; earlier ones end."""
    token = secret.new_token()
    await conn.execute(_SQL["forget_invitations"], {"account_id": account_id})
    values = {"token": secret.digest(token), "account_id": account_id, "made_by": by.name}
    await conn.execute(_SQL["invite"], values | {"expires_at": now + timedelta(days=days)})
    await _note(conn, by, "account.invite", account_id, days=days)
    return token


async def accept(
    conn: Connection, token: str, password: str, now: datetime, origin: Origin = NOWHERE
) -> Actor:
    """Take an invitation: set the password and return who signs in, from where.

    Raises:
        NotFound: it was taken, ran out, or never was.
        WeakPassword: the password is too short; the invitation stands.
    """
    check_password(password)
    values = {"token": secret.digest(token), "now": now}
    row = await (await conn.execute(_SQL["invited"], values)).fetchone()
    if row is None:
        raise NotFound(
            "the invitation was used or has run out; ask for a new one",
            vi="lời mời đã được dùng hoặc đã hết hạn; hãy xin lời mời mới",
        )
    found = await actor_by_id(conn, row[0]) or Actor(ActorKind.ACCOUNT, row[1], row[0])
    actor = found.at(origin)
    await set_password(conn, row[1], password, by=actor)
    await _note(conn, actor, "account.join", row[0])
    return actor


async def claimed(conn: Connection, name: str) -> Object:
    """Return the account of a name that somebody tried to sign in with; nameless if none is so.

    What was typed is not kept: people type their password into the wrong box.
    """
    found = await _accounts(conn, name=name)
    return of_account(found[0]) if found else Object("account")


async def _note(conn: Connection, by: Actor, act: str, account_id: int, **detail: Plain) -> None:
    """Write into the audit what ``by`` did to an account."""
    found = await _accounts(conn, id=account_id)
    await audit.record(conn, by, act, of_account(found[0]), detail)


async def _hashed(password: str) -> str:
    return await anyio.to_thread.run_sync(secret.hash_password, check_password(password))


async def _accounts(conn: Connection, **said: Any) -> list[Account]:
    values = {"id": None, "name": None, "all": "units" not in said, "units": []} | said
    rows = await (await conn.execute(_SQL["all"], values)).fetchall()
    return [_account(row) for row in rows]


def _account(row: Sequence[Any]) -> Account:
    *values, memberships = row
    return Account(*values, memberships=_memberships(memberships))


def _memberships(said: Sequence[Sequence[str]]) -> tuple[Membership, ...]:
    return tuple(Membership(unit or None, Role(role), source) for unit, role, source in said)


def _active(name: str, *, now: bool) -> dict[str, Any]:
    return {"name": name, "is_active": now}


async def _check_another_administers(conn: Connection, account_id: int) -> None:
    row = await (await conn.execute(_SQL["other_admin"], {"account_id": account_id})).fetchone()
    if row is None:
        raise Conflict(
            "somebody must be able to administer the city; name another administrator first",
            vi="phải còn người quản trị thành phố; hãy chỉ định người quản trị khác trước",
        )


def no_account(name: str) -> NotFound:
    """Return the refusal for an account that is absent or that the actor may not see."""
    return NotFound(f"there is no account {name!r}", vi=f"không có tài khoản {name!r}")
