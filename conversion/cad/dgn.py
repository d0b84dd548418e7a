"""DGN version 7 drawings, through GDAL's DGN driver; units and origin from the design settings.

A level has a number and no name; a text is bytes of whatever code page its font was made for.

Source: TT 25/2014/TT-BTNMT, article 5.4: cadastral sheets are kept in metres and millimetres,
1,000 of them in a metre, with the storage centre at (500000, 1000000).
"""

import math
import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import ezdgn
import numpy as np
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyogrio.raw import read
from shapely.geometry.base import BaseGeometry

from conversion.cad.drawing import MAX_ENTITIES, Drawing, Entity, flat_parts, moved, read_wkb
from conversion.reading import Note
from conversion.refusal import Refusal

_MAX_BYTES: Final = 256 << 20
_KINDS: Final = {
    2: "cell", 3: "line", 4: "line_string", 6: "shape", 7: "text_node", 11: "curve",
    12: "complex_chain", 14: "complex_shape", 15: "ellipse", 16: "arc", 17: "text",
    18: "surface", 19: "solid", 21: "bspline", 22: "point_string",
}  # fmt: skip
_UNITS_M: Final = {
    "m": 1.0, "mt": 1.0, "me": 1.0, "mm": 0.001, "cm": 0.01, "dm": 0.1, "km": 1000.0,
    "ft": 0.3048, "in": 0.0254, "'": 0.3048, '"': 0.0254,
}  # fmt: skip
_CLIP: Final = 2**31
_WRAP: Final = 2**32
_NORTHINGS: Final = (880_000.0, 2_650_000.0)
_END: Final = b"\xff\xff"


def load(path: Path) -> Drawing:
    """Return the drawing in a DGN v7 file, in its master units.

    Raises:
        Refusal: it is damaged or too large.
    """
    if path.stat().st_size > _MAX_BYTES:
        raise Refusal("cad-too-many")
    settings = _settings(path)
    is_cut = breaks_off(path)
    rows = _rows(path, is_cut=is_cut)
    drawing = Drawing("DGN", [], len(rows), raw_text=True)
    if is_cut:
        drawn = sum(bool(flat_parts(row["geometry"])) for row in rows)
        drawing.notes.append(Note("breaks_off", values={"rows": drawn}))
    drawing.entities = [one for row in rows for one in _drawn(row)]
    drawing.skipped.update(
        _KINDS.get(int(row["Type"]), f"type_{row['Type']}")
        for row in rows
        if not flat_parts(row["geometry"])
    )
    if settings is not None:
        drawing.unit_m = _UNITS_M.get((settings.master_unit_name or "").strip().lower())
        drawing.notes += put_back(drawing, settings)
    return drawing


def _settings(path: Path) -> ezdgn.DesignSettings | None:
    """Return units and origin; None where the settings element is odd, and GDAL may still read."""
    try:
        return ezdgn.inspect_headers(path).design_settings
    except (ezdgn.DgnError, ValueError, OSError):
        return None


def breaks_off(path: Path) -> bool:
    """Return whether a file ends before its end of design, or within an element.

    Source: Intergraph Standard File Formats: an element is two bytes of level and type, the number
    of words that follow (u16), and these words; the word 0xFFFF ends the design.
    """
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        at, size = 0, len(data)
        while at + 4 <= size and data[at : at + 2] != _END:
            at += 4 + 2 * int.from_bytes(data[at + 2 : at + 4], "little")
        return data[at : at + 2] != _END


def _rows(path: Path, *, is_cut: bool) -> list[dict[str, Any]]:
    try:
        meta, _, shapes, columns = read(path, encoding="ISO-8859-1", max_features=MAX_ENTITIES + 1)
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise Refusal("unreadable") from error
    if shapes is None or not len(shapes):
        raise Refusal("cut-off" if is_cut else "no-features")
    if len(shapes) > MAX_ENTITIES:
        raise Refusal("cad-too-many")
    names = [str(one) for one in meta["fields"]]
    geometries = read_wkb(shapes)
    return [
        dict(zip(names, row, strict=True)) | {"geometry": shape}
        for shape, row in zip(geometries, zip(*columns, strict=True), strict=True)
    ]


def _drawn(row: Mapping[str, Any]) -> Iterator[Entity]:
    links = {"mslink": row.get("MSLink"), "entity_num": row.get("EntityNum")}
    held = {name: f"{value:.0f}" for name, value in links.items() if _is_set(value)}
    for part in flat_parts(row["geometry"]):
        yield Entity(
            f"level_{row['Level']}",
            _KINDS.get(int(row["Type"]), f"type_{row['Type']}"),
            _whole(part),
            row["Text"] or "",
            color=str(row["ColorIndex"]),
            attributes=held,
        )


def _is_set(value: Any) -> bool:
    return value is not None and not math.isnan(value) and value != 0


def _whole(geometry: BaseGeometry) -> BaseGeometry:
    """Return the parts of a complex chain as one line where each begins at the other's end."""
    if not isinstance(geometry, shapely.MultiLineString):
        return geometry
    joined = [list(part.coords) for part in geometry.geoms]
    chain = joined[0]
    for part in joined[1:]:
        if part[0] != chain[-1]:
            return geometry
        chain = chain + part[1:]
    return shapely.LineString(chain)


def put_back(drawing: Drawing, settings: ezdgn.DesignSettings) -> Iterator[Note]:
    """Say of coordinates that the 32 bits of the file could not hold; wrapped ones are put back.

    A storage centre of the wrong sign leaves every place beyond the last number at that number: it
    is lost. A writer that does not look lets it go round to the other end: it can be known again
    where the way round is longer than Viet Nam.
    """
    origin, scale = settings.global_origin_master, settings.scale
    if origin is None or not scale or not drawing.entities:
        return
    shapes = np.array([one.geometry for one in drawing.entities], object)
    places = shapely.get_coordinates(shapes)
    raw = (places + np.array(origin[:2])) / scale
    clipped = int((np.abs(np.abs(raw + 0.5) - _CLIP + 0.5) <= 1.5).any(axis=1).sum())
    if clipped:
        limit = float(np.abs(places[(np.abs(raw) >= _CLIP - 2)]).max())
        yield Note("cad_clipped", values={"vertices": clipped, "limit": f"{limit:.3f}"})
        return
    turn = _WRAP * scale * (drawing.unit_m or 1.0)
    if turn > _NORTHINGS[1] - _NORTHINGS[0] and (places[:, 1] < 0).any():
        yield from _unwrapped(drawing, shapes, _WRAP * scale)


def _unwrapped(drawing: Drawing, shapes: Any, turn: float) -> Iterator[Note]:
    ys = shapely.get_coordinates(shapes)[:, 1] + turn
    if not ((ys >= _NORTHINGS[0]) & (ys <= _NORTHINGS[1])).all():
        return
    back = shapely.transform(shapes, lambda xy: xy + np.array([0.0, turn]))
    drawing.entities = [
        moved(one, shape) for one, shape in zip(drawing.entities, back, strict=True)
    ]
    yield Note("cad_wrapped", values={"moved": f"{turn:.3f}"})
