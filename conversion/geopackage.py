"""The program that writes a GeoPackage: rows on standard input as an Arrow stream.

The first column is the feature's id, the last its geometry (WKB) in the CRS of the layer.
"""

import sys
from pathlib import Path

import pyarrow as pa
import pyogrio

from layers.layer import GeometryType

_TYPES = {
    GeometryType.POINT: "Point",
    GeometryType.LINE: "MultiLineString",
    GeometryType.POLYGON: "MultiPolygon",
    GeometryType.MIXED: "Unknown",
}


def main(path: str, layer: str, crs: str, geometry_type: str) -> None:
    """Write the stream on standard input to ``path``."""
    reader = pa.ipc.open_stream(sys.stdin.buffer)
    pyogrio.write_arrow(
        reader,
        Path(path),
        layer=layer,
        driver="GPKG",
        crs=crs,
        geometry_name=reader.schema.names[-1],
        geometry_type=_TYPES[GeometryType(geometry_type)],
        layer_options={"FID": reader.schema.names[0], "GEOMETRY_NAME": "geom"},
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
