"""What is to be said of a drawing: gaps, texts without a polygon, entities left aside."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from conversion.cad.bind import Bound, Row
from conversion.cad.drawing import Drawing
from conversion.cad.outlines import Outlines
from conversion.cad.roles import Role, number
from conversion.findings.sightings import Sighting
from conversion.reading import Note
from conversion.text.encoding import decode, detect

_SHOWN: Final = 4
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
    for code, some in _by_code(of_rows(bound, rows, metres=metres)).items():
        values: dict[str, str | int] = {"count": len(some)}
        values["places"] = _some(_place(one) for one in some)
        if code == "cad_area_differs":
            values["worst"] = f"{max(_off(one) for one in some):.1f}"
        yield Note(code, values=values)


def of_gaps(found: Sequence[Outlines]) -> Iterator[Sighting]:
    """Return the place of each gap."""
    for one in found:
        for gap in one.closed.gaps:
            detail = {"layer": one.layer, "width_m": round(gap.length, 3)}
            yield Sighting("cad_gaps", 0, 0, gap.x, gap.y, detail)


def of_rows(bound: Bound, rows: Sequence[Row], *, metres: bool) -> Iterator[Sighting]:
    """Return the place of each text without a polygon, and of each polygon with a fault."""
    for label in bound.free:
        said = _written(label.pieces[0].value) if label.pieces else ""
        detail = {"text": said, "layer": label.layer}
        yield Sighting("cad_unbound_texts", 0, 0, label.at.x, label.at.y, detail)
    for turn, row in enumerate(rows, start=1):
        for code, detail in _faults(row, metres=metres):
            at = row.parcel.polygon.representative_point()
            yield Sighting(code, turn, 0, at.x, at.y, detail)


def _faults(row: Row, *, metres: bool) -> Iterator[tuple[str, dict[str, str | int | float]]]:
    """Return what is wrong with one polygon, by code."""
    if not row.parcel.labels:
        yield "cad_unbound_polygons", {}
    numbers = row.values.get(Role.NUMBER, [])
    if len(numbers) > 1:
        yield "cad_several_numbers", {"numbers": "; ".join(numbers)}
    written = number(row.values[Role.AREA][0]) if row.values.get(Role.AREA) else None
    drawn = row.parcel.polygon.area
    if metres and written is not None and abs(written - drawn) > max(0.01 * written, 1.0):
        yield "cad_area_differs", {"written_m2": written, "drawn_m2": round(drawn, 2)}


def _by_code(found: Iterable[Sighting]) -> dict[str, list[Sighting]]:
    by_code: dict[str, list[Sighting]] = {}
    for one in found:
        by_code.setdefault(one.code, []).append(one)
    return by_code


def _off(one: Sighting) -> float:
    return abs(float(one.detail["written_m2"]) - float(one.detail["drawn_m2"]))


def _place(one: Sighting) -> str:
    at = f"{one.x:.2f} {one.y:.2f}"
    return f"{one.detail['text']} ({at})" if one.detail.get("text") else at


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
    return text[:24].replace("\n", " ")
