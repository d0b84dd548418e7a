"""Which MapLibre expressions a stored style may hold: those that every client can compute.

A style that MapLibre refuses takes the whole map with it, so what it might refuse is refused here.
Known are the operators that choose by value and zoom, and plain arithmetic on numbers and texts.
Source: MapLibre Style Specification, version 8, "Expressions".
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from gishue.core.errors import InvalidInput
from layers.styling.colour import try_colour

DEEPEST: Final = 12
MOST_BRANCHES: Final = 400
_EXACT: Final = 2**53


class InvalidStyle(InvalidInput):
    """A style that clients could not draw."""

    slug = "invalid-style"
    title = "Style not valid"
    title_vi = "Kiểu hiển thị không hợp lệ"


class Kind(StrEnum):
    """What an expression gives; ``ANY`` is a property, of which one does not know."""

    NUMBER = "number"
    STRING = "string"
    BOOLEAN = "boolean"
    COLOUR = "color"
    LIST = "array"
    NULL = "null"
    ANY = "value"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: its path for the reader, the fields, what it may depend on.

    ``zoom``: whether the zoom may choose here, which it does outermost only.
    """

    path: str
    fields: Collection[str]
    feature: bool = True
    zoom: bool = True
    interpolated: bool = True
    depth: int = 0

    def inside(self, *, zoom: bool = False) -> "Place":
        """Return the place of a part."""
        if self.depth >= DEEPEST:
            raise wrong(self, "is nested too deep", "lồng quá sâu")
        return Place(self.path, self.fields, self.feature, zoom, self.interpolated, self.depth + 1)


def wrong(at: Place, said: str, vi: str) -> InvalidStyle:
    """Return the refusal of what stands at ``at``."""
    return InvalidStyle(f"{at.path} {said}", vi=f"{at.path} {vi}", where=at.path)


_SIGNATURES: Final[Mapping[str, tuple[Kind, tuple[Kind, ...], bool]]] = {
    "to-string": (Kind.STRING, (Kind.ANY,), False),
    "upcase": (Kind.STRING, (Kind.STRING,), False),
    "downcase": (Kind.STRING, (Kind.STRING,), False),
    "concat": (Kind.STRING, (Kind.ANY,), True),
    "typeof": (Kind.STRING, (Kind.ANY,), False),
    "geometry-type": (Kind.STRING, (), False),
    "to-number": (Kind.NUMBER, (Kind.ANY,), True),
    "to-boolean": (Kind.BOOLEAN, (Kind.ANY,), False),
    "to-color": (Kind.COLOUR, (Kind.ANY,), True),
    "rgb": (Kind.COLOUR, (Kind.NUMBER,) * 3, False),
    "rgba": (Kind.COLOUR, (Kind.NUMBER,) * 4, False),
    "-": (Kind.NUMBER, (Kind.NUMBER,) * 2, False),
    "/": (Kind.NUMBER, (Kind.NUMBER,) * 2, False),
    "%": (Kind.NUMBER, (Kind.NUMBER,) * 2, False),
    "^": (Kind.NUMBER, (Kind.NUMBER,) * 2, False),
    "!": (Kind.BOOLEAN, (Kind.BOOLEAN,), False),
    "all": (Kind.BOOLEAN, (Kind.BOOLEAN,), True),
    "any": (Kind.BOOLEAN, (Kind.BOOLEAN,), True),
    **dict.fromkeys(("+", "*", "min", "max"), (Kind.NUMBER, (Kind.NUMBER,), True)),
    **dict.fromkeys(
        ("abs", "ceil", "floor", "round", "sqrt", "ln", "log2", "log10"),
        (Kind.NUMBER, (Kind.NUMBER,), False),
    ),
}
"""Result, arguments, and whether the last argument may come again."""
_ORDERED: Final = frozenset({"<", ">", "<=", ">="})
_OF_FEATURE: Final = frozenset({"get", "has", "geometry-type"})
_VARYING: Final = ("get", "has", "geometry-type", "zoom")


def check(value: Any, wanted: Kind, at: Place) -> Kind:
    """Return what ``value`` gives, which is ``wanted`` or may be it.

    Raises:
        InvalidStyle: it gives something else, or cannot be computed.
    """
    given = _expression(value, wanted, at) if isinstance(value, list) else _literal(value, wanted)
    if given is None or not _fits(given, wanted):
        raise wrong(at, f"must give a {wanted}", f"phải cho giá trị kiểu {wanted}")
    return given


def _fits(given: Kind, wanted: Kind) -> bool:
    return wanted is Kind.ANY or given in (wanted, Kind.ANY)


def _literal(value: Any, wanted: Kind) -> Kind | None:
    if value is None:
        return Kind.NULL if wanted is Kind.ANY else None
    if isinstance(value, bool):
        return Kind.BOOLEAN
    if isinstance(value, int | float):
        return Kind.NUMBER if abs(value) < 1e300 else None
    if not isinstance(value, str):
        return None
    if wanted is Kind.COLOUR:
        return Kind.COLOUR if try_colour(value) else None
    return Kind.STRING


def _expression(value: Sequence[Any], wanted: Kind, at: Place) -> Kind:
    name = value[0] if value and isinstance(value[0], str) else ""
    special = _SPECIAL.get(name)
    if name != "literal" and _is_constant(value):
        raise wrong(at, "computes a constant: write its value", "tính ra hằng số: hãy ghi giá trị")
    if name in _OF_FEATURE and not at.feature:
        raise wrong(at, "may not depend on the feature", "không được phụ thuộc đối tượng")
    if special is not None:
        return special(value, wanted, at)
    signature = _SIGNATURES.get(name)
    if signature is None:
        shown = name[:40] or "…"
        raise wrong(at, f"uses {shown!r}, not known here", f"dùng {shown!r}, chưa được hỗ trợ")
    result, wants, repeats = signature
    given = value[1:]
    if len(given) != len(wants) and not (repeats and 1 <= len(given) <= MOST_BRANCHES):
        raise _miscounted(at, name)
    for position, part in enumerate(given):
        check(part, wants[min(position, len(wants) - 1)], at.inside())
    return result


def _is_constant(value: Any, depth: int = 0) -> bool:
    """Return whether ``value`` depends on nothing: clients compute it at once, and may fail."""
    if not isinstance(value, list):
        return True
    parts: list[Any] = value
    if depth > DEEPEST or (parts and parts[0] in _VARYING):
        return False
    return all(_is_constant(part, depth + 1) for part in parts[1:])


def _miscounted(at: Place, name: str) -> InvalidStyle:
    return wrong(at, f"gives {name!r} a wrong number of parts", f"có {name!r} sai số thành phần")


def _get(value: Sequence[Any], wanted: Kind, at: Place) -> Kind:
    if len(value) != 2 or not isinstance(value[1], str):
        raise _miscounted(at, value[0])
    check_field(value[1], at)
    return Kind.ANY if value[0] == "get" else Kind.BOOLEAN


def check_field(name: str, at: Place) -> None:
    """Raise InvalidStyle unless the layer has a field ``name``."""
    if name not in at.fields:
        raise wrong(at, f"names no field: {name[:60]!r}", f"không có trường {name[:60]!r}")


def _zoom(value: Sequence[Any], wanted: Kind, at: Place) -> Kind:
    said = "uses the zoom elsewhere than outermost, in step or interpolate"
    raise wrong(at, said, "chỉ được dùng zoom ở ngoài cùng, trong step hoặc interpolate")


def _list(value: Sequence[Any], wanted: Kind, at: Place) -> Kind:
    if len(value) != 2 or not _is_plain_list(value[1]):
        raise wrong(at, "holds no plain list", "không phải danh sách giá trị đơn giản")
    return Kind.LIST


def _is_plain_list(value: Any) -> bool:
    if not isinstance(value, list) or len(value) > MOST_BRANCHES:
        return False
    return len({_literal(one, Kind.ANY) for one in value}) <= 1 and all(
        isinstance(one, str | int | float) for one in value
    )


def _match(value: Sequence[Any], wanted: Kind, at: Place) -> Kind:
    if len(value) < 5 or len(value) % 2 == 0 or len(value) > 2 * MOST_BRANCHES:
        raise _miscounted(at, "match")
    listed = [one if isinstance(one, list) else [one] for one in value[2:-1:2]]
    labels = [label for one in listed for label in one]
    texts = all(isinstance(label, str) for label in labels)
    whole = all(type(label) is int and abs(label) < _EXACT for label in labels)
    if not (texts or whole) or not all(listed) or len(set(labels)) < len(labels):
        said = "must match texts, or whole numbers, each one once"
        raise wrong(at, said, "chỉ được so với chữ hoặc với số nguyên, mỗi giá trị một lần")
    check(value[1], Kind.STRING if texts else Kind.NUMBER, at.inside())
    return _same([*value[3:-1:2], value[-1]], wanted, at)


def _same(outputs: Sequence[Any], wanted: Kind, at: Place) -> Kind:
    """Return what all of ``outputs`` give."""
    kinds = {check(one, wanted, at.inside()) for one in outputs} - {Kind.ANY}
    if len(kinds) > 1:
        raise wrong(at, "gives values of several kinds", "cho giá trị thuộc nhiều kiểu")
    return kinds.pop() if kinds else Kind.ANY


def _case(value: Sequence[Any], wanted: Kind, at: Place) -> Kind:
    if len(value) < 4 or len(value) % 2 or len(value) > 2 * MOST_BRANCHES:
        raise _miscounted(at, "case")
    for condition in value[1:-1:2]:
        check(condition, Kind.BOOLEAN, at.inside())
    return _same([*value[2:-1:2], value[-1]], wanted, at)


def _coalesce(value: Sequence[Any], wanted: Kind, at: Place) -> Kind:
    if not 2 <= len(value) <= MOST_BRANCHES:
        raise _miscounted(at, "coalesce")
    return _same(value[1:], wanted, at)


def _step(value: Sequence[Any], wanted: Kind, at: Place) -> Kind:
    if len(value) < 5 or len(value) % 2 == 0:
        raise _miscounted(at, "step")
    _check_input(value[1], at)
    _check_stops(value[3::2], at)
    return _same([value[2], *value[4::2]], wanted, at)


def _interpolate(value: Sequence[Any], wanted: Kind, at: Place) -> Kind:
    if len(value) < 5 or len(value) % 2 == 0:
        raise _miscounted(at, "interpolate")
    if not at.interpolated or wanted not in (Kind.NUMBER, Kind.COLOUR):
        raise wrong(at, "cannot be interpolated", "không nội suy được")
    curve = value[1]
    known = curve == ["linear"] or (
        isinstance(curve, list) and len(curve) == 2 and curve[0] == "exponential"
    )
    if not known or not all(_literal(one, Kind.NUMBER) is Kind.NUMBER for one in curve[1:]):
        raise wrong(at, "interpolates by no known curve", "nội suy theo đường cong không rõ")
    _check_input(value[2], at)
    _check_stops(value[3::2], at)
    return _same(value[4::2], wanted, at)


def _check_input(given: Any, at: Place) -> None:
    if given == ["zoom"]:
        if not at.zoom:
            _zoom(given, Kind.NUMBER, at)
        return
    check(given, Kind.NUMBER, at.inside())


def _check_stops(stops: Sequence[Any], at: Place) -> None:
    numbers = all(_literal(stop, Kind.NUMBER) is Kind.NUMBER for stop in stops)
    if not numbers or len(stops) > MOST_BRANCHES or list(stops) != sorted(set(stops)):
        raise wrong(at, "needs stops that ascend", "cần các mốc tăng dần")


def _compare(value: Sequence[Any], wanted: Kind, at: Place) -> Kind:
    if len(value) != 3:
        raise _miscounted(at, value[0])
    kinds = [check(one, Kind.ANY, at.inside()) for one in value[1:]]
    both = set(kinds) - {Kind.ANY}
    ordered = value[0] in _ORDERED
    if len(both) > 1 or both - _comparable(ordered) or not any(map(_is_list, value[1:])):
        raise wrong(at, "compares what cannot be compared", "so sánh những giá trị không so được")
    return Kind.BOOLEAN


def _comparable(ordered: bool) -> set[Kind]:
    plain = {Kind.NUMBER, Kind.STRING}
    return plain if ordered else plain | {Kind.BOOLEAN, Kind.NULL}


def _is_list(part: Any) -> bool:
    return isinstance(part, list)


def _in(value: Sequence[Any], wanted: Kind, at: Place) -> Kind:
    if len(value) != 3 or not _is_list(value[1]):
        raise _miscounted(at, "in")
    check(value[1], Kind.ANY, at.inside())
    check(value[2], Kind.LIST, at.inside())
    return Kind.BOOLEAN


_SPECIAL: Final = {
    "get": _get,
    "has": _get,
    "zoom": _zoom,
    "literal": _list,
    "match": _match,
    "case": _case,
    "coalesce": _coalesce,
    "step": _step,
    "interpolate": _interpolate,
    "in": _in,
    **dict.fromkeys(("==", "!=", *_ORDERED), _compare),
}
