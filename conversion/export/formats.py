"""Every format a layer leaves in, in one table: who writes it, what it can hold, what it loses.

``docs/reference/formats.md``, the links of a layer, the door ``/files`` and the round-trip tests
are made from this table.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Systems(StrEnum):
    """Which systems a file may be in; coordinates are moved before the writer sees them."""

    ANY = "any"
    LONLAT = "lonlat"
    """The format says so: longitude and latitude, EPSG:4326."""
    METRES = "metres"
    """A drawing counts in millimetres: every system but those in degrees."""
    MERCATOR = "mercator"


class Names(StrEnum):
    """What a field may be called in the file."""

    FREE = "free"
    ASCII = "ascii"
    XML = "xml"
    NONE = "none"
    """The file has no fields of ours: a drawing."""


class Moments(StrEnum):
    """How a date with a time is written."""

    UTC = "utc"
    LOCAL = "local"
    """Without a zone, as the clock in Huế says."""
    TEXT = "text"
    """ISO 8601 with the offset of Huế."""


@dataclass(frozen=True, slots=True)
class OutFormat:
    """One way out.

    ``writer``: the module of the writing process, empty where the database writes by itself;
    ``driver``: its GDAL driver; ``packed``: the extension of the main file inside the zip;
    ``precision_m``: how near a coordinate comes back at least, 0 exactly; ``name_bytes`` and
    ``text_bytes``: longest name and text, 0 without bound; ``has_nulls``: a value may be empty;
    ``has_lines``: a text may have several lines; ``largest``: numbers beyond it, or nearer to 0
    than its inverse, have no place in the file's columns (0: all have); ``digits``: how many of a
    real are kept, 17 tell every one;
    ``measured``: the writer must know the extent, and whether every feature has a geometry, before
    the first row; ``lost``: what a reader of the file will miss.
    """

    key: str
    name: str
    suffix: str
    media: str
    writer: str = "conversion.export.write_gdal"
    driver: str = ""
    systems: Systems = Systems.ANY
    precision_m: float = 0.0
    packed: str = ""
    names: Names = Names.FREE
    name_bytes: int = 0
    text_bytes: int = 0
    has_dates: bool = True
    has_nulls: bool = True
    has_lines: bool = True
    moments: Moments = Moments.UTC
    largest: float = 0.0
    digits: int = 17
    measured: bool = False
    is_drawing: bool = False
    dataset_options: dict[str, str] = field(default_factory=dict[str, str])
    layer_options: dict[str, str] = field(default_factory=dict[str, str])
    lost: str = ""
    lost_vi: str = ""


_ZIP: Final = "application/zip"
_DEGREES_M: Final = 0.000_2
"""Fifteen digits, and at least nine after the point of a degree: a tenth of a millimetre."""
_MILLISECONDS = "times are kept to the millisecond"
_MILLISECONDS_VI = "thời điểm giữ đến mili giây"
_DRAWING = "attributes other than the label; holes become rings of their own"
_DRAWING_VI = "các thuộc tính ngoài nhãn; lỗ trong vùng thành vòng riêng"
_NO_TEXT = "an empty text is no value"
_NO_TEXT_VI = "chữ rỗng thành không có giá trị"
_BLANKS = "blanks at the ends of a text"
_BLANKS_VI = "khoảng trắng ở hai đầu chữ"
_KML = f"dates are text; whole numbers below −2³¹ too; {_BLANKS}, control characters"
_KML_VI = f"ngày thành chữ; số nguyên nhỏ hơn −2³¹ cũng vậy; {_BLANKS_VI}, ký tự điều khiển"
_MAPINFO = (
    "names beyond 31 ASCII letters, text beyond 254 bytes; an empty value becomes 0 or no text; "
    + _MILLISECONDS
)
_MAPINFO_VI = (
    "tên trường quá 31 ký tự ASCII, chữ quá 254 byte; giá trị trống thành 0 hoặc chữ rỗng; "
    + _MILLISECONDS_VI
)

OUT: Final[tuple[OutFormat, ...]] = (
    OutFormat(
        "gpkg",
        "GeoPackage",
        ".gpkg",
        "application/geopackage+sqlite3",
        driver="GPKG",
        lost=_MILLISECONDS,
        lost_vi=_MILLISECONDS_VI,
    ),
    OutFormat(
        "geojson",
        "GeoJSON",
        ".geojson",
        "application/geo+json",
        writer="",
        systems=Systems.LONLAT,
        precision_m=_DEGREES_M,
        lost="the storage CRS: RFC 7946 knows longitude and latitude only, here to 0.1 mm",
        lost_vi="hệ tọa độ lưu trữ: RFC 7946 chỉ có kinh độ, vĩ độ, ở đây đến 0,1 mm",
    ),
    OutFormat(
        "shp",
        "Shapefile",
        ".shp.zip",
        _ZIP,
        driver="ESRI Shapefile",
        packed=".shp",
        names=Names.ASCII,
        name_bytes=10,
        text_bytes=254,
        moments=Moments.TEXT,
        largest=1e15,
        digits=15,
        layer_options={"ENCODING": "UTF-8", "2GB_LIMIT": "YES"},
        lost="names beyond 10 ASCII letters, text beyond 254 bytes, the 16th digit of a number, "
        f"mixed geometry; dates with a time are text; {_BLANKS}; {_NO_TEXT}",
        lost_vi="tên trường quá 10 ký tự ASCII, chữ quá 254 byte, chữ số thứ 16, hình học hỗn hợp; "
        f"thời điểm thành chữ; {_BLANKS_VI}; {_NO_TEXT_VI}",
    ),
    OutFormat(
        "fgb",
        "FlatGeobuf",
        ".fgb",
        "application/vnd.flatgeobuf",
        driver="FlatGeobuf",
        has_dates=False,
        measured=True,
        lost=f"dates are text; {_MILLISECONDS}",
        lost_vi=f"ngày thành chữ; {_MILLISECONDS_VI}",
    ),
    OutFormat(
        "parquet",
        "GeoParquet 1.1",
        ".parquet",
        "application/vnd.apache.parquet",
        writer="conversion.export.write_parquet",
    ),
    OutFormat(
        "csv",
        "CSV",
        ".csv",
        "text/csv; charset=utf-8",
        writer="conversion.export.write_csv",
        lost="the CRS; types, but that texts are quoted and nothing else is; "
        f"{_NO_TEXT}; an apostrophe stands before text a spreadsheet would compute",
        lost_vi="hệ tọa độ; kiểu trường, trừ việc chỉ chữ mới đặt trong ngoặc kép; "
        f"{_NO_TEXT_VI}; có dấu nháy trước chữ mà bảng tính sẽ tính như công thức",
    ),
    OutFormat(
        "xlsx",
        "Excel",
        ".xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        writer="conversion.export.write_xlsx",
        moments=Moments.LOCAL,
        lost="the CRS; whole numbers beyond 15 digits are text; geometry beyond 32,767 characters; "
        f"{_NO_TEXT}; {_MILLISECONDS}",
        lost_vi="hệ tọa độ; số nguyên quá 15 chữ số thành chữ; hình học dài quá 32.767 ký tự; "
        f"{_NO_TEXT_VI}; {_MILLISECONDS_VI}",
    ),
    OutFormat(
        "kml",
        "KML",
        ".kml",
        "application/vnd.google-earth.kml+xml",
        writer="conversion.export.write_kml",
        systems=Systems.LONLAT,
        precision_m=_DEGREES_M,
        has_dates=False,
        moments=Moments.TEXT,
        lost=_KML,
        lost_vi=_KML_VI,
    ),
    OutFormat(
        "kmz",
        "KMZ",
        ".kmz",
        "application/vnd.google-earth.kmz",
        writer="conversion.export.write_kml",
        systems=Systems.LONLAT,
        precision_m=_DEGREES_M,
        packed=".kml",
        has_dates=False,
        moments=Moments.TEXT,
        lost=_KML,
        lost_vi=_KML_VI,
    ),
    OutFormat(
        "gml",
        "GML 3.2",
        ".gml.zip",
        _ZIP,
        writer="conversion.export.write_gml",
        driver="GML",
        packed=".gml",
        precision_m=0.000_001,
        names=Names.XML,
        dataset_options={"FORMAT": "GML3.2"},
        lost=f"signs in names that XML forbids; {_MILLISECONDS}; {_BLANKS}; {_NO_TEXT}",
        lost_vi=f"ký tự trong tên mà XML không cho; {_MILLISECONDS_VI}; {_BLANKS_VI}; "
        f"{_NO_TEXT_VI}",
    ),
    OutFormat(
        "tab",
        "MapInfo TAB",
        ".tab.zip",
        _ZIP,
        driver="MapInfo File",
        packed=".tab",
        precision_m=0.001,
        names=Names.ASCII,
        name_bytes=31,
        text_bytes=254,
        has_nulls=False,
        moments=Moments.LOCAL,
        measured=True,
        layer_options={"ENCODING": "UTF-8"},
        lost=_MAPINFO,
        lost_vi=_MAPINFO_VI,
    ),
    OutFormat(
        "mif",
        "MapInfo MIF/MID",
        ".mif.zip",
        _ZIP,
        driver="MapInfo File",
        packed=".mif",
        precision_m=0.000_001,
        names=Names.ASCII,
        name_bytes=31,
        text_bytes=254,
        has_nulls=False,
        moments=Moments.LOCAL,
        has_lines=False,
        digits=15,
        dataset_options={"FORMAT": "MIF"},
        layer_options={"ENCODING": "UTF-8"},
        lost=f"{_MAPINFO}; a text becomes one line; the 16th digit of a number",
        lost_vi=f"{_MAPINFO_VI}; chữ nhiều dòng thành một dòng; chữ số thứ 16",
    ),
    OutFormat(
        "dxf",
        "AutoCAD DXF (R12)",
        ".dxf",
        "image/vnd.dxf",
        writer="conversion.export.write_dxf",
        names=Names.NONE,
        is_drawing=True,
        lost=f"the CRS (a remark names it); labels beyond 255 signs; {_DRAWING}",
        lost_vi=f"hệ tọa độ (chỉ ghi chú trong tệp); nhãn quá 255 ký hiệu; {_DRAWING_VI}",
    ),
    OutFormat(
        "dgn",
        "MicroStation DGN v7",
        ".dgn",
        "image/vnd.dgn",
        writer="conversion.export.write_dgn",
        driver="DGN",
        systems=Systems.METRES,
        precision_m=0.001,
        measured=True,
        names=Names.NONE,
        is_drawing=True,
        lost=f"the CRS; coordinates beyond the millimetre; labels beyond 255 bytes; {_DRAWING}",
        lost_vi=f"hệ tọa độ; phần lẻ dưới milimét; nhãn quá 255 byte; {_DRAWING_VI}",
    ),
    OutFormat(
        "pmtiles",
        "PMTiles",
        ".pmtiles",
        "application/vnd.pmtiles",
        driver="PMTiles",
        systems=Systems.MERCATOR,
        measured=True,
        precision_m=1.0,
        has_dates=False,
        moments=Moments.TEXT,
        lost="coordinates are rounded to the grid of the deepest zoom: a picture, not a survey",
        lost_vi="tọa độ làm tròn theo lưới của mức phóng sâu nhất: để xem, không để đo",
    ),
)

BY_KEY: Final = {one.key: one for one in OUT}


def by_name(name: str) -> OutFormat | None:
    """Return the format of a file called ``name``, or None.

    >>> [by_name(name).key for name in ("a.gpkg", "A.SHP.ZIP")], by_name("a.dwg")
    (['gpkg', 'shp'], None)
    """
    return next((one for one in OUT if name.lower().endswith(one.suffix)), None)
