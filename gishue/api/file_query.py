"""What a download may be asked: ``crs bbox bbox-crs filter filter-lang filter-crs as_of``."""

from collections.abc import Mapping
from typing import Final

from conversion.export.query import ExportQuery
from gishue.core.bounds import Bounds
from gishue.core.crs import AUTO, UnknownCrs, parse_crs
from gishue.core.errors import BadRequest
from layers.moment import read_time

PARAMETERS: Final = (
    "crs",
    "bbox",
    "bbox-crs",
    "filter",
    "filter-lang",
    "filter-crs",
    "as_of",
)
_CREDENTIAL: Final = "key"


def read_query(asked: Mapping[str, str]) -> ExportQuery:
    """Return the part of a layer that the parameters name.

    Raises:
        BadRequest: a parameter is not known, or cannot be read.
    """
    unknown = sorted(set(asked) - set(PARAMETERS) - {_CREDENTIAL})
    if unknown:
        known = ", ".join(PARAMETERS)
        raise BadRequest(
            f"parameter {unknown[0][:60]!r} is not known; there are {known}",
            vi=f"không có tham số {unknown[0][:60]!r}; các tham số: {known}",
        )
    plain = ExportQuery()
    return ExportQuery(
        srid=_srid(asked["crs"], "crs") if asked.get("crs") else None,
        bounds=Bounds.parse(asked["bbox"]) if asked.get("bbox") else None,
        bounds_srid=_srid(asked.get("bbox-crs") or plain.bounds_srid, "bbox-crs"),
        filter=asked.get("filter", ""),
        filter_lang=asked.get("filter-lang") or plain.filter_lang,
        filter_srid=_srid(asked.get("filter-crs") or plain.filter_srid, "filter-crs"),
        at=read_time(asked["as_of"]) if asked.get("as_of") else None,
    )


def _srid(text: str | int, name: str) -> int:
    try:
        srid = parse_crs(text)
    except UnknownCrs as error:
        raise BadRequest(f"{name}: {error.detail}", vi=f"{name}: {error.detail_vi}") from error
    if srid == AUTO:
        raise BadRequest(f"{name} names a system", vi=f"{name} phải là một hệ tọa độ")
    return srid
