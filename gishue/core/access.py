"""The one decision about access. Every door asks it; no door decides by itself."""

from enum import StrEnum
from typing import Protocol

from gishue.core.actor import Actor, Role


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


class Target(Protocol):
    """What the decision needs to know of a layer."""

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


def may(actor: Actor, act: Act, target: Target) -> bool:
    """Return whether ``actor`` may do ``act`` to ``target``."""
    if Role.ADMIN in actor.roles:
        return True
    if act in (Act.READ, Act.DOWNLOAD):
        return _may_read(actor, target)
    owns = actor.unit is not None and actor.unit == target.unit
    return act in (Act.EDIT, Act.PUBLISH) and owns and Role.EDITOR in actor.roles


def _may_read(actor: Actor, target: Target) -> bool:
    owns = actor.unit is not None and actor.unit == target.unit
    if not target.is_live:
        return owns and Role.EDITOR in actor.roles
    match target.visibility:
        case Visibility.OPEN:
            return True
        case Visibility.INTERNAL:
            return actor.is_known
        case Visibility.RESTRICTED:
            return owns


def may_upload(actor: Actor) -> bool:
    """Return whether ``actor`` may bring in files at all."""
    return bool(actor.roles & {Role.EDITOR, Role.ADMIN})
