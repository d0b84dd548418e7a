"""Masks and rules for rows in PostgreSQL. The only module that runs ``layers/sql/protection.sql``.

The caller opens the transaction, has locked the layer and asked ``may_share``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gishue.core.access import Audience
from gishue.core.actor import Actor
from gishue.core.db import Connection
from gishue.core.sql import load
from layers import permission, protection, schema_store
from layers.fields import Field
from layers.layer import Layer, LayerId
from layers.protection import Protection

_SQL = load("layers", "protection")


async def put(conn: Connection, layer: Layer, wanted: Protection, actor: Actor) -> Layer:
    """Protect the layer so, and no more as before; caches begin anew. Return the layer.

    A draft without features is measured by its field schema: it can be protected before they come.

    Raises:
        InvalidProtection: it does not fit the layer.
    """
    after = protection.settled(wanted, layer, await _fields(conn, layer))
    await conn.execute(_SQL["unmask"], {"id": layer.id})
    await conn.execute(_SQL["unrule"], {"id": layer.id})
    await _mask(conn, layer.id, after.masks)
    rules = {"audiences": list(after.row_rules), "filters": list(after.row_rules.values())}
    await conn.execute(_SQL["rule"], {"id": layer.id} | rules)
    # The history is read by everybody who may read the layer: it does not name what is hidden.
    told: dict[str, Any] = {"masked": len(after.masks), "ruled": sorted(after.row_rules)}
    return await permission.changed(
        conn, layer, actor, "protection changed", is_content=True, **told
    )


async def carry(conn: Connection, layer: Layer, fields: Iterable[Field], srid: int) -> int:
    """Keep what is protected while ``layer`` gets a table with these fields; return masks added.

    Raises:
        ProtectionLost: a rule for rows cannot be kept.
    """
    listed = tuple(fields)
    protection.check_kept(layer, listed, srid)
    more = protection.carried(layer, listed)
    await _mask(conn, layer.id, more)
    return len(more)


async def _mask(conn: Connection, layer_id: LayerId, masks: Mapping[str, Audience]) -> None:
    values = {"id": layer_id, "fields": list(masks), "audiences": list(masks.values())}
    await conn.execute(_SQL["mask"], values)


async def _fields(conn: Connection, layer: Layer) -> Sequence[Field]:
    if layer.fields:
        return layer.fields
    schema = await schema_store.schema_of(conn, layer.id)
    rules = schema.fields if schema is not None else ()
    return [Field(rule.name, rule.title, rule.type, "") for rule in rules]
