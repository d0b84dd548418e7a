"""The values of a field that classes are made of. The only module that runs ``classes.sql``.

A stored style is read by everybody who may read the layer, and lists values. So they are taken of
those rows alone that the least of these people see who see the field.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from psycopg.sql import SQL, Identifier

from gishue.core.access import Audience, View, Visibility, row_rule
from gishue.core.db import Connection
from gishue.core.sql import load
from layers import tables, veil
from layers.fields import Field
from layers.layer import Layer
from layers.styling.classify import SAMPLE, Category

_SQL = load("layers", "classes")
_READERS: Final = {
    Visibility.OPEN: Audience.PUBLIC,
    Visibility.INTERNAL: Audience.STAFF,
    Visibility.RESTRICTED: Audience.UNIT,
}
_ORDER: Final = list(Audience)


async def categories(conn: Connection, layer: Layer, field: Field, most: int) -> list[Category]:
    """Return the ``most`` values of ``field`` that most features have, the commonest first."""
    rows = await _rows(conn, "values", layer, field, {"most": most})
    return [Category(value, count) for value, count in rows]


async def steps(conn: Connection, layer: Layer, field: Field) -> list[float]:
    """Return ``SAMPLE`` + 1 ordered values from least to greatest; none where there are none."""
    rows = await _rows(conn, "steps", layer, field, {"steps": SAMPLE})
    return [float(value) for value in rows[0][0] or ()]


async def _rows(
    conn: Connection, name: str, layer: Layer, field: Field, values: dict[str, Any]
) -> Sequence[tuple[Any, ...]]:
    if layer.table_name is None:
        return []
    rule = veil.rows(for_all_who_see(layer, field))
    statement = SQL(_SQL[name]).format(
        column=Identifier(field.column),
        table=tables.table(layer.table_name),
        where=rule.where if rule else SQL("true"),
    )
    given = values | dict(rule.values if rule else {})
    return await (await conn.execute(statement, given)).fetchall()


def for_all_who_see(layer: Layer, field: Field) -> Layer:
    """Return ``layer`` with the rows that everybody sees who may read it and sees ``field``."""
    masks = {name.casefold(): least for name, least in layer.masks.items()}
    least = masks.get(field.name.casefold(), Audience.PUBLIC)
    who = max(least, _READERS[layer.visibility], key=_ORDER.index)
    return replace(layer, view=View(filter=row_rule(who, layer)))
