"""Step 0023 has the tables of areas generate what those made after it generate."""

import asyncio
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier, Literal

from gishue.core import db
from gishue.core.migrations.run import to_newest
from layers import tables
from layers.layer import GeometryType

CREATE = SQL("""
CREATE TABLE {table} (
    id bigint PRIMARY KEY, c1 text, geom geometry({kind}, {srid}),
    geom_3857 geometry({kind}, 3857) GENERATED ALWAYS AS (ST_Transform(geom, 3857)) STORED
)
""")
FILL = SQL("""
INSERT INTO {table} (id, geom)
SELECT 1, ST_Transform(ST_Multi(ST_MakeEnvelope(107.58, 16.46, 107.581, 16.461, 4326)), {srid})
""")
OLD = {("data", "l1_r1"): 9214, ("data", "l2_r7"): 4326, ("staging", "u_3"): 3405}
ROADS = ("data", "l3_r1")
GENERATED = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid)
  FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE a.attrelid = %s::regclass AND a.attgenerated = 's' ORDER BY 1
"""
INDEXES = "SELECT indexname FROM pg_indexes WHERE schemaname || '.' || tablename = %s ORDER BY 1"


def rows(
    conn: psycopg.Connection[Any], statement: str, values: tuple[str, ...]
) -> list[tuple[Any, ...]]:
    return conn.execute(statement.encode(), values).fetchall()


@pytest.fixture
def before(empty_database_url: str) -> str:
    """A database as it was at step 0022, with tables of areas and one of roads."""
    assert to_newest(empty_database_url, "0022") == "0022"
    with psycopg.connect(empty_database_url) as conn:
        for name, srid in OLD.items():
            table = Identifier(*name)
            parts = {"table": table, "kind": SQL("MultiPolygon"), "srid": Literal(srid)}
            conn.execute(CREATE.format(**parts))
            conn.execute(FILL.format(**parts))
        parts = {"table": Identifier(*ROADS), "kind": SQL("MultiLineString"), "srid": Literal(9214)}
        conn.execute(CREATE.format(**parts))
        conn.execute("CREATE INDEX l1_r1_1 ON data.l1_r1 USING gist (geom_3857)")
    return empty_database_url


async def made_now(url: str, name: str, srid: int) -> None:
    async with await psycopg.AsyncConnection.connect(url) as conn:
        await tables.create(conn, tables.table(name), [], GeometryType.POLYGON, srid)


def test_old_tables_generate_what_new_ones_do(before: str) -> None:
    db.migrate(before)
    for srid in OLD.values():
        asyncio.run(made_now(before, f"new_{srid}", srid))
    with psycopg.connect(before) as conn:
        for name, srid in OLD.items():
            old = rows(conn, GENERATED, (".".join(name),))
            assert [one[0] for one in old] == ["geom_3857", "geom_breadth"]
            assert old == rows(conn, GENERATED, (f"data.new_{srid}",)), name


def test_its_rows_have_their_breadth_and_its_index_its_name(before: str) -> None:
    with psycopg.connect(before) as conn:
        named = {name: rows(conn, INDEXES, (".".join(name),)) for name in OLD}
    db.migrate(before)
    with psycopg.connect(before) as conn:
        for name in OLD:
            assert rows(conn, INDEXES, (".".join(name),)) == named[name]
            said = SQL("SELECT geom_breadth > 0, ST_IsPolygonCW(geom_3857) FROM {}")
            assert conn.execute(said.format(Identifier(*name))).fetchall() == [(True, True)]


def test_other_tables_stay_as_they_are(before: str) -> None:
    with psycopg.connect(before) as conn:
        roads = rows(conn, GENERATED, (".".join(ROADS),))
    db.migrate(before)
    with psycopg.connect(before) as conn:
        assert rows(conn, GENERATED, (".".join(ROADS),)) == roads
