"""The noun: somebody with a name and roles in units. No I/O."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gishue.core.actor import WHOLE_CITY, Actor, ActorKind, Role
from gishue.core.audit import Object
from gishue.core.errors import Conflict, InvalidInput, NotSignedIn

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,62}")
MIN_PASSWORD = 10
"""Shortest password taken, characters."""


class WeakPassword(InvalidInput):
    """The password is too short."""

    slug = "weak-password"
    title = "Password too weak"
    title_vi = "Mật khẩu quá yếu"


class WrongPassword(NotSignedIn):
    """Name and password do not belong together, or the account is locked."""

    slug = "wrong-password"
    title = "Sign-in refused"
    title_vi = "Đăng nhập không thành công"


class Membership(NamedTuple):
    """A role in a unit; without a unit: of the staff in general, or a city administrator's.

    ``source``: ``given`` by an administrator, or read from the ``claims`` of the sign-on.
    """

    unit: str | None
    role: Role
    source: str = "given"


@dataclass(frozen=True, slots=True)
class Account:
    """A person who signs in here. ``issuer``: the sign-on they come from, None for a local one."""

    id: int
    name: str
    display: str
    unit: str | None
    email: str
    issuer: str | None
    is_active: bool
    has_password: bool
    memberships: tuple[Membership, ...]

    @property
    def roles(self) -> list[str]:
        """The roles as lists show them: ``editor so_xd``."""
        return [f"{one.role} {one.unit or ''}".strip() for one in self.memberships]


def actor_for(account_id: int, name: str, unit: str | None, roles: Mapping[str, str]) -> Actor:
    """Return the actor that an account is; without a home, its only unit is the one it acts for."""
    held = {code: Role(role) for code, role in roles.items()}
    codes = [code for code in held if code != WHOLE_CITY]
    acts_for = unit or (codes[0] if len(codes) == 1 else None)
    return Actor(ActorKind.ACCOUNT, name, account_id, acts_for, held)


def of_account(account: Account) -> Object:
    """Return the account as what the audit tells of: a citizen's, of no unit, by its number."""
    is_staff = bool(account.memberships) or account.unit is not None
    return Object("account", account.name if is_staff else f"#{account.id}", account.unit)


def check_name(name: str) -> str:
    """Return ``name`` if it may name an account.

    Raises:
        InvalidInput: it may not.
    """
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"{name!r} cannot name an account: small letters, digits, . _ @ -",
            vi=f"{name!r} không đặt tên tài khoản được: chỉ dùng chữ thường, số, . _ @ -",
        )
    return name


def check_password(password: str) -> str:
    """Return ``password`` if it is long enough.

    Raises:
        WeakPassword: it is not.
    """
    if len(password) < MIN_PASSWORD:
        raise WeakPassword(
            f"the password needs at least {MIN_PASSWORD} characters",
            vi=f"mật khẩu cần ít nhất {MIN_PASSWORD} ký tự",
        )
    return password


def check_local(account: Account) -> None:
    """Raise Conflict if the account signs in elsewhere: a password would be a way around that."""
    if account.issuer is not None:
        raise Conflict(
            f"{account.name!r} signs in through the city's sign-on and has no password here",
            vi=f"{account.name!r} đăng nhập một lần qua thành phố, không có mật khẩu ở đây",
        )


def may_give(actor: Actor, role: Role, unit: str | None) -> bool:
    """Return whether ``actor`` may give or take ``role`` in ``unit``; None: in none of them."""
    if role is Role.CITY_ADMIN or unit is None:
        return actor.is_admin
    return actor.has(Role.UNIT_ADMIN, unit)
