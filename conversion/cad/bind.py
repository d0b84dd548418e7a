"""Texts bound to the polygons they stand in: parcel numbers, areas and land use to parcels.

Texts of one CAD layer are bound to the outlines of one CAD layer, the one that gives most polygons
a text: a number inside a house still is the number of the parcel around it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import Point, Polygon

from conversion.cad.drawing import PAPER, Entity
from conversion.cad.outlines import Outlines
from conversion.cad.roles import Piece, Role, number, pieces, role_of_name

_PART: Final = 0.2
"""A layer of outlines belongs to the composed layer from this part of the best one's score on."""

_AGREES: Final = 0.05
"""A written area is the polygon's when it differs by no more than this, or by a square metre."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text, or a block's values, at its place."""

    at: Point
    layer: str
    pieces: tuple[Piece, ...]
    attributes: Mapping[str, str]


@dataclass(slots=True)
class Parcel:
    """A polygon of CAD layer ``layer`` with the labels that stand in it."""

    layer: str
    polygon: Polygon
    labels: list[Label] = field(default_factory=list[Label])


@dataclass(slots=True)
class Bound:
    """Polygons with their labels, and the labels without a polygon."""

    parcels: list[Parcel]
    free: list[Label]

    @property
    def texts(self) -> int:
        """How many labels the drawing has."""
        return len(self.free) + sum(len(one.labels) for one in self.parcels)

    @property
    def is_told(self) -> bool:
        """Whether half of the labels, and half of the polygons, found each other."""
        labelled = sum(1 for one in self.parcels if one.labels)
        return (
            bool(labelled)
            and 2 * len(self.free) <= self.texts
            and (2 * labelled >= len(self.parcels))
        )


def labels(entities: Sequence[Entity]) -> list[Label]:
    """Return the texts and the blocks with values of the model."""
    return [
        Label(one.geometry, one.layer, tuple(pieces(one.text)) if one.text else (), one.attributes)
        for one in entities
        if isinstance(one.geometry, Point)
        and one.layer != PAPER
        and not one.symbol
        and (one.text.strip() or (one.attributes and one.kind == "insert"))
    ]


def bind(found: Sequence[Outlines], texts: Sequence[Label]) -> Bound:
    """Return the polygons with the labels that stand in them.

    Only layers of outlines that labels chose are part of it; all of them where none did.
    """
    by_layer: dict[str, list[Label]] = defaultdict(list)
    for one in texts:
        by_layer[one.layer].append(one)
    held = {name: _chosen(found, some) for name, some in by_layer.items()}
    scores: dict[int, int] = defaultdict(int)
    for which, inside in held.values():
        scores[which] = max(scores[which], len(set(inside) - {-1}))
    best = max(scores.values(), default=0)
    taken = {at for at, score in scores.items() if best and score >= _PART * best}
    taken = taken or set(range(len(found)))
    parcels = {at: [Parcel(found[at].layer, p) for p in found[at].polygons] for at in sorted(taken)}
    free: list[Label] = []
    for name, some in by_layer.items():
        which, inside = held[name]
        for one, at in zip(some, inside, strict=True):
            if at < 0 or which not in parcels:
                free.append(one)
            else:
                parcels[which][at].labels.append(one)
    return Bound([one for some in parcels.values() for one in some], free)


def _chosen(found: Sequence[Outlines], some: Sequence[Label]) -> tuple[int, list[int]]:
    """Return which outlines these labels belong to, and the polygon each stands in, or -1."""
    tried = [(at, _inside(one.polygons, some)) for at, one in enumerate(found) if one.polygons]
    if not tried:
        return -1, [-1] * len(some)
    return max(tried, key=lambda one: (len(set(one[1])), sum(at >= 0 for at in one[1])))


def _inside(polygons: Sequence[Polygon], some: Sequence[Label]) -> list[int]:
    """Return the smallest polygon around each label, or -1."""
    shapes = np.array(polygons, object)
    sound = np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes))
    points = np.array([one.at for one in some], object)
    which, around = STRtree(sound).query(points, predicate="intersects")
    areas = shapely.area(shapes)
    result = np.full(len(some), -1)
    for at in np.argsort(-areas[around], kind="stable").tolist():
        result[which[at]] = around[at]
    return result.tolist()


@dataclass(slots=True)
class Row:
    """What the composed layer says of one polygon: values by field, several of one role as one."""

    parcel: Parcel
    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def rows(bound: Bound, *, metres: bool) -> list[Row]:
    """Return each polygon with its values by field.

    A text is taken for a parcel's number or area where its layer shows that it is: areas that
    agree with the polygons', land-use codes, or the layer's name. Elsewhere it is just a text.
    """
    known = _known_roles(bound, metres=metres)
    result = [_row(one, known) for one in bound.parcels]
    sheets = {p.value for one in bound.free for p in one.pieces if p.role is Role.SHEET}
    if len(sheets) == 1 and any(roles - {Role.OTHER} for roles in known.values()):
        for one in result:
            one.values.setdefault(Role.SHEET, [*sheets])
    return result


def _row(parcel: Parcel, known: Mapping[str, set[Role]]) -> Row:
    row = Row(parcel)
    told = [(piece, known[one.layer]) for one in _from_above(parcel.labels) for piece in one.pieces]
    whole = _whole_area([piece for piece, roles in told if Role.AREA in roles], parcel)
    for piece, roles in told:
        role = Role.AREA if piece is whole else piece.role
        row.values[role if role in roles else Role.OTHER].append(piece.value)
    for label in parcel.labels:
        for tag, value in label.attributes.items():
            if value.strip():
                row.values[role_of_name(tag) or tag].append(value.strip())
    _one_area(row)
    return row


def _whole_area(some: Sequence[Piece], parcel: Parcel) -> Piece | None:
    """Return the whole number that is an area: of two numbers, the one that agrees with it."""
    numbers = [piece for piece in some if piece.role is Role.NUMBER]
    if len(numbers) < 2 or any(piece.role is Role.AREA for piece in some):
        return None
    return next((piece for piece in reversed(numbers) if _agrees(piece, parcel)), None)


def _one_area(row: Row) -> None:
    """Keep an area that is one number; several, or what is none, stay as text."""
    said = row.values.get(Role.AREA, [])
    if len(said) > 1 or (said and number(said[0]) is None):
        row.values[Role.OTHER] += row.values.pop(Role.AREA)


def _from_above(some: Sequence[Label]) -> list[Label]:
    """Return labels in reading order: in a parcel's label the number stands over the area."""
    return sorted(some, key=lambda one: (-one.at.y, one.at.x))


def _known_roles(bound: Bound, *, metres: bool) -> dict[str, set[Role]]:
    """Return for each layer of texts the roles that its texts have."""
    areas: dict[str, list[bool]] = defaultdict(list)
    coded: set[str] = set()
    names = {label.layer for one in bound.parcels for label in one.labels}
    for one in bound.parcels:
        held: dict[str, list[Piece]] = defaultdict(list)
        for label in one.labels:
            held[label.layer] += label.pieces
        for layer, some in held.items():
            if any(piece.role is Role.LAND_USE for piece in some):
                coded.add(layer)
            if metres:
                areas[layer] += _tells_area(some, one)
    agreed = {name for name, told in areas.items() if told and 2 * sum(told) >= len(told)}
    cadastral = bool(agreed or coded)
    return {name: _roles(name, name in agreed, cadastral=cadastral) for name in names}


def _tells_area(some: Sequence[Piece], parcel: Parcel) -> list[bool]:
    """Return whether the texts of one layer in a parcel hold its area; nothing where none may."""
    decimals = [piece for piece in some if piece.role is Role.AREA]
    if decimals:
        return [_agrees(piece, parcel) for piece in decimals]
    numbers = [piece for piece in some if piece.role is Role.NUMBER]
    return [any(_agrees(piece, parcel) for piece in numbers)] if len(numbers) > 1 else []


def _roles(layer: str, agreed: bool, *, cadastral: bool) -> set[Role]:
    named = role_of_name(layer)
    roles = {Role.LAND_USE, Role.SHEET, Role.NUMBER} if cadastral else set[Role]()
    if agreed:
        roles.add(Role.AREA)
    return roles | ({named} if named is not None else set()) | {Role.OTHER}


def _agrees(piece: Piece, parcel: Parcel) -> bool:
    said, drawn = number(piece.value), parcel.polygon.area
    return said is not None and said > 0 and abs(said - drawn) <= max(_AGREES * drawn, 1.0)
