"""DXF drawings, through GDAL's DXF driver and one walk over the group codes.

GDAL draws: curves as chords, blocks in place, dimensions as their lines. The walk adds what it does
not tell (fonts, attributes, units), and keeps texts as the bytes that they are.
"""

import re
import warnings
from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import read

from conversion.cad.drawing import PAPER, Drawing, Entity, flat_parts, read_wkb
from conversion.cad.dxf_scan import Scan, scan
from conversion.cad.text import plain
from conversion.cad.units import UNITS_M
from conversion.refusal import Refusal

_MAX_BYTES: Final = 512 << 20
_BINARY: Final = b"AutoCAD Binary DXF"
_COLOR = re.compile(r"c:(#[0-9a-fA-F]{6})")
_PREFIX = re.compile(r"^AcDb(?:2d|3d)?")
_SAME: Final = {
    "dbtext": "text", "mtext": "mtext", "blockreference": "insert", "trace": "solid",
    "polyline": "polyline",
}  # fmt: skip


def load(path: Path) -> Drawing:
    """Return the drawing in a DXF file.

    Raises:
        Refusal: it is a binary one, damaged, too large, or grows too much.
    """
    if path.stat().st_size > _MAX_BYTES:
        raise Refusal("cad-too-many")
    data = path.read_bytes()
    if data.startswith(_BINARY):
        raise Refusal("dxf-binary")
    seen = scan(data)
    del data
    rows = _rows(path, seen)
    drawing = Drawing("DXF", [], len(rows), UNITS_M.get(seen.units))
    drawing.entities = [one for row in rows for one in _drawn(row, seen)]
    drawing.entities += _inserted(seen)
    drawing.skipped = _skipped(rows, seen)
    return drawing


def _rows(path: Path, seen: Scan) -> list[dict[str, Any]]:
    """Return GDAL's features as they come, with texts as bytes where the file has bytes."""
    wanted = {
        "DXF_ENCODING": "UTF-8" if seen.is_unicode else "ISO-8859-1",
        "DXF_MAX_BSPLINE_CONTROL_POINTS": "2000",
    }
    with _configured(wanted), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL's words on broken parts; the parts are counted
        try:
            meta, _, shapes, columns = read(
                path, sql="SELECT *, OGR_STYLE FROM entities", sql_dialect="OGRSQL"
            )
        except (DataSourceError, DataLayerError, ValueError) as error:
            raise Refusal("unreadable") from error
    names = [str(one) for one in meta["fields"]]
    geometries = read_wkb(shapes) if shapes is not None else []
    values = zip(*columns, strict=True)
    return [
        dict(zip(names, row, strict=True)) | {"geometry": shape}
        for shape, row in zip(geometries, values, strict=True)
    ]


@contextmanager
def _configured(wanted: Mapping[str, str]) -> Generator[None]:
    pyogrio.set_gdal_config_options(dict(wanted))
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(wanted))


def _drawn(row: Mapping[str, Any], seen: Scan) -> Iterator[Entity]:
    handle = row["EntityHandle"] or ""
    kind = _kind(row["SubClasses"] or "", seen.kinds.get(handle, ""))
    if handle in seen.attribs:
        return
    text = plain(row["Text"] or "").replace("⌀", "Ø") if kind != "hatch" else ""
    block = seen.block_of(handle)
    color = _COLOR.search(row["OGR_STYLE"] or "")
    for part in flat_parts(row["geometry"]):
        yield Entity(
            PAPER if row["PaperSpace"] == 1 else (row["Layer"] or "0"),
            kind,
            part,
            text,
            seen.font_of(handle) if text else "",
            color[1] if color else "",
            block=block,
            handle=handle,
            symbol=kind == "dimension" or seen.uses[block] > 1,
        )


def _kind(classes: str, raw: str) -> str:
    """Return an entity's type; the walk knows it where the file has handles.

    >>> _kind("AcDbEntity:AcDbPolyline", ""), _kind("", "LWPOLYLINE")
    ('polyline', 'polyline')
    """
    if raw:
        return raw.lower().removeprefix("lw")
    named = [one for one in classes.split(":") if one not in ("", "AcDbEntity")]
    kind = _PREFIX.sub("", named[-1]).lower() if named else ""
    return _SAME.get(kind, kind)


def _inserted(seen: Scan) -> Iterator[Entity]:
    """Return a point for each block that carries values, and for blocks that draw nothing."""
    for one in seen.inserts.values():
        if one.attributes:
            yield Entity(
                one.layer,
                "insert",
                shapely.Point(one.at),
                block=one.block,
                handle=one.handle,
                attributes=one.attributes,
            )


def _skipped(rows: list[dict[str, Any]], seen: Scan) -> Counter[str]:
    """Return the entities that GDAL drew nothing of, by type; those of blocks are INSERTs."""
    drawn = {str(row["EntityHandle"] or "") for row in rows if flat_parts(row["geometry"])}
    drawn |= {one.handle for one in seen.inserts.values() if one.attributes}
    found = Counter(kind for handle, kind in seen.kinds.items() if handle not in drawn)
    return found + Counter(INSERT=seen.lost())
