"""Who acts: a person, a program with a key, the local operator, or nobody known."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may be trusted with; the later ones hold the earlier ones' rights."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"


class ActorKind(StrEnum):
    """How the actor was recognised."""

    ANONYMOUS = "anonymous"
    ACCOUNT = "account"
    KEY = "key"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks; built once a request, passed by argument."""

    kind: ActorKind
    name: str
    account_id: int | None = None
    unit: str | None = None
    roles: frozenset[Role] = frozenset()

    @property
    def is_known(self) -> bool:
        """Whether somebody stands behind this actor."""
        return self.kind is not ActorKind.ANONYMOUS

    @property
    def scope(self) -> str:
        """What the actor may see, as a cache key: equal scopes see equal answers."""
        if not self.is_known:
            return "public"
        if Role.ADMIN in self.roles:
            return "admin"
        kind = Role.EDITOR if Role.EDITOR in self.roles else Role.VIEWER
        return f"{kind}:{self.unit or '-'}"


ANONYMOUS = Actor(ActorKind.ANONYMOUS, "anonymous")
OPERATOR = Actor(ActorKind.OPERATOR, "operator", roles=frozenset({Role.ADMIN}))
