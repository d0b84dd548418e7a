"""The findings of an upload as a file: GeoJSON for maps, CSV for spreadsheets, line by line."""

import csv
import io
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Final

import shapely

from conversion.findings.finding import Finding
from conversion.findings.of_reader import SENTENCES
from conversion.findings.places import Place
from conversion.findings.rules import RULES

type Pages = AsyncIterator[Sequence[Place]]
type Writer = Callable[[Sequence[Finding], Pages], AsyncGenerator[str]]

_DETAILS: Final = ("field", "value", "reason", "area_m2", "area_before_m2", "area_after_m2")
_HEAD: Final = (
    *("code", "severity", "count", "vi", "en", "row", "other_row"),
    *(*_DETAILS, "lon", "lat", "more"),
)
_OTHER: Final = ("same_as", "other", "beside")

# Excel, LibreOffice and Google Sheets compute a cell that begins with one of these.
_STARTS: Final = "=+-@\t\r＝＋－＠"
_NUMBER: Final = re.compile(r"[+-]?(\d+([.,]\d+)?|\.\d+)([eE][+-]?\d+)?")


async def geojson(findings: Sequence[Finding], pages: Pages) -> AsyncGenerator[str]:
    """Yield a FeatureCollection (RFC 7946) of the places; ``findings`` has what they sum up to."""
    said = json.dumps([one.as_dict() for one in findings], ensure_ascii=False)
    yield f'{{"type":"FeatureCollection","findings":{said},"features":['
    severities = {one.code: one.severity.value for one in findings}
    comma = "\n"
    async for page in pages:
        features = [json.dumps(feature(one, severities), ensure_ascii=False) for one in page]
        if features:
            yield comma + ",\n".join(features)
            comma = ",\n"
    yield "\n]}\n"


def feature(place: Place, severities: Mapping[str, str]) -> dict[str, Any]:
    """Return one place as a GeoJSON feature; its row is a property, since it may have several."""
    return {
        "type": "Feature",
        "id": place.seq,
        "geometry": place.geometry,
        "properties": {
            "code": place.code,
            "severity": severities.get(place.code, ""),
            **meaning(place.code),
            "row": place.feature_id,
            **place.detail,
        },
    }


def meaning(code: str) -> dict[str, str]:
    """Return what is wrong with one feature, in both languages."""
    rule = RULES.get(code) or SENTENCES.get(code)
    if rule is None or not rule.title:
        return {"vi": code, "en": code}
    return {"vi": rule.title_vi, "en": rule.title}


async def sheet(findings: Sequence[Finding], pages: Pages) -> AsyncGenerator[str]:
    """Yield CSV in UTF-8 with a mark: first one line a finding with its count, then the places.

    Text that a spreadsheet would run gets ``'`` in front (OWASP, CSV Injection).
    """
    yield "\ufeff" + _lines([dict(zip(_HEAD, _HEAD, strict=True))])
    yield _lines([_summary(one) for one in findings])
    severities = {one.code: one.severity.value for one in findings}
    async for page in pages:
        yield _lines([_row(one, severities) for one in page])


def _summary(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "count": finding.count or "",
        "vi": _advised(finding.vi, finding.advice_vi),
        "en": _advised(finding.message, finding.advice),
        "field": finding.where,
    }


def _advised(said: str, advice: str) -> str:
    return f"{said}; {advice}" if advice else said


def _row(place: Place, severities: Mapping[str, str]) -> dict[str, Any]:
    lon, lat = _point(place)
    others = [place.detail[name] for name in _OTHER if name in place.detail]
    known = {name: place.detail[name] for name in _DETAILS if name in place.detail}
    more = {k: v for k, v in place.detail.items() if k not in known and k not in _OTHER}
    return {
        "code": place.code,
        "severity": severities.get(place.code, ""),
        **meaning(place.code),
        "row": place.feature_id,
        "other_row": " ".join(_rows(one) for one in others),
        **known,
        "lon": lon,
        "lat": lat,
        "more": json.dumps(more, ensure_ascii=False) if more else "",
    }


def _rows(said: Any) -> str:
    return " ".join(map(str, said)) if isinstance(said, list) else str(said)  # pyright: ignore[reportUnknownArgumentType]  JSON of the database


def _point(place: Place) -> tuple[float | str, float | str]:
    """Return a point in the place (longitude, latitude), blank where there is none."""
    if place.geometry is None:
        return "", ""
    inside = shapely.point_on_surface(shapely.from_geojson(json.dumps(place.geometry)))
    return round(float(shapely.get_x(inside)), 7), round(float(shapely.get_y(inside)), 7)


def _lines(rows: Sequence[Mapping[str, Any]]) -> str:
    target = io.StringIO()
    writer = csv.DictWriter(target, _HEAD, restval="")
    writer.writerows({name: guarded(value) for name, value in row.items()} for row in rows)
    return target.getvalue()


def guarded(value: Any) -> Any:
    """Return a cell that no spreadsheet computes; numbers stay numbers.

    >>> guarded("=1+1"), guarded("-5,2"), guarded("- đất ở"), guarded(3)
    ("'=1+1", '-5,2', "'- đất ở", 3)
    """
    if not isinstance(value, str) or value[:1] not in _STARTS or not value:
        return value
    return value if _NUMBER.fullmatch(value) else f"'{value}"


WRITERS: Final[Mapping[str, tuple[Writer, str]]] = {
    ".geojson": (geojson, "application/geo+json"),
    ".csv": (sheet, "text/csv; charset=utf-8"),
}
"""By extension: what writes the file, and its media type."""
