"""What a file is, by its first bytes and its name; never by opening it with a reader."""

from dataclasses import dataclass
from pathlib import Path, PurePath

from conversion.formats import Kind
from conversion.refusal import EmptyFile, FormatLater, NotADataset

HEAD_BYTES = 4096


_TIFF = (b"II*\0", b"MM\0*", b"II+\0\x08\0", b"MM\0+\0\x08")
_GPKG_IDS = (b"GPKG", b"GP10", b"GP11")


@dataclass(frozen=True, slots=True)
class _Later:
    """A format with a seat: its name, the starts and the extensions it is known by."""

    name: str
    starts: tuple[bytes, ...]
    extensions: tuple[str, ...]


_LATER: tuple[_Later, ...] = (
    _Later("DWG", (b"AC10",), (".dwg",)),
    _Later("DGN", (b"\x08\x09\xfe\x02", b"\xc8\x09\xfe\x02"), (".dgn",)),
    _Later("DXF", (b"AutoCAD Binary DXF",), (".dxf",)),
    _Later("MapInfo TAB", (b"!table", b"!TABLE"), (".tab", ".dat", ".map", ".id")),
    _Later("MapInfo MIF", (), (".mif", ".mid")),
    _Later("KML", (), (".kml", ".kmz")),
    _Later("GML", (), (".gml",)),
    _Later("GPX", (), (".gpx",)),
    _Later("CSV", (), (".csv", ".tsv")),
    _Later("Excel", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",), (".xlsx", ".xls", ".ods")),
    _Later("FlatGeobuf", (b"fgb\x03",), (".fgb",)),
    _Later("GeoParquet", (b"PAR1",), (".parquet", ".geoparquet")),
    _Later("LAS/LAZ", (b"LASF",), (".las", ".laz")),
    _Later("File Geodatabase", (), (".gdb", ".gdbtable")),
    _Later("CityGML/CityJSON", (), (".citygml", ".cityjson")),
    _Later("JPEG 2000", (b"\0\0\0\x0cjP  ",), (".jp2",)),
)


def sniff(head: bytes, name: str) -> Kind:
    """Return the kind of the file that begins with ``head`` (up to ``HEAD_BYTES``).

    Raises:
        EmptyFile: there are no bytes.
        FormatLater: a format that comes with a later version.
        NotADataset: anything else.
    """
    if not head:
        raise EmptyFile("the file is empty (0 bytes)", vi="tệp rỗng (0 byte)")
    extension = PurePath(name).suffix.lower()
    kind = _kind(head, extension)
    if kind is not None:
        return kind
    later = later_format(head, extension)
    if later:
        raise format_later(later)
    raise NotADataset(
        "this is not a geodata file we know; send a GeoPackage, GeoJSON, zipped shapefile or "
        "GeoTIFF",
        vi="đây không phải tệp dữ liệu địa lý nhận được; hãy gửi GeoPackage, GeoJSON, "
        "shapefile nén zip hoặc GeoTIFF",
    )


def sniff_file(path: Path, name: str) -> Kind:
    """Return the kind of the file at ``path``, which its owner calls ``name``."""
    with path.open("rb") as stream:
        return sniff(stream.read(HEAD_BYTES), name)


def later_format(head: bytes, extension: str) -> str:
    """Return the name of a format that we recognise and do not read yet, or nothing."""
    for later in _LATER:
        if head.startswith(later.starts) if later.starts else False:
            return later.name
    for later in _LATER:
        if extension in later.extensions:
            return later.name
    return ""


def format_later(name: str) -> FormatLater:
    """Return the refusal of a format that has its seat and is not read yet."""
    return FormatLater(
        f"{name} comes with a later version; until then send a GeoPackage, GeoJSON or zipped "
        "shapefile",
        vi=f"{name} sẽ được nhận ở phiên bản sau; hiện hãy gửi GeoPackage, GeoJSON hoặc shapefile "
        "nén zip",
        format=name,
    )


def _kind(head: bytes, extension: str) -> Kind | None:
    if head.startswith(b"SQLite format 3\0"):
        return Kind.GEOPACKAGE if head[68:72] in _GPKG_IDS or extension == ".gpkg" else None
    if head.startswith(b"PK\x03\x04"):
        return None if extension in {".xlsx", ".ods", ".kmz"} else Kind.ZIP
    if head.startswith(b"PK\x05\x06"):
        raise EmptyFile("the archive is empty", vi="tệp nén rỗng")
    if head.startswith(_TIFF):
        return Kind.GEOTIFF
    if head.startswith(b"\0\0\x27\x0a"):
        return Kind.SHAPEFILE
    if _is_json(head) and extension in {"", ".geojson", ".json"}:
        return Kind.GEOJSON
    return None


def _is_json(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
