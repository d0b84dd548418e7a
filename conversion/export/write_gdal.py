"""Files that GDAL writes, each with exactly its driver; GDAL never moves a coordinate here."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from conversion import wkb
from conversion.export.crs import declared
from conversion.export.fit import Tally
from conversion.export.spec import Spec, Unwritable
from layers.layer import GeometryType

_TYPES: Final = {
    GeometryType.POINT: "Point",
    GeometryType.LINE: "MultiLineString",
    GeometryType.POLYGON: "MultiPolygon",
    GeometryType.MIXED: "Unknown",
}
_FAMILIES: Final = {
    "diem": (GeometryType.POINT, {wkb.POINT}, True),
    "nhom_diem": (GeometryType.MIXED, {wkb.MULTI_POINT}, False),
    "duong": (GeometryType.LINE, {wkb.LINE, wkb.MULTI_LINE}, False),
    "vung": (GeometryType.POLYGON, {wkb.POLYGON, wkb.MULTI_POLYGON}, False),
}
"""Shapefiles of a mixed layer: ending of the name, type, WKB types; features without a shape go
with the points."""
_FULL: Final = ("2GB file size limit", "maximum file size")
_PMTILES_DEEPEST: Final = 14


def write(spec: Spec, rows: pa.RecordBatchReader, tally: Tally) -> None:
    """Write ``rows`` to the file of ``spec``.

    Raises:
        Unwritable: the format cannot hold them.
    """
    if spec.format == "pmtiles" and spec.extent is None:
        raise Unwritable("nothing-there")
    try:
        if spec.format == "shp" and spec.geometry_type == GeometryType.MIXED:
            _families(spec, rows, tally)
        else:
            _file(spec, Path(spec.path), rows, GeometryType(spec.geometry_type))
    except (DataLayerError, DataSourceError) as error:
        full = spec.format == "shp" and any(sign in str(error) for sign in _FULL)
        raise Unwritable("beyond-2gb" if full else "not-written") from error


def _file(spec: Spec, path: Path, rows: pa.RecordBatchReader, shape: GeometryType) -> None:
    out = spec.out
    geometry = rows.schema.names[-1]
    if spec.format != "gpkg":
        rows = _without_id(rows)
    dataset, layer = _options(spec, rows.schema)
    is_collected = spec.format == "shp" and shape is GeometryType.MIXED
    pyogrio.write_arrow(
        rows,
        path,
        layer=spec.layer,
        driver=out.driver,
        crs=declared(spec.format, spec.srid),
        geometry_name=geometry,
        geometry_type="MultiPoint" if is_collected else _TYPES[shape],
        dataset_options=out.dataset_options | dataset,
        layer_options=out.layer_options | layer,
    )


def _options(spec: Spec, schema: pa.Schema) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what depends on the layer: options of the data source and of its layer."""
    if spec.format == "gpkg":
        return {}, {"FID": schema.names[0], "GEOMETRY_NAME": "geom", "IDENTIFIER": spec.title}
    if spec.format == "fgb":
        # With an index a single feature without a geometry fails the whole file.
        return {}, {"SPATIAL_INDEX": "NO" if spec.has_gaps else "YES", "TITLE": spec.title}
    if spec.format == "tab" and spec.extent:
        # MapInfo rounds to a 2³¹st of these bounds; the projection's own would give millimetres.
        room = 1e-5 if spec.is_geographic else 1.0
        xmin, ymin, xmax, ymax = spec.extent
        bounds = (xmin - room, ymin - room, xmax + room, ymax + room)
        return {}, {"BOUNDS": ",".join(f"{number:.9f}" for number in bounds)}
    if spec.format == "pmtiles":
        deepest = min(spec.maxzoom, _PMTILES_DEEPEST)
        zooms = {"MINZOOM": str(min(spec.minzoom, deepest)), "MAXZOOM": str(deepest)}
        # GDAL drops features from a tile that grows beyond these; better a large tile.
        unbounded = {"MAX_SIZE": "50000000", "MAX_FEATURES": "2000000"}
        return zooms | unbounded | {"NAME": spec.title}, {}
    return {}, {}


def _without_id(rows: pa.RecordBatchReader) -> pa.RecordBatchReader:
    names = rows.schema.names[1:]
    schema = pa.schema([rows.schema.field(position) for position in range(1, len(rows.schema))])
    return pa.RecordBatchReader.from_batches(schema, (batch.select(names) for batch in rows))


def _families(spec: Spec, rows: pa.RecordBatchReader, tally: Tally) -> None:
    """Write a mixed layer as one shapefile for each kind of shape that it has."""
    path = Path(spec.path)
    with tempfile.TemporaryFile(dir=path.parent) as spool:
        seen: set[int] = set()
        with pa.ipc.new_stream(spool, rows.schema) as stream:
            for batch in rows:
                seen |= set(wkb.Heads(batch.column(-1)).types.tolist())
                stream.write_batch(batch)
        for ending, (shape, kinds, with_none) in _FAMILIES.items():
            wanted = kinds | ({0} if with_none else set())
            if seen & wanted:
                spool.seek(0)
                part = _of_family(pa.ipc.open_stream(spool), wanted)
                _file(spec, path.with_name(f"{path.stem}_{ending}.shp"), part, shape)
        held = {0}.union(*(kinds for _, kinds, _ in _FAMILIES.values()))
        if seen - held:
            spool.seek(0)
            left = _of_family(pa.ipc.open_stream(spool), seen - held)
            tally["geometry-left-out"] = sum(batch.num_rows for batch in left)


def _of_family(rows: pa.RecordBatchReader, kinds: set[int]) -> pa.RecordBatchReader:
    def produced() -> Iterator[pa.RecordBatch]:
        for batch in rows:
            chosen = np.isin(wkb.Heads(batch.column(-1)).types, list(kinds))
            yield batch.filter(pa.array(chosen))

    return pa.RecordBatchReader.from_batches(rows.schema, produced())
