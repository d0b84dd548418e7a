"""Pulls in PostgreSQL. The only module that runs ``gishue/pulls/sql/pull.sql``."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from psycopg.types.json import Jsonb

from conversion.options import IngestOptions
from gishue.core import audit
from gishue.core.actor import Actor, Sender
from gishue.core.audit import Object
from gishue.core.db import Connection
from gishue.core.errors import NotFound
from gishue.core.sql import load
from gishue.pulls.fetch import Seen
from gishue.pulls.pull import Outcome, Pull, PullId, PullKind

_SQL = load("gishue.pulls", "pull")


async def create(
    conn: Connection,
    url: str,
    kind: PullKind,
    options: IngestOptions,
    every_s: int,
    actor: Actor,
) -> PullId:
    """Write a new pull of ``actor``; ``options`` name the layer and the source layer."""
    values = {
        "url": url,
        "kind": kind,
        "source_layer": options.source_layer,
        "layer": options.layer,
        "options": Jsonb(options.as_dict()),
        "every_s": every_s,
        "unit": options.said.get("unit") or actor.unit,
    }
    values |= actor.sender.columns()
    row = await (await conn.execute(_SQL["insert"], values)).fetchone()
    if row is None:
        raise RuntimeError("the pull was not written")
    await _audit(conn, await by_id(conn, row[0]), actor, "pull.add")
    return PullId(row[0])


async def all_pulls(conn: Connection) -> list[Pull]:
    """Return every pull, the oldest first."""
    return [_pull(row) for row in await (await conn.execute(_SQL["read"], {"id": None})).fetchall()]


async def by_id(conn: Connection, pull_id: int) -> Pull:
    """Return one pull.

    Raises:
        NotFound: there is none.
    """
    row = await (await conn.execute(_SQL["read"], {"id": pull_id})).fetchone()
    if row is None:
        raise no_pull(pull_id)
    return _pull(row)


def no_pull(pull_id: object) -> NotFound:
    """Return the refusal for a pull that is absent or that the actor may not see."""
    return NotFound(f"there is no pull {pull_id}", vi=f"không có nguồn lấy định kỳ {pull_id}")


async def change(
    conn: Connection,
    pull: Pull,
    *,
    by: Actor,
    every_s: int | None = None,
    is_active: bool | None = None,
    now: bool = False,
) -> None:
    """Change how often it is fetched, and whether; ``now`` makes it due at once."""
    values = {"id": pull.id, "every_s": every_s, "is_active": is_active, "now": now}
    await conn.execute(_SQL["change"], values)
    await _audit(conn, pull, by, "pull.change")


async def delete(conn: Connection, pull: Pull, by: Actor) -> None:
    """Forget a pull; the layer stays."""
    await conn.execute(_SQL["delete"], {"id": pull.id})
    await _audit(conn, pull, by, "pull.delete")


async def note_run(conn: Connection, pull: Pull, by: Actor) -> None:
    """Write into the audit that ``by`` has the source looked at out of turn."""
    await _audit(conn, pull, by, "pull.run")


async def due(conn: Connection) -> list[PullId]:
    """Return the pulls whose time has come, and set their next time."""
    return [PullId(row[0]) for row in await (await conn.execute(_SQL["due"])).fetchall()]


async def note(
    conn: Connection,
    pull_id: PullId,
    outcome: Outcome,
    *,
    problem: Mapping[str, Any] | None = None,
    seen: Seen | None = None,
    sha256: str | None = None,
    upload_id: UUID | None = None,
) -> None:
    """Write how a look went; what is not said stays."""
    values = {
        "id": pull_id,
        "outcome": outcome,
        "problem": Jsonb(dict(problem)) if problem is not None else None,
        "etag": seen.etag if seen else None,
        "last_modified": seen.last_modified if seen else None,
        "sha256": sha256,
        "upload_id": upload_id,
    }
    await conn.execute(_SQL["note"], values)


async def _audit(conn: Connection, pull: Pull, by: Actor, act: str) -> None:
    """Write into the audit what ``by`` did to a pull; its address may hold a secret."""
    said = {"layer": pull.layer, "host": urlsplit(pull.url).hostname}
    await audit.record(conn, by, act, Object("pull", str(pull.id), pull.unit), said)


def _pull(row: Sequence[Any]) -> Pull:
    values = list(row)
    values[0] = PullId(values[0])
    values[2] = PullKind(values[2])
    values[5] = IngestOptions.from_dict(values[5])
    values[8:12] = [Sender.of_row(values[8:12])]
    values[10:12] = [Seen(values[10], values[11])]
    values[13] = Outcome(values[13])
    return Pull(*values)
