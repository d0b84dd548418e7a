"""What is told of a change: its line of history, its entry in the audit, its news to processes."""

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb

from gishue.core import audit, events
from gishue.core.actor import Actor
from gishue.core.audit import is_plain
from gishue.core.db import Connection
from gishue.core.sql import load
from layers.changeset import Edited
from layers.layer import Layer

_SQL = load("layers", "news")


async def write(
    conn: Connection,
    layer: Layer,
    revision: int,
    actor: Actor,
    action: str,
    message: str,
    detail: Mapping[str, Any],
) -> None:
    """Write the line of ``revision`` into the history of the layer, as it is after the change."""
    values = {"id": layer.id, "revision": revision, "actor": actor.name}
    values |= {"action": action, "message": message, "detail": Jsonb(dict(detail))}
    values |= {"feature_count": layer.feature_count}
    values |= {"bounds": list(layer.bounds) if layer.bounds else None}
    await conn.execute(_SQL["write"], values)


async def note_edit(
    conn: Connection, edited: Edited, actor: Actor, action: str, message: str, **detail: Any
) -> None:
    """Write the edit into history and audit, and tell with it all that a process needs to know."""
    layer = edited.layer
    await write(conn, layer, layer.revision, actor, action, message, detail)
    await audit_change(conn, layer, actor, action, {"revision": layer.revision} | detail)
    await events.record(conn, "layer", of_edit(edited, action))


def of_edit(edited: Edited, action: str = "edited") -> dict[str, Any]:
    """Return the news of an edit; boxes in EPSG:3857, metres; null: the whole layer."""
    layer = edited.layer
    told: dict[str, Any] = {
        "layer": layer.id,
        "epoch": layer.epoch,
        "feature_count": layer.feature_count,
        "updated_at": layer.updated_at.isoformat(),
        "boxes": None if edited.boxes is None else [list(box) for box in edited.boxes],
        "features": None if edited.ids is None else list(edited.ids),
    }
    return _of(layer, layer.revision, action) | {"edit": told}


async def audit_change(
    conn: Connection, layer: Layer, actor: Actor, action: str, detail: Mapping[str, Any]
) -> None:
    """Write the change into the audit: counts, codes and names of fields, never a value or words.

    The message is left to the history: people write into it what they like.
    """
    said = {name: value for name, value in detail.items() if is_plain(value)}
    act = f"layer.{action.replace(' ', '_')}"
    await audit.record(conn, actor, act, audit.of_layer(layer), said)


async def tell(conn: Connection, layer: Layer, revision: int, action: str) -> None:
    """Tell every process, at commit, that the layer changed."""
    await events.record(conn, "layer", _of(layer, revision, action))


def _of(layer: Layer, revision: int, action: str) -> dict[str, Any]:
    told: dict[str, Any] = {"slug": layer.slug, "revision": revision, "action": action}
    return told | {"visibility": layer.visibility, "bounds": list(layer.bounds or ())}
