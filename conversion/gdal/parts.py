"""What a file's parts and sizes tell before a driver sees it: missing, cut, not what was claimed.

Drivers say little of this: a cut shapefile has its full count and no shapes, a cut GML no rows, a
MapInfo table without its parts is "not recognized".
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from itertools import dropwhile
from pathlib import Path
from typing import Final

import pyogrio
from pyogrio.errors import CRSError, DataLayerError, DataSourceError

from conversion.formats import BY_KIND, Kind
from conversion.gdal.topojson import check_expansion
from conversion.reading import Note
from conversion.refusal import Refusal

_XML: Final = frozenset({Kind.KML, Kind.KMZ, Kind.GML, Kind.GPX})
_MAPINFO: Final = frozenset({Kind.MAPINFO_TAB, Kind.MAPINFO_MIF})
_TAIL: Final = 4096
_CHUNK: Final = 1 << 20
_OBJECT: Final = re.compile(
    rb"\s*(none|point|line|pline|region|arc|text|rect|roundrect|ellipse|multipoint|collection)"
    rb"(?:\s+(\d+)|\s|$)",
    re.IGNORECASE,
)
_NATIVE: Final = re.compile(rb"^\s*Type\s+(\w+)", re.IGNORECASE | re.MULTILINE)
_CHARSET: Final = re.compile(rb"charset\s+\"?([\w-]+)", re.IGNORECASE)
_FIELDS: Final = re.compile(rb"^\s*Columns\s+([1-9]\d*)", re.IGNORECASE | re.MULTILINE)


def check(path: Path, kind: Kind) -> None:
    """Raise Refusal where parts are missing, a file ends too early, or arcs multiply."""
    if kind is Kind.MAPINFO_TAB:
        _check_tab(path)
    if kind is Kind.MAPINFO_MIF and _FIELDS.search(_head(path)) and not part(path, ".mid"):
        raise Refusal("missing-parts", ".MID")
    if kind in _XML:
        _check_end(path)
    if kind is Kind.FLATGEOBUF:
        _check_header(path)
    if kind is Kind.TOPOJSON:
        check_expansion(path)
    if kind is Kind.FILEGDB and not path.is_dir():
        raise Refusal("unreadable")


def notes(path: Path, kind: Kind) -> Iterator[Note]:
    """Say what a shapefile's or MapInfo table's parts tell: bytes missing, parts missing."""
    if kind is Kind.SHAPEFILE:
        yield from _of_shapefile(path)
    table = part(path, ".dbf" if kind is Kind.SHAPEFILE else ".dat")
    if kind in (Kind.SHAPEFILE, Kind.MAPINFO_TAB) and table is not None:
        claimed, held = records(table)
        if held < claimed:
            yield Note("records_cut", values={"records": claimed - held})


def lost(path: Path, kind: Kind, rows: int, claimed: int) -> Iterator[Note]:
    """Say how many records the driver passed over: its count against what the file claims.

    Raises:
        Refusal: the file was cut before its first record.
    """
    if kind is Kind.FLATGEOBUF and rows < claimed:
        if not rows:
            raise Refusal("cut-off")
        yield Note("breaks_off", values={"rows": rows})
    if kind is Kind.GEOJSONSEQ:
        more = _lines(path) - rows
        if more > 0:
            yield Note("lines_unreadable", values={"lines": more})
    if kind is Kind.MAPINFO_MIF and (mid := part(path, ".mid")) is not None:
        yield from _unpaired(mif_objects(path), _lines(mid), rows)


def _unpaired(objects: int, records: int, rows: int) -> Iterator[Note]:
    """Say which of the two parts of a MIF/MID the other one is too long for."""
    if objects > records or objects > rows >= records:
        yield Note("records_missing", values={"records": objects - rows})
    elif records > rows:
        yield Note("objects_missing", values={"records": records - rows})


def mif_objects(path: Path) -> int:
    """Return how many objects a MIF names; the parts of a collection belong to it.

    Source: MapInfo Interchange File format (Appendix J of the MapInfo Professional User Guide).
    """
    count = inside = 0
    with path.open("rb") as stream:
        for line in dropwhile(lambda line: line.strip().lower() != b"data", stream):
            found = _OBJECT.match(line)
            if found is None:
                continue
            if inside:
                inside -= 1
                continue
            count += 1
            inside = int(found[2] or 0) if found[1].lower() == b"collection" else 0
    return count


def is_neutral(path: Path, kind: Kind) -> bool:
    """Return whether a MapInfo file names no charset: then its text comes as bare bytes."""
    if kind not in _MAPINFO:
        return False
    found = _CHARSET.search(_head(path))
    return found is None or found[1].lower() == b"neutral"


def with_index(path: Path) -> Path:
    """Return the shapefile, or where its .shx is missing a view of it that got a new one."""
    if path.with_suffix(".shx").exists():
        return path
    private = _view(path, BY_KIND[Kind.SHAPEFILE].parts)
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
    try:
        pyogrio.read_info(private)
    except CRSError:
        return private
    except (DataSourceError, ValueError) as error:
        raise Refusal("unreadable") from error
    finally:
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})
    return private


def with_plain_crs(path: Path) -> Path:
    """Return the shapefile, or where its .prj makes the driver fail a view of it without."""
    try:
        pyogrio.read_info(path)
    except CRSError:
        return _view(path, [one for one in BY_KIND[Kind.SHAPEFILE].parts if one != ".prj"])
    except (DataSourceError, DataLayerError, ValueError):
        return path  # whatever it is, the reader meets it again
    return path


def _view(path: Path, parts: Iterable[str]) -> Path:
    """Return links to a shapefile and some of its parts, in a folder of their own."""
    private = Path(tempfile.mkdtemp()) / path.name
    for suffix in (".shp", *parts):
        if path.with_suffix(suffix).exists():
            os.symlink(path.with_suffix(suffix), private.with_suffix(suffix))
    return private


def records(table: Path) -> tuple[int, int]:
    """Return how many records a dBase table claims and holds; all, where its head is bad.

    Source: dBase III header: count at byte 4, length of header at 8, of a record at 10.
    """
    with table.open("rb") as stream:
        head = stream.read(32)
        size = stream.seek(0, os.SEEK_END)
    claimed, start, length = (
        int.from_bytes(head[at:end], "little") for at, end in ((4, 8), (8, 10), (10, 12))
    )
    whole = len(head) == 32 and length > 0
    return claimed, max(0, size - start) // length if whole else claimed


def crs_beside(path: Path, kind: Kind) -> str:
    """Return what is written of the CRS beside a shapefile and GDAL does not read.

    That is what QGIS wrote (.qpj), else a .prj that GDAL makes nothing of.
    """
    if kind is not Kind.SHAPEFILE:
        return ""
    for suffix in (".qpj", ".prj"):
        beside = part(path, suffix)
        written = b"" if beside is None else _head(beside)[:_TAIL]
        signs = written.decode("utf-8", "replace")
        if text := "".join(one if one.isprintable() else " " for one in signs).strip():
            return text
    return ""


def part(path: Path, suffix: str) -> Path | None:
    """Return the part of ``path`` with this ending, in small letters or capitals."""
    beside = (path.with_suffix(suffix), path.with_suffix(suffix.upper()))
    return next((one for one in beside if one.exists()), None)


def _check_tab(path: Path) -> None:
    """Name the parts that a native table lacks; other types point to files of other programs."""
    head = _head(path)
    found = _NATIVE.search(head)
    if found is None or found[1].upper() != b"NATIVE":
        raise Refusal("tab-not-native")
    missing = [one for one in BY_KIND[Kind.MAPINFO_TAB].needed if part(path, one) is None]
    if missing:
        raise Refusal("missing-parts", ", ".join(missing).upper())


def _check_end(path: Path) -> None:
    """Refuse an XML whose root is not closed: some drivers take what came before for all."""
    head, tail = _head(path).replace(b"\0", b""), _tail(path).replace(b"\0", b"")
    root = re.search(rb"<((?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*)[^>]*?(/?)>", _bare(head))
    if root is None or root[2] or b"</" + root[1] in tail:
        return
    raise Refusal("cut-off")


def _check_header(path: Path) -> None:
    """Refuse a FlatGeobuf that ends within its header: the driver says that it has no layer.

    Source: FlatGeobuf specification 3: eight bytes of magic, the header's length (u32), the header.
    """
    with path.open("rb") as stream:
        length = stream.read(12)[8:]
        held = stream.seek(0, os.SEEK_END)
    if len(length) < 4 or held < 12 + int.from_bytes(length, "little"):
        raise Refusal("cut-off")


def _bare(head: bytes) -> bytes:
    """Return the start of an XML after its declarations and comments."""
    while (at := head.find(b"<")) >= 0 and head[at + 1 : at + 2] in {b"?", b"!"}:
        end = head.find(b"-->" if head[at : at + 4] == b"<!--" else b">", at)
        if end < 0:
            return b""
        head = head[end + 1 :]
    return head


def _of_shapefile(path: Path) -> Iterator[Note]:
    with path.open("rb") as stream:
        stream.seek(24)
        claimed = 2 * int.from_bytes(stream.read(4), "big")
        held = stream.seek(0, os.SEEK_END)
    if claimed > held:
        yield Note("truncated", values={"bytes": claimed - held})
    for suffix in (".dbf", ".shx"):
        if part(path, suffix) is None:
            yield Note(f"missing_{suffix[1:]}")


def _lines(path: Path) -> int:
    """Return how many lines of a file say anything."""
    count, has_said = 0, False
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            first, *others = chunk.split(b"\n")
            has_said |= _says(first)
            for line in others:
                count += has_said
                has_said = _says(line)
    return count + has_said


def _says(line: bytes) -> bool:
    return bool(line.strip(b" \r\t\x1e"))


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(_CHUNK)


def _tail(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, os.SEEK_END) - _TAIL))
        return stream.read()
