"""Every format the platform knows, in one table: how it is recognised, read, written or refused.

``docs/reference/formats.md`` and the tests of formats are made from this table.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a file is."""

    GEOPACKAGE = "geopackage"
    GEOJSON = "geojson"
    GEOJSONSEQ = "geojsonseq"
    TOPOJSON = "topojson"
    SHAPEFILE = "shapefile"
    FLATGEOBUF = "flatgeobuf"
    KML = "kml"
    KMZ = "kmz"
    GML = "gml"
    GPX = "gpx"
    MAPINFO_TAB = "mapinfo-tab"
    MAPINFO_MIF = "mapinfo-mif"
    FILEGDB = "filegdb"
    SPATIALITE = "spatialite"
    PARQUET = "parquet"
    DXF = "dxf"
    DGN = "dgn"
    DGN8 = "dgn8"
    DWG = "dwg"
    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    GEOTIFF = "geotiff"
    ZIP = "zip"
    TAR = "tar"


@dataclass(frozen=True, slots=True)
class Format:
    """One format.

    ``driver``: the one GDAL driver its reader may have, empty where it needs none. ``reader``: the
    module that opens it inside the sandbox, empty for archives and rasters. ``suffix``: what its
    file is called there. ``parts``: further files that belong to it, by extension.
    """

    kind: Kind
    name: str
    extensions: tuple[str, ...]
    driver: str = ""
    reader: str = ""
    parts: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """The extension its file has inside the sandbox."""
        return self.extensions[0]


_GDAL: Final = "conversion.read_gdal"

FORMATS: Final[tuple[Format, ...]] = (
    Format(Kind.GEOPACKAGE, "GeoPackage", (".gpkg",), "GPKG", _GDAL),
    Format(Kind.GEOJSON, "GeoJSON", (".geojson", ".json"), "GeoJSON", _GDAL),
    Format(
        Kind.SHAPEFILE,
        "Shapefile",
        (".shp",),
        "ESRI Shapefile",
        _GDAL,
        (".shx", ".dbf", ".prj", ".cpg"),
    ),
    Format(Kind.GEOTIFF, "GeoTIFF", (".tif", ".tiff"), "GTiff"),
    Format(Kind.ZIP, "zip", (".zip",)),
)

BY_KIND: Final = {one.kind: one for one in FORMATS}
