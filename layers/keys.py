"""The key of a layer: the field whose value names each feature once, from one file to the next."""

from collections.abc import Sequence

from psycopg.sql import SQL, Identifier

from gishue.core.db import Connection
from gishue.core.sql import load
from gishue.core.vietnamese import vn_number
from layers.fields import Field, KeyNotUnique
from layers.layer import Layer

_SQL = load("layers", "diff")
_NAMED = 10


def chosen(layer: Layer, fields: Sequence[Field], said: str | None) -> str:
    """Return the key of ``layer`` once rows with ``fields`` are in it; empty for none.

    ``said``: what was asked for; empty for no key, None for the one the layer has.

    Raises:
        KeyNotUnique: the rows have no such field.
    """
    key = layer.key_field if said is None else said
    if key and all(field.name != key for field in fields):
        raise KeyNotUnique(
            f"the file has no field {key!r}, which tells the features of layer {layer.slug!r}"
            " apart; name another field as key, or - for none",
            vi=f"tệp không có trường {key!r} dùng để phân biệt các đối tượng của lớp "
            f"{layer.slug!r}; hãy chọn trường khóa khác, hoặc - nếu không dùng khóa",
            key=key,
        )
    return key


def taken(layer: Layer, key: str, count: int) -> KeyNotUnique:
    """Return the refusal of rows to append whose key the layer has already, with other values."""
    return KeyNotUnique(
        f"rows whose {key!r} layer {layer.slug!r} holds already with other values: {count:,};"
        " to change features, replace the layer",
        vi=f"số dòng có {key!r} đã tồn tại trong lớp {layer.slug!r} với giá trị khác: "
        f"{vn_number(count)}; muốn cập nhật hãy chọn thay thế lớp",
        key=key,
    )


async def check(conn: Connection, table: Identifier, fields: Sequence[Field], key: str) -> None:
    """Raise KeyNotUnique unless every row of ``table`` has a value of ``key`` for itself."""
    column = next((field.column for field in fields if field.name == key), None)
    if column is None:
        return
    statement = SQL(_SQL["key_twice"]).format(table=table, column=Identifier(column))
    row = await (await conn.execute(statement)).fetchone()
    count = int(row[0]) if row else 0
    if count:
        statement = SQL(_SQL["key_twice_rows"]).format(table=table, column=Identifier(column))
        cur = await conn.execute(statement, {"limit": _NAMED})
        rows = [int(row[0]) for row in await cur.fetchall()]
        listed = ", ".join(map(str, rows)) + (", …" if count > len(rows) else "")
        raise KeyNotUnique(
            f"{count:,} features share a value of {key!r} or have none: rows {listed};"
            " give each its own, or choose another key",
            vi=f"{vn_number(count)} đối tượng trùng hoặc thiếu giá trị {key!r}: dòng {listed}; "
            "hãy đặt giá trị riêng cho mỗi dòng, hoặc chọn trường khóa khác",
            key=key,
            rows=rows,
        )
