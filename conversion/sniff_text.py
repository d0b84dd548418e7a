"""What a text file is: XML by its root element, JSON by its type, tables and drawings by name."""

import re
from typing import Final

from conversion.formats import BY_KIND, Kind
from conversion.refusal import NotADataset
from conversion.refused import BY_CODE

_BOMS: Final = b"\xef\xbb\xbf\xff\xfe"
_ASIDE: Final = re.compile(r"<!--|<!\[CDATA\[|<\?")
_ENDS: Final = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
_DECLARED: Final = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_ROOT: Final = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)([^>]*)")
_JSON_TYPE: Final = re.compile(rb'"type"\s*:\s*"(\w+)"')
_GEOJSON_TYPES: Final = frozenset(
    f"{many}{one}".encode() for many in ("", "Multi") for one in ("Point", "LineString", "Polygon")
) | {b"Feature", b"FeatureCollection", b"GeometryCollection"}
_ROOTS: Final = {"kml": Kind.KML, "gpx": Kind.GPX}
_REFUSED_ROOTS: Final = {
    "html": "refused-web-page",
    "svg": "refused-picture",
    "CityModel": "later-city-model",
    "LandXML": "later-landxml",
    "qgis": "refused-project",
}


def kind(head: bytes, extension: str) -> Kind | None:
    """Return the kind of a text file that begins with ``head``, or None.

    Raises:
        GishueError: it is a kind that is refused.
    """
    text = head.lstrip(_BOMS + b" \r\n\t\0")
    if text.startswith(b"<"):
        return _xml(head, extension)
    if text.startswith((b"{", b"\x1e")):
        return _json(text, extension)
    if b"\0" in head[:4096] and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    if text[:6].lower() == b"!table":
        return Kind.MAPINFO_TAB
    if _is_dxf(text, extension):
        return Kind.DXF
    if extension in BY_KIND[Kind.MAPINFO_MIF].extensions and text[:7].lower() == b"version":
        return Kind.MAPINFO_MIF
    return _table(head, extension)


def _xml(head: bytes, extension: str) -> Kind:
    """Tell XML by its root; a declaration that could pull in other files ends it.

    Zero bytes are dropped, so that UTF-16 reads the same. A declaration can only stand before the
    root, and the root must stand in what is looked at.
    """
    text = _bare(head.replace(b"\0", b"").decode("latin-1"))
    root = _ROOT.search(text)
    if root is not None and root[2].lower() == "html":
        raise BY_CODE["refused-web-page"].error()
    if _DECLARED.search(text):
        raise NotADataset(
            "the XML declares entities or a document type, which may hide other files; export it "
            "anew without them",
            vi="tệp XML khai báo thực thể hoặc kiểu tài liệu (DOCTYPE, ENTITY), có thể kéo theo "
            "tệp khác; hãy xuất lại không có khai báo đó",
            code="xml-declaration",
        )
    if root is None:
        raise BY_CODE["refused-xml"].error()
    name = root[2]
    if name in _REFUSED_ROOTS:
        raise BY_CODE[_REFUSED_ROOTS[name]].error()
    if name in _ROOTS:
        return _ROOTS[name]
    is_gml = "opengis.net/gml" in root[3] or extension == ".gml" or root[1] == "gml:"
    if is_gml and "apabilities" not in name:
        return Kind.GML
    raise BY_CODE["refused-xml"].error()


def _bare(text: str) -> str:
    """Return XML without comments, CDATA and processing instructions, in one pass."""
    kept: list[str] = []
    at = 0
    while found := _ASIDE.search(text, at):
        end = text.find(_ENDS[found[0]], found.end())
        if end < 0:
            break
        kept.append(text[at : found.start()])
        at = end + len(_ENDS[found[0]])
    return "".join([*kept, text[at:]])


def _is_dxf(text: bytes, extension: str) -> bool:
    """Return whether a text begins as a drawing does: group 0, SECTION, after comments (999)."""
    lines = [line.strip() for line in text[:4096].splitlines()]
    while lines[:1] == [b"999"]:
        lines = lines[2:]
    return lines[:2] == [b"0", b"SECTION"] or (extension == ".dxf" and lines[:1] == [b"0"])


def _json(text: bytes, extension: str) -> Kind | None:
    """Tell the kinds of JSON by the first type it names, one object a line by its first line."""
    found = _JSON_TYPE.search(text)
    said = found[1] if found else b""
    if extension == ".topojson" or said == b"Topology" or b'"Topology"' in text[:4096]:
        return Kind.TOPOJSON
    if said == b"CityJSON" or extension == ".cityjson":
        raise BY_CODE["later-city-model"].error()
    if b'"esriGeometry' in text or b'"esriFieldType' in text:
        raise BY_CODE["refused-esri-json"].error()
    sequence = extension in BY_KIND[Kind.GEOJSONSEQ].extensions and said != b"FeatureCollection"
    if sequence or text.startswith(b"\x1e") or _is_sequence(text, said):
        return Kind.GEOJSONSEQ
    if said in _GEOJSON_TYPES or extension in BY_KIND[Kind.GEOJSON].extensions:
        return Kind.GEOJSON
    return None


def _is_sequence(text: bytes, said: bytes) -> bool:
    first, _, rest = text.partition(b"\n")
    ends = first.rstrip().endswith(b"}")
    return said == b"Feature" and ends and rest.lstrip(b" \r\n\t").startswith(b"{")


def _table(head: bytes, extension: str) -> Kind | None:
    """Return CSV for what is named so; a text of another name must show columns in two lines."""
    if extension in {".csv", ".tsv"}:
        return Kind.CSV
    if extension not in {".txt", ".tab"}:
        return None
    lines = [line for line in head.replace(b"\0", b"").splitlines()[:5] if line.strip()]
    is_table = any(len(lines) > 1 and all(mark in line for line in lines) for mark in b"\t;,|")
    return Kind.CSV if is_table else None
