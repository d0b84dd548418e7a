"""Where the findings of an upload lie: one place a feature and finding, kept up to a limit a code.

The only module that runs ``conversion/sql/finding_place.sql``; ``conversion.findings.checks`` adds
places straight from the staged table.
"""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import shapely
from psycopg.sql import SQL, Identifier
from shapely.geometry.base import BaseGeometry

from conversion.findings.of_reader import SENTENCES
from conversion.findings.rules import RULES
from conversion.findings.sightings import Sighting, Sightings
from conversion.upload import UploadId
from gishue.core.crs import to_wgs84
from gishue.core.db import Connection, Pool, transaction
from gishue.core.sql import load
from layers.fields import Field

_SQL = load("conversion", "finding_place")

_PAGE: Final = 1_000
_KNOWN: Final = RULES.keys() | SENTENCES.keys()


@dataclass(frozen=True, slots=True)
class Place:
    """One feature that a finding concerns.

    ``feature_id``: its row in the file, from 1, which is its id in the staged table. ``detail``:
    what was seen there, by name; ``field`` names the field. ``geometry``: GeoJSON in EPSG:4326,
    longitude first, None where the feature has no place. ``seq`` orders the places of an upload.
    """

    code: str
    feature_id: int | None
    detail: Mapping[str, Any]
    geometry: Mapping[str, Any] | None = None
    seq: int = 0


def of_sightings(seen: Sightings, fields: Sequence[Field], srid: int) -> list[Place]:
    """Return the places of what single features showed; ``srid`` is the storage CRS."""
    there = to_wgs84(srid)
    places: list[Place] = []
    for one in seen.kept:
        if one.code not in _KNOWN or not 0 <= one.column <= len(fields):
            continue
        point = None
        if one.x is not None and one.y is not None:
            lon, lat = there.transform(one.x, one.y)
            point = _point(lon, lat)
        places.append(Place(one.code, one.row or None, _detail(one, fields), point))
    return places


def _detail(one: Sighting, fields: Sequence[Field]) -> dict[str, Any]:
    named = {"field": fields[one.column - 1].name} if one.column else {}
    return {**named, **one.detail}


def _point(lon: float, lat: float) -> dict[str, Any] | None:
    is_there = abs(lon) <= 180 and abs(lat) <= 90
    return {"type": "Point", "coordinates": [lon, lat]} if is_there else None


async def clear(conn: Connection, upload_id: UploadId) -> None:
    """Forget the places of an upload: it is being checked again."""
    await conn.execute(_SQL["clear"], {"upload_id": upload_id})


async def keep(conn: Connection, upload_id: UploadId, places: Sequence[Place]) -> None:
    """Store places."""
    if not places:
        return
    async with conn.cursor().copy(_SQL["copy_in"]) as copy:
        for one in places:
            geometry = None if one.geometry is None else _ewkb(one.geometry)
            detail = json.dumps(one.detail, ensure_ascii=False)
            await copy.write_row((upload_id, one.code, one.feature_id, detail, geometry))


def _ewkb(geometry: Mapping[str, Any]) -> str:
    shape: BaseGeometry = shapely.from_geojson(json.dumps(geometry))
    return str(shapely.to_wkb(shapely.set_srid(shape, 4326), hex=True, include_srid=True))


async def locate(conn: Connection, upload_id: UploadId, table: Identifier) -> None:
    """Give places without a geometry a point of their feature in the staged ``table``."""
    await conn.execute(SQL(_SQL["locate"]).format(table=table), {"upload_id": upload_id})


async def page(
    conn: Connection, upload_id: UploadId, *, code: str | None = None, after: int = 0, limit: int
) -> list[Place]:
    """Return the next places of an upload after ``after``, of one code or of all."""
    values = {"upload_id": upload_id, "code": code, "after": after, "limit": limit}
    rows = await (await conn.execute(_SQL["page"], values)).fetchall()
    return [Place(row[1], row[2], row[3], row[4] and json.loads(row[4]), row[0]) for row in rows]


async def pages(
    pool: Pool, upload_id: UploadId, code: str | None = None
) -> AsyncGenerator[list[Place]]:
    """Yield the places of an upload; no connection is held while a slow reader takes its time."""
    after = 0
    while True:
        async with transaction(pool) as conn:
            found = await page(conn, upload_id, code=code, after=after, limit=_PAGE)
        if not found:
            return
        yield found
        after = found[-1].seq


async def sketch(conn: Connection, upload_id: UploadId, limit: int) -> list[Place]:
    """Return at most ``limit`` drawn places of each code."""
    values = {"upload_id": upload_id, "limit": limit}
    rows = await (await conn.execute(_SQL["sketch"], values)).fetchall()
    return [Place(row[1], row[2], row[3], json.loads(row[4]), row[0]) for row in rows]


async def counts_by_revision(conn: Connection, slug: str) -> dict[int, dict[str, int]]:
    """Return, for each revision of a layer that came from a file, its findings' counts by code."""
    found: dict[int, dict[str, int]] = {}
    cur = await conn.execute(_SQL["by_revision"], {"layer": slug})
    for revision, code, count in await cur.fetchall():
        found.setdefault(int(revision), {})[str(code)] = int(count)
    return found
