"""CQL2 (OGC 21-065r2) over a layer's fields, as a predicate of SQL: every value is a parameter.

Property names are looked up in the layer, functions are those named here, and what is not known is
refused. An empty value makes a comparison unknown, as in SQL, and such a feature is not chosen.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, LiteralString, Protocol

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal, Placeholder

from gishue.core.errors import BadRequest
from layers import filter_space, filter_text, filter_time
from layers.fields import Field, FieldType
from layers.filter_text import Node

MAX_WILDCARDS: Final = 8
_EXACT: Final = 2**53


class Kind(StrEnum):
    """What a term is."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    MOMENT = "datetime"

    @property
    def vi(self) -> str:
        """The kind in Vietnamese."""
        words = {"text": "văn bản", "number": "số", "boolean": "đúng/sai", "date": "ngày"}
        return words.get(self.value, "ngày giờ")


_KIND: Final = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.INTEGER: Kind.NUMBER,
    FieldType.REAL: Kind.NUMBER,
    FieldType.BOOLEAN: Kind.BOOLEAN,
    FieldType.DATE: Kind.DATE,
    FieldType.DATETIME: Kind.MOMENT,
}
_COMPARE: Final[dict[str, LiteralString]] = {
    "=": "({} = {})",
    "<>": "({} <> {})",
    "<": "({} < {})",
    ">": "({} > {})",
    "<=": "({} <= {})",
    ">=": "({} >= {})",
}
_COMPUTE: Final[dict[str, LiteralString]] = {
    "+": "({}::double precision + {}::double precision)",
    "-": "({}::double precision - {}::double precision)",
    "*": "({}::double precision * {}::double precision)",
    "/": "({}::double precision / nullif({}::double precision, 0))",
}
_FOLD: Final[dict[str, LiteralString]] = {
    "casei": "lower({})",
    "accenti": "public.unaccent('public.unaccent', normalize({}, NFC))",
}


class Filtered(Protocol):
    """What a filter needs to know of a layer."""

    @property
    def slug(self) -> str:
        """Its name in refusals."""
        ...

    @property
    def srid(self) -> int:
        """Its storage CRS."""
        ...

    @property
    def fields(self) -> Sequence[Field]:
        """The fields that may be named."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Filter:
    """A predicate over ``t``, and the values of its placeholders (named ``cql_…`` unless said)."""

    where: Composed
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Term:
    """An expression of SQL and what it is; ``text`` is the literal it stands for, if one."""

    sql: Composed
    kind: Kind
    text: str | None = None


@dataclass(slots=True)
class Scope:
    """What a filter is compiled against; ``values`` and ``wildcards`` grow on the way.

    ``prefix`` begins the names of the placeholders; without one the values are written out.
    """

    layer: Filtered
    srid: int
    prefix: str = "cql"
    values: dict[str, Any] = field(default_factory=dict[str, Any])
    wildcards: int = 0

    def held(self, value: Any) -> Placeholder | Literal:
        """Return what stands for a new value."""
        if not self.prefix:
            return Literal(value)
        name = f"{self.prefix}_{len(self.values)}"
        self.values[name] = value
        return Placeholder(name)


def of(
    layer: Filtered,
    text: str,
    language: str = "cql2-text",
    srid: int = 4326,
    *,
    prefix: str = "cql",
) -> Filter:
    """Return the filter written as ``text``.

    Args:
        layer: whose fields it names; ``geom`` is the geometry.
        text: CQL2.
        language: ``cql2-text`` or ``cql2-json``.
        srid: the system of coordinates in the filter, x first.
        prefix: how the names of its placeholders begin; empty to have no placeholders.

    Raises:
        BadRequest: it cannot be read, names what the layer has not, or asks too much.
    """
    return of_tree(layer, filter_text.tree(text, language), srid, prefix=prefix)


def of_tree(layer: Filtered, node: Node, srid: int = 4326, *, prefix: str = "cql") -> Filter:
    """Return the filter of a tree that :func:`layers.filter_text.tree` let pass; see :func:`of`."""
    scope = Scope(layer, srid, prefix)
    where = _claim(scope, node)
    return Filter(where, scope.values)


@contextmanager
def computing() -> Generator[None]:
    """Turn what a filter cannot compute on some value (a number out of range) into a refusal.

    Raises:
        BadRequest: the database met such a value.
    """
    try:
        yield
    except psycopg.DataError as error:
        raise BadRequest(
            "the filter cannot be computed on the values of this layer",
            vi="không tính được điều kiện lọc trên giá trị của lớp này",
        ) from error


def _claim(scope: Scope, node: Node) -> Composed:
    """Return a node that is true, false or unknown."""
    op, args = _operation(node)
    if op in ("and", "or"):
        joint: LiteralString = " AND " if op == "and" else " OR "
        return SQL("({})").format(SQL(joint).join([_claim(scope, one) for one in args]))
    if op == "not":
        return SQL("(NOT {})").format(_claim(scope, _one(op, args)))
    if op == "isNull":
        return SQL("({} IS NULL)").format(_anything(scope, _one(op, args)))
    if op.startswith("s_"):
        return filter_space.predicate(op, args, scope.layer.srid, scope.srid, scope.held)
    if op.startswith("t_"):
        return filter_time.predicate(op, [_span(scope, one) for one in args])
    known: dict[str, Callable[[Scope, str, Sequence[Node]], Composed]] = {
        **dict.fromkeys(_COMPARE, _comparison),
        "between": _between,
        "in": _in,
        "like": _like,
    }
    if op in known:
        return known[op](scope, op, args)
    term = _term(scope, node)
    if term.kind is not Kind.BOOLEAN:
        raise _mistyped(term.kind, Kind.BOOLEAN)
    return term.sql


def _operation(node: Node) -> tuple[str, list[Node]]:
    if not isinstance(node, dict) or "op" not in node:
        return "", []
    op, args = node["op"], node.get("args")
    if not isinstance(op, str) or not isinstance(args, list):
        raise _unknown(str(op))
    return op, args


def _one(op: str, args: Sequence[Node]) -> Node:
    if len(args) != 1:
        raise _unknown(op)
    return args[0]


def _comparison(scope: Scope, op: str, args: Sequence[Node]) -> Composed:
    left, right = _matched(scope, op, args, 2)
    return SQL(_COMPARE[op]).format(left.sql, right.sql)


def _between(scope: Scope, op: str, args: Sequence[Node]) -> Composed:
    value, low, high = _matched(scope, op, args, 3)
    return SQL("({} BETWEEN {} AND {})").format(value.sql, low.sql, high.sql)


def _in(scope: Scope, op: str, args: Sequence[Node]) -> Composed:
    if len(args) != 2 or not isinstance(args[1], list) or not args[1]:
        raise _unknown(op)
    first, *others = _matched(scope, op, [args[0], *args[1]], 1 + len(args[1]))
    listed = SQL(", ").join([one.sql for one in others])
    return SQL("({} IN ({}))").format(first.sql, listed)


def _like(scope: Scope, op: str, args: Sequence[Node]) -> Composed:
    value, pattern = _matched(scope, op, args, 2)
    if value.kind is not Kind.TEXT:
        raise _mistyped(value.kind, Kind.TEXT)
    if pattern.text is None:
        raise _unknown("LIKE without a text")
    bare = pattern.text.replace("\\\\", "")
    scope.wildcards += sum(bare.replace("\\%", "").replace("\\_", "").count(c) for c in "%_")
    if scope.wildcards > MAX_WILDCARDS or bare.endswith("\\"):
        raise BadRequest(
            f"patterns may have {MAX_WILDCARDS} wildcards in all (% and _), none ends in \\",
            vi=f"các mẫu LIKE có tối đa {MAX_WILDCARDS} ký tự % và _, không kết thúc bằng \\",
        )
    return SQL("({} LIKE {})").format(value.sql, pattern.sql)


def _matched(scope: Scope, op: str, args: Sequence[Node], count: int) -> list[Term]:
    """Return the terms, all of one kind: a text is read as what it stands beside."""
    if len(args) != count:
        raise _unknown(op)
    terms = [_term(scope, one) for one in args]
    kinds = {term.kind for term in terms}
    if len(kinds) == 1:
        return terms
    if kinds == {Kind.DATE, Kind.MOMENT}:
        return [_as_moment(term) for term in terms]
    wanted = next((k for k in (Kind.MOMENT, Kind.DATE) if k in kinds), None)
    if wanted and all(t.kind in (Kind.MOMENT, Kind.DATE) or t.text is not None for t in terms):
        read = [t if t.text is None else _term(scope, filter_time.literal(t.text)) for t in terms]
        same = len({term.kind for term in read}) == 1
        return read if same else [_as_moment(term) for term in read]
    odd = next(term.kind for term in terms if term.kind is not terms[0].kind)
    raise _mistyped(odd, terms[0].kind)


def _as_moment(term: Term) -> Term:
    """Return a date as the first moment of its day, UTC."""
    if term.kind is Kind.MOMENT:
        return term
    return Term(SQL("({}::timestamp AT TIME ZONE 'UTC')").format(term.sql), Kind.MOMENT)


def _term(scope: Scope, node: Node) -> Term:
    if isinstance(node, bool):
        return Term(SQL("{}::boolean").format(scope.held(node)), Kind.BOOLEAN)
    if isinstance(node, int | float):
        return _number(scope, node)
    if isinstance(node, str):
        clean = node.replace("\x00", "").encode("utf-8", "replace").decode()
        return Term(SQL("{}::text").format(scope.held(clean)), Kind.TEXT, clean)
    if isinstance(node, dict):
        if "property" in node:
            owner = _field(scope.layer, node["property"])
            return Term(SQL("t.{}").format(Identifier(owner.column)), _KIND[owner.type])
        if "date" in node:
            day = filter_time.read(date, node["date"])
            return Term(SQL("{}::date").format(scope.held(day)), Kind.DATE)
        if "timestamp" in node:
            moment = filter_time.read(datetime, node["timestamp"])
            return Term(SQL("{}::timestamptz").format(scope.held(moment)), Kind.MOMENT)
    op, args = _operation(node)
    if op in _COMPUTE:
        return _computed(scope, op, args)
    if op in _FOLD:
        inner = _term(scope, _one(op, args))
        if inner.kind is not Kind.TEXT:
            raise _mistyped(inner.kind, Kind.TEXT)
        return Term(SQL(_FOLD[op]).format(inner.sql), Kind.TEXT, inner.text)
    raise _unknown(op or str(node)[:40])


def _number(scope: Scope, value: float) -> Term:
    """Return a number; the parser of text knows floats only, so whole ones are made whole."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        value = int(value)
    if isinstance(value, int):
        kind: LiteralString = "{}::bigint" if -(2**63) <= value < 2**63 else "{}::numeric"
        return Term(SQL(kind).format(scope.held(value)), Kind.NUMBER)
    return Term(SQL("{}::double precision").format(scope.held(value)), Kind.NUMBER)


def _computed(scope: Scope, op: str, args: Sequence[Node]) -> Term:
    left, right = _matched(scope, op, args, 2)
    if left.kind is not Kind.NUMBER:
        raise _mistyped(left.kind, Kind.NUMBER)
    return Term(SQL(_COMPUTE[op]).format(left.sql, right.sql), Kind.NUMBER)


def _anything(scope: Scope, node: Node) -> Composed:
    if filter_space.is_geometry(node):
        return SQL("t.geom").format()
    return _term(scope, node).sql


def _span(scope: Scope, node: Node) -> filter_time.Span:
    """Return an instant or an interval as two moments."""
    if isinstance(node, dict) and "interval" in node:
        ends = node["interval"]
        if not isinstance(ends, list) or len(ends) != 2:
            raise _unknown("interval")
        return filter_time.Span(*(_end(scope, end, side) for side, end in enumerate(ends)))
    moment = _end(scope, node, 0)
    return filter_time.Span(moment, moment)


def _end(scope: Scope, node: Node, side: int) -> Composed:
    if node == "..":
        return filter_time.OPEN[side]
    term = _term(scope, filter_time.literal(node) if isinstance(node, str) else node)
    if term.kind not in (Kind.DATE, Kind.MOMENT):
        raise _mistyped(term.kind, Kind.MOMENT)
    return _as_moment(term).sql


def _field(layer: Filtered, name: Node) -> Field:
    for candidate in layer.fields:
        if candidate.name == name:
            return candidate
    known = ", ".join(one.name for one in layer.fields)[:300]
    raise BadRequest(
        f"layer {layer.slug!r} has no property {str(name)[:80]!r}; it has: {known}",
        vi=f"lớp {layer.slug!r} không có thuộc tính {str(name)[:80]!r}; các thuộc tính: {known}",
    )


def _mistyped(found: Kind, wanted: Kind) -> BadRequest:
    return BadRequest(
        f"the filter puts {found} where {wanted} is wanted; texts stand in 'single quotes'",
        vi=f"bộ lọc đặt kiểu {found.vi} ở chỗ cần kiểu {wanted.vi}; chữ phải nằm trong 'nháy đơn'",
    )


def _unknown(what: str) -> BadRequest:
    return BadRequest(
        f"the filter says {what[:60]!r}, which is not known here or has the wrong number of parts",
        vi=f"bộ lọc có {what[:60]!r} không dùng được ở đây hoặc sai số thành phần",
    )
