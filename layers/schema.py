"""The noun: the field schema that a layer owns. What it demands of rows, and how it is written.

No I/O. A department's table comes in by this schema: columns are mapped to its fields, values are
read as its types, and what breaks a rule is found and shown.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Self

from gishue.core.errors import InvalidInput
from gishue.core.vietnamese import vn_number
from layers.fields import Field, FieldType, build, unique_names
from layers.layer import GeometryType

MAX_FIELDS: Final = 500
MAX_VALUES: Final = 2_000
_NUMBERS: Final = frozenset({FieldType.INTEGER, FieldType.REAL})


class InvalidSchema(InvalidInput):
    """The field schema contradicts itself."""

    slug = "invalid-schema"
    title = "Field schema not valid"
    title_vi = "Lược đồ trường không hợp lệ"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What one field must be.

    ``values``: the only ones allowed, with the title of each (empty: any). ``minimum`` and
    ``maximum`` bound numbers, ends included; ``max_length`` counts characters of a text.
    """

    name: str
    type: FieldType
    title: str = ""
    title_en: str = ""
    required: bool = False
    unique: bool = False
    values: tuple[tuple[str, str], ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    max_length: int | None = None

    @property
    def codes(self) -> list[str]:
        """The values allowed, without their titles."""
        return [code for code, _ in self.values]


@dataclass(frozen=True, slots=True)
class LayerSchema:
    """The fields of a layer in their order, and what it draws.

    ``strict``: a row that breaks a rule stops the publishing; otherwise it is only shown.
    """

    fields: tuple[FieldRule, ...]
    geometry_type: GeometryType | None = None
    strict: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Return the schema as it is stored and shown."""
        body = asdict(self)
        for rule in body["fields"]:
            rule["values"] = [{"value": code, "title": title} for code, title in rule["values"]]
        return body

    def without(self, hidden: Collection[str]) -> Self:
        """Return the schema without the rules of hidden fields."""
        names = {name.casefold() for name in hidden}
        kept = tuple(rule for rule in self.fields if rule.name.casefold() not in names)
        return replace(self, fields=kept)

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Self:
        """Return a schema from its stored form, checked.

        Raises:
            InvalidSchema: it is none, or contradicts itself.
        """
        try:
            geometry = said.get("geometry_type")
            return cls(
                tuple(_rule(one) for one in said["fields"]),
                GeometryType(geometry) if geometry else None,
                bool(said.get("strict", True)),
            ).checked()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _wrong(
                "it cannot be read; give `fields`, each with a `name` and a `type` out of "
                + ", ".join(FieldType),
                "không đọc được; cần `fields`, mỗi trường có `name` và `type` là một trong "
                + ", ".join(FieldType),
            ) from error

    def checked(self) -> Self:
        """Return the schema, its names fit for a layer.

        Raises:
            InvalidSchema: it has no fields or too many, a name twice, or a rule that nothing meets.
        """
        if not 0 < len(self.fields) <= MAX_FIELDS:
            raise _wrong(f"it has 1 to {MAX_FIELDS} fields", f"cần từ 1 đến {MAX_FIELDS} trường")
        names = unique_names(rule.name for rule in self.fields)
        for rule, name in zip(self.fields, names, strict=True):
            if rule.name != name:
                raise _wrong(
                    f"{rule.name!r} cannot name a field, {name!r} could",
                    f"{rule.name!r} không đặt tên trường được, có thể dùng {name!r}",
                )
            _check(rule)
        return self

    def as_fields(self) -> tuple[Field, ...]:
        """Return the fields of a table made for this schema."""
        made = build([rule.name for rule in self.fields], [rule.type for rule in self.fields])
        pairs = zip(made, self.fields, strict=True)
        return tuple(
            replace(field, title=rule.title or rule.name, title_en=rule.title_en)
            for field, rule in pairs
        )


def of_fields(fields: Sequence[Field], geometry_type: GeometryType | None) -> LayerSchema:
    """Return a schema that demands what a layer has now: its names and types, and no more."""
    rules = (FieldRule(f.name, f.type, f.title, f.title_en) for f in fields)
    return LayerSchema(tuple(rules), geometry_type, strict=False)


def _rule(said: Mapping[str, Any]) -> FieldRule:
    known = set(FieldRule.__dataclass_fields__)
    if extra := sorted(set(said) - known):
        raise _wrong(f"a field has no {extra[0]!r}", f"trường không có thuộc tính {extra[0]!r}")
    values = tuple(_value(one) for one in said.get("values") or ())
    rest = {name: value for name, value in said.items() if name not in {"type", "values"}}
    return FieldRule(**rest, type=FieldType(said["type"]), values=values)


def _value(said: Any) -> tuple[str, str]:
    if isinstance(said, Mapping):
        return str(said["value"]), str(said.get("title") or "")
    return (str(said[0]), str(said[1])) if isinstance(said, list | tuple) else (str(said), "")


def _check(rule: FieldRule) -> None:
    bounded = rule.minimum is not None or rule.maximum is not None
    if bounded and rule.type not in _NUMBERS:
        raise _of(
            rule, "only numbers have a minimum or maximum", "chỉ số mới có cận dưới, cận trên"
        )
    if rule.minimum is not None and rule.maximum is not None and rule.minimum > rule.maximum:
        raise _of(rule, "the minimum is above the maximum", "cận dưới lớn hơn cận trên")
    if rule.max_length is not None and (rule.type is not FieldType.TEXT or rule.max_length < 1):
        raise _of(
            rule, "max_length is for text, 1 or more", "max_length chỉ dùng cho văn bản, từ 1"
        )
    if rule.values and rule.type not in {FieldType.TEXT, FieldType.INTEGER}:
        raise _of(
            rule,
            "a list of values is for text and integers",
            "danh mục giá trị chỉ dùng cho văn bản và số nguyên",
        )
    if len(rule.values) > MAX_VALUES or len(set(rule.codes)) < len(rule.codes):
        raise _of(
            rule,
            f"its values are at most {MAX_VALUES:,}, each once",
            f"danh mục có tối đa {vn_number(MAX_VALUES)} giá trị, không trùng",
        )
    if rule.type is FieldType.INTEGER and not all(_is_integer(code) for code in rule.codes):
        raise _of(rule, "its values are integers", "các giá trị phải là số nguyên")


def _is_integer(code: str) -> bool:
    return code.removeprefix("-").isdecimal() and code.isascii()


def _of(rule: FieldRule, why: str, why_vi: str) -> InvalidSchema:
    return _wrong(f"field {rule.name!r}: {why}", f"trường {rule.name!r}: {why_vi}")


def _wrong(why: str, why_vi: str) -> InvalidSchema:
    return InvalidSchema(
        f"the field schema is not valid: {why}", vi=f"lược đồ không hợp lệ: {why_vi}"
    )
