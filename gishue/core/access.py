"""The one decision about access. Every door asks it; no door decides by itself."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from gishue.core.actor import UNLIMITED, Actor, Role, Sender


class Act(StrEnum):
    """What somebody wants to do to a layer."""

    READ = "read"
    DOWNLOAD = "download"
    EDIT = "edit"
    PUBLISH = "publish"
    ADMINISTER = "administer"


class Visibility(StrEnum):
    """Who may read a layer."""

    OPEN = "open"
    INTERNAL = "internal"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class Share:
    """What the owner of a layer lets another unit do with it."""

    unit: str
    acts: frozenset[Act]
    within_area: bool = False
    """Whether it may be edited only where the other unit's ground is."""
    ends_at: datetime | None = None
    """When it ends; whoever holds shares leaves out those that have ended."""


class Audience(StrEnum):
    """For whom something in a layer is to be seen; each sees what the ones before it see."""

    PUBLIC = "public"
    STAFF = "staff"
    UNIT = "unit"


_RANK: Final = {audience: rank for rank, audience in enumerate(Audience)}


@dataclass(frozen=True, slots=True)
class View:
    """How an actor sees a layer that they may read: ``filter`` is CQL2, empty for all rows.

    ``key`` tells it from other views in the keys of caches; it is empty where it shows all.
    """

    hidden: frozenset[str] = frozenset()
    filter: str = ""
    key: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Make the key once: every request of a cached tile asks for it."""
        said = repr((sorted(self.hidden), self.filter)) if self.hidden or self.filter else ""
        key = hashlib.sha256(said.encode()).hexdigest()[:16] if said else ""
        object.__setattr__(self, "key", key)


WHOLE: Final = View()


class Target(Protocol):
    """What the decision needs to know of a layer."""

    @property
    def slug(self) -> str:
        """Its name; empty where the target is no layer."""
        ...

    @property
    def visibility(self) -> Visibility:
        """Who may read it."""
        ...

    @property
    def unit(self) -> str | None:
        """Code of the owning unit."""
        ...

    @property
    def is_live(self) -> bool:
        """Whether it is published and not retired."""
        ...

    @property
    def shares(self) -> Sequence[Share]:
        """What other units may do with it now."""
        ...


class Veiled(Target, Protocol):
    """A layer of which not everybody who may read it sees everything."""

    @property
    def masks(self) -> Mapping[str, Audience]:
        """Who alone sees a field, by the name of the field."""
        ...

    @property
    def row_rules(self) -> Mapping[Audience, str]:
        """The CQL2 filter of the rows that an audience sees; see :func:`row_rule`."""
        ...


_READING: Final = frozenset({Act.READ, Act.DOWNLOAD})
_NEEDED: Final = {
    Act.EDIT: Role.EDITOR,
    Act.PUBLISH: Role.PUBLISHER,
    Act.ADMINISTER: Role.UNIT_ADMIN,
}


def may(actor: Actor, act: Act, target: Target) -> bool:
    """Return whether ``actor`` may do ``act`` to ``target``.

    What everybody may read, every actor may: a key is never worth less than none.
    """
    is_reading = act in _READING
    if is_reading and target.is_live and target.visibility is Visibility.OPEN:
        return True
    if not actor.limits.allow(act, target.slug):
        return False
    if not is_reading:
        return actor.has(_NEEDED[act], target.unit) or _is_shared(actor, act, target)
    if not target.is_live:
        return actor.has(Role.EDITOR, target.unit)
    if target.visibility is Visibility.INTERNAL and actor.is_staff:
        return True
    return actor.has(Role.VIEWER, target.unit) or _is_shared(actor, act, target)


def _is_shared(actor: Actor, act: Act, target: Target) -> bool:
    """Return whether a unit of the actor's got ``act``; to edit, one must be an editor there."""
    if not target.shares:
        return False
    role = _NEEDED.get(act, Role.VIEWER)
    return any(act in share.acts and actor.has(role, share.unit) for share in target.shares)


def audience(actor: Actor, target: Target) -> Audience:
    """Return for whom ``actor`` counts at ``target``: the owning unit, and those it shared with."""
    if not actor.limits.allow(Act.READ, target.slug):
        return Audience.PUBLIC
    if actor.has(Role.VIEWER, target.unit) or _is_shared(actor, Act.READ, target):
        return Audience.UNIT
    return Audience.STAFF if actor.is_staff else Audience.PUBLIC


def view(actor: Actor, target: Veiled) -> View:
    """Return what ``actor`` sees of a layer that they may read."""
    if not target.masks and not target.row_rules:
        return WHOLE
    return _view_of(audience(actor, target), target)


def views(target: Veiled) -> frozenset[View]:
    """Return every view that somebody has of ``target``."""
    return frozenset(_view_of(who, target) for who in Audience)


def _view_of(who: Audience, target: Veiled) -> View:
    hidden = [name for name, least in target.masks.items() if _RANK[who] < _RANK[least]]
    return View(frozenset(hidden), row_rule(who, target))


def row_rule(who: Audience, target: Veiled) -> str:
    """Return the rule for ``who``: without one of its own, that of the next who see more."""
    for audience in Audience:
        if _RANK[audience] >= _RANK[who] and audience in target.row_rules:
            return target.row_rules[audience]
    return ""


def readable(actor: Actor) -> Mapping[str, Any]:
    """Return the values by which ``gis.may_read`` decides in SQL as ``may`` does for READ."""
    layers, acts = actor.limits.layers, actor.limits.acts
    reads = acts is None or Act.READ in acts
    return {
        "limit_to": None if layers is None else sorted(layers),
        "reads": reads,
        "is_admin": actor.is_admin,
        "is_staff": actor.is_staff,
        "viewing": actor.units(Role.VIEWER),
        "editing": actor.units(Role.EDITOR),
    }


def may_upload(actor: Actor) -> bool:
    """Return whether ``actor`` may bring in files at all."""
    return _may_edit(actor) and any(role.holds(Role.EDITOR) for role in actor.roles.values())


def may_administer(actor: Actor) -> bool:
    """Return whether ``actor`` administers the city or any unit; a narrowed key never does."""
    is_unit_admin = any(role.holds(Role.UNIT_ADMIN) for role in actor.roles.values())
    return actor.limits == UNLIMITED and is_unit_admin


def may_share(actor: Actor, target: Target) -> bool:
    """Return whether ``actor`` decides who else sees ``target``, what of it, and who may change it.

    The publishers of its unit do: they answer for what is shown of it. A narrowed key does only
    where it was made to administer.
    """
    is_for_it = actor.limits.allow(Act.ADMINISTER, target.slug)
    return is_for_it and may(actor, Act.PUBLISH, target)


def may_ask(actor: Actor, unit: str | None) -> bool:
    """Return whether ``actor`` may ask for access in the name of ``unit``; a narrowed key never."""
    return bool(unit) and actor.limits == UNLIMITED and actor.has(Role.VIEWER, unit)


def may_administer_unit(actor: Actor, unit: str | None) -> bool:
    """Return whether ``actor`` administers ``unit`` (None: the city); a narrowed key never does."""
    return actor.limits == UNLIMITED and actor.has(Role.UNIT_ADMIN, unit)


def may_send(actor: Actor, layer: str) -> bool:
    """Return whether ``actor`` may bring in a file for a layer of that name, there or not."""
    return may_upload(actor) and actor.limits.allow(Act.EDIT, layer)


def may_work(actor: Actor, unit: str | None, sender: Sender, layer: str) -> bool:
    """Return whether ``actor`` may see and go on with work on the way in: uploads, pulls.

    Whoever began it, while they belong to its unit, the editors of the unit, and the administrators
    of the city; a narrowed key if it was made for ``layer``, which the work is to become.
    """
    if not actor.limits.allow(Act.EDIT, layer):
        return False
    if actor.began(sender) and (actor.has(Role.VIEWER, unit) if unit else actor.is_staff):
        return True
    return actor.has(Role.EDITOR, unit)


def _may_edit(actor: Actor) -> bool:
    return actor.limits.acts is None or Act.EDIT in actor.limits.acts
