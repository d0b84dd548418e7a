"""A replace with few changes: the diff shown before it, the publication, a look back.

    python -m bench.replace [--rows 100000] [--changes 100] [--rounds 5] [--database-url URL]

Without a URL an embedded cluster is started in a folder of its own. The file is taken as read: the
staging table is filled and indexed before the clock starts. In turn, on the same layer:

- ``diff``: what ``GET /uploads/{id}/diff`` asks of the database, by key and by content.
- ``publish``: the whole transaction of a replace: matched again, written in place, past kept,
  counted, search brought in line.
- ``reload``: what a replace is without a diff: every row deleted and inserted, its indexes kept.
- ``as of``: every row of the revision before, read and counted.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Generator
from contextlib import contextmanager
from pathlib import Path

from psycopg.sql import SQL

from bench.database import own_place
from gishue.core import db
from gishue.core.actor import OPERATOR
from gishue.core.db import Connection, transaction
from gishue.core.settings import Settings
from layers import diff, past, publish, store, tables
from layers.description import Description
from layers.fields import FieldType, build
from layers.layer import GeometryType, Layer
from layers.publish import Mode, Provenance, StagedTable

RESULTS = Path(__file__).parent / "results" / "replace.json"
SLUG = "thua_dat"
FIELDS = build(
    ["mã", "loại đất", "chủ", "diện tích", "cấp ngày"],
    [FieldType.TEXT, FieldType.TEXT, FieldType.TEXT, FieldType.REAL, FieldType.DATE],
)
_FILL = SQL("""
INSERT INTO {table} (id, c1, c2, c3, c4, c5, geom)
SELECT i, 'T' || i, (ARRAY['ODT', 'ONT', 'LUC', 'CLN'])[1 + i %% 4], 'Nguyễn Văn ' || i,
       200 + i %% 40 + CASE WHEN i %% %(every)s = 0 THEN %(round)s ELSE 0 END,
       date '2001-01-01' + i %% 900,
       ST_Multi(ST_SetSRID(ST_MakePolygon(ST_MakeLine(ARRAY[
         ST_MakePoint(x, y), ST_MakePoint(x + 11, y + sin(i)),
         ST_MakePoint(x + 11 + cos(i), y + 18),
         ST_MakePoint(x + 5, y + 19), ST_MakePoint(x, y + 18), ST_MakePoint(x, y)])), 9214))
  FROM (SELECT i, 560000 + 12 * (i %% 1000) AS x, 1820000 + 20 * (i / 1000) AS y
          FROM generate_series(1, %(rows)s) AS i) g
""")


def main() -> None:
    """Run the rounds, print the table, write the results."""
    parser = argparse.ArgumentParser(description="a replace with few changes")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database-url", default="")
    asked = parser.parse_args()
    with _database(asked.database_url) as url:
        seen = asyncio.run(_rounds(url, asked.rows, asked.changes, asked.rounds))
    _report(asked.rows, asked.changes, seen)


@contextmanager
def _database(url: str) -> Generator[str]:
    """Lend a migrated database: the one at ``url``, or one of this run's own."""
    if url:
        db.migrate(url)
        yield url
        return
    with own_place() as place:
        yield place.url


async def _rounds(url: str, rows: int, changes: int, rounds: int) -> dict[str, list[float]]:
    seen: dict[str, list[float]] = {}
    async with db.pool(url, Settings()) as pool:
        async with transaction(pool) as conn:
            await _publish(conn, await _stage(conn, rows, rows // changes, 0))
        for number in range(1, rounds + 1):
            async with transaction(pool) as conn:
                staged = await _stage(conn, rows, rows // changes, number)
            async with transaction(pool) as conn:
                for name, took in (await _look(conn, staged)).items():
                    seen.setdefault(name, []).append(took)
            async with transaction(pool) as conn:
                seen.setdefault("reload", []).append(await _timed(_reload(conn, staged)))
                await conn.rollback()
            async with transaction(pool) as conn:
                began = time.perf_counter()
                layer = await _publish(conn, staged)
            seen.setdefault("publish", []).append(time.perf_counter() - began)
            async with transaction(pool) as conn:
                seen.setdefault("as of", []).append(await _timed(_back(conn, layer)))
    return seen


async def _stage(conn: Connection, rows: int, every: int, number: int) -> StagedTable:
    name = "u_bench"
    await tables.create_staging(conn, name, FIELDS, GeometryType.POLYGON, 9214)
    values = {"rows": rows, "every": max(every, 1), "round": number}
    await conn.execute(_FILL.format(table=tables.staging(name)), values)
    await tables.index(conn, tables.staging(name))
    came = Provenance("EPSG:9214", "VN-2000", 1.0, "utf-8")
    return StagedTable(name, FIELDS, GeometryType.POLYGON, 9214, came)


async def _publish(conn: Connection, staged: StagedTable) -> Layer:
    about = Description("Thửa đất", search_field="chủ")
    return await publish.publish_table(
        conn, SLUG, about, staged, actor=OPERATOR, mode=Mode.REPLACE, key="mã"
    )


async def _look(conn: Connection, staged: StagedTable) -> dict[str, float]:
    live = diff.live(await store.by_slug(conn, SLUG))

    async def look(key: str) -> None:
        await diff.pair(conn, live, staged.side, key)
        await diff.rows(conn, live, staged.side, key=key, limit=100)

    return {
        "diff by key": await _timed(look("mã")),
        "diff by content": await _timed(look("")),
    }


async def _reload(conn: Connection, staged: StagedTable) -> None:
    layer = await store.by_slug(conn, SLUG)
    table = tables.table(layer.table_name or "")
    columns = tables.columns(FIELDS)
    await conn.execute(SQL("DELETE FROM {}").format(table))
    copy = SQL("INSERT INTO {} (id, version, {} geom) SELECT id + 10000000, 1, {} geom FROM {}")
    await conn.execute(copy.format(table, columns, columns, staged.side.table))


async def _back(conn: Connection, layer: Layer) -> None:
    then = await past.at_revision(conn, layer, layer.revision - 1)
    await conn.execute(SQL("SELECT sum(ST_NPoints(t.geom)) FROM {} t").format(then.source))


async def _timed(work: Awaitable[None]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def _report(rows: int, changes: int, seen: dict[str, list[float]]) -> None:
    print(f"{rows:,} rows, {changes:,} changes; median of {len(seen['publish'])} rounds")
    figures = {name: round(statistics.median(took), 3) for name, took in seen.items()}
    for name, took in figures.items():
        print(f"  {name:<16} {took:7.3f} s")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"rows": rows, "changes": changes, "s": figures}, indent=1))


if __name__ == "__main__":
    main()
