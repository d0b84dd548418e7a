"""The noun: a rule that reads a role in a unit from the claims of the sign-on. No I/O."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gishue.core.actor import Role
from gishue.core.errors import InvalidInput
from gishue.core.vietnamese import nfc

UNIT: Final = "{unit}"
"""In a value: here stands the code of the unit."""
_LONGEST: Final = 200
_CODE: Final = "(?P<unit>[a-z0-9][a-z0-9_-]{0,62})"


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """Whoever has ``value`` in ``claim`` has ``role`` in ``unit``.

    ``claim``: a path such as ``realm_access.roles``. ``value``: exact, or with ``*`` at its end
    for any text; ``{unit}`` in it stands for the code of the unit. A rule that says a unit in
    neither way gives a role of the staff in general, or a city administrator's.
    """

    id: int
    position: int
    claim: str
    value: str
    unit: str | None
    role: Role

    @property
    def takes_unit(self) -> bool:
        """Whether the unit is read from the value."""
        return UNIT in self.value


@dataclass(frozen=True, slots=True)
class Granted:
    """What claims give: the highest role in each unit ('' for none), and the home unit."""

    roles: Mapping[str, Role]
    home: str | None


def check(rule: ClaimRule) -> None:
    """Raise InvalidInput unless ``rule`` can be read."""
    for text in (rule.claim, rule.value):
        if not text or len(text) > _LONGEST or nfc(text) != text or not text.isprintable():
            raise InvalidInput(
                f"a claim and its value are 1 to {_LONGEST} characters of text",
                vi=f"tên thuộc tính và giá trị là văn bản từ 1 đến {_LONGEST} ký tự",
            )
    if "*" in rule.value[:-1] or rule.value.count(UNIT) > 1:
        raise InvalidInput(
            "a value has '*' at its end only, and '{unit}' once at most",
            vi="giá trị chỉ được có '*' ở cuối và nhiều nhất một '{unit}'",
        )
    if rule.takes_unit and rule.unit is not None:
        raise InvalidInput(
            "name a unit, or let '{unit}' in the value name it, not both",
            vi="hãy ghi một đơn vị, hoặc để '{unit}' trong giá trị chỉ đơn vị, không dùng cả hai",
        )
    if rule.role is Role.CITY_ADMIN and (rule.unit is not None or rule.takes_unit):
        raise InvalidInput(
            "who administers the city does so in no unit; leave the unit out",
            vi="quản trị thành phố không thuộc đơn vị nào; hãy bỏ trống đơn vị",
        )


def granted(
    rules: Iterable[ClaimRule], claims: Mapping[str, Any], known: frozenset[str] | None
) -> Granted:
    """Return what ``claims`` give by ``rules``, in their order, in the ``known`` units or any."""
    roles: dict[str, Role] = {}
    home: str | None = None
    for rule in rules:
        for unit in _units(rule, claims):
            if unit and known is not None and unit not in known:
                continue
            held = roles.get(unit)
            roles[unit] = rule.role if held is None or rule.role.holds(held) else held
            home = home or unit or None
    return Granted(roles, home)


def values_at(claims: Mapping[str, Any], path: str) -> list[str]:
    """Return the texts at ``path``; a claim's own name may hold dots, as clients' names do.

    >>> values_at({"realm_access": {"roles": ["gis"]}}, "realm_access.roles")
    ['gis']
    >>> values_at({"access": {"gis.hue": {"roles": ["x"]}}}, "access.gis.hue.roles")
    ['x']
    """
    found = _at(claims, path.split("."))
    several: Sequence[object] = found if isinstance(found, list) else [found]
    return [nfc(one) for one in several if isinstance(one, str)]


def _at(claims: Mapping[str, Any], parts: Sequence[str]) -> object:
    for length in range(len(parts), 0, -1):
        inside = claims.get(".".join(parts[:length]))
        if length == len(parts) and inside is not None:
            return inside
        if isinstance(inside, Mapping):
            found = _at(inside, parts[length:])
            if found is not None:
                return found
    return None


def _units(rule: ClaimRule, claims: Mapping[str, Any]) -> Iterator[str]:
    """Yield the unit, '' for none, of every value that the rule applies to."""
    pattern = _pattern(rule.value)
    for value in values_at(claims, rule.claim):
        match = pattern.fullmatch(value)
        if match is not None:
            yield match["unit"] if rule.takes_unit else rule.unit or ""


def _pattern(value: str) -> re.Pattern[str]:
    exact, rest = (value[:-1], ".*") if value.endswith("*") else (value, "")
    parts = [re.escape(part) for part in exact.split(UNIT)]
    return re.compile(_CODE.join(parts) + rest, re.DOTALL)
