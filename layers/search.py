"""Place search: names of features and layers, with or without diacritics."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from psycopg.sql import SQL, Identifier

from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.sql import load
from gishue.core.vietnamese import vn_key
from layers import tables
from layers.layer import Layer

_SQL = load("layers", "search")


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer: a layer (``feature_id`` None) or one of its features; EPSG:4326."""

    slug: str
    layer_title: str
    layer_title_en: str
    feature_id: int | None
    name: str
    point: tuple[float, float] | None
    bounds: Bounds | None
    score: float


async def refresh(conn: Connection, layer: Layer) -> None:
    """Write the search entries of ``layer`` anew, in the transaction that changed it."""
    await conn.execute(_SQL["forget"], {"layer_id": layer.id})
    column = _named_by(layer)
    if column is None or layer.table_name is None:
        return
    statement = SQL(_SQL["refresh"]).format(
        column=Identifier(column), table=tables.table(layer.table_name)
    )
    await conn.execute(statement, {"layer_id": layer.id})


async def refresh_touched(conn: Connection, before: Layer, after: Layer) -> None:
    """Write the entries of the rows that ``pg_temp.pairing`` adds, changes or removes.

    All of them where another field names the features now.
    """
    column = _named_by(after)
    if column is None or column != _named_by(before):
        await refresh(conn, after)
        return
    values = {"layer_id": after.id}
    await conn.execute(_SQL["forget_touched"], values)
    statement = SQL(_SQL["refresh_touched"]).format(
        column=Identifier(column), table=tables.table(after.table_name or "")
    )
    await conn.execute(statement, values)


def _named_by(layer: Layer) -> str | None:
    return next((f.column for f in layer.fields if f.name == layer.search_field), None)


async def find(conn: Connection, query: str, layers: Sequence[Layer], limit: int = 10) -> list[Hit]:
    """Return the best answers among ``layers`` (those the actor may see), best first."""
    key = vn_key(query)
    if not key:
        return []
    hits = _layer_hits(key, layers) + await _feature_hits(conn, key, layers, limit)
    return sorted(hits, key=lambda hit: -hit.score)[:limit]


async def exact(conn: Connection, keys: Collection[str]) -> dict[str, list[tuple[float, float]]]:
    """Return where the features of open, published layers stand whose name is one of ``keys``.

    ``keys`` as ``vn_key`` makes them; points in EPSG:4326.
    """
    cur = await conn.execute(_SQL["find_exact"], {"keys": list(keys)})
    found: dict[str, list[tuple[float, float]]] = {}
    for key, lon, lat in await cur.fetchall():
        found.setdefault(key, []).append((lon, lat))
    return found


async def _feature_hits(
    conn: Connection, key: str, layers: Sequence[Layer], limit: int
) -> list[Hit]:
    slugs = [layer.slug for layer in layers if layer.search_field]
    values = {"key": key, "prefix": f"{key}%", "inside": f"%{key}%"}
    cur = await conn.execute(_SQL["find_features"], values | {"slugs": slugs, "limit": limit})
    return [
        Hit(slug, title, title_en, feature_id, name, (lon, lat), Bounds(*box), float(score))
        for slug, title, title_en, feature_id, name, lon, lat, box, score in await cur.fetchall()
    ]


def _layer_hits(key: str, layers: Sequence[Layer]) -> list[Hit]:
    hits: list[Hit] = []
    for layer in layers:
        keys = (vn_key(layer.title), vn_key(layer.title_en), vn_key(layer.slug))
        if any(key in said for said in keys):
            score = 2.0 if key in keys else 0.9
            hits.append(
                Hit(
                    layer.slug,
                    layer.title,
                    layer.title_en,
                    None,
                    layer.title,
                    None,
                    layer.bounds,
                    score,
                )
            )
    return hits
