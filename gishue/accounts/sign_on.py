"""People whom the issuer knows, in PostgreSQL: accounts by issuer and subject, roles by claims.

No account is ever found by name or e-mail: whoever could choose these at the issuer would be that
person here. The caller opens the transaction.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any, Final, NamedTuple

from gishue.accounts import claim_rules, store
from gishue.accounts.account import actor_for, of_account
from gishue.accounts.claim_rule import Granted
from gishue.core import audit
from gishue.core.actor import NOWHERE, Actor, ActorKind, Origin
from gishue.core.db import Connection
from gishue.core.errors import Forbidden
from gishue.core.sql import load
from gishue.core.vietnamese import nfc, vn_key

_SQL = load("gishue.accounts", "sign_on")

_MARK: Final = re.compile(r"([._@-])")
_LONGEST_NAME: Final = 56
_LONGEST: Final = 200
_RESERVED: Final = frozenset({"admin", "operator", "anonymous", "gishue"})
"""Names that the audit and this platform's own accounts have a meaning for."""


class Known(NamedTuple):
    """An account of the issuer's: its number, and whether it may sign in."""

    account_id: int
    is_active: bool


async def signed_in(
    conn: Connection,
    issuer: str,
    subject: str,
    claims: Mapping[str, Any],
    origin: Origin = NOWHERE,
) -> Actor:
    """Return who signs in: the account made or brought up to date, with what the claims give now.

    Raises:
        Forbidden: the account is blocked.
    """
    granted = await claim_rules.grants(conn, claims)
    known = await _known(conn, issuer, subject, claims, origin)
    _check_active(known)
    said = {"display": _display(claims, ""), "email": _text(claims, "email")}
    values = {"id": known.account_id, "home": granted.home}
    await conn.execute(_SQL["update"], values | said)
    await _replace_claimed(conn, known.account_id, granted, origin)
    actor = await store.actor_by_id(conn, known.account_id)
    if actor is None:
        raise _blocked()
    return replace(actor, origin=origin)


async def by_token(
    conn: Connection, issuer: str, claims: Mapping[str, Any], origin: Origin = NOWHERE
) -> Actor:
    """Return who acts with a token of these claims: what it gives, and what was given here.

    What the person's browser sessions have by claims does not count: the token says its own.

    Raises:
        Forbidden: the account is blocked.
    """
    rules = await claim_rules.all_rules(conn)
    given = claim_rules.granted(rules, claims, None)
    subject = str(claims["sub"])
    values: dict[str, Any] = {"issuer": issuer, "subject": subject}
    values |= {"units": list(given.roles), "roles": list(given.roles.values())}
    row = await (await conn.execute(_SQL["by_token"], values)).fetchone()
    if row is None:
        await _known(conn, issuer, subject, claims, origin)
        row = await (await conn.execute(_SQL["by_token"], values)).fetchone()
    if row is None or not row[3]:
        raise _blocked()
    account_id, name, home, _, roles = row
    return actor_for(account_id, name, home if home in roles else None, roles)


async def _known(
    conn: Connection, issuer: str, subject: str, claims: Mapping[str, Any], origin: Origin
) -> Known:
    """Return the account of a subject, made now if it is new; it is locked until the commit."""
    values = {"issuer": issuer, "subject": subject}
    row = await (await conn.execute(_SQL["find"], values)).fetchone()
    if row is None:
        await _add(conn, issuer, subject, claims, origin)
        row = await (await conn.execute(_SQL["find"], values)).fetchone()
    if row is None:
        raise _blocked()
    return Known(*row)


async def _add(
    conn: Connection, issuer: str, subject: str, claims: Mapping[str, Any], origin: Origin
) -> None:
    wanted = _name(claims)
    said = {"issuer": issuer, "subject": subject, "email": _text(claims, "email")}
    said |= {"display": _display(claims, wanted)}
    for number in count(1):
        name = wanted if number == 1 else f"{wanted}-{number}"
        row = await (await conn.execute(_SQL["add"], said | {"name": name})).fetchone()
        if row is not None:
            by = Actor(ActorKind.ACCOUNT, name, row[0], origin=origin)
            on = of_account(await store.by_name(conn, name))
            await audit.record(conn, by, "account.add", on, {"source": "sign-on"})
            return
        if await (await conn.execute(_SQL["find"], said)).fetchone() is not None:
            return  # another request of theirs was faster


async def _replace_claimed(
    conn: Connection, account_id: int, granted: Granted, origin: Origin
) -> None:
    """Let the roles by claims be those ``granted``, and write into the audit what changes."""
    values = {"account_id": account_id}
    rows = await (await conn.execute(_SQL["claimed"], values)).fetchall()
    before, after = dict(rows), {unit: str(role) for unit, role in granted.roles.items()}
    if before == after:
        return
    await conn.execute(_SQL["forget_claimed"], values)
    listed = {"units": list(after), "roles": list(after.values())}
    await conn.execute(_SQL["give_claimed"], values | listed)
    actor = await store.actor_by_id(conn, account_id)
    if actor is None:
        return
    on = of_account(await store.by_name(conn, actor.name))
    said = {"before": _listed(before), "after": _listed(after)}
    await audit.record(conn, replace(actor, origin=origin), "role.claim", on, said)


def _listed(roles: Mapping[str, str]) -> list[str]:
    return [f"{role} {unit}".strip() for unit, role in sorted(roles.items())]


def _name(claims: Mapping[str, Any]) -> str:
    """Return a name that an account may have, from what the issuer calls the person.

    >>> _name({"preferred_username": "Nguyễn.Đức Lan"})
    'nguyen.duc-lan'
    """
    for claim in ("preferred_username", "email"):
        parts = _MARK.split(_text(claims, claim))
        name = "".join(
            part if _MARK.fullmatch(part) else vn_key(part).replace(" ", "-") for part in parts
        )
        name = name.strip("._@-")[:_LONGEST_NAME]
        if name and name not in _RESERVED:
            return name
    return "sso"


def _display(claims: Mapping[str, Any], otherwise: str) -> str:
    return _text(claims, "name") or _text(claims, "preferred_username") or otherwise


def _text(claims: Mapping[str, Any], name: str) -> str:
    said = claims.get(name)
    return nfc(said).replace("\0", "")[:_LONGEST] if isinstance(said, str) else ""


def _check_active(known: Known) -> None:
    if not known.is_active:
        raise _blocked()


def _blocked() -> Forbidden:
    return Forbidden(
        "this account is blocked here; ask your unit's administrator",
        vi="tài khoản này đang bị khóa ở hệ thống; hãy liên hệ quản trị của đơn vị",
    )
