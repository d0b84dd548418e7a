"""HTTP for the past of features: what became of one, and what differs between two revisions."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from gishue.api.deps import TheActor, TheServices
from gishue.core import paging
from gishue.core.db import transaction
from layers import feature_past, past
from layers.diff import RowChange
from layers.feature_past import Turn
from layers.layer import Layer

router = APIRouter(tags=["edits"])

Revision = Annotated[int, Query(ge=0, le=2**62)]


@router.get("/layers/{slug}/features/{feature_id}/history")
async def feature_history(
    slug: str,
    feature_id: Annotated[int, Path(ge=0, le=2**62)],
    services: TheServices,
    actor: TheActor,
) -> dict[str, Any]:
    """List what became of a feature, newest first: when, why, how it was and how it was then.

    Names of people are shown to signed-in staff only. Fields and rows that one does not see do not
    show here either.
    """
    layer = services.registry.current.readable(actor, slug)
    async with transaction(services.pool) as conn:
        turns = await feature_past.turns(conn, layer, feature_id)
    return paging.page([_turn(one, is_named=actor.is_staff) for one in turns], None)


@router.get("/layers/{slug}/changes")
async def list_changes(
    slug: str,
    services: TheServices,
    actor: TheActor,
    since: Annotated[int, Query(ge=0, le=2**62, description="the revision before")],
    until: Annotated[
        int | None, Query(ge=0, le=2**62, description="the revision after; now if it is not said")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    cursor: str | None = None,
) -> dict[str, Any]:
    """List the features that differ between two revisions: added, changed, removed, and how."""
    layer = services.registry.current.readable(actor, slug)
    after = paging.read_id(cursor) or 0
    async with transaction(services.pool) as conn:
        await past.begin(conn)
        rows, last = await feature_past.changes(
            conn,
            layer,
            since,
            layer.revision if until is None else until,
            after=after,
            limit=limit,
        )
    return paging.page(
        [_row(one, layer) for one in rows], paging.cursor(last) if last is not None else None
    )


def _turn(turn: Turn, *, is_named: bool) -> dict[str, Any]:
    return {
        "revision": turn.revision,
        "at": turn.at,
        "actor": turn.actor if is_named else None,
        "action": turn.action,
        "message": turn.message,
        "before": turn.before,
        "after": turn.after,
    }


def _row(row: RowChange, layer: Layer) -> dict[str, Any]:
    return {
        "what": row.what,
        "id": row.id,
        "key": row.key if layer.key_field else None,
        "fields": [one._asdict() for one in row.fields],
        "geometry_changed": row.geometry_changed,
    }
