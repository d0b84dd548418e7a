"""What is to be said of a drawing: gaps, texts without a polygon, entities left aside."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from conversion.cad_bind import Bound, Row
from conversion.cad_drawing import Drawing
from conversion.cad_outlines import Outlines
from conversion.cad_roles import Role, number
from conversion.encoding import decode, detect
from conversion.reading import Note

_SHOWN: Final = 5
_MAX_HINTS: Final = 40
_CURVES: Final = frozenset({"arc", "circle", "ellipse", "spline", "curve", "bspline_curve"})
_TITLE = re.compile(r"kinh tuy|vn[ -]?2000|hn[ -]?72|utm|wgs|múi|tỷ lệ|tỉ lệ|hệ tọa|hệ toạ", re.I)


def of_drawing(drawing: Drawing) -> Iterator[Note]:
    """Say what holds for all layers: what was left aside, how curves were drawn."""
    yield from drawing.notes
    if drawing.skipped:
        values = {"count": drawing.skipped.total(), "kinds": _counted(drawing.skipped)}
        yield Note("cad_skipped_entities", values=values)
    curves = sum(one.kind in _CURVES for one in drawing.entities)
    if curves:
        yield Note("cad_curves", values={"count": curves})


def of_lines(found: Sequence[Outlines]) -> Iterator[Note]:
    """Say where line-work was joined, and where it stays open; places in drawing units."""
    for one in found:
        closed = one.closed
        if one.too_large:
            yield Note("cad_not_joined", one.layer)
        if closed.joined:
            values = {"ends": closed.joined, "farthest": f"{closed.farthest:.3f}"}
            yield Note("cad_joined", one.layer, values)
        if closed.gaps:
            places = [f"{gap.x:.2f} {gap.y:.2f} ({gap.length:.2f})" for gap in closed.gaps]
            longest = f"{closed.gaps[0].length:.2f}"
            values = {"count": len(closed.gaps), "longest": longest, "places": _some(places)}
            yield Note("cad_gaps", one.layer, values)
        if closed.loose:
            yield Note("cad_unclosed", one.layer, {"ends": closed.loose})
        if closed.slivers:
            yield Note("cad_slivers", one.layer, {"count": closed.slivers})


def of_bound(bound: Bound, rows: Sequence[Row], *, metres: bool) -> Iterator[Note]:
    """Say which texts and polygons found no partner, and which areas differ from what is drawn."""
    if bound.free:
        texts = [
            f"{_written(label.pieces[0].value)} ({label.at.x:.2f} {label.at.y:.2f})"
            for label in bound.free
            if label.pieces
        ]
        yield Note("cad_unbound_texts", values={"count": len(bound.free), "places": _some(texts)})
    empty = [one.polygon.representative_point() for one in bound.parcels if not one.labels]
    if empty:
        places = [f"{at.x:.2f} {at.y:.2f}" for at in empty]
        yield Note("cad_unbound_polygons", values={"count": len(empty), "places": _some(places)})
    several = sum(len(row.values.get(Role.NUMBER, [])) > 1 for row in rows)
    if several:
        yield Note("cad_several_numbers", values={"count": several})
    if metres:
        yield from _areas(rows)


def _areas(rows: Sequence[Row]) -> Iterator[Note]:
    worst, differing = 0.0, 0
    for row in rows:
        said = [number(one) for one in row.values.get(Role.AREA, [])]
        if len(said) != 1 or said[0] is None:
            continue
        off = abs(said[0] - row.parcel.polygon.area)
        if off > max(0.01 * said[0], 1.0):
            worst, differing = max(worst, off), differing + 1
    if differing:
        yield Note("cad_area_differs", values={"count": differing, "worst": f"{worst:.1f}"})


def hints(drawing: Drawing) -> list[str]:
    """Return the texts that may name a reference system or a scale."""
    texts = list(dict.fromkeys(one.text for one in drawing.entities if len(one.text) > 3))
    encoding = detect(texts).encoding if texts else None
    words = (decode(text, encoding) if encoding else text for text in texts)
    return [word for word in words if _TITLE.search(word)][:_MAX_HINTS]


def _some(places: Iterable[str]) -> str:
    listed = list(places)
    rest = f"; … (+{len(listed) - _SHOWN})" if len(listed) > _SHOWN else ""
    return "; ".join(listed[:_SHOWN]) + rest


def _counted(kinds: Counter[str]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in kinds.most_common(8))


def _written(text: str) -> str:
    return text[:20].replace("\n", " ")
