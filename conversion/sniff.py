"""What a file is, by its first bytes and its name; never by opening it with a reader.

Content that leaves no doubt wins over the name; content that fits nothing is refused with the way
out that ``refused.REFUSED`` has for it.
"""

import io
import re
from pathlib import Path, PurePath
from typing import BinaryIO, Final

from conversion import ole, sniff_text
from conversion.formats import BY_KIND, FORMATS, Kind
from conversion.refusal import NotADataset
from conversion.refusal_codes import from_code
from conversion.refused import BY_CODE, by_extension, by_start

HEAD_BYTES: Final = 1 << 20
_TAIL_BYTES: Final = 65_557  # the end record of a zip with its longest comment
_ZIP_END: Final = b"PK\x05\x06"

_GPKG_IDS: Final = (b"GPKG", b"GP10", b"GP11")
_STARTS: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"II*\0", Kind.GEOTIFF),
    (b"MM\0*", Kind.GEOTIFF),
    (b"II+\0\x08\0", Kind.GEOTIFF),
    (b"MM\0+\0\x08", Kind.GEOTIFF),
    (b"fgb\x03fgb", Kind.FLATGEOBUF),
    (b"PAR1", Kind.PARQUET),
    (b"AC10", Kind.DWG),
    (b"\x08\x09\xfe\x02", Kind.DGN),
    (b"\xc8\x09\xfe\x02", Kind.DGN),
    (b"AutoCAD Binary DXF", Kind.DXF),
    (b"\x1f\x8b", Kind.TAR),
)


def sniff(head: bytes, name: str) -> Kind:
    """Return the kind of the file that begins with ``head``; see ``sniff_stream``."""
    return sniff_stream(io.BytesIO(head), name)


def sniff_file(path: Path, name: str) -> Kind:
    """Return the kind of the file at ``path``, which its owner calls ``name``."""
    with path.open("rb") as stream:
        return sniff_stream(stream, name)


def sniff_stream(stream: BinaryIO, name: str) -> Kind:
    """Return the kind of the file in ``stream``, which its owner calls ``name``.

    Raises:
        EmptyFile: there are no bytes.
        BrokenFile: its end or its table of contents is missing.
        FormatLater: a format that comes with a later version.
        NotADataset: anything else.
    """
    head = stream.read(HEAD_BYTES)
    if not head:
        raise from_code("empty")
    extension = PurePath(name).suffix.lower()
    kind = _of_bytes(head, extension, stream) or sniff_text.kind(head, extension)
    if kind is not None:
        return kind
    known = by_extension(extension)
    if known is not None:
        raise known.error()
    raise _unknown(extension)


def _unknown(extension: str) -> NotADataset:
    said = [one for one in FORMATS if extension in one.extensions]
    if said:
        return NotADataset(
            f"the content is not {said[0].name}, as the name of the file says; export it anew",
            vi=f"nội dung không phải {said[0].name} như tên tệp cho biết; hãy xuất lại",
            code="not-as-named",
        )
    return NotADataset(
        "this is not a geodata file we know; send a zipped shapefile, GeoPackage, GeoJSON, KML, "
        "MapInfo table, DXF, DWG, DGN, spreadsheet or GeoTIFF",
        vi="đây không phải tệp dữ liệu địa lý nhận được; hãy gửi shapefile nén zip, GeoPackage, "
        "GeoJSON, KML, bảng MapInfo, DXF, DWG, DGN, bảng tính hoặc GeoTIFF",
    )


def _of_bytes(head: bytes, extension: str, stream: BinaryIO) -> Kind | None:
    """Return the kind of a binary file, or None where the bytes alone do not tell."""
    if head.startswith(b"SQLite format 3\0"):
        return _sqlite(head, extension)
    if head.startswith(b"PK\x03\x04"):
        return _zip(head, extension, stream)
    if head.startswith(_ZIP_END):
        raise from_code("archive-nothing")
    if head.startswith(b"\0\0\x27\x0a") and extension != ".shx":
        return Kind.SHAPEFILE
    if head.startswith(ole.MAGIC):
        return _ole(ole.names(stream))
    if head[257:262] == b"ustar" or (extension == ".tar" and len(head) >= 512):
        return Kind.TAR
    found = next((kind for start, kind in _STARTS if head.startswith(start)), None)
    if found is None and (known := by_start(head)) is not None and not _is_letters(head):
        raise known.error()
    return found


def _is_letters(head: bytes) -> bool:
    """Return whether a start that spells letters may as well begin a text: ``BM`` of a table."""
    return head.startswith(b"BM") and b"\0" not in head[:64]


def _sqlite(head: bytes, extension: str) -> Kind:
    if head[68:72] in _GPKG_IDS or extension == ".gpkg":
        return Kind.GEOPACKAGE
    if head[68:72] == b"MPBX" or extension == ".mbtiles":
        raise BY_CODE["refused-tiles"].error()
    return Kind.SPATIALITE


def _zip(head: bytes, extension: str, stream: BinaryIO) -> Kind:
    """Tell spreadsheets and KMZ from plain archives; the first member of office files is fixed."""
    size = int.from_bytes(head[26:28], "little")
    first = head[30 : 30 + size]
    if first == b"mimetype":
        return _open_document(head[30 + size : 130 + size], extension, stream)
    if first.startswith((b"[Content_Types]", b"_rels/", b"docProps/", b"xl/", b"word/", b"ppt/")):
        return _office(head, stream)
    by_name = {one: kind for kind in (Kind.XLSX, Kind.ODS, Kind.KMZ) for one in _names(kind)}
    return by_name.get(extension, Kind.ZIP)


def _names(kind: Kind) -> tuple[str, ...]:
    return BY_KIND[kind].extensions


def _open_document(said: bytes, extension: str, stream: BinaryIO) -> Kind:
    """Tell a spreadsheet by the type that stands first, or by its name where that is packed."""
    is_sheet = b"opendocument.spreadsheet" in said
    if b"application/" not in said:
        is_sheet = extension in _names(Kind.ODS)
    if not is_sheet:
        raise BY_CODE["refused-document"].error()
    if _ZIP_END not in _tail(stream):
        raise from_code("cut-off")
    return Kind.ODS


def _office(head: bytes, stream: BinaryIO) -> Kind:
    """Tell a workbook from other documents; one that is cut may name its workbook nowhere."""
    tail = _tail(stream)
    is_whole = _ZIP_END in tail
    is_book = re.search(rb"xl/workbook\.(xml|bin)", head + tail)
    if is_book and is_whole:
        return Kind.XLSX
    if not is_book and (is_whole or re.search(rb"(word|ppt|visio)/", head)):
        raise BY_CODE["refused-document"].error()
    raise from_code("cut-off")


def _tail(stream: BinaryIO) -> bytes:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _TAIL_BYTES))
    return stream.read()


def _ole(found: frozenset[str]) -> Kind:
    if any(name.startswith("Dgn") for name in found):
        return Kind.DGN8
    if found & {"Workbook", "Book"}:
        return Kind.XLS
    if "EncryptedPackage" in found:
        raise BY_CODE["refused-locked"].error()
    if not found & ole.ROOTS:
        raise from_code("unreadable")
    raise BY_CODE["refused-document"].error()
