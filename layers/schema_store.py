"""Field schemas and remembered mappings in PostgreSQL; runs ``layers/sql/schema.sql``."""

from collections.abc import Mapping

from psycopg.types.json import Jsonb

from gishue.core.actor import Actor
from gishue.core.db import Connection
from gishue.core.sql import load
from layers import store
from layers.layer import Layer, LayerId
from layers.schema import LayerSchema

_SQL = load("layers", "schema")


async def schema_of(conn: Connection, layer_id: LayerId) -> LayerSchema | None:
    """Return the schema that the layer owns, or None."""
    row = await (await conn.execute(_SQL["read"], {"id": layer_id})).fetchone()
    return LayerSchema.from_dict(row[0]) if row else None


async def put_schema(
    conn: Connection, layer_id: LayerId, schema: LayerSchema | None, actor: Actor
) -> None:
    """Give the layer a schema, or with None take it away; its content stays as it is."""
    if schema is None:
        await conn.execute(_SQL["forget"], {"id": layer_id})
        return
    values = {"id": layer_id, "body": Jsonb(schema.as_dict()), "actor": actor.name}
    await conn.execute(_SQL["write"], values)


async def change(conn: Connection, layer: Layer, schema: LayerSchema | None, actor: Actor) -> None:
    """Give the locked layer a schema, or take it away, as a revision that history and audit tell.

    Its content stays as it is.
    """
    await put_schema(conn, layer.id, schema, actor)
    revision = await store.measure(conn, layer, layer.feature_count, layer.bounds, bulk=False)
    await store.note(conn, layer, revision, actor, "schema changed")


async def remembered(conn: Connection, layer_id: LayerId, signature: str) -> dict[str, str] | None:
    """Return how columns of such a file were mapped last time, or None."""
    values = {"id": layer_id, "signature": signature}
    row = await (await conn.execute(_SQL["mapping"], values)).fetchone()
    return {str(column): str(name) for column, name in row[0].items()} if row else None


async def remember(
    conn: Connection, layer_id: LayerId, signature: str, mapping: Mapping[str, str]
) -> None:
    """Keep the mapping for the next file with the same columns."""
    values = {"id": layer_id, "signature": signature, "mapping": Jsonb(dict(mapping))}
    await conn.execute(_SQL["remember"], values)
