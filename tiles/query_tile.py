"""The vector tile of a question: chosen features, chosen fields, as of now or of then.

The only module that runs ``tiles/sql/query.sql``. It reads the layer's own table at every zoom,
since what is derived for far zooms has not the fields that a filter may name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg import sql
from psycopg.sql import SQL, Composable, Composed, Identifier

from gishue.core.bounds import Bounds
from gishue.core.db import Connection, Pool
from gishue.core.errors import BadRequest
from gishue.core.sql import load
from layers import feature_store, past, tables, zoom
from layers import filter as filters
from layers.feature_store import FeatureQuery, doubled
from layers.fields import Field
from layers.filter import Filter
from layers.layer import GeometryType, Layer
from layers.tier_store import counting, kind_of
from layers.tiers import FARTHEST, Tier, TierKind, snap_px
from tiles.grid import MARGIN, Tile, tile_degrees
from tiles.queries import asking
from tiles.query import TileQuery, asked_fields, chosen
from tiles.ready import ReadyTile, zipped
from tiles.served import check_inside
from tiles.tier import choice, is_counted, shown_fields
from tiles.vector import LEFT_OUT, TIER_NOTE, drawn, least, note, placed, reach, seen, tier_values

_SQL = load("tiles", "query")
_GEOM: Final = Identifier("t", "geom")


@dataclass(frozen=True, slots=True)
class _Read:
    """Where rows stand, what is generated from their geometry, and which may be in the tile."""

    layer: Layer
    source: Composed | Identifier
    generated: Composed
    near: Composed
    bounds: Bounds | None = None


async def query_tile(
    pool: Pool, layer: Layer, tile: Tile, query: TileQuery, max_features: int
) -> ReadyTile:
    """Build the tile that ``query`` asks for.

    Raises:
        BadRequest: the layer, as it was then, has no such field; or the filter fails on a value.
        NoTile: the layer did not reach there then.
        NotKept: what it was then is not kept, or not shown.
        Busy: it took too long, or no connection came free.
        Unavailable: the database is away.
    """
    if layer.table_name is None:
        return zipped(b"")
    async with asking(pool) as conn:
        read = await _read(conn, layer, tile, query)
        asked = _question(read, tile, query)
        if asked is None:
            return zipped(b"")
        cur = await conn.execute(*asked, binary=True)
        body, features, left_out = await cur.fetchone() or (b"", 0, False)
    less = _less(layer, tile) if left_out else ""
    said = note(layer, tile, less, features=features, most=max_features)
    return zipped(body, said)


def _less(layer: Layer, tile: Tile) -> str:
    """Return what is to be said of a tile that does not draw each feature by itself."""
    kind = kind_of(layer)
    return TIER_NOTE[kind] if kind is not None and is_counted(layer, tile.z) else LEFT_OUT


async def _read(conn: Connection, layer: Layer, tile: Tile, query: TileQuery) -> _Read:
    if query.at is None:
        table = tables.table(layer.table_name or "")
        return _Read(layer, table, _generated(layer), SQL(_SQL["near_now"]).format())
    await past.begin(conn)
    then = await past.as_of(conn, layer, query.at)
    check_inside(layer, tile, then.layer.bounds)
    made, near = _made(then.layer), SQL("true").format()
    return _Read(then.layer, then.source, made, near, tile_degrees(tile, MARGIN))


def _generated(layer: Layer) -> Composed:
    """Return the columns that the layer's own table generates."""
    is_area = layer.geometry_type is GeometryType.POLYGON
    return SQL(_SQL["generated_area" if is_area else "generated"]).format()


def _made(layer: Layer) -> Composed:
    """Return the same for rows of then, of which nothing but the geometry is kept."""
    web = tables.web(layer.geometry_type, _GEOM)
    if layer.geometry_type is not GeometryType.POLYGON:
        return SQL(_SQL["made"]).format(web=web)
    breadth = tables.breadth(layer.srid, _GEOM)
    return SQL(_SQL["made_area"]).format(web=web, breadth=breadth)


def _question(read: _Read, tile: Tile, query: TileQuery) -> tuple[Composed, dict[str, Any]] | None:
    """Return the statement and its values; None where no row can be meant."""
    layer = read.layer
    rows = FeatureQuery(bounds=read.bounds, filter=chosen(layer, query))
    where, values = feature_store.predicate(layer, rows)
    if where is None:
        return None
    chosen_here = _zoom_rows(layer, tile.z)
    if chosen_here is not None:
        where = SQL("{} AND {}").format(where, chosen_here.where)
        values |= chosen_here.values
    fields = asked_fields(layer, query)
    if fields is None:
        fields = shown_fields(layer, tile.z)
    kind = kind_of(layer)
    if kind is not None and is_counted(layer, tile.z):
        return _counted(read, tile, kind, fields, where), values | tile._asdict()
    which = choice(layer, tile.z)
    z, x, y = map(sql.Literal, tile)
    parts = _parts(layer, [doubled(one) for one in fields]) | _rows_read(read, where)
    parts["placed"] = placed((z, x, y), drawn(layer, tile.z))
    parts["seen"] = seen(SQL("%(least)s"))
    statement = SQL("{} {}").format(
        SQL(_SQL["hit"]).format(**parts), SQL(_SQL[which]).format(**parts)
    )
    return statement, values | tile._asdict() | {"least": least(which, layer, tile.z)}


def _rows_read(read: _Read, where: Composable) -> dict[str, Composable]:
    return {
        "place": SQL(_SQL["place"]),
        "source": read.source,
        "generated": read.generated,
        "near": read.near,
        "where": where,
    }


def _counted(
    read: _Read, tile: Tile, kind: TierKind, fields: Sequence[Field], where: Composable
) -> Composed:
    """Return the statement of a tile that counts, as the layer's derived table of its zoom would.

    The ring of cells about the tile lies whole in its margin: they are counted whole.
    """
    layer, snap = read.layer, snap_px(read.layer, tile.z)
    names = tuple(field.name for field in fields)
    tier = Tier(max(tile.z, FARTHEST), "", kind, from_base=True, fields=names, snap_px=snap)
    stored = _listed([Identifier("t", field.column) for field in fields])
    parts = _rows_read(read, where)
    chosen_rows = SQL(_SQL["chosen"]).format(**parts, stored=stored)
    return SQL(_SQL["counted"]).format(
        place=parts["place"],
        slug=sql.Literal(layer.slug),
        rows=counting(layer, tier, chosen_rows),
        reach=reach(kind),
        values=tier_values([doubled(one) for one in fields]),
    )


def _zoom_rows(layer: Layer, z: int) -> Filter | None:
    """Return what chooses the rows that the layer says are drawn at zoom ``z``; None: all.

    A filter whose field is gone, or not to be seen, is left out, as in ordinary tiles.
    """
    said = zoom.at(layer.zoom_overrides, z)
    if said is None or not said.filter:
        return None
    try:
        return filters.of(layer, said.filter, prefix="zoom")
    except BadRequest:
        return None


def _parts(layer: Layer, fields: Sequence[Field]) -> dict[str, Any]:
    return {
        "columns": _listed(
            [SQL("t.{} AS {}").format(Identifier(f.column), Identifier(f.name)) for f in fields]
        ),
        "names": _listed([Identifier("t", f.name) for f in fields]),
        "slug": sql.Literal(layer.slug),
        "label_slug": sql.Literal(f"{layer.slug}:label"),
    }


def _listed(parts: Sequence[Composed | Identifier]) -> Composed:
    """Return ``, a, b``."""
    return SQL("").join([SQL(", {}").format(part) for part in parts])
