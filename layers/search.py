"""Place search: names of features and layers, with or without diacritics."""

import heapq
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from psycopg.sql import SQL, Composed, Identifier, Literal

from gishue.core.access import Act, may, readable
from gishue.core.actor import Actor
from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.sql import load
from gishue.core.vietnamese import vn_key
from layers import tables, veil
from layers.layer import Layer
from layers.snapshot import Snapshot

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


async def find(
    conn: Connection, query: str, snapshot: Snapshot, actor: Actor, limit: int = 10
) -> list[Hit]:
    """Return the best answers among what ``actor`` may see, best first."""
    key = vn_key(query)
    if not key:
        return []
    hits = _layer_hits(key, snapshot.visible(actor), limit)
    hits += await _feature_hits(conn, key, snapshot, actor, limit=limit)
    return heapq.nlargest(limit, hits, key=lambda hit: hit.score)


async def exact(conn: Connection, keys: Collection[str]) -> dict[str, list[tuple[float, float]]]:
    """Return where the features of open, published layers stand whose name is one of ``keys``.

    Layers of which not everybody sees every name and every row are left out.

    ``keys`` as ``vn_key`` makes them; points in EPSG:4326.
    """
    cur = await conn.execute(_SQL["find_exact"], {"keys": list(keys)})
    found: dict[str, list[tuple[float, float]]] = {}
    for key, lon, lat in await cur.fetchall():
        found.setdefault(key, []).append((lon, lat))
    return found


async def _feature_hits(
    conn: Connection, key: str, snapshot: Snapshot, actor: Actor, *, limit: int
) -> list[Hit]:
    """Return features by name: the database decides what may be read, the snapshot what is veiled.

    What the snapshot does not know yet is left out: it might be veiled.
    """
    veiled = _veiled(snapshot, actor)
    values = {"key": key, "prefix": f"{key}%", "inside": f"%{key}%", "limit": limit}
    values |= {"veiled": [one.id for one in veiled], **readable(actor)}
    rules = await _rules(conn, [one for one in veiled if one.search_field], values)
    statement = SQL(_SQL["find_features"]).format(rules=rules)
    cur = await conn.execute(statement, values)
    known = snapshot.layers
    return [
        Hit(slug, title, title_en, feature_id, name, (lon, lat), Bounds(*box), float(score))
        for slug, title, title_en, feature_id, name, lon, lat, box, score in await cur.fetchall()
        if slug in known and may(actor, Act.READ, known[slug])
    ]


def _veiled(snapshot: Snapshot, actor: Actor) -> list[Layer]:
    """Return the layers of which ``actor`` does not see every name, as they see them."""
    mine = [one for one in snapshot.veiled if may(actor, Act.READ, one)]
    pairs = [(one, snapshot.seen(actor, one)) for one in mine]
    return [
        seen for one, seen in pairs if seen.view.filter or seen.search_field != one.search_field
    ]


async def _rules(conn: Connection, veiled: Sequence[Layer], values: dict[str, Any]) -> Composed:
    """Return, for each of the layers that holds the name, that its row is to be seen."""
    if not veiled:
        return SQL("").format()
    cur = await conn.execute(_SQL["layers_with"], values | {"veiled": [one.id for one in veiled]})
    having = {row[0] for row in await cur.fetchall()}
    parts: list[Composed] = []
    for layer in veiled:
        if layer.id in having and layer.table_name is not None:
            rows = veil.rows_of_many(layer)
            values |= rows.values if rows else {}
            parts.append(
                SQL(_SQL["seen_row"]).format(
                    layer_id=Literal(layer.id),
                    table=tables.table(layer.table_name),
                    rows=rows.where if rows else SQL("true"),
                )
            )
    return SQL("").join(parts)


def _layer_hits(key: str, layers: Sequence[Layer], limit: int) -> list[Hit]:
    found = ((_layer_score(key, layer), layer) for layer in layers)
    best = heapq.nlargest(limit, (one for one in found if one[0]), key=lambda one: one[0])
    return [
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
        for score, layer in best
    ]


def _layer_score(key: str, layer: Layer) -> float:
    keys = _keys(layer.title, layer.title_en, layer.slug)
    return 2.0 if key in keys else 0.9 if any(key in said for said in keys) else 0.0


@lru_cache(maxsize=1 << 16)
def _keys(*names: str) -> tuple[str, ...]:
    return tuple(vn_key(name) for name in names)
