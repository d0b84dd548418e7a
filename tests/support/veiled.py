"""A layer of which each audience sees other fields and rows, its values told apart at a glance."""

from collections.abc import Mapping
from dataclasses import dataclass

from psycopg.sql import SQL

from gishue.core.access import Audience, Visibility
from gishue.core.actor import OPERATOR
from gishue.core.db import Connection
from layers import publish, tables
from layers.description import Description
from layers.fields import FieldType, build
from layers.layer import GeometryType, Layer
from layers.publish import Mode
from tests.support.city import PROVENANCE

FIELDS = build(
    ["tên", "chủ", "điện thoại", "mức", "phường"],
    [FieldType.TEXT, FieldType.TEXT, FieldType.TEXT, FieldType.INTEGER, FieldType.TEXT],
)
OWNER, PHONE, LEVEL = "CHUSOHUU", "SODIENTHOAI", 987_654
"""How the values of the fields ``chủ`` (for the unit), ``điện thoại`` (for staff) and ``mức`` begin
or count from; a value of ``mức`` is one of three numbers above ``LEVEL``.
"""
STYLE = {
    "layers": [
        {
            "type": "circle",
            "paint": {
                "circle-color": ["match", ["get", "chủ"], f"{OWNER}1", "#ff0000", "#00ff00"],
                "circle-radius": 5,
            },
        },
        {"type": "circle", "filter": ["==", ["get", "điện thoại"], f"{PHONE}2"]},
        {"type": "symbol", "layout": {"text-field": "{tên} {chủ}"}},
    ],
    "legend": [{"label": f"{OWNER}1", "label_en": "", "symbol": {"type": "circle"}}],
}
MASKS = {"chủ": Audience.UNIT, "điện thoại": Audience.STAFF, "mức": Audience.UNIT}
RULES = {Audience.PUBLIC: f'"mức" <= {LEVEL}', Audience.STAFF: f'"mức" <= {LEVEL + 1}'}
ROWS_PER_LEVEL = 4
_SEEN = {Audience.PUBLIC: 1, Audience.STAFF: 2, Audience.UNIT: 3}


@dataclass(frozen=True, slots=True)
class Shown:
    """What one audience sees: how values begin that it sees, and that it never does."""

    rows: int
    seen: tuple[str, ...]
    hidden: tuple[str, ...]


def shown(who: Audience) -> Shown:
    """Return what ``who`` sees of the layer."""
    levels = [f"DONGMUC{level}" for level in range(3)]
    values = [*levels[: _SEEN[who]]]
    hidden = [*levels[_SEEN[who] :]]
    for value, least in (
        (PHONE, Audience.STAFF),
        (OWNER, Audience.UNIT),
        (str(LEVEL)[:-1], Audience.UNIT),
    ):
        (values if _SEEN[who] >= _SEEN[least] else hidden).append(value)
    return Shown(ROWS_PER_LEVEL * _SEEN[who], tuple(values), tuple(hidden))


_INSERT = SQL("""
INSERT INTO {table} (id, c1, c2, c3, c4, c5, geom)
SELECT i, 'DONGMUC' || i %% 3 || 'so' || i, 'CHUSOHUU' || i, 'SODIENTHOAI' || i, %(level)s + i %% 3,
       'P' || i %% 2,
       ST_SetSRID(ST_MakePoint(561476 + 50 * (i %% 60), 1821417 + 50 * (i / 60)), 9214)
  FROM generate_series(0, %(rows)s - 1) i
""")


async def add_veiled(
    conn: Connection,
    slug: str,
    unit: str,
    *,
    masks: Mapping[str, Audience] = MASKS,
    rules: Mapping[Audience, str] = RULES,
    search_field: str = "tên",
    visibility: Visibility = Visibility.OPEN,
    rows: int = 3 * ROWS_PER_LEVEL,
    mode: Mode = Mode.CREATE,
) -> Layer:
    """Publish the layer of ``unit`` with its masks and rules; ids go from 0."""
    name = f"u_{slug}"
    await tables.create_staging(conn, name, FIELDS, GeometryType.POINT, 9214)
    values = {"rows": rows, "level": LEVEL}
    await conn.execute(_INSERT.format(table=tables.staging(name)), values)
    await tables.index(conn, tables.staging(name))
    staged = publish.StagedTable(name, FIELDS, GeometryType.POINT, 9214, PROVENANCE)
    said = Description(
        title=f"Lớp {slug}",
        unit=unit,
        visibility=visibility,
        search_field=search_field,
        style=STYLE,
        visible_by_default=True,
    )
    async with conn.transaction():
        layer = await publish.publish_table(conn, slug, said, staged, actor=OPERATOR, mode=mode)
        await protect(conn, layer, masks, rules)
    return layer


async def protect(
    conn: Connection, layer: Layer, masks: Mapping[str, Audience], rules: Mapping[Audience, str]
) -> None:
    """Give the layer these masks and rules in the database, whatever they are worth."""
    for table in ("field_mask", "row_rule"):
        await conn.execute(f"DELETE FROM gis.{table} WHERE layer_id = {layer.id}".encode())
    cursor = conn.cursor()
    await cursor.executemany(
        "INSERT INTO gis.field_mask (layer_id, field, audience) VALUES (%s, %s, %s)",
        [(layer.id, name, str(who)) for name, who in masks.items()],
    )
    await cursor.executemany(
        "INSERT INTO gis.row_rule (layer_id, audience, filter) VALUES (%s, %s, %s)",
        [(layer.id, str(who), rule) for who, rule in rules.items()],
    )
