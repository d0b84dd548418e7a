"""What the open-data catalogue costs with many layers.

    python -m bench.catalogue [--layers 1000] [--rounds 30]

The whole application without a socket, over a scratch cluster with that many open layers of eight
fields, each with twenty lines of history. ``cold``: the first answer after the registry moved on;
``warm``: the median of the rounds after it, the addresses asked in turns. Milliseconds.
"""

import argparse
import asyncio
import json
import statistics
import time
from pathlib import Path
from typing import Final

import httpx

from bench.database import own_place
from gishue.core.db import Connection, transaction
from gishue.core.settings import Settings
from gishue.server.app import make_app
from layers.services import Services
from tests.support.city import add_layer

RESULT = Path(__file__).parent / "results" / "catalogue.json"
PATHS: Final = (
    "/data",
    "/data?q=duong%20pho",
    "/data?page=40&sort=title",
    "/data/lop_{middle}",
    "/data/catalog.jsonld",
    "/data/data.json",
    "/data/feed.atom",
    "/data/lop_{middle}.jsonld",
    "/data/lop_{middle}.iso.xml",
    "/sitemap.xml",
    "/ogc/collections/_records/items?limit=100",
)
_COPIES = """
INSERT INTO gis.layer (slug, title, title_en, description, description_en, kind, theme, unit,
       visibility, state, revision, epoch, srid, source_crs, operation, geometry_type, table_name,
       feature_count, bounds, licence, source, cadence, keywords, published_at)
SELECT 'lop_' || i, 'Đường phố khu ' || i, 'Streets of quarter ' || i,
       repeat('Các tuyến đường, phố, kiệt của khu. ', 5), repeat('Streets and lanes. ', 8), kind,
       theme, unit, visibility, state, revision, epoch, srid, source_crs, operation, geometry_type,
       table_name, feature_count, bounds, 'CC BY 4.0', 'Khảo sát', 'MONTHLY', '{đường,phố}',
       published_at
  FROM gis.layer, generate_series(1, %(count)s) i WHERE slug = 'mau'
"""
_FIELDS = """
INSERT INTO gis.field (layer_id, position, name, title, title_en, type, column_name)
SELECT l.id, i, 'truong_' || i, 'Trường ' || i, 'Field ' || i, 'text', 'c' || i
  FROM gis.layer l, generate_series(1, 8) i WHERE l.slug LIKE 'lop%'
"""
_HISTORY = """
INSERT INTO gis.history (layer_id, revision, at, actor, action, detail)
SELECT l.id, i, now() - make_interval(days => 21 - i), 'an',
       CASE WHEN i % 4 = 0 THEN 'described' ELSE 'replaced' END,
       '{"added": 1, "changed": 0, "removed": 0}'
  FROM gis.layer l, generate_series(1, 20) i WHERE l.slug LIKE 'lop%'
"""


async def _fill(conn: Connection, count: int) -> None:
    await add_layer(conn, "mau")
    await conn.execute(_COPIES, {"count": count})
    await conn.execute(_FIELDS)
    await conn.execute(_HISTORY)


async def _measure(
    settings: Settings, url: str, count: int, rounds: int
) -> dict[str, dict[str, float]]:
    app = make_app(settings, url)
    transport = httpx.ASGITransport(app)
    client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
    async with app.router.lifespan_context(app), client:
        services: Services = app.state.services
        async with transaction(services.pool) as conn:
            await _fill(conn, count)
        paths = [path.format(middle=count // 2) for path in PATHS]
        cold, sizes = {}, {}
        for path in paths:
            await services.registry.reload(services.pool)
            cold[path], sizes[path] = await _asked(client, path)
        warm: dict[str, list[float]] = {path: [] for path in paths}
        for _ in range(rounds):
            for path in paths:
                warm[path].append((await _asked(client, path))[0])
    return {
        path: {
            "cold_ms": round(cold[path], 1),
            "warm_ms": round(statistics.median(warm[path]), 1),
            "warm_max_ms": round(max(warm[path]), 1),
            "bytes": sizes[path],
        }
        for path in paths
    }


async def _asked(client: httpx.AsyncClient, path: str) -> tuple[float, int]:
    began = time.perf_counter()
    answer = await client.get(path)
    spent_ms = (time.perf_counter() - began) * 1_000
    assert answer.status_code == 200, (path, answer.text)
    return spent_ms, len(answer.content)


def main() -> None:
    """Measure, print the figures, write ``bench/results/catalogue.json``."""
    parser = argparse.ArgumentParser(description="what the catalogue costs with many layers")
    parser.add_argument("--layers", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=30)
    said = parser.parse_args()
    with own_place() as place:
        settings = Settings(data_dir=place.folder, rate_reads=0)
        found = asyncio.run(_measure(settings, place.url, said.layers, said.rounds))
    RESULT.parent.mkdir(exist_ok=True)
    document = {"layers": said.layers, "rounds": said.rounds, "paths": found}
    RESULT.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    for path, figures in found.items():
        print(f"{path:45} {figures}")


if __name__ == "__main__":
    main()
