"""Edit: one transaction locks the layer, brings the changes in, and tells where it was touched.

The only way by which features change one by one: the API, the command line, undoing and restoring.
"""

from collections.abc import Sequence

import psycopg

from gishue.core.access import Act, may
from gishue.core.actor import Actor
from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.errors import Conflict, Forbidden
from gishue.core.mercator import degrees
from layers import (
    amend,
    area,
    edit_store,
    news,
    schema_store,
    search,
    store,
    tables,
    tier_store,
    touched,
    veil,
)
from layers import replace as replacing
from layers.changeset import Change, EditConflict, Edited, InvalidChanges, Wrong
from layers.diff import Counts
from layers.layer import GeometryType, Layer
from layers.touched import MOST_BOXES


async def edit(
    conn: Connection,
    layer: Layer,
    changes: Sequence[Change],
    *,
    actor: Actor,
    message: str = "",
    srid: int = 4326,
) -> Edited:
    """Bring the changes into the layer, all or none, as its next revision.

    Args:
        conn: in a transaction of the caller's.
        layer: locked, whole, as :func:`locked` returns it.
        changes: fit for it; see :func:`layers.changeset.read`.
        actor: who edits; where they may is asked here.
        message: why, for the history.
        srid: the CRS of the geometries.

    Raises:
        EditConflict: a feature is gone or at another version.
        InvalidChanges: a geometry, a key or an overlap that the layer does not take.
        Forbidden: a feature lies where ``actor`` may not edit.
    """
    await edit_store.hold(conn, changes)
    clashes = await edit_store.clashes(conn, layer, veil.of(actor, layer))
    if clashes:
        raise EditConflict.of(clashes)
    try:
        await edit_store.stage(conn, layer, srid)
        if any(one.is_drawn for one in changes):
            await _check_shapes(conn)
    except psycopg.errors.InternalError as error:
        raise InvalidChanges(
            "a geometry has no place in the layer's system",
            vi="có hình học không chuyển được sang hệ tọa độ của lớp",
        ) from error
    counts = await edit_store.pair(conn, layer)
    if counts.added:
        await amend.number(conn, layer)
    return await write(conn, layer, counts, actor=actor, action="edited", message=message)


async def locked(conn: Connection, slug: str, actor: Actor) -> Layer:
    """Lock the layer and return it, whole, if ``actor`` may edit its features.

    Raises:
        NotFound: there is no such layer.
        Forbidden: they may not, now that it is locked.
        Conflict: it is not one of features.
    """
    await store.lock(conn, slug)
    layer = await store.by_slug(conn, slug)
    if not may(actor, Act.EDIT, layer):
        raise Forbidden(
            f"{actor.name} may not edit layer {slug!r}",
            vi=f"{actor.name} không được sửa lớp {slug!r}",
        )
    if layer.table_name is None:
        raise Conflict(
            f"layer {slug!r} has no features to edit",
            vi=f"lớp {slug!r} không có đối tượng để sửa",
        )
    return layer


async def write(
    conn: Connection,
    layer: Layer,
    counts: Counts,
    *,
    actor: Actor,
    action: str,
    message: str,
    **detail: int,
) -> Edited:
    """Write the numbered pairing into the locked layer, and return what it did.

    Raises:
        Conflict: it changes nothing.
        Forbidden, InvalidChanges: as :func:`edit`.
    """
    if not counts.added + counts.changed + counts.removed:
        raise Conflict(
            f"this changes nothing in layer {layer.slug!r}",
            vi=f"không có gì thay đổi trong lớp {layer.slug!r}",
        )
    await _check_reach(conn, layer, actor)
    await edit_store.keep_shapes(conn, layer)
    old = await edit_store.extent_before(conn, layer)
    await replacing.in_place(
        conn, layer, edit_store.side(layer), counts, keep_history=layer.keep_history
    )
    await _check_values(conn, layer)
    await _check_overlap(conn, layer)
    boxes = await edit_store.boxes(conn, layer, MOST_BOXES)
    after = await _measured(conn, layer, counts, old, is_bulk=boxes is None)
    await search.refresh_touched(conn, layer, after)
    seen = await _redraw(conn, after, boxes)
    done = await edit_store.ids(conn)
    added = tuple(id_ for id_, what in done if what == "added")
    await store.give_ids(conn, layer.id, max(added, default=0))
    edited = Edited(
        after,
        added,
        counts.changed,
        counts.removed,
        tuple(id_ for id_, _ in done) if len(done) <= MOST_BOXES else None,
        seen,
    )
    told = {"added": counts.added, "changed": counts.changed, "removed": counts.removed} | detail
    await news.note_edit(conn, edited, actor, action, message, **told)
    return edited


async def _redraw(
    conn: Connection, after: Layer, boxes: edit_store.Boxes | None
) -> tuple[Bounds, ...] | None:
    """See to the far zooms and to the journal; return where it shows, None: anywhere."""
    if boxes is None:
        await tier_store.settle(conn, after)
        return None
    seen = boxes.all + await tier_store.refresh(conn, after, boxes.redrawn)
    await touched.record(conn, after.id, after.revision, seen)
    return seen


async def _check_shapes(conn: Connection) -> None:
    found = await edit_store.broken(conn)
    if found:
        raise InvalidChanges.of(
            [
                Wrong(one.index, None, "the geometry is empty", "hình học rỗng")
                if one.is_empty
                else Wrong(
                    one.index,
                    None,
                    f"the geometry is not valid: {one.reason}",
                    f"hình học không hợp lệ: {one.reason}",
                )
                for one in found
            ]
        )


async def _check_reach(conn: Connection, layer: Layer, actor: Actor) -> None:
    """Raise Forbidden where a feature was or will be where ``actor`` may not edit."""
    units = area.bounds_of(actor, layer)
    if units is None:
        return
    index = await edit_store.off_ground(conn, layer, units)
    if index is not None:
        listed = ", ".join(units)
        raise Forbidden(
            f"change {index} lies off the ground of {listed or 'any unit'}, where {actor.name} "
            f"may edit layer {layer.slug!r}",
            vi=f"thay đổi {index} nằm ngoài địa bàn {listed}, nơi {actor.name} được sửa lớp "
            f"{layer.slug!r}",
        )


async def _check_values(conn: Connection, layer: Layer) -> None:
    """Raise InvalidChanges where a value that must be a feature's own is another one's too."""
    schema = await schema_store.schema_of(conn, layer.id)
    unique = {rule.name for rule in schema.fields if rule.unique} if schema else set[str]()
    wrong: list[Wrong] = []
    for owner in layer.fields:
        is_key = owner.name == layer.key_field
        if not (is_key or owner.name in unique):
            continue
        for index, is_missing in await edit_store.taken(conn, layer, owner, is_needed=is_key):
            why = ("a value is needed", "bắt buộc có giá trị")
            if not is_missing:
                why = ("another feature has this value", "giá trị đã có ở đối tượng khác")
            wrong.append(Wrong(index, owner.name, *why))
    if wrong:
        raise InvalidChanges.of(wrong)


async def _check_overlap(conn: Connection, layer: Layer) -> None:
    """Raise InvalidChanges where polygons come to share ground, and the layer forbids it."""
    if not layer.forbids_overlap or layer.geometry_type is not GeometryType.POLYGON:
        return
    found = await edit_store.overlaps(conn, layer)
    if found:
        raise InvalidChanges.of(
            [
                Wrong(
                    index,
                    None,
                    f"the polygon would overlap feature {other}, which the layer forbids",
                    f"vùng sẽ chồng lấn đối tượng {other}, lớp không cho phép",
                )
                for index, _, other in found
            ]
        )


async def _measured(
    conn: Connection, layer: Layer, counts: Counts, old: Bounds | None, *, is_bulk: bool
) -> Layer:
    """Raise the revision with the count and the bounds of now; return the layer."""
    count = layer.feature_count + counts.added - counts.removed
    held = layer.bounds
    if held is None or old is None or held.has_within(degrees(old)):
        new = await edit_store.extent_after(conn, layer)
        box = _joined(held, degrees(new) if new is not None else None)
    else:  # what reached its rim may have left it
        counted = await tables.count(conn, tables.table(layer.table_name or ""))
        count, box = counted.rows, counted.bounds
    await store.measure(conn, layer, count, box, bulk=is_bulk)
    return await store.by_slug(conn, layer.slug)


def _joined(held: Bounds | None, new: Bounds | None) -> Bounds | None:
    return held.union(new) if held is not None and new is not None else held or new
