"""Take back: a changeset, or what became of one feature. The result is a new revision.

Only whoever sees all of the layer may: what comes back would else hold what they cannot look at.
"""

from gishue.core.access import WHOLE
from gishue.core.actor import Actor
from gishue.core.db import Connection
from gishue.core.errors import Conflict, Forbidden
from layers import amend, edit, edit_store, feature_store, past, veil
from layers.changeset import EditConflict, Edited
from layers.layer import Layer


async def changeset(
    conn: Connection, layer: Layer, revision: int, *, actor: Actor, message: str = ""
) -> Edited:
    """Take back what ``revision`` did to features of the locked layer, all or nothing.

    What it removed comes back under its id, what it added goes, what it changed is as it was.

    Raises:
        NotKept: what was before that revision is not kept.
        EditConflict: some of the features changed once more since; take that back first.
        Conflict: it touched no features.
        Forbidden, InvalidChanges: as :func:`layers.edit.edit`.
    """
    _check_sees_all(layer, actor)
    await past.check_kept(conn, veil.of(actor, layer), revision - 1)
    await past.prepare(conn, layer)
    clashes = await edit_store.gone_on(conn, layer, revision)
    if clashes:
        raise EditConflict.of(clashes)
    counts = await edit_store.stage_undone(conn, layer, revision)
    if not counts.added + counts.changed + counts.removed:
        raise Conflict(
            f"revision {revision} changed no features of layer {layer.slug!r}",
            vi=f"phiên bản {revision} không thay đổi đối tượng nào của lớp {layer.slug!r}",
        )
    await amend.number_as_staged(conn)
    return await edit.write(
        conn, layer, counts, actor=actor, action="undone", message=message, undone=revision
    )


async def feature(
    conn: Connection,
    layer: Layer,
    feature_id: int,
    revision: int,
    *,
    actor: Actor,
    message: str = "",
) -> Edited:
    """Bring one feature of the locked layer back to what it was at ``revision``, under its id.

    Raises:
        NotKept: what was at that revision is not kept, or by other fields.
        NotFound: it was not there then.
        Conflict: it is so now.
        Forbidden, InvalidChanges: as :func:`layers.edit.edit`.
    """
    _check_sees_all(layer, actor)
    await past.check_kept(conn, veil.of(actor, layer), revision)
    then = await past.at_revision(conn, layer, revision)
    counts = await edit_store.stage_one(conn, layer, then.source, feature_id)
    if not counts.added + counts.changed + counts.unchanged:
        raise feature_store.no_feature(layer, feature_id)
    await amend.number_as_staged(conn)
    return await edit.write(
        conn,
        layer,
        counts,
        actor=actor,
        action="feature restored",
        message=message,
        feature=feature_id,
        restored=revision,
    )


def _check_sees_all(layer: Layer, actor: Actor) -> None:
    if veil.of(actor, layer).view != WHOLE:
        raise Forbidden(
            f"{actor.name} sees only a part of layer {layer.slug!r}; its unit takes changes back",
            vi=f"{actor.name} chỉ xem được một phần lớp {layer.slug!r}; "
            "hãy nhờ đơn vị chủ quản hoàn tác",
        )
