"""Rules of a stranger's file made to fit a layer: its field names, their types, its geometry."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from layers.fields import Field, FieldType
from layers.layer import GeometryType, Layer
from layers.styling.symbols import (
    All,
    Compare,
    Condition,
    Drawing,
    Fill,
    Line,
    Losses,
    Mark,
    OneOf,
    Pass,
    Rule,
    Symbol,
    Text,
    Value,
)

_DRAWS: Final[Mapping[GeometryType, tuple[type[Symbol], ...]]] = {
    GeometryType.POINT: (Mark, Text),
    GeometryType.LINE: (Line, Text),
    GeometryType.POLYGON: (Fill, Line, Text),
    GeometryType.MIXED: (Fill, Line, Mark, Text),
}
_NUMBERS: Final = frozenset({FieldType.INTEGER, FieldType.REAL})


class _Misfit(ValueError):
    """The layer has no such field, or not such values."""


def fitted(drawing: Drawing, layer: Layer, losses: Losses) -> Drawing:
    """Return ``drawing`` with what fits ``layer``; what does not goes into ``losses``."""
    fields = {field.name.casefold(): field for field in layer.fields}
    geometry = layer.geometry_type or GeometryType.MIXED
    passes: list[Pass] = []
    for rules in drawing.passes:
        kept = [one for rule in rules if (one := _fitted(rule, fields, geometry, losses))]
        if kept:
            passes.append(tuple(kept))
    return Drawing(tuple(passes), drawing.lost)


def _fitted(
    rule: Rule, fields: Mapping[str, Field], geometry: GeometryType, losses: Losses
) -> Rule | None:
    where = rule.title or "*"
    if type(rule.symbol) not in _DRAWS[geometry]:
        kind = type(rule.symbol).__name__.lower()
        losses.add(
            where,
            f"symbol {kind} does not fit a layer of {geometry}s",
            f"ký hiệu {kind} không hợp với lớp {geometry.vi}",
        )
        return None
    try:
        symbol = rule.symbol
        if isinstance(symbol, Text):
            symbol = replace(symbol, field=_field(symbol.field, fields).name)
        condition = _condition(rule.condition, fields) if rule.condition else None
        return replace(rule, symbol=symbol, condition=condition)
    except _Misfit as error:
        losses.add(where, f"the layer has no {error}", f"lớp không có {error}")
        return None


def _field(name: str, fields: Mapping[str, Field]) -> Field:
    found = fields.get(name.casefold())
    if found is None:
        raise _Misfit(repr(name[:60]))
    return found


def _condition(one: Condition, fields: Mapping[str, Field]) -> Condition:
    match one:
        case Compare(name, operator, value):
            field = _field(name, fields)
            return Compare(field.name, operator, _value(value, field))
        case OneOf(name, values):
            field = _field(name, fields)
            return OneOf(field.name, tuple(_value(value, field) for value in values))
        case All(parts):
            told = [_condition(part, fields) for part in parts]
            return All(tuple(part for part in told if not isinstance(part, All)))


def _value(value: Value, field: Field) -> Value:
    """Return ``value`` as a tile carries it: numbers as numbers, all else as text."""
    if field.type in _NUMBERS:
        try:
            return value if isinstance(value, int | float) else float(value)
        except ValueError as error:
            raise _Misfit(f"{field.name} = {value!r}") from error
    if field.type is FieldType.BOOLEAN:
        return str(value).casefold() in ("true", "1")
    return value if isinstance(value, str) else str(value)
