"""A layer's features in PostgreSQL, as GeoJSON text that the database writes itself.

Coordinates leave in EPSG:4326, longitude first, 7 digits (about 1 cm), unless asked otherwise.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from psycopg.sql import SQL, Composed, Identifier, Literal, Placeholder

from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.errors import BadRequest, NotFound
from gishue.core.sql import load
from layers import clip, tables, veil
from layers.fields import Field, FieldType
from layers.filter import Filter
from layers.layer import Layer

_SQL = load("layers", "feature")

NEVER: Final = SQL("false").format()
"""The predicate that no row meets."""

COUNT_CAP = 100_000
"""Filtered counts are exact up to here and absent beyond."""


class Period(NamedTuple):
    """A time that ``field`` must fall into, both ends in it; an empty field falls into every one.

    The ends are dates for a date field, aware times for the others; None is open.
    """

    field: Field
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class FeatureQuery:
    """Which features to read: a box, equal properties, where to go on; and in which CRS.

    ``bounds`` is in ``bounds_srid``, x first; in degrees xmin > xmax crosses the antimeridian.
    ``filter`` was compiled for the layer. ``placeless`` lets features without a geometry match
    every box. Coordinates leave in ``srid``, y first when ``flip``.
    """

    bounds: Bounds | None = None
    bounds_srid: int = 4326
    placeless: bool = False
    equal: Mapping[str, str] = field(default_factory=dict[str, str])
    period: Period | None = None
    filter: Filter | None = None
    after_id: int | None = None
    offset: int = 0
    limit: int = 10
    srid: int = 4326
    flip: bool = False

    @property
    def is_filtered(self) -> bool:
        """Whether it asks for less than all features."""
        narrowed = (self.bounds, self.period, self.filter)
        return any(one is not None for one in narrowed) or bool(self.equal)


class FeaturePage(NamedTuple):
    """GeoJSON features as text, and the id to go on after (None at the end)."""

    features: list[str]
    next_id: int | None


async def one(
    conn: Connection,
    layer: Layer,
    feature_id: int,
    srid: int = 4326,
    *,
    flip: bool = False,
    source: Composed | None = None,
    digits: int | None = None,
) -> str:
    """Return one feature as GeoJSON text, its coordinates in ``srid``, y first when ``flip``.

    ``source``: as in :func:`page`. ``digits``: decimals of the coordinates; None: to 1 cm or finer.

    Raises:
        NotFound: the layer has no such feature.
    """
    if layer.table_name is None or not -(2**63) <= feature_id < 2**63:
        raise no_feature(layer, feature_id)
    where, values = _where(layer, FeatureQuery())
    parts = _parts(layer, srid, flip, digits) | ({"table": source} if source else {})
    statement = SQL(_SQL["one"]).format(where=where or NEVER, **parts)
    row = await (await conn.execute(statement, values | {"id": feature_id})).fetchone()
    if row is None:
        raise no_feature(layer, feature_id)
    return str(row[0])


def no_feature(layer: Layer, feature_id: object) -> NotFound:
    """Return the refusal for a feature that is not there."""
    return NotFound(
        f"layer {layer.slug!r} has no feature {feature_id}",
        vi=f"lớp {layer.slug!r} không có đối tượng {feature_id}",
    )


async def page(
    conn: Connection, layer: Layer, query: FeatureQuery, source: Composed | None = None
) -> FeaturePage:
    """Return the features that ``query`` asks for, by id.

    ``source``: where the rows stand, if not in the layer's table; see :class:`layers.past.AsOf`.

    Raises:
        BadRequest: a property that the layer has not, or a value of the wrong type.
    """
    where, values = _where(layer, query)
    if where is None:
        return FeaturePage([], None)
    parts = _parts(layer, query.srid, query.flip) | ({"table": source} if source else {})
    statement = SQL(_SQL["page"]).format(where=where, **parts)
    values |= {"limit": query.limit + 1, "offset": query.offset}
    rows = await (await conn.execute(statement, values)).fetchall()
    shown = rows[: query.limit]
    return FeaturePage([row[1] for row in shown], shown[-1][0] if len(rows) > len(shown) else None)


async def matched(
    conn: Connection, layer: Layer, query: FeatureQuery, source: Composed | None = None
) -> int | None:
    """Return how many features match, or None where counting exactly would cost too much.

    ``source``: as in :func:`page`.
    """
    if not query.is_filtered and layer.shown_count is not None:
        return layer.shown_count
    where, values = _where(layer, query, paged=False)
    if where is None:
        return 0
    statement = SQL(_SQL["count"]).format(table=source or _table(layer), where=where)
    row = await (await conn.execute(statement, values | {"cap": COUNT_CAP + 1})).fetchone()
    count = int(row[0]) if row else 0
    return count if count <= COUNT_CAP else None


def predicate(layer: Layer, query: FeatureQuery) -> tuple[Composed | None, dict[str, Any]]:
    """Return what chooses the rows of a table called ``t``, and its values; None: none match.

    Raises:
        BadRequest: a property that the layer has not, or a value of the wrong type.
    """
    return _where(layer, query, paged=False)


def properties(fields: Sequence[Field]) -> Composed:
    """Return ``t.c1 AS "name", …`` for the fields of a layer."""
    return SQL(", ").join(
        SQL("t.{} AS {}").format(Identifier(f.column), Identifier(f.name)) for f in fields
    )


def _boolean(text: str) -> bool:
    if text.casefold() in ("true", "1"):
        return True
    if text.casefold() in ("false", "0"):
        return False
    raise ValueError(text)


def _integer(text: str) -> int:
    value = int(text)
    if not -(2**63) <= value < 2**63:
        raise ValueError(text)
    return value


_READ: dict[FieldType, Callable[[str], Any]] = {
    FieldType.TEXT: lambda text: text.replace("\x00", ""),
    FieldType.INTEGER: _integer,
    FieldType.REAL: float,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: date.fromisoformat,
    FieldType.DATETIME: datetime.fromisoformat,
}


def _parts(
    layer: Layer, srid: int, flip: bool, digits: int | None = None
) -> dict[str, Composed | Identifier]:
    if digits is None:
        digits = 7 if srid in clip.DEGREES else 3
    there = SQL("ST_Transform(t.geom, {})").format(Literal(srid))
    written = SQL("ST_FlipCoordinates({})").format(there) if flip else there
    geometry = SQL("ST_AsGeoJSON({}, {}, 0)::json").format(written, Literal(digits))
    return {
        "table": _table(layer),
        "geometry": geometry,
        "properties": properties([doubled(field) for field in layer.fields]),
    }


def doubled(field: Field) -> Field:
    """Return the field with ``%`` as psycopg wants it in a statement that has parameters."""
    return replace(field, name=field.name.replace("%", "%%"))


def _table(layer: Layer) -> Identifier:
    return tables.table(layer.table_name or "")


def _where(
    layer: Layer, query: FeatureQuery, *, paged: bool = True
) -> tuple[Composed | None, dict[str, Any]]:
    """Return the predicate and its values; None when nothing can match."""
    values: dict[str, Any] = {}
    parts = [SQL("true").format()]
    if query.bounds is not None:
        boxes = clip.clipped(query.bounds, query.bounds_srid, layer.bounds)
        alternatives = [_within(layer, query, box, values) for box in boxes]
        if query.placeless:
            alternatives.append(SQL(_SQL["placeless"]).format())
        if not alternatives:
            return None, values
        parts.append(SQL("({})").format(SQL(" OR ").join(alternatives)))
    if paged and query.after_id is not None:
        parts.append(SQL("t.id > {}").format(Literal(query.after_id)))
    parts += _veiled(layer, _conditions(layer, query, values), values)
    return SQL(" AND ").join(parts), values


def _conditions(layer: Layer, query: FeatureQuery, values: dict[str, Any]) -> list[Composed]:
    """Return what the caller wants of a row's values."""
    parts: list[Composed] = []
    for position, (name, text) in enumerate(query.equal.items()):
        owner = _field(layer, name)
        key = f"equal_{position}"
        parts.append(SQL("t.{} = {}").format(Identifier(owner.column), Placeholder(key)))
        values[key] = typed(owner, text)
    if query.period is not None:
        parts.append(_during(query.period, values))
    if query.filter is not None:
        parts.append(query.filter.where)
        values |= query.filter.values
    return parts


def _veiled(layer: Layer, asked: list[Composed], values: dict[str, Any]) -> list[Composed]:
    """Return the row rule before what is asked.

    The caller's condition is computed on no row that is not to be seen: one that fails on some
    value (a number out of range) would tell of it.
    """
    rule = veil.rows(layer)
    if rule is None:
        return asked
    values |= rule.values
    guarded = SQL("CASE WHEN {} THEN {} ELSE false END")
    wanted = SQL(" AND ").join(asked)
    return [rule.where, *([guarded.format(rule.where, wanted)] if asked else [])]


def _within(layer: Layer, query: FeatureQuery, box: Bounds, values: dict[str, Any]) -> Composed:
    """Return the predicate of one box; its numbers go into ``values``."""
    corner = {f"{name}_{len(values)}": number for name, number in box._asdict().items()}
    holders = zip(box._fields, map(Placeholder, corner), strict=True)
    values |= corner
    return SQL(_SQL["within"]).format(
        **dict(holders),
        asked=Literal(query.bounds_srid),
        step=Literal(clip.step(query.bounds_srid)),
        srid=Literal(layer.srid),
    )


def _during(period: Period, values: dict[str, Any]) -> Composed:
    column = Identifier(period.field.column)
    values |= {"first": period.first, "last": period.last}
    kept = [SQL("true").format()]
    if period.first is not None:
        kept.append(SQL("t.{} >= %(first)s").format(column))
    if period.last is not None:
        kept.append(SQL("t.{} <= %(last)s").format(column))
    return SQL("(t.{} IS NULL OR {})").format(column, SQL(" AND ").join(kept))


def _field(layer: Layer, name: str) -> Field:
    for candidate in layer.fields:
        if candidate.name == name:
            return candidate
    raise BadRequest(
        f"layer {layer.slug!r} has no property {name!r}",
        vi=f"lớp {layer.slug!r} không có thuộc tính {name!r}",
    )


def typed(owner: Field, text: str) -> Any:
    """Return ``text`` as the field's type.

    Raises:
        BadRequest: it cannot be read so.
    """
    try:
        return _READ[owner.type](text)
    except ValueError as error:
        raise BadRequest(
            f"{text[:80]!r} is no value of {owner.name!r} ({owner.type})",
            vi=f"{text[:80]!r} không phải giá trị kiểu {owner.type} của {owner.name!r}",
        ) from error
