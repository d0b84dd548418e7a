"""Files to send, and what they left behind."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from psycopg.rows import TupleRow

from gishue.core.db import transaction
from layers.services import Services

DATA = Path(__file__).parents[1] / "data"
LEGACY = DATA / "legacy"
UPLOAD = DATA / "upload"


def geojson(
    geometries: Sequence[Mapping[str, Any] | None], crs: Mapping[str, Any] | None = None
) -> bytes:
    """Return a FeatureCollection of these geometries, each with a name and a number."""
    features = [
        {
            "type": "Feature",
            "properties": {"tên": f"Điểm {number}", "số": number},
            "geometry": geometry,
        }
        for number, geometry in enumerate(geometries)
    ]
    body: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs is not None:
        body["crs"] = crs
    return json.dumps(body).encode()


def points(count: int, lon: float = 107.58, lat: float = 16.46) -> list[dict[str, Any]]:
    """Return points side by side in Huế (longitude, latitude)."""
    return [{"type": "Point", "coordinates": [lon + n * 1e-4, lat]} for n in range(count)]


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def parts(folder: Path, stem: str, *suffixes: str) -> dict[str, bytes]:
    """Return the parts of a shapefile by name."""
    return {stem + suffix: (folder / f"{stem}{suffix}").read_bytes() for suffix in suffixes}


async def rows(services: Services, query: Any, values: Sequence[Any] = ()) -> list[TupleRow]:
    """Return the rows of a query."""
    async with transaction(services.pool) as conn:
        return await (await conn.execute(query, values)).fetchall()


async def tables_left(services: Services) -> list[str]:
    """Return the tables of layers and of uploads under way."""
    found = await rows(
        services,
        "SELECT schemaname || '.' || tablename FROM pg_tables"
        " WHERE schemaname IN ('data', 'staging') ORDER BY 1",
    )
    return [str(row[0]) for row in found]


def files_left(services: Services) -> list[str]:
    """Return what stands in the folder of files under work."""
    return [path.name for path in services.blobs.scratch.iterdir()]
