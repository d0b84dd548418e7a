"""The noun: a changeset. What somebody wants to do to features of one layer, read and refused.

No I/O. Geometries are GeoJSON of two dimensions, x first, in EPSG:4326 or in the layer's CRS.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeGuard

from gishue.core.bounds import Bounds
from gishue.core.errors import BadRequest, Conflict, InvalidInput
from gishue.core.vietnamese import vn_number
from layers import values
from layers.fields import Field
from layers.geojson import read_shape
from layers.layer import Layer
from layers.schema import FieldRule, LayerSchema

MOST_CHANGES: Final = 100_000
MOST_NAMED: Final = 100
"""So many wrong changes are named in a refusal."""


class Op(StrEnum):
    """What to do with a feature."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one change: its place in the changeset, the field or none, and why."""

    index: int
    field: str | None
    message: str
    message_vi: str


class InvalidChanges(InvalidInput):
    """Changes that the layer cannot take; ``errors`` names them."""

    slug = "invalid-changes"
    title = "Changes do not fit the layer"
    title_vi = "Thay đổi không hợp lệ"

    @classmethod
    def of(cls, wrong: Sequence[Wrong]) -> "InvalidChanges":
        """Return the refusal that names the first of them."""
        first = wrong[0]
        at = f"change {first.index}" + (f", field {first.field!r}" if first.field else "")
        at_vi = f"thay đổi {first.index}" + (f", trường {first.field!r}" if first.field else "")
        more = f" ({len(wrong):,} in all)" if len(wrong) > 1 else ""
        more_vi = f" (tất cả {vn_number(len(wrong))} lỗi)" if len(wrong) > 1 else ""
        return cls(
            f"{at}: {first.message}{more}",
            vi=f"{at_vi}: {first.message_vi}{more_vi}",
            errors=[asdict(one) for one in wrong[:MOST_NAMED]],
        )


@dataclass(frozen=True, slots=True)
class Clash:
    """A feature that is not as the change takes it to be; ``version`` is None where it is gone."""

    index: int
    id: int
    version: int | None


class EditConflict(Conflict):
    """Somebody changed the features meanwhile; ``conflicts`` names them."""

    slug = "edit-conflict"
    title = "Features changed meanwhile"
    title_vi = "Đối tượng vừa được người khác thay đổi"

    @classmethod
    def of(cls, clashes: Sequence[Clash]) -> "EditConflict":
        """Return the refusal that names them."""
        first, count = clashes[0], len(clashes)
        now = "is gone" if first.version is None else f"is at version {first.version} now"
        now_vi = "đã bị xóa" if first.version is None else f"nay ở phiên bản {first.version}"
        return cls(
            f"feature {first.id} {now}; features changed meanwhile: {count:,}. Read them again",
            vi=f"đối tượng {first.id} {now_vi}; số đối tượng vừa bị thay đổi: {vn_number(count)}. "
            "Hãy tải lại",
            conflicts=[asdict(one) for one in clashes[:MOST_NAMED]],
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``values``: by column, as the database reads them; ``shape``: GeoJSON text.

    ``is_drawn``: whether the geometry is said; a ``shape`` of None then takes it away.
    """

    op: Op
    id: int | None = None
    version: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    is_drawn: bool = False
    shape: str | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit did. ``boxes``: old and new bounds, EPSG:3857, metres; None: the whole layer."""

    layer: Layer
    added: tuple[int, ...]
    changed: int
    removed: int
    ids: tuple[int, ...] | None
    boxes: tuple[Bounds, ...] | None


def read(
    layer: Layer, schema: LayerSchema | None, said: Sequence[Any], srid: int = 4326
) -> list[Change]:
    """Return the changes that are said, fit for ``layer`` as its editor sees it.

    Args:
        layer: hidden fields are not among its fields, and cannot be written.
        schema: its rules are asked of every value that is said.
        said: the members ``changes`` of the request.
        srid: the CRS of the geometries.

    Raises:
        InvalidChanges: some do not fit; all of them are named.
        BadRequest: there are none, or too many.
    """
    if not 0 < len(said) <= MOST_CHANGES:
        raise BadRequest(
            f"a changeset has 1 to {MOST_CHANGES:,} changes",
            vi=f"mỗi lần gửi từ 1 đến {vn_number(MOST_CHANGES)} thay đổi",
        )
    reader = _Reader(layer, schema, srid)
    changes = [reader.read(index, one) for index, one in enumerate(said)]
    reader.check_once(changes)
    if reader.wrong:
        raise InvalidChanges.of(reader.wrong)
    return changes


def _is_number(said: Any) -> TypeGuard[int]:
    return type(said) is int and 0 <= said < 2**63


class _Reader:
    """Reads changes of one layer and collects what is wrong with them."""

    def __init__(self, layer: Layer, schema: LayerSchema | None, srid: int) -> None:
        self.wrong: list[Wrong] = []
        self._layer = layer
        self._srid = srid
        self._fields = {one.name: one for one in layer.fields}
        rules = schema.fields if schema is not None else ()
        self._rules = {rule.name: rule for rule in rules if rule.name in self._fields}

    def read(self, index: int, said: Any) -> Change:
        """Return one change; a wrong one comes back without what is wrong."""
        try:
            return self._change(index, said)
        except InvalidInput as error:
            self._say(index, None, error.detail, error.detail_vi)
        return Change(Op.ADD)

    def check_once(self, changes: Iterable[Change]) -> None:
        """Find features that are named twice: which of the two should hold?"""
        seen: set[int] = set()
        for index, one in enumerate(changes):
            if one.id is not None and one.id in seen:
                self._say(index, None, f"feature {one.id} is named twice", "nêu hai lần")
            seen |= {one.id} if one.id is not None else set()

    def _change(self, index: int, said: Any) -> Change:
        if not isinstance(said, Mapping) or said.get("op") not in set(Op):
            raise values.wrong('`op` is "add", "change" or "remove"', "`op` không hợp lệ")
        op = Op(said["op"])
        known = {"op", "properties", "geometry"} | (
            {"id", "version"} if op is not Op.ADD else set()
        )
        if op is Op.REMOVE:
            known -= {"properties", "geometry"}
        if extra := sorted(map(str, said.keys() - known)):
            raise values.wrong(f"{op} has no {extra[0][:60]!r}", f"thừa {extra[0][:60]!r}")
        numbers = (None, None) if op is Op.ADD else self._numbers(said)
        drawn = "geometry" in said
        return Change(
            op,
            *numbers,
            values=self._values(index, op, said.get("properties")),
            is_drawn=drawn or op is Op.ADD,
            shape=read_shape(said["geometry"], self._layer, self._srid) if drawn else None,
        )

    def _numbers(self, said: Mapping[str, Any]) -> tuple[int, int]:
        id_, version = said.get("id"), said.get("version")
        if not (_is_number(id_) and _is_number(version)):
            raise values.wrong(
                "`id` and `version` of the feature are needed",
                "cần `id` và `version` của đối tượng",
            )
        return id_, version

    def _values(self, index: int, op: Op, said: Any) -> dict[str, Any]:
        if said is None:
            said = {}
        if not isinstance(said, Mapping):
            raise values.wrong("`properties` is an object", "`properties` phải là đối tượng")
        given: dict[str, Any] = dict(said)
        if op is Op.ADD:  # what a schema demands must be said
            given = dict.fromkeys((n for n, rule in self._rules.items() if rule.required)) | given
        read: dict[str, Any] = {}
        for name, value in given.items():
            owner = self._fields.get(name)
            try:
                if owner is None:
                    raise values.wrong("the layer has no such field", "lớp không có trường này")
                read[owner.column] = self._value(owner, self._rules.get(name), value)
            except InvalidInput as error:
                self._say(index, str(name)[:60], error.detail, error.detail_vi)
        return read

    def _value(self, owner: Field, rule: FieldRule | None, value: Any) -> Any:
        read = values.read(owner.type, value)
        if rule is not None:
            values.check(rule, read)
        return values.stored(read)

    def _say(self, index: int, name: str | None, message: str, message_vi: str) -> None:
        self.wrong.append(Wrong(index, name, message, message_vi))
