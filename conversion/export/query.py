"""Which part of a layer leaves, in which system, as it was when: said once, for every format."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.sql import SQL, Composed, Identifier, Literal

from conversion.export.formats import OutFormat, Systems
from gishue.core.bounds import Bounds
from gishue.core.crs import WGS84
from gishue.core.db import Connection
from gishue.core.errors import BadRequest
from layers import feature_store, filter, past, store, tables, veil
from layers.clip import DEGREES
from layers.feature_store import FeatureQuery
from layers.layer import Layer

_MERCATOR: Final = 3857
_POSTGIS: Final = {2044: 990044, 2045: 990045, 2093: 990093}
"""SRIDs whose own operation in PROJ is a ballpark, and ours that carry the datum shift."""


@dataclass(frozen=True, slots=True)
class ExportQuery:
    """A part of a layer; everything left out means all of it, as it is stored, now.

    ``srid``: the system of the file; ``bounds`` in ``bounds_srid``, x first; ``filter`` is CQL2 in
    ``filter_lang``, its coordinates in ``filter_srid``; ``at``: as readers saw it then.
    """

    srid: int | None = None
    bounds: Bounds | None = None
    bounds_srid: int = WGS84
    filter: str = ""
    filter_lang: str = "cql2-text"
    filter_srid: int = WGS84
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A query over what is there: the layer of then, where its rows stand, which and how moved."""

    layer: Layer
    srid: int
    source: Composed | Identifier
    where: Composed
    values: Mapping[str, Any]

    @property
    def geometry(self) -> Composed:
        """The geometry in ``srid``; PostGIS moves it, by the operation that every door uses."""
        if self.srid == self.layer.srid:
            return SQL("t.geom").format()
        return SQL("ST_Transform(t.geom, {})").format(Literal(_POSTGIS.get(self.srid, self.srid)))


async def part(conn: Connection, layer: Layer, out: OutFormat, query: ExportQuery) -> Part:
    """Return what ``query`` asks of ``layer``, seen through its view, for a file of ``out``.

    Raises:
        BadRequest: the filter or the system cannot be.
        NotKept: the rows of that time are not kept.
    """
    now = veil.as_before(await store.by_slug(conn, layer.slug), layer)
    source: Composed | Identifier = tables.table(now.table_name or "")
    if query.at is not None:
        then = await past.as_of(conn, now, query.at)
        now, source = then.layer, then.source
    chosen = None
    if query.filter:
        chosen = filter.of(now, query.filter, query.filter_lang, query.filter_srid)
    asked = FeatureQuery(bounds=query.bounds, bounds_srid=query.bounds_srid, filter=chosen)
    where, values = feature_store.predicate(now, asked)
    nothing = SQL("false").format()
    return Part(now, system(out, now, query.srid), source, where or nothing, values)


def system(out: OutFormat, layer: Layer, asked: int | None) -> int:
    """Return the SRID of the file.

    Raises:
        BadRequest: the format does not take the one asked for.
    """
    fixed = {Systems.LONLAT: WGS84, Systems.MERCATOR: _MERCATOR}.get(out.systems)
    if fixed is not None:
        if asked not in (None, fixed):
            raise BadRequest(
                f"{out.name} is always in EPSG:{fixed}; leave crs out, or take GeoPackage",
                vi=f"{out.name} luôn ở EPSG:{fixed}; hãy bỏ tham số crs hoặc chọn GeoPackage",
            )
        return fixed
    srid = layer.srid if asked is None else asked
    if out.systems is Systems.METRES and srid in DEGREES:
        raise BadRequest(
            f"{out.name} counts in millimetres: give a crs in metres, for example EPSG:9214",
            vi=f"{out.name} tính bằng milimét: hãy chọn hệ tọa độ mét, ví dụ crs=EPSG:9214",
        )
    return srid
