"""The one place through which every change of who may do what with a layer is asked and written."""

from dataclasses import replace
from typing import Any

from gishue.core.access import Act, may, may_share
from gishue.core.actor import Actor
from gishue.core.db import Connection
from gishue.core.errors import Forbidden
from layers import store, tier_store
from layers.description import Description
from layers.layer import Layer


def check(actor: Actor, layer: Layer, wanted: Description) -> None:
    """Raise Forbidden where ``wanted`` opens, closes or moves ``layer``, and ``actor`` may not.

    Whoever decides with whom a layer is shared opens and closes it; to give it to another unit one
    administers it, and publishes there. Every door that writes a description asks this.
    """
    is_same = wanted.closure in (None, layer.closure) and wanted.visibility is layer.visibility
    if not is_same and not may_share(actor, layer):
        raise Forbidden(
            f"{actor.name} may not open or close layer {layer.slug!r}; ask its publishers",
            vi=f"{actor.name} không được mở hay đóng lớp {layer.slug!r}; "
            "hãy liên hệ người công bố của đơn vị chủ quản",
        )
    if wanted.unit == layer.unit:
        return
    there = replace(layer, unit=wanted.unit)
    if not (may(actor, Act.ADMINISTER, layer) and may(actor, Act.PUBLISH, there)):
        raise Forbidden(
            f"{actor.name} may not give layer {layer.slug!r} to unit {wanted.unit or 'none'}; "
            "ask the administrator of its unit",
            vi=f"{actor.name} không được chuyển lớp {layer.slug!r} cho đơn vị "
            f"{wanted.unit or 'nào'}; hãy liên hệ quản trị của đơn vị chủ quản",
        )


async def changed(
    conn: Connection,
    layer: Layer,
    actor: Actor,
    action: str,
    *,
    message: str = "",
    is_content: bool = False,
    **detail: Any,
) -> Layer:
    """Raise the revision, write the line of history and tell every process; return the layer.

    ``is_content``: what readers see of the features changes too, so that caches begin anew.
    """
    after = await store.by_slug(conn, layer.slug)
    revision = await store.measure(conn, after, after.feature_count, after.bounds, bulk=is_content)
    if is_content:
        await tier_store.carry(conn, layer, await store.by_slug(conn, layer.slug))
    await store.note(conn, after, revision, actor, action, message, **detail)
    return await store.by_slug(conn, layer.slug)
