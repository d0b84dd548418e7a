"""What a cell of a far zoom stands for: its features, where they lie, when they come apart.

The only module that runs ``layers/sql/cluster.sql``. Whoever asks is told of rows that they see.
"""

from dataclasses import dataclass

from psycopg.sql import SQL, Composed, Literal

from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.errors import NotFound
from gishue.core.mercator import HALF_M
from gishue.core.sql import load
from layers import feature_store, tables, tier_store, tiers
from layers import filter as filters
from layers.feature_store import FeatureQuery
from layers.filter import Filter
from layers.layer import Layer
from layers.tiers import Cell, Tier, TierKind

_SQL = load("layers", "cluster")


@dataclass(frozen=True, slots=True)
class Cluster:
    """The features of a cell.

    ``bounds`` in EPSG:4326; ``parts_at``: the first zoom that does not draw them as one;
    ``members`` chooses them in a :class:`~layers.feature_store.FeatureQuery`.
    """

    id: int
    count: int
    bounds: Bounds
    parts_at: int
    members: Filter


async def find(conn: Connection, layer: Layer, id_: int) -> Cluster:
    """Return the cluster that tiles of ``layer`` draw under that id.

    Raises:
        NotFound: they draw none, or nothing of it is seen.
    """
    cell = tiers.cell_of(id_)
    tier = next((one for one in layer.tiers if cell and one.grid == cell.grid), None)
    if cell is None or tier is None or tier.kind is TierKind.LINE or layer.table_name is None:
        raise _nothing(layer, id_)
    members = _members(layer, tier, cell)
    where, values = feature_store.predicate(layer, FeatureQuery(filter=members))
    statement = SQL(_SQL["summary"]).format(
        table=tables.table(layer.table_name), where=where or feature_store.NEVER
    )
    row = await (await conn.execute(statement, values)).fetchone()
    if row is None or not row[0]:
        raise _nothing(layer, id_)
    count, x0, y0, x1, y1, *box = row
    return Cluster(id_, int(count), Bounds(*box), _parts_at(layer, tier, (x0, y0, x1, y1)), members)


def _parts_at(layer: Layer, tier: Tier, middles: tuple[float, float, float, float]) -> int:
    """Return the first nearer zoom whose cells part these middles, or that has none."""
    x0, y0, x1, y1 = middles
    nearer = sorted((one for one in layer.tiers if one.z > tier.z), key=lambda one: one.z)
    for one in nearer:
        if tiers.cell_at(x0, y0, one.grid) != tiers.cell_at(x1, y1, one.grid):
            return one.z
    return max(one.z for one in layer.tiers) + 1


def _members(layer: Layer, tier: Tier, cell: Cell) -> Filter:
    box = tiers.cell_bounds(cell)
    named = {name: _number(value) for name, value in box._asdict().items()}
    where = SQL(_SQL["member"]).format(
        **named,
        half=_number(HALF_M),
        side=_number(tiers.cell_m(cell.grid)),
        gx=Literal(cell.gx),
        gy=Literal(cell.gy),
        weight=SQL(tier_store.WEIGHT[tier.kind]),
        least=Literal(tiers.least_weight(tier)),
    )
    if not tier.filter:
        return Filter(where, {})
    chosen = filters.of(layer, tier.filter, prefix="tier")
    return Filter(SQL("({} AND {})").format(where, chosen.where), chosen.values)


def _number(value: float) -> Composed:
    return SQL("{}::float8").format(Literal(value))


def _nothing(layer: Layer, id_: int) -> NotFound:
    return NotFound(
        f"layer {layer.slug!r} draws no cluster {id_} now",
        vi=f"lớp {layer.slug!r} hiện không có cụm {id_}",
    )
