"""Kinds of file that are not read: how each is recognised, and what its owner can do instead."""

from dataclasses import dataclass
from typing import Final

from conversion.refusal import FormatLater, NotADataset
from gishue.core.errors import GishueError


@dataclass(frozen=True, slots=True)
class Refused:
    """A kind that is named and not read; ``instead`` is the way out.

    ``starts``: first bytes that are this kind whatever the name says. ``later``: it has its seat
    and comes with a later version.
    """

    code: str
    name: str
    name_vi: str
    instead: str
    instead_vi: str
    extensions: tuple[str, ...] = ()
    starts: tuple[bytes, ...] = ()
    later: bool = False

    def error(self) -> GishueError:
        """Return the refusal of a file of this kind."""
        kind = FormatLater if self.later else NotADataset
        is_, is_vi = ("comes with a later version", "sẽ được nhận ở phiên bản sau")
        if not self.later:
            is_, is_vi = ("cannot be read here", "không đọc được ở đây")
        return kind(
            f"{self.name} {is_}; {self.instead}",
            vi=f"{self.name_vi} {is_vi}; {self.instead_vi}",
            format=self.name,
            code=self.code,
        )


_PARTS_OF_SHP: Final = (".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix")
_PARTS_OF_MAPINFO: Final = (".dat", ".map", ".id", ".ind", ".mid")
_PROJECTS: Final = (".qgs", ".qgz", ".mxd", ".aprx", ".mpk", ".lyr", ".lyrx", ".wor", ".qlr")

REFUSED: Final[tuple[Refused, ...]] = (
    Refused(
        "refused-rar",
        "a RAR archive",
        "tệp nén RAR",
        "unpack it and pack the files as zip",
        "hãy giải nén rồi nén lại thành zip",
        (".rar",),
        (b"Rar!\x1a\x07",),
    ),
    Refused(
        "refused-7z",
        "a 7z archive",
        "tệp nén 7z",
        "unpack it and pack the files as zip",
        "hãy giải nén rồi nén lại thành zip",
        (".7z",),
        (b"7z\xbc\xaf\x27\x1c",),
    ),
    Refused(
        "refused-packing",
        "this kind of compression (bzip2, xz, zstd, cab, iso)",
        "kiểu nén này (bzip2, xz, zstd, cab, iso)",
        "unpack it and pack the files as zip or tar.gz",
        "hãy giải nén rồi nén lại thành zip hoặc tar.gz",
        (".bz2", ".xz", ".zst", ".cab", ".iso", ".lzh", ".arj"),
        (b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"MSCF"),
    ),
    Refused(
        "refused-database-dump",
        "a database dump",
        "tệp sao lưu cơ sở dữ liệu",
        "export each table from QGIS (Export > Save Features As) or with ogr2ogr as a GeoPackage",
        "hãy xuất từng bảng bằng QGIS (Export > Save Features As) hoặc ogr2ogr ra GeoPackage",
        (".sql", ".dump", ".backup", ".bak", ".dmp", ".mdf", ".ldf"),
        (b"PGDMP", b"--\n-- PostgreSQL database", b"TAPE\0\0"),
    ),
    Refused(
        "refused-access",
        "an Access database or personal geodatabase",
        "cơ sở dữ liệu Access hoặc personal geodatabase",
        "copy its feature classes into a file geodatabase in ArcGIS and zip the .gdb folder, or "
        "export them as shapefiles",
        "hãy chép các lớp sang file geodatabase trong ArcGIS rồi nén thư mục .gdb, hoặc xuất ra "
        "shapefile",
        (".mdb", ".accdb"),
        (b"\0\x01\0\0Standard Jet DB", b"\0\x01\0\0Standard ACE DB"),
    ),
    Refused(
        "refused-ecw",
        "an ECW or MrSID picture",
        "ảnh ECW hoặc MrSID",
        "its reader is not free software; export it as a GeoTIFF",
        "phần mềm đọc không phải phần mềm tự do; hãy xuất ra GeoTIFF",
        (".ecw", ".sid"),
        (b"msid",),
    ),
    Refused(
        "refused-picture",
        "a picture without a place on the ground",
        "ảnh không có vị trí trên mặt đất",
        "georeference it (QGIS: Georeferencer) and send it as a GeoTIFF",
        "hãy nắn chỉnh tọa độ (QGIS: Georeferencer) rồi gửi GeoTIFF",
        (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp", ".heic", ".svg"),
        (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"BM"),
    ),
    Refused(
        "refused-document",
        "a document (PDF, Word, PowerPoint)",
        "tài liệu (PDF, Word, PowerPoint)",
        "send the data it was made from: the drawing, the map layers or the table",
        "hãy gửi dữ liệu gốc dùng để lập tài liệu: bản vẽ, lớp bản đồ hoặc bảng số liệu",
        (".pdf", ".doc", ".docx", ".ppt", ".pptx", ".odt", ".rtf"),
        (b"%PDF-", b"{\\rtf"),
    ),
    Refused(
        "refused-locked",
        "a spreadsheet or document locked with a password",
        "bảng tính hoặc tài liệu có mật khẩu",
        "save it without a password",
        "hãy lưu lại không mật khẩu",
    ),
    Refused(
        "refused-web-page",
        "a web page",
        "trang web",
        "the download gave a page (often a sign-in page) in place of the data; download it again",
        "tệp tải về là một trang web (thường là trang đăng nhập), không phải dữ liệu; hãy tải lại",
        (".html", ".htm", ".mht"),
    ),
    Refused(
        "refused-project",
        "a map project (QGIS, ArcGIS, MapInfo)",
        "tệp dự án bản đồ (QGIS, ArcGIS, MapInfo)",
        "it only points to the data; export the layers as a GeoPackage",
        "tệp này chỉ trỏ tới dữ liệu; hãy xuất các lớp ra GeoPackage",
        _PROJECTS,
    ),
    Refused(
        "refused-xml",
        "an XML file of another kind (OSM, service description, metadata)",
        "tệp XML loại khác (OSM, mô tả dịch vụ, siêu dữ liệu)",
        "export the features as GML, KML or GeoPackage",
        "hãy xuất đối tượng ra GML, KML hoặc GeoPackage",
        (".osm", ".pbf", ".vrt", ".xsd", ".gfs"),
    ),
    Refused(
        "refused-esri-json",
        "Esri JSON",
        "Esri JSON",
        "ask the service for f=geojson, or export as GeoJSON",
        "hãy yêu cầu dịch vụ trả f=geojson, hoặc xuất ra GeoJSON",
    ),
    Refused(
        "refused-shapefile-part",
        "a part of a shapefile alone",
        "một phần rời của shapefile",
        "send .shp, .shx, .dbf and .prj together in one zip",
        "hãy gửi .shp, .shx, .dbf và .prj cùng nhau trong một tệp zip",
        _PARTS_OF_SHP,
    ),
    Refused(
        "refused-mapinfo-part",
        "a part of a MapInfo table alone",
        "một phần rời của bảng MapInfo",
        "send .tab, .dat, .map and .id (or .mif and .mid) together in one zip",
        "hãy gửi .tab, .dat, .map và .id (hoặc .mif và .mid) cùng nhau trong một tệp zip",
        _PARTS_OF_MAPINFO,
    ),
    Refused(
        "refused-geodatabase-part",
        "a part of a file geodatabase alone",
        "một phần rời của file geodatabase",
        "zip the whole .gdb folder",
        "hãy nén cả thư mục .gdb thành tệp zip",
        (".gdbtable", ".gdbtablx", ".gdbindexes", ".atx", ".spx", ".freelist"),
    ),
    Refused(
        "refused-tiles",
        "a set of ready tiles",
        "bộ ô bản đồ dựng sẵn",
        "send the data the tiles were made from",
        "hãy gửi dữ liệu gốc dùng để dựng ô bản đồ",
        (".mbtiles", ".pmtiles", ".mvt"),
        (b"PMTiles",),
    ),
    Refused(
        "refused-arcinfo",
        "an ArcInfo coverage or export file",
        "tệp ArcInfo coverage (E00)",
        "convert it to a shapefile in ArcGIS",
        "hãy chuyển sang shapefile trong ArcGIS",
        (".e00", ".adf"),
        (b"EXP  0 ", b"EXP  1 "),
    ),
    Refused(
        "later-point-cloud",
        "a point cloud (LAS, LAZ, E57)",
        "đám mây điểm (LAS, LAZ, E57)",
        "until then send contours or a terrain picture made from it",
        "hiện hãy gửi đường đồng mức hoặc ảnh địa hình lập từ đó",
        (".las", ".laz", ".e57", ".ply", ".xyz"),
        (b"LASF", b"ASTM-E57"),
        later=True,
    ),
    Refused(
        "later-city-model",
        "a 3D city model (CityGML, CityJSON, IFC)",
        "mô hình thành phố 3D (CityGML, CityJSON, IFC)",
        "until then send the footprints as a GeoPackage",
        "hiện hãy gửi mặt bằng công trình dạng GeoPackage",
        (".citygml", ".cityjson", ".ifc"),
        (b"ISO-10303-21",),
        later=True,
    ),
    Refused(
        "later-model",
        "a 3D model (OBJ, glTF, SketchUp, Revit)",
        "mô hình 3D (OBJ, glTF, SketchUp, Revit)",
        "until then send its plan as DXF or DWG",
        "hiện hãy gửi bản vẽ mặt bằng dạng DXF hoặc DWG",
        (".obj", ".gltf", ".glb", ".skp", ".rvt", ".fbx", ".dae", ".3ds"),
        (b"glTF",),
        later=True,
    ),
    Refused(
        "later-landxml",
        "LandXML",
        "LandXML",
        "until then export the drawing as DXF",
        "hiện hãy xuất bản vẽ ra DXF",
        (".landxml",),
        later=True,
    ),
    Refused(
        "later-jpeg2000",
        "JPEG 2000",
        "JPEG 2000",
        "until then export it as a GeoTIFF",
        "hiện hãy xuất ra GeoTIFF",
        (".jp2", ".j2k"),
        (b"\0\0\0\x0cjP  ",),
        later=True,
    ),
    Refused(
        "later-grid",
        "a scientific grid (NetCDF, HDF5, GRIB)",
        "lưới số liệu khoa học (NetCDF, HDF5, GRIB)",
        "until then export the band you need as a GeoTIFF",
        "hiện hãy xuất kênh cần dùng ra GeoTIFF",
        (".nc", ".h5", ".hdf", ".grib", ".grb", ".grib2"),
        (b"\x89HDF\r\n", b"CDF\x01", b"CDF\x02", b"GRIB"),
        later=True,
    ),
)

BY_CODE: Final = {one.code: one for one in REFUSED}


def by_start(head: bytes) -> Refused | None:
    """Return the kind that is refused whatever the name says, by its first bytes."""
    return next((one for one in REFUSED if one.starts and head.startswith(one.starts)), None)


def by_extension(extension: str) -> Refused | None:
    """Return the kind that a name ending in ``extension`` (lower case, with dot) belongs to."""
    return next((one for one in REFUSED if extension in one.extensions), None)
