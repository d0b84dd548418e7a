"""The noun: one entry of the audit, and the one way to write it with a change.

An entry is written in the transaction of what it tells of: committed together, or neither. It
waits unsealed, so that no change waits for another; :mod:`gishue.core.audit_chain` chains it
within a second. It holds no value of a feature and nothing of a citizen: see :func:`entry`.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol

from psycopg.types.json import Jsonb

from gishue.core.actor import Actor, ActorKind
from gishue.core.db import Connection
from gishue.core.sql import load

_SQL = load("gishue.core", "audit")

_LONGEST: Final = 300
"""Characters of a name that are kept."""

type Plain = str | int | bool | Sequence[str] | None
"""What a detail may be: no fractions, whose text PostgreSQL and Python may write differently."""


NO_DETAIL: Final[Mapping[str, Plain]] = MappingProxyType({})


class Result(StrEnum):
    """How it ended."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    FAILED = "failed"


class Object(NamedTuple):
    """What was acted upon; ``unit`` is the unit that owns it, whose administrators read of it."""

    kind: str = ""
    name: str = ""
    unit: str | None = None


NOTHING: Final = Object()


class Layer(Protocol):
    """What the audit tells of a layer: its name, and the unit that owns it."""

    @property
    def slug(self) -> str:
        """Its name."""
        ...

    @property
    def unit(self) -> str | None:
        """Code of the owning unit."""
        ...


def of_layer(layer: Layer) -> Object:
    """Return a layer as what was acted upon."""
    return Object("layer", layer.slug, layer.unit)


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what to what, from where, with which result."""

    at: datetime | None
    actor_kind: str
    actor_name: str
    account_id: int | None
    key_id: str | None
    unit: str | None
    act: str
    object_kind: str
    object: str
    object_unit: str | None
    door: str
    address: str
    request_id: str
    result: str
    detail: Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry in the chain; ``prev`` is the hash of the one before it, zeros at the first."""

    seq: int
    number: int
    entry: Entry
    sealed_at: datetime
    prev: bytes

    def as_dict(self) -> dict[str, Any]:
        """Return the members over which the hash is made, as JSON has them."""
        said = asdict(self.entry)
        said["at"] = None if self.entry.at is None else _written(self.entry.at)
        own = {"seq": self.seq, "entry": self.number, "prev": self.prev.hex()}
        return said | own | {"sealed_at": _written(self.sealed_at)}

    @property
    def canonical(self) -> bytes:
        """The form that is hashed: JSON, members sorted, no spaces, UTF-8."""
        text = json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return text.encode()

    @property
    def hash(self) -> bytes:
        """SHA-256 of the canonical form."""
        return hashlib.sha256(self.canonical).digest()


def entry(
    actor: Actor,
    act: str,
    on: Object = NOTHING,
    detail: Mapping[str, Plain] = NO_DETAIL,
    *,
    result: Result = Result.ALLOWED,
    at: datetime | None = None,
) -> Entry:
    """Return the entry that ``actor`` did ``act``, a dotted word such as ``key.revoke``.

    A citizen is not named: of an account without unit and role only its number is kept, and of no
    address of them and of visitors, unless something was refused.

    Raises:
        TypeError: a detail is neither text, whole number, truth value nor list of texts.
    """
    for name, value in detail.items():
        if not is_plain(value):
            raise TypeError(f"detail {name!r} is {value!r}: text, whole numbers, lists of texts")
    is_account = actor.kind is ActorKind.ACCOUNT
    is_citizen = is_account and actor.unit is None and not actor.is_staff
    is_private = (is_citizen or not actor.is_known) and result is Result.ALLOWED
    return Entry(
        at=at,
        actor_kind=str(actor.kind),
        actor_name="" if is_citizen else actor.name[:_LONGEST],
        account_id=actor.account_id,
        key_id=actor.key_id,
        unit=actor.unit,
        act=act,
        object_kind=on.kind,
        object=on.name[:_LONGEST],
        object_unit=on.unit,
        door=actor.origin.door,
        address="" if is_private else actor.origin.address[:_LONGEST],
        request_id=actor.origin.request_id[:_LONGEST],
        result=str(result),
        detail=dict(detail),
    )


async def record(
    conn: Connection,
    actor: Actor,
    act: str,
    on: Object = NOTHING,
    detail: Mapping[str, Plain] = NO_DETAIL,
    *,
    result: Result = Result.ALLOWED,
) -> None:
    """Write into the audit, in the transaction of the change, that ``actor`` did ``act``."""
    await write(conn, [entry(actor, act, on, detail, result=result)])


async def write(conn: Connection, entries: Sequence[Entry]) -> None:
    """Write entries, in this order; those without a time get that of the database."""
    rows = [asdict(one) | {"detail": Jsonb(dict(one.detail))} for one in entries]
    await conn.cursor().executemany(_SQL["write"], rows)


def read_entry(row: Sequence[Any]) -> Entry:
    """Return the entry of a row as ``audit.sql`` selects one."""
    return Entry(*row)


def is_plain(value: object) -> bool:
    """Return whether a detail may be that: text, whole number, truth value, list of these."""
    parts: Sequence[object] = value if isinstance(value, list | tuple) else [value]
    return all(part is None or isinstance(part, str | int) for part in parts)


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
