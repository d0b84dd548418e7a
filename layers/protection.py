"""What of a layer only some of its readers see: masked fields, and rules for rows. No I/O.

Masks are kept by the name of the field, so that a new table does not unmask it; a rule that a new
table cannot answer stops its publication, for without the rule all rows would be shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from gishue.core.access import Audience
from gishue.core.errors import BadRequest, InvalidInput
from layers import filter as filters
from layers.fields import Field
from layers.layer import Layer

MASKED_FOR: Final = (Audience.STAFF, Audience.UNIT)
RULED_FOR: Final = (Audience.PUBLIC, Audience.STAFF)
MAX_RULE: Final = 8_192
"""Longest rule, characters."""


class InvalidProtection(InvalidInput):
    """A mask or a rule for rows does not fit the layer."""

    slug = "invalid-protection"
    title = "Mask or row rule not valid"
    title_vi = "Quy tắc che trường hoặc lọc dòng không hợp lệ"


class ProtectionLost(InvalidInput):
    """What is to be published has not the fields by which rows of the layer are kept back."""

    slug = "protection-lost"
    title = "Row rule cannot be kept"
    title_vi = "Không giữ được quy tắc lọc dòng"


@dataclass(frozen=True, slots=True)
class Protection:
    """Who alone sees a field, by its name; the CQL2 filter of the rows that an audience sees."""

    masks: Mapping[str, Audience] = field(default_factory=dict[str, Audience])
    row_rules: Mapping[Audience, str] = field(default_factory=dict[Audience, str])


class _Shape(NamedTuple):
    """What a filter needs to know of a layer that is to be."""

    slug: str
    srid: int
    fields: Sequence[Field]


def of(layer: Layer) -> Protection:
    """Return the protection that ``layer`` has now."""
    return Protection(layer.masks, layer.row_rules)


def settled(wanted: Protection, layer: Layer, fields: Sequence[Field]) -> Protection:
    """Return the protection as it is to be written, over a layer with these fields.

    The public never sees more than the staff: a rule for the staff alone is one for both.

    Raises:
        InvalidProtection: it names a field that is not there, or a rule cannot be read.
    """
    known = {one.name for one in fields} | set(layer.masks)
    odd = [name for name in wanted.masks if name not in known]
    if odd:
        listed = ", ".join(sorted(known))[:300]
        raise InvalidProtection(
            f"layer {layer.slug!r} has no field {odd[0][:80]!r} to mask; it has: {listed}",
            vi=f"lớp {layer.slug!r} không có trường {odd[0][:80]!r} để che; các trường: {listed}",
        )
    if not set(wanted.masks.values()) <= set(MASKED_FOR):
        raise InvalidProtection(
            "a field is masked for all but the staff, or all but the unit",
            vi="trường được che với mọi người trừ cán bộ (staff), hoặc trừ đơn vị (unit)",
        )
    rules = {audience: rule.strip() for audience, rule in wanted.row_rules.items() if rule.strip()}
    for audience, rule in rules.items():
        _check_rule(layer, fields, audience, rule)
    if Audience.STAFF in rules:
        rules = {Audience.PUBLIC: rules[Audience.STAFF]} | rules
    return Protection(dict(wanted.masks), rules)


def _check_rule(layer: Layer, fields: Sequence[Field], audience: Audience, rule: str) -> None:
    if audience not in RULED_FOR or len(rule) > MAX_RULE:
        raise InvalidProtection(
            f"rows are ruled for public and staff, in at most {MAX_RULE} characters",
            vi=f"quy tắc dòng dành cho public và staff, dài tối đa {MAX_RULE} ký tự",
        )
    try:
        filters.of(_Shape(layer.slug, layer.srid, fields), rule)
    except BadRequest as error:
        raise InvalidProtection(
            f"row rule for {audience}: {error.detail}",
            vi=f"quy tắc dòng cho {audience}: {error.detail_vi}",
            audience=str(audience),
        ) from error


def check_kept(layer: Layer, fields: Iterable[Field], srid: int) -> None:
    """Raise ProtectionLost unless the layer's rules can be asked of a table with these fields."""
    shape = _Shape(layer.slug, srid, tuple(fields))
    for audience, rule in layer.row_rules.items():
        try:
            filters.of(shape, rule)
        except BadRequest as error:
            raise ProtectionLost(
                f"rows of layer {layer.slug!r} are kept from some by a rule that these data cannot "
                f"answer: {error.detail}; bring the field back, or have the rule changed first",
                vi=f"lớp {layer.slug!r} có quy tắc lọc dòng mà dữ liệu này không đáp ứng: "
                f"{error.detail_vi}; hãy bổ sung trường, hoặc đổi quy tắc trước",
                audience=str(audience),
            ) from error


def carried(layer: Layer, fields: Iterable[Field]) -> dict[str, Audience]:
    """Return the masks to add when the layer gets a table with these fields.

    Where a masked field is not among them it may have got another name: every field that is new is
    masked as strictly, until somebody says otherwise.
    """
    names = {one.name for one in fields}
    lost = [audience for name, audience in layer.masks.items() if name not in names]
    if not lost:
        return {}
    strictest = max(lost, key=MASKED_FOR.index)
    known = {one.name for one in layer.fields} | set(layer.masks)
    return dict.fromkeys(names - known, strictest)
