"""The registry in PostgreSQL. The only module that runs ``layers/sql/layer.sql``.

The caller opens the transaction; nothing here commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, NamedTuple

from psycopg.types.json import Jsonb

from gishue.core.access import Act, Audience, Share, Visibility
from gishue.core.actor import Actor
from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.errors import Conflict, InvalidInput, NotFound
from gishue.core.sql import load
from layers import news, tiers, zoom
from layers.cadence import Cadence
from layers.description import Description
from layers.fields import Field, FieldType
from layers.layer import (
    Closure,
    GeometryType,
    Layer,
    LayerId,
    LayerKind,
    LayerState,
    taken,
)
from layers.tiers import Tier, TierKind

_SQL = load("layers", "layer")


class Change(NamedTuple):
    """One line of a layer's history."""

    revision: int
    at: datetime
    actor: str
    action: str
    message: str
    detail: Mapping[str, Any]


async def all_layers(conn: Connection) -> list[Layer]:
    """Return every layer of the registry, whatever its state, by slug."""
    cur = await conn.execute(_SQL["all"], {"slug": None})
    return [_layer(row) for row in await cur.fetchall()]


async def time(conn: Connection) -> datetime:
    """Return the time by the clock of the database, by which shares end."""
    row = await (await conn.execute(_SQL["time"])).fetchone()
    if row is None:
        raise RuntimeError("a query without a table gives one row")
    return row[0]


async def by_slug(conn: Connection, slug: str) -> Layer:
    """Return one layer, whatever its state.

    Raises:
        NotFound: there is none.
    """
    row = await (await conn.execute(_SQL["all"], {"slug": slug})).fetchone()
    if row is None:
        raise no_layer(slug)
    return _layer(row)


def no_layer(slug: str) -> NotFound:
    """Return the refusal for a layer that is absent or that the actor may not see."""
    return NotFound(f"there is no layer {slug!r}", vi=f"không có lớp {slug!r}")


async def revision_of(conn: Connection, slug: str) -> int | None:
    """Return the revision that a layer has now, or None if there is none."""
    row = await (await conn.execute(_SQL["revision_of"], {"slug": slug})).fetchone()
    return int(row[0]) if row else None


async def lock(conn: Connection, slug: str) -> LayerId | None:
    """Lock the layer for this transaction and return its id, or None if there is none."""
    row = await (await conn.execute(_SQL["lock"], {"slug": slug})).fetchone()
    return LayerId(row[0]) if row else None


async def create(conn: Connection, slug: str, title: str, kind: LayerKind) -> LayerId:
    """Create a draft layer; its revision goes on from a deleted one's of that name.

    Addresses with a revision are kept for a year: they never come to name another layer's content.

    Raises:
        DuplicateSlug: one of that name exists.
    """
    cur = await conn.execute(_SQL["insert"], {"slug": slug, "title": title, "kind": kind})
    row = await cur.fetchone()
    if row is None:
        raise taken(slug)
    # A statement of its own: the one above may have waited for the deletion of that name.
    await conn.execute(_SQL["go_on"], {"id": row[0]})
    return LayerId(row[0])


async def describe(conn: Connection, layer_id: LayerId, said: Description, *, by: str = "") -> None:
    """Write what people read about the layer, and who may; an open one has no closure.

    ``by``: the name of whoever closes it, or closes it for longer.

    Raises:
        InvalidInput: the unit or the theme is not known, or it covers a time that ends before it
            begins.
    """
    await check_unit(conn, said.unit)
    if said.covers_from and said.covers_until and said.covers_from > said.covers_until:
        raise InvalidInput(
            "the data end before they begin: covers_until lies before covers_from",
            vi="thời gian phản ánh kết thúc trước khi bắt đầu: covers_until trước covers_from",
        )
    if not await _exists(conn, "theme", said.theme):
        raise InvalidInput(
            f"there is no theme {said.theme!r}", vi=f"không có chủ đề {said.theme!r}"
        )
    values = asdict(said) | {"id": layer_id, "visibility": str(said.visibility)}
    values["style"] = Jsonb(said.style) if said.style is not None else None
    values |= {"cadence": str(said.cadence), "keywords": list(said.keywords)}
    values["zoom_overrides"] = Jsonb(zoom.as_json(said.zoom_overrides))
    await conn.execute(_SQL["describe"], values)
    if said.closure is None or said.visibility is Visibility.OPEN:
        await conn.execute(_SQL["drop_closure"], values)
    else:
        await conn.execute(_SQL["put_closure"], asdict(said.closure) | {"id": layer_id, "by": by})


async def put_fields(conn: Connection, layer_id: LayerId, fields: Sequence[Field]) -> None:
    """Replace the layer's fields."""
    await conn.execute(_SQL["forget_fields"], {"id": layer_id})
    rows = [asdict(f) | {"id": layer_id, "position": i} for i, f in enumerate(fields, start=1)]
    if rows:
        await conn.cursor().executemany(_SQL["add_field"], rows)


async def point_at(conn: Connection, layer_id: LayerId, content: Mapping[str, Any]) -> int:
    """Point the layer at new content, publish it unless a state is said, return its revision."""
    row = await (await conn.execute(_SQL["point_at"], {**content, "id": layer_id})).fetchone()
    if row is None:
        raise no_layer(str(layer_id))
    return int(row[0])


async def measure(
    conn: Connection, layer: Layer, feature_count: int, bounds: Bounds | None, *, bulk: bool
) -> int:
    """Record what the table now holds and return the new revision; ``bulk`` moves the epoch."""
    values = {
        "id": layer.id,
        "feature_count": feature_count,
        "bounds": list(bounds) if bounds else None,
        "epochs": int(bulk),
    }
    row = await (await conn.execute(_SQL["measure"], values)).fetchone()
    if row is None:
        raise no_layer(layer.slug)
    return int(row[0])


async def move(conn: Connection, layer: Layer, to: LayerState, actor: Actor) -> int:
    """Move ``layer`` to ``to`` and return its new revision.

    Raises:
        Conflict: the state forbids it, or somebody moved it meanwhile.
    """
    layer.check_move(to)
    values = {"id": layer.id, "from": layer.state, "to": to}
    row = await (await conn.execute(_SQL["set_state"], values)).fetchone()
    if row is None:
        raise Conflict(
            f"layer {layer.slug!r} changed meanwhile",
            vi=f"lớp {layer.slug!r} vừa được người khác thay đổi",
            layer=layer.slug,
        )
    await note(conn, layer, int(row[0]), actor, str(to))
    return int(row[0])


async def note(
    conn: Connection,
    layer: Layer,
    revision: int,
    actor: Actor,
    action: str,
    message: str = "",
    **detail: Any,
) -> None:
    """Write the line of ``revision`` into history and audit, and tell the readers; in one go.

    ``layer`` is as it is after the change.
    """
    await news.write(conn, layer, revision, actor, action, message, detail)
    await news.audit_change(conn, layer, actor, action, {"revision": revision} | detail)
    await news.tell(conn, layer, revision, action)


async def history(conn: Connection, layer: Layer, limit: int = 100) -> list[Change]:
    """Return the newest lines of the layer's history that are to be read here."""
    values = {"id": layer.id, "limit": limit, "from": layer.past_from}
    cur = await conn.execute(_SQL["history"], values)
    return [Change(*row) for row in await cur.fetchall()]


async def delete(conn: Connection, layer: Layer, actor: Actor) -> None:
    """Remove the layer for good; its tables are dropped by the sweeper a day later.

    Its name and revision are remembered for :func:`create`.
    """
    if layer.table_name:
        await mark_replaced(conn, layer.table_name)
    await leave_past(conn, layer)
    await conn.execute(_SQL["delete"], {"id": layer.id})
    await news.audit_change(conn, layer, actor, "deleted", {"revision": layer.revision})
    await news.tell(conn, layer, layer.revision + 1, "deleted")


async def leave_past(conn: Connection, layer: Layer) -> None:
    """Leave the tables that the layer had before its present one to the sweeper."""
    await conn.execute(_SQL["leave_past"], {"id": layer.id})


async def mark_replaced(conn: Connection, table_name: str) -> None:
    """Leave a table, and the past beside it, to the sweeper."""
    await conn.execute(_SQL["replaced"], {"table_name": table_name})


async def tables_to_sweep(conn: Connection, older_than_s: float) -> list[str]:
    """Return, and forget, the tables replaced longer ago than that."""
    cur = await conn.execute(_SQL["to_sweep"], {"older_than_s": older_than_s})
    return [str(row[0]) for row in await cur.fetchall()]


async def tell_apart(
    conn: Connection, layer_id: LayerId, key_field: str, *, keep_history: bool
) -> None:
    """Write which field tells the layer's features apart, and whether its past is kept."""
    values = {"id": layer_id, "key_field": key_field or None, "keep_history": keep_history}
    await conn.execute(_SQL["tell_apart"], values)


async def last_feature_id(conn: Connection, layer_id: LayerId) -> int:
    """Return the highest id that a feature of the layer ever had; the layer is locked."""
    row = await (await conn.execute(_SQL["last_feature_id"], {"id": layer_id})).fetchone()
    return int(row[0]) if row else 0


async def give_ids(conn: Connection, layer_id: LayerId, last: int) -> None:
    """Note that ids up to ``last`` are given; none of them is given again."""
    await conn.execute(_SQL["give_ids"], {"id": layer_id, "last": last})


async def check_unit(conn: Connection, code: str | None) -> None:
    """Raise InvalidInput where ``code`` is of no unit of the city; none at all is well."""
    if code is not None and not await _exists(conn, "unit", code):
        raise InvalidInput(f"there is no unit {code!r}", vi=f"không có đơn vị {code!r}")


async def put_theme(
    conn: Connection, code: str, title: str, title_en: str, *, position: int
) -> None:
    """Write a theme of the layer tree."""
    values = {"code": code, "title": title, "title_en": title_en, "position": position}
    await conn.execute(_SQL["put_theme"], values)


async def _exists(conn: Connection, kind: str, code: str) -> bool:
    return await (await conn.execute(_SQL[f"has_{kind}"], {"code": code})).fetchone() is not None


def _layer(row: Sequence[Any]) -> Layer:
    values = list(row)
    values[6] = LayerKind(values[6])
    values[14] = Visibility(values[14])
    values[15] = LayerState(values[15])
    values[23] = GeometryType(values[23]) if values[23] else None
    values[27] = Bounds(*values[27]) if values[27] else None
    values[40] = tuple(
        Field(name, title, FieldType(type_), column, title_en)
        for name, title, type_, column, title_en in values[40]
    )
    values[43] = tuple(
        Share(unit, frozenset(map(Act, acts)), within, _moment(ends))
        for unit, acts, within, ends in values[43]
    )
    values[44] = _closure(values[44])
    values[45] = {name: Audience(audience) for name, audience in values[45].items()}
    values[46] = {Audience(audience): rule for audience, rule in values[46].items()}
    values[47], values[48] = Cadence(values[47]), tuple(values[48])
    values[53] = zoom.from_json(values[53])
    made = [_tier(one) for one in values[55]]
    values[55] = tiers.chain(made, "")
    values.append(tuple(tier for tier in made if tier.rule))
    return Layer(*values)


def _tier(said: Sequence[Any]) -> Tier:
    z, name, kind, from_base, fields, text, snap_px, rule = said
    return Tier(z, name, TierKind(kind), from_base, tuple(fields), text, snap_px, rule)


def _closure(said: Sequence[Any] | None) -> Closure | None:
    if said is None:
        return None
    *words, expires = said
    return Closure(*words, expires_at=datetime.fromtimestamp(float(expires), UTC))


def _moment(epoch_s: float | None) -> datetime | None:
    return None if epoch_s is None else datetime.fromtimestamp(float(epoch_s), UTC)
