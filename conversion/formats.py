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
    file is called there. ``parts``: further files that belong to it, by extension; ``needed``:
    those of them without which nothing can be read. ``note``: what its owner should know.
    """

    kind: Kind
    name: str
    extensions: tuple[str, ...]
    driver: str = ""
    reader: str = ""
    parts: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    note: str = ""
    note_vi: str = ""

    @property
    def suffix(self) -> str:
        """The extension its file has inside the sandbox."""
        return self.extensions[0]


_GDAL: Final = "conversion.gdal.reader"
_PARQUET: Final = "conversion.read_parquet"
_CAD: Final = "conversion.cad.reader"
_TABLE: Final = "conversion.table.reader"
_DRAWN: Final = "split by CAD layer; texts and block attributes become fields"
_DRAWN_VI: Final = "tách theo lớp CAD; chữ và thuộc tính khối thành trường"
_PLACED: Final = "with columns of coordinates, degrees, WKT or addresses"
_PLACED_VI: Final = "có cột tọa độ, độ phút giây, WKT hoặc địa chỉ"

FORMATS: Final[tuple[Format, ...]] = (
    Format(
        Kind.GEOPACKAGE,
        "GeoPackage",
        (".gpkg",),
        "GPKG",
        _GDAL,
        note="true tables only; views and triggers are not run",
        note_vi="chỉ đọc bảng thật; không chạy view và trigger",
    ),
    Format(
        Kind.GEOJSON,
        "GeoJSON",
        (".geojson", ".json"),
        "GeoJSON",
        _GDAL,
        note="nested properties become text",
        note_vi="thuộc tính lồng nhau được giữ dạng văn bản",
    ),
    Format(
        Kind.GEOJSONSEQ,
        "GeoJSON-Seq",
        (".geojsonl", ".geojsons", ".ndjson", ".jsonl", ".geojsonseq"),
        "GeoJSONSeq",
        _GDAL,
        note="one feature a line; lines that cannot be read are counted",
        note_vi="mỗi dòng một đối tượng; dòng không đọc được sẽ được đếm và báo",
    ),
    Format(
        Kind.TOPOJSON,
        "TopoJSON",
        (".topojson",),
        "TopoJSON",
        _GDAL,
        note="up to 64 MB, and 20 million vertices once its arcs are followed",
        note_vi="tối đa 64 MB và 20 triệu đỉnh sau khi nối các cung",
    ),
    Format(
        Kind.SHAPEFILE,
        "Shapefile",
        (".shp",),
        "ESRI Shapefile",
        _GDAL,
        (".shx", ".dbf", ".prj", ".qpj", ".cpg"),
        note="send all parts in one zip; without .dbf there are no attributes, a missing .shx is "
        "made again",
        note_vi="nén mọi phần vào một tệp zip; thiếu .dbf thì không có thuộc tính, thiếu .shx thì "
        "được tạo lại",
    ),
    Format(Kind.FLATGEOBUF, "FlatGeobuf", (".fgb",), "FlatGeobuf", _GDAL),
    Format(
        Kind.KML,
        "KML",
        (".kml",),
        "LIBKML",
        _GDAL,
        note="a table in the description becomes fields",
        note_vi="bảng trong phần mô tả được tách thành các trường",
    ),
    Format(
        Kind.KMZ,
        "KMZ",
        (".kmz",),
        "LIBKML",
        _GDAL,
        note="the KML inside is read; its pictures are left aside",
        note_vi="đọc tệp KML bên trong; bỏ qua hình ảnh kèm theo",
    ),
    Format(
        Kind.GML,
        "GML",
        (".gml", ".xml"),
        "GML",
        _GDAL,
        (".xsd",),
        note="send the .xsd beside it where there is one",
        note_vi="gửi kèm tệp .xsd nếu có",
    ),
    Format(
        Kind.GPX,
        "GPX",
        (".gpx",),
        "GPX",
        _GDAL,
        note="waypoints, routes and tracks are layers",
        note_vi="điểm, tuyến và vết là các lớp riêng",
    ),
    Format(
        Kind.MAPINFO_TAB,
        "MapInfo TAB",
        (".tab",),
        "MapInfo File",
        _GDAL,
        (".dat", ".map", ".id", ".ind"),
        (".dat", ".map", ".id"),
        note="send .tab, .dat, .map and .id in one zip",
        note_vi="nén .tab, .dat, .map và .id vào một tệp zip",
    ),
    Format(
        Kind.MAPINFO_MIF,
        "MapInfo MIF/MID",
        (".mif",),
        "MapInfo File",
        _GDAL,
        (".mid",),
        note="send .mif and .mid in one zip",
        note_vi="nén .mif và .mid vào một tệp zip",
    ),
    Format(
        Kind.FILEGDB,
        "File Geodatabase",
        (".gdb",),
        "OpenFileGDB",
        _GDAL,
        note="zip the whole .gdb folder",
        note_vi="nén cả thư mục .gdb thành tệp zip",
    ),
    Format(
        Kind.SPATIALITE,
        "SpatiaLite",
        (".sqlite", ".db", ".sqlite3", ".spatialite"),
        "SQLite",
        _GDAL,
        note="true tables only; views, virtual tables and triggers are not run",
        note_vi="chỉ đọc bảng thật; không chạy view, bảng ảo và trigger",
    ),
    Format(
        Kind.PARQUET,
        "GeoParquet",
        (".parquet", ".geoparquet"),
        "",
        _PARQUET,
        note="also Parquet with a column of WKB",
        note_vi="nhận cả Parquet có cột WKB",
    ),
    Format(
        Kind.DXF,
        "DXF",
        (".dxf",),
        "DXF",
        _CAD,
        note=_DRAWN,
        note_vi=_DRAWN_VI,
    ),
    Format(
        Kind.DGN,
        "DGN v7",
        (".dgn",),
        "DGN",
        _CAD,
        note=_DRAWN,
        note_vi=_DRAWN_VI,
    ),
    Format(
        Kind.DGN8,
        "DGN v8",
        (".dgn",),
        "",
        _CAD,
        note=_DRAWN,
        note_vi=_DRAWN_VI,
    ),
    Format(
        Kind.DWG,
        "DWG",
        (".dwg",),
        "",
        _CAD,
        note=_DRAWN,
        note_vi=_DRAWN_VI,
    ),
    Format(
        Kind.CSV,
        "CSV",
        (".csv", ".tsv", ".txt"),
        "",
        _TABLE,
        note=_PLACED,
        note_vi=_PLACED_VI,
    ),
    Format(
        Kind.XLSX,
        "Excel XLSX",
        (".xlsx", ".xlsm"),
        "",
        _TABLE,
        note=_PLACED,
        note_vi=_PLACED_VI,
    ),
    Format(
        Kind.XLS,
        "Excel XLS",
        (".xls",),
        "",
        _TABLE,
        note=_PLACED,
        note_vi=_PLACED_VI,
    ),
    Format(
        Kind.ODS,
        "OpenDocument",
        (".ods",),
        "",
        _TABLE,
        note=_PLACED,
        note_vi=_PLACED_VI,
    ),
    Format(
        Kind.GEOTIFF,
        "GeoTIFF",
        (".tif", ".tiff"),
        "GTiff",
        note="pictures of 8 bits with their place",
        note_vi="ảnh 8 bit có tọa độ",
    ),
    Format(
        Kind.ZIP,
        "zip",
        (".zip",),
        note="one archive inside it is opened too; member names in any Vietnamese code page",
        note_vi="mở thêm một cấp nén bên trong; tên tệp theo mọi bảng mã tiếng Việt",
    ),
    Format(
        Kind.TAR,
        "tar, tar.gz",
        (".tar", ".tgz", ".gz"),
        note="also a single file packed with gzip",
        note_vi="nhận cả một tệp đơn nén gzip",
    ),
)

BY_KIND: Final = {one.kind: one for one in FORMATS}

ARCHIVES: Final = frozenset({Kind.ZIP, Kind.TAR, Kind.KMZ})
"""Kinds that are unpacked by our own code before anything is read."""

TABLES: Final = frozenset(one.kind for one in FORMATS if one.reader == _TABLE)
"""Kinds whose rows are placed by what stands in their columns."""
