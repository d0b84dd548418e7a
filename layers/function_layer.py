"""The noun: a function of the database that makes tiles, as a city administrator declared it.

Whoever may read it gets what the function answers, and the function reads what it likes: its
visibility is its own, and nobody's row rules hold in it. No I/O.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from gishue.core.access import Share, Visibility
from gishue.core.errors import BadRequest, InvalidInput, NotFound
from layers.feature_store import typed
from layers.fields import Field, FieldType
from layers.layer import check_slug

SIGNATURE: Final = "(z integer, x integer, y integer, params jsonb) returns bytea"
MAX_ZOOM: Final = 24
LONGEST_S: Final = 86_400
_MOST_PARAMETERS: Final = 20
_LONGEST_TEXT: Final = 200
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TAKEN: Final = frozenset({"key", "rev"})
_SAID: Final = re.compile(r"(?P<name>\w+):(?P<type>\w+)(=(?P<default>.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a tile of the function may be asked; without a default it must be said."""

    name: str
    type: FieldType
    default: str | None = None

    def read(self, text: str) -> Any:
        """Return ``text`` as a value of JSON.

        Raises:
            BadRequest: it is no value of this parameter, or too long.
        """
        if len(text) > _LONGEST_TEXT:
            raise BadRequest(
                f"a value of {self.name} has at most {_LONGEST_TEXT} characters",
                vi=f"giá trị của {self.name} có tối đa {_LONGEST_TEXT} ký tự",
            )
        value = typed(Field(self.name, self.name, self.type, ""), text)
        if isinstance(value, float) and value - value != 0:  # infinite, or no number at all
            raise BadRequest(
                f"{text[:80]!r} is no finite number", vi=f"{text[:80]!r} không phải số hữu hạn"
            )
        return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class FunctionLayer:
    """A declared function: ``analyst.<function>``, what it may be asked, who may read it.

    ``max_age_s``: how long an answer of it may be kept, since nobody tells when it changes.
    """

    name: str
    function: str
    title: str
    visibility: Visibility
    title_en: str = ""
    unit: str | None = None
    parameters: tuple[Parameter, ...] = ()
    minzoom: int = 0
    maxzoom: int = 22
    max_age_s: int = 60

    @property
    def slug(self) -> str:
        """Its name to the decision about access, where no layer has the same."""
        return f"functions/{self.name}"

    @property
    def is_live(self) -> bool:
        """Whether it may be read at all: it is, while it is declared."""
        return True

    @property
    def shares(self) -> Sequence[Share]:
        """What other units may do with it: nothing is shared."""
        return ()

    def values(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """Return the value of every parameter, in their order.

        Raises:
            BadRequest: one is not known, cannot be read, or is missing.
        """
        unknown = sorted(set(asked) - {one.name for one in self.parameters} - _TAKEN)
        if unknown:
            known = ", ".join(one.name for one in self.parameters) or "–"
            raise BadRequest(
                f"parameter {unknown[0][:60]!r} is not known; there are {known}",
                vi=f"không có tham số {unknown[0][:60]!r}; các tham số: {known}",
            )
        return {one.name: one.read(_text(one, asked)) for one in self.parameters}


def _text(parameter: Parameter, asked: Mapping[str, str]) -> str:
    text = asked.get(parameter.name, parameter.default)
    if text is None:
        raise BadRequest(
            f"parameter {parameter.name!r} ({parameter.type}) is missing",
            vi=f"thiếu tham số {parameter.name!r} ({parameter.type})",
        )
    return text


def parameter(text: str) -> Parameter:
    """Return the parameter written as ``name:type`` or ``name:type=default``.

    >>> parameter("nam:integer=2025")
    Parameter(name='nam', type=<FieldType.INTEGER: 'integer'>, default='2025')

    Raises:
        InvalidInput: it cannot be read.
    """
    found = _SAID.fullmatch(text)
    kinds = ", ".join(FieldType)
    if found is None or found["type"] not in {str(kind) for kind in FieldType}:
        raise InvalidInput(
            f"{text[:80]!r} is no parameter; write name:type or name:type=default, type one of "
            f"{kinds}",
            vi=f"{text[:80]!r} không phải tham số; hãy viết tên:kiểu hoặc tên:kiểu=mặc định, kiểu "
            f"là một trong {kinds}",
        )
    return Parameter(found["name"], FieldType(found["type"]), found["default"])


def check(layer: FunctionLayer) -> None:
    """Raise InvalidInput unless the declaration is sound in itself."""
    check_slug(layer.name)
    names = [one.name for one in layer.parameters]
    odd = [name for name in names if not _NAME.fullmatch(name) or name in _TAKEN]
    if odd or len(set(names)) < len(names) or len(names) > _MOST_PARAMETERS:
        raise InvalidInput(
            f"at most {_MOST_PARAMETERS} parameters, each named once by small letters, digits "
            f"and _, not {' or '.join(sorted(_TAKEN))}",
            vi=f"tối đa {_MOST_PARAMETERS} tham số, mỗi tên một lần, chỉ gồm chữ thường, chữ số "
            f"và _, không phải {' hay '.join(sorted(_TAKEN))}",
        )
    for one in layer.parameters:
        _check_default(one)
    if not (0 <= layer.minzoom <= layer.maxzoom <= MAX_ZOOM and 1 <= layer.max_age_s <= LONGEST_S):
        raise InvalidInput(
            f"zooms go from 0 to {MAX_ZOOM}, the least first; an answer is kept 1 to {LONGEST_S} s",
            vi=f"mức thu phóng từ 0 đến {MAX_ZOOM}, nhỏ trước; thời gian giữ 1 đến {LONGEST_S} s",
        )
    if not layer.title.strip():
        raise InvalidInput("a title is missing", vi="thiếu tên hiển thị")
    if layer.visibility is Visibility.RESTRICTED and layer.unit is None:
        raise InvalidInput("restricted to which unit?", vi="hãy nêu đơn vị được xem")


def _check_default(one: Parameter) -> None:
    if one.default is None:
        return
    try:
        one.read(one.default)
    except BadRequest as error:
        raise InvalidInput(error.detail, vi=error.detail_vi) from error


def no_function(name: str) -> NotFound:
    """Return the refusal for a function layer that is absent, or that one may not read."""
    return NotFound(
        f"there is no function layer {name[:80]!r}", vi=f"không có lớp tính toán {name[:80]!r}"
    )
