"""The one place through which every change of who may do what with a layer is written."""

from typing import Any

from gishue.core.actor import Actor
from gishue.core.db import Connection
from layers import store
from layers.layer import Layer


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
    await store.note(conn, after, revision, actor, action, message, **detail)
    return await store.by_slug(conn, layer.slug)
