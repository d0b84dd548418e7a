"""The city's own roads, from the layer that the settings name, for telling CRS twins apart.

The only module that runs ``conversion/sql/roads.sql``.
"""

from typing import Final

import shapely
from psycopg.sql import SQL

from conversion.crs.roads import Roads, roads_from
from gishue.core.access import Visibility
from gishue.core.db import Connection
from gishue.core.errors import NotFound
from gishue.core.sql import load
from layers import store, tables
from layers.layer import LayerState

_SQL = load("conversion", "roads")

MOST: Final = 20_000
_MOST_POINTS: Final = 5_000


async def roads_of(conn: Connection, slug: str) -> Roads | None:
    """Return the lines and points of a published layer, at most 20,000; None without one.

    A restricted layer is not asked, nor one of which not everybody sees every row: what it says
    would be seen by people who may not read it.
    """
    try:
        layer = await store.by_slug(conn, slug)
    except NotFound:
        return None
    is_open = layer.state is LayerState.PUBLISHED and layer.visibility is not Visibility.RESTRICTED
    if layer.table_name is None or not is_open or layer.row_rules:
        return None
    statement = SQL(_SQL["roads"]).format(table=tables.table(layer.table_name))
    cur = await conn.execute(statement, {"limit": MOST, "most_points": _MOST_POINTS})
    return roads_from([shapely.from_wkb(row[0]) for row in await cur.fetchall()])
