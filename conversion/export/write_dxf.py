"""A drawing in AutoCAD's oldest common dialect, written line by line.

GDAL's writer puts no text on a point unless a style says so, and Arrow carries no style. R12 needs
no handles and no tables beyond the layers, so a million features stream. Source: Autodesk, DXF
Reference; text outside ASCII as ``\\U+XXXX``, which every reader of DXF turns back.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TextIO

import numpy as np
import pyarrow as pa
import shapely

from conversion.export.drawing import TEXT_HEIGHT_M, figures
from conversion.export.fit import Tally
from conversion.export.spec import Spec

_NOT_A_NAME: Final = re.compile(r"[^A-Z0-9_$-]")
_TEXT_LAYER: Final = "_NHAN"
_TEXT_SIGNS: Final = 255


def write(spec: Spec, rows: pa.RecordBatchReader, tally: Tally) -> None:
    """Write ``rows`` to the file of ``spec``: shapes on one layer, labels on another."""
    # A name of R12 ends at 31 characters.
    layer = _NOT_A_NAME.sub("_", spec.layer.upper())[: 31 - len(_TEXT_LAYER)]
    height = TEXT_HEIGHT_M / 111_000 if spec.is_geographic else TEXT_HEIGHT_M
    with Path(spec.path).open("w", encoding="ascii", newline="\r\n") as target:
        _head(target, spec, layer)
        for figure in figures(spec, rows, tally):
            for part in shapely.get_parts(figure.shape):
                _shape(target, layer, part)
            if figure.label:
                text = _fitting(figure.label, tally)
                _label(target, layer + _TEXT_LAYER, text, figure.anchor, height)
        _put(target, [(0, "ENDSEC"), (0, "EOF")])


def _head(target: TextIO, spec: Spec, layer: str) -> None:
    _put(target, [(999, f"EPSG:{spec.srid}, x first"), (0, "SECTION"), (2, "HEADER")])
    _put(target, [(9, "$ACADVER"), (1, "AC1009"), (0, "ENDSEC")])
    _put(target, [(0, "SECTION"), (2, "TABLES"), (0, "TABLE"), (2, "LAYER"), (70, 2)])
    for name, colour in ((layer, 7), (layer + _TEXT_LAYER, 3)):
        _put(target, [(0, "LAYER"), (2, name), (70, 0), (62, colour), (6, "CONTINUOUS")])
    _put(target, [(0, "ENDTAB"), (0, "ENDSEC"), (0, "SECTION"), (2, "ENTITIES")])


def _shape(target: TextIO, layer: str, part: Any) -> None:
    if part.geom_type == "Point":
        _put(target, [(0, "POINT"), (8, layer), *_at(part.coords[0])])
    elif part.geom_type == "LineString":
        _polyline(target, layer, shapely.get_coordinates(part), closed=False)
    elif part.geom_type == "Polygon":
        for ring in (part.exterior, *part.interiors):
            _polyline(target, layer, shapely.get_coordinates(ring)[:-1], closed=True)


def _polyline(target: TextIO, layer: str, pairs: np.ndarray[Any, Any], *, closed: bool) -> None:
    _put(target, [(0, "POLYLINE"), (8, layer), (66, 1), (70, int(closed)), *_at((0.0, 0.0))])
    for pair in pairs.tolist():
        _put(target, [(0, "VERTEX"), (8, layer), *_at(pair)])
    _put(target, [(0, "SEQEND"), (8, layer)])


def _label(target: TextIO, layer: str, text: str, anchor: tuple[float, float], h: float) -> None:
    _put(target, [(0, "TEXT"), (8, layer), *_at(anchor), (40, h), (1, text)])


def escaped(text: str) -> str:
    r"""Return ``text`` in ASCII, on one line.

    >>> escaped("Huế\n1")
    'Hu\\U+1EBF 1'
    """
    line = " ".join(text.split())
    units = (line.encode("utf-16-be")[at : at + 2] for at in range(0, 2 * _units(line), 2))
    return "".join(_unit(int.from_bytes(unit)) for unit in units)


def _fitting(label: str, tally: Tally) -> str:
    """Return the label as R12 holds it; one that is too long is cut between two letters."""
    text = escaped(label)
    if len(text) <= _TEXT_SIGNS:
        return text
    tally["text-cut"] = tally.get("text-cut", 0) + 1
    kept = len(label)
    while len(text) > _TEXT_SIGNS:
        kept -= 1 + (len(text) - _TEXT_SIGNS) // 7
        text = escaped(label[:kept])
    return text


def _units(text: str) -> int:
    return len(text.encode("utf-16-be")) // 2


def _unit(code: int) -> str:
    return chr(code) if code < 128 else f"\\U+{code:04X}"


def _at(pair: Any) -> Iterator[tuple[int, Any]]:
    yield from ((10, repr(float(pair[0]))), (20, repr(float(pair[1]))), (30, "0.0"))


def _put(target: TextIO, groups: list[tuple[int, Any]]) -> None:
    target.writelines(f"{code:3d}\n{value}\n" for code, value in groups)
