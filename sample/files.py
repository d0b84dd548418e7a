"""Files as departments send them: deterministic writers, each with its own quirk.

Equal tables give equal bytes: dates inside GeoPackage, DBF and ZIP are fixed.
"""

import json
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio import raw

from sample.frame import moved
from sample.table import Column, Table, table
from sample.tcvn3 import encode

WRITTEN_ON = "2026-01-01"
_ESRI_SPHEROID = (
    'GEOGCS["GCS_VN_2000",DATUM["D_Vietnam_2000",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
PLAIN_PRJ = (
    f'PROJCS["VN_2000_TM_3_107_00",{_ESRI_SPHEROID},PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],'
    'PARAMETER["Central_Meridian",107.0],PARAMETER["Scale_Factor",0.9999],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
"""What an ESRI desktop writes: no authority, no TOWGS84; read blindly it is 225 m off."""


def in_crs(made: Table, srid: int) -> Table:
    """Return ``made`` with its geometries in EPSG ``srid``."""
    shapes = shapely.transform(made.shapes, lambda coords: moved(coords, made.srid, srid))
    return Table(shapes, made.columns, srid)


def geopackage(path: Path, made: Table, name: str) -> None:
    """Write ``made`` as layer ``name`` of a new GeoPackage, in the CRS it has."""
    _write(path, made, driver="GPKG", layer=name, layer_options={"SPATIAL_INDEX": "NO"})


def geojson(path: Path, made: Table, *, decomposed: bool = False) -> None:
    """Write ``made`` as GeoJSON; ``decomposed`` leaves its text in NFD, as some editors do.

    A CRS other than WGS 84 is declared in the old ``crs`` member, as QGIS and GDAL still do.
    """
    digits = 7 if made.srid == 4326 else 3
    geometries = shapely.to_geojson(shapely.set_precision(made.shapes, 10.0**-digits))
    rows = zip(*(_plain(values) for values in made.columns.values()), strict=True)
    form = "NFD" if decomposed else "NFC"
    features = [
        {
            "type": "Feature",
            "properties": {
                name: unicodedata.normalize(form, value) if isinstance(value, str) else value
                for name, value in zip(made.columns, row, strict=True)
            },
            "geometry": json.loads(geometry),
        }
        for geometry, row in zip(geometries, rows, strict=True)
    ]
    document: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if made.srid != 4326:
        urn = f"urn:ogc:def:crs:EPSG::{made.srid}"
        document["crs"] = {"type": "name", "properties": {"name": urn}}
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def shapefile_zip(path: Path, made: Table, name: str, *, prj: str | None = "declared") -> None:
    """Write ``made`` as a UTF-8 shapefile in a ZIP.

    ``prj`` is "declared" for GDAL's own text, None for no .prj at all, else the text to write.
    """
    with tempfile.TemporaryDirectory() as folder:
        _shapefile(Path(folder), made, name, "UTF-8")
        _set_prj(Path(folder) / f"{name}.prj", prj)
        _zip(path, Path(folder))


def tcvn3_shapefile_zip(path: Path, made: Table, name: str, *, prj: str | None = None) -> None:
    """Write ``made`` with TCVN3 text and no .cpg, as the old cadastral programs left it."""
    columns = {
        field: np.array([encode(value).decode("latin-1") for value in values], dtype=object)
        if values.dtype == object
        else values
        for field, values in made.columns.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        _shapefile(Path(folder), Table(made.shapes, columns, made.srid), name, "ISO-8859-1")
        (Path(folder) / f"{name}.cpg").unlink(missing_ok=True)
        _forget_language(Path(folder) / f"{name}.dbf")
        _set_prj(Path(folder) / f"{name}.prj", prj)
        _zip(path, Path(folder))


def from_features(rows: list[Mapping[str, Any]], shapes: list[Any]) -> Table:
    """Return real features (attributes, geometries in EPSG:4326) as a table."""
    columns = {name: [row.get(name) for row in rows] for name in rows[0]}
    made = table(shapes, **{name: _column(values) for name, values in columns.items()})
    return Table(made.shapes, made.columns, 4326)


def _column(values: list[Any]) -> Column:
    known = [value for value in values if value is not None]
    if any(isinstance(value, str) for value in known):
        return np.array(values, dtype=object)
    return np.array([np.nan if value is None else value for value in values])


def _plain(values: Column) -> list[Any]:
    if values.dtype.kind == "M":
        return [f"{value}Z" for value in np.datetime_as_string(values, unit="s")]
    found: list[Any] = values.tolist()
    return [None if isinstance(value, float) and np.isnan(value) else value for value in found]


def _write(path: Path, made: Table, **options: Any) -> None:
    """Write through pyogrio; a layer with parts of several shapes is promoted to multi."""
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{WRITTEN_ON}T00:00:00.000Z"})
    shapes, kind = _promoted(made.shapes)
    times = {
        name: np.full(len(made), 100)  # 100 is GDAL's mark for UTC
        for name, values in made.columns.items()
        if values.dtype.kind == "M"
    }
    raw.write(
        path,
        shapely.to_wkb(shapes, flavor="iso"),
        list(made.columns.values()),
        list(made.columns),
        geometry_type=kind,
        crs=f"EPSG:{made.srid}",
        gdal_tz_offsets=times or None,
        **options,
    )


def _promoted(shapes: Column) -> tuple[Column, str]:
    names = ("Point", "LineString", "LinearRing", "Polygon")
    multi: dict[int, Callable[..., Any]] = {0: shapely.multipoints, 1: shapely.multilinestrings}
    multi[3] = shapely.multipolygons
    kinds = shapely.get_type_id(shapes)
    simple = {4: 0, 5: 1, 6: 3}.get(int(kinds.min()), int(kinds.min()))
    if (kinds == simple).all():
        return shapes, names[simple]
    lifted = shapes.copy()
    single = kinds == simple
    lifted[single] = multi[simple](shapes[single], indices=np.arange(single.sum()))
    return lifted, f"Multi{names[simple]}"


def _shapefile(folder: Path, made: Table, name: str, encoding: str) -> None:
    _write(
        folder / f"{name}.shp",
        made,
        driver="ESRI Shapefile",
        layer=name,
        encoding=encoding,
        layer_options={"DBF_DATE_LAST_UPDATE": WRITTEN_ON},
    )


def _set_prj(path: Path, prj: str | None) -> None:
    if prj is None:
        path.unlink(missing_ok=True)
    elif prj != "declared":
        path.write_text(prj, encoding="ascii")


def _forget_language(dbf: Path) -> None:
    """Clear the language byte: old programs never set it, and a wrong one misleads readers."""
    body = bytearray(dbf.read_bytes())
    body[29] = 0
    dbf.write_bytes(body)


def _zip(path: Path, folder: Path) -> None:
    stamp = (2026, 1, 1, 0, 0, 0)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(part.name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, part.read_bytes())
