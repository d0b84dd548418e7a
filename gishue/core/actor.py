"""Who acts: a person, a program with a key, the local operator, or nobody known."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Self


class Role(StrEnum):
    """What somebody is trusted with in a unit; the later ones hold the earlier ones' rights."""

    VIEWER = "viewer"
    EDITOR = "editor"
    PUBLISHER = "publisher"
    UNIT_ADMIN = "unit_admin"
    CITY_ADMIN = "city_admin"

    @property
    def rank(self) -> int:
        """Its place among the roles, the least first."""
        return _RANKS[self]

    def holds(self, other: "Role") -> bool:
        """Return whether this role has the rights of ``other``."""
        return _RANKS[self] >= _RANKS[other]


_RANKS: Final = {role: rank for rank, role in enumerate(Role)}

WHOLE_CITY: Final = ""
"""Stands instead of a unit: a role of no unit in particular, and that of a city administrator."""


class ActorKind(StrEnum):
    """How the actor was recognised."""

    ANONYMOUS = "anonymous"
    ACCOUNT = "account"
    KEY = "key"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a key was made for; it narrows the role of the key. None: not narrowed."""

    layers: frozenset[str] | None = None
    acts: frozenset[str] | None = None

    def allow(self, act: str, layer: str) -> bool:
        """Return whether ``act`` on the layer of that slug lies within."""
        within = self.layers is None or layer in self.layers
        return within and (self.acts is None or act in self.acts)


UNLIMITED: Final = Limits()


class Origin(NamedTuple):
    """From where somebody acts: by which door, from which address, in which request."""

    door: str = ""
    address: str = ""
    request_id: str = ""


NOWHERE: Final = Origin()


class Sender(NamedTuple):
    """Who began work that goes on without them: an account, a key, or the operator.

    ``name`` is for people to read; who it is say the kind and the id alone, for the name of a key
    is chosen freely. A key without an id is one that nobody kept the id of.
    """

    kind: ActorKind
    name: str
    account_id: int | None
    key_id: str | None

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> Self:
        """Return the sender of the columns ``actor_kind, actor, account_id, key_id``."""
        kind, name, account_id, key_id = row
        return cls(ActorKind(kind), name, account_id, key_id)

    def columns(self) -> dict[str, Any]:
        """Return the sender as the values of these columns."""
        return dict(zip(("actor_kind", "actor", "account_id", "key_id"), self, strict=True))


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks; built once a request, passed by argument.

    ``unit``: the one they act for. ``roles``: the highest role in each unit where they have one,
    the units below it included. Nobody without a role is staff. ``origin`` is for the audit alone.
    """

    kind: ActorKind
    name: str
    account_id: int | None = None
    unit: str | None = None
    roles: Mapping[str, Role] = field(default_factory=lambda: MappingProxyType({}))
    limits: Limits = UNLIMITED
    key_id: str | None = None
    origin: Origin = field(default=NOWHERE, compare=False)

    @property
    def is_known(self) -> bool:
        """Whether somebody stands behind this actor."""
        return self.kind is not ActorKind.ANONYMOUS

    @property
    def is_staff(self) -> bool:
        """Whether they work for the government of the city."""
        return bool(self.roles)

    @property
    def is_admin(self) -> bool:
        """Whether they administer the whole city."""
        return self.roles.get(WHOLE_CITY) is Role.CITY_ADMIN

    def has(self, role: Role, unit: str | None) -> bool:
        """Return whether they have the rights of ``role`` in ``unit`` (None: of no unit)."""
        held = self.roles.get(unit) if unit else None
        return (held is not None and held.holds(role)) or self.is_admin

    def units(self, role: Role) -> list[str]:
        """Return the units in which they have the rights of ``role``, by code."""
        return sorted(unit for unit, held in self.roles.items() if unit and held.holds(role))

    @property
    def sender(self) -> Sender:
        """Who they are to the work that they begin."""
        return Sender(self.kind, self.name, self.account_id, self.key_id)

    def began(self, sender: Sender) -> bool:
        """Return whether they are that sender."""
        if self.kind is ActorKind.KEY and self.key_id is None:
            return False
        return (self.kind, self.account_id, self.key_id) == (
            sender.kind,
            sender.account_id,
            sender.key_id,
        )

    def at(self, origin: Origin) -> "Actor":
        """Return the same actor, who acts from there; once a request, so not by ``replace``."""
        return Actor(
            self.kind,
            self.name,
            self.account_id,
            self.unit,
            self.roles,
            self.limits,
            self.key_id,
            origin,
        )

    @property
    def scope(self) -> str:
        """What the actor may do, as a cache key: equal scopes get equal answers."""
        if not self.roles:
            return "public"
        if self.is_admin and self.limits == UNLIMITED:
            return "admin"
        held = sorted((unit, role.value) for unit, role in self.roles.items())
        return hashlib.sha256(repr((held, *_said(self.limits))).encode()).hexdigest()[:32]


def _said(limits: Limits) -> tuple[list[str] | None, list[str] | None]:
    layers, acts = limits.layers, limits.acts
    return (
        None if layers is None else sorted(layers),
        None if acts is None else sorted(acts),
    )


ANONYMOUS = Actor(ActorKind.ANONYMOUS, "anonymous")
OPERATOR = Actor(
    ActorKind.OPERATOR,
    "operator",
    roles={WHOLE_CITY: Role.CITY_ADMIN},
    origin=Origin("local"),
)
