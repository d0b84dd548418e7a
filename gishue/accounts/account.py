"""The noun: somebody with a name, a unit and roles."""

import re
from dataclasses import dataclass

from gishue.core.actor import Actor, ActorKind, Role
from gishue.core.errors import InvalidInput, NotSignedIn

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


@dataclass(frozen=True, slots=True)
class Account:
    """A person who signs in here."""

    id: int
    name: str
    display: str
    unit: str | None
    roles: frozenset[Role]
    is_active: bool


def actor_for(account_id: int, name: str, unit: str | None, roles: list[str]) -> Actor:
    """Return the actor that an account is."""
    return Actor(ActorKind.ACCOUNT, name, account_id, unit, read_roles(roles))


def read_roles(names: list[str]) -> frozenset[Role]:
    """Return the roles, each with those it holds: an administrator edits, an editor views."""
    ladder = list(Role)
    highest = max((ladder.index(Role(name)) for name in names), default=-1)
    return frozenset(ladder[: highest + 1])


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
