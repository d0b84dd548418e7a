"""The noun: a unit of the city, and the tree of them. No I/O."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from gishue.core.errors import InvalidInput

_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class UnitKind(StrEnum):
    """What a unit is in the city's government."""

    CITY = "city"
    DEPARTMENT = "department"
    WARD = "ward"
    DIVISION = "division"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit; ``parent``: code of the one above, None at the top; ``has_area``: ground known."""

    code: str
    title: str
    title_en: str = ""
    parent: str | None = None
    kind: UnitKind = UnitKind.DEPARTMENT
    is_active: bool = True
    has_area: bool = False


def check(unit: Unit, known: Mapping[str, Unit]) -> None:
    """Raise InvalidInput unless ``unit`` may stand among the ``known`` ones."""
    if not _CODE.fullmatch(unit.code):
        raise InvalidInput(
            f"{unit.code!r} cannot be a unit's code: small letters, digits, _ and -",
            vi=f"{unit.code!r} không làm mã đơn vị được: chỉ dùng chữ thường, số, _ và -",
        )
    if not unit.title.strip():
        raise InvalidInput("a unit needs a title", vi="đơn vị cần có tên")
    if unit.parent is not None and unit.parent not in known:
        raise InvalidInput(
            f"there is no unit {unit.parent!r}", vi=f"không có đơn vị {unit.parent!r}"
        )
    if unit.parent is not None and unit.code in above(unit.parent, known):
        raise InvalidInput(
            f"{unit.code!r} cannot lie below itself",
            vi=f"đơn vị {unit.code!r} không thể trực thuộc chính nó",
        )
    _check_top(unit, known.values())


def _check_top(unit: Unit, known: Iterable[Unit]) -> None:
    if unit.kind is not UnitKind.CITY:
        return
    others = [one.code for one in known if one.kind is UnitKind.CITY and one.code != unit.code]
    if others or unit.parent is not None:
        raise InvalidInput(
            "the city is one unit, and stands above all others",
            vi="thành phố là một đơn vị duy nhất, đứng trên mọi đơn vị khác",
        )


def above(code: str | None, known: Mapping[str, Unit]) -> list[str]:
    """Return the codes of the unit ``code`` and those above it, the nearest first."""
    line: list[str] = []
    while code is not None and code in known and code not in line:
        line.append(code)
        code = known[code].parent
    return line
