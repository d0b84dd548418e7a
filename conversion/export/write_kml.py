"""KML written line by line: typed fields, numbers in full, and no field that the layer has not.

GDAL's writers of KML round numbers to 15 digits, give every feature an id, and make text of whole
numbers. Source: OGC 07-147r2 (KML 2.2), Schema, SchemaData, Placemark.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, TextIO
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pyarrow as pa
import shapely

from conversion.arrow import pc
from conversion.export.fit import Tally
from conversion.export.spec import Spec

_NOT_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_INT: Final = 2**31
_NONE: Final[tuple[int, int]] = (0, 0)
_STYLE: Final = (
    '<Style id="gishue"><LineStyle><color>ff0000ff</color></LineStyle>'
    "<PolyStyle><fill>0</fill></PolyStyle></Style>"
)
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">'
    "<Document><name>{title}</name>{style}\n"
)


def write(spec: Spec, rows: pa.RecordBatchReader, tally: Tally) -> None:
    """Write ``rows`` to the file of ``spec``; the label once more as the name on the map."""
    path = Path(spec.path)
    with tempfile.TemporaryFile(dir=path.parent) as spool:
        ranges = _spooled(rows, spool)
        spool.seek(0)
        with path.open("w", encoding="utf-8", newline="\n") as target:
            target.write(_HEAD.format(title=_text(spec.title), style=_STYLE))
            _schema(target, spec, rows.schema, ranges)
            target.write(f"<Folder><name>{_text(spec.layer)}</name>\n")
            for batch in pa.ipc.open_stream(spool):
                target.writelines(_placemarks(spec, batch))
            target.write("</Folder></Document></kml>\n")


def _spooled(rows: pa.RecordBatchReader, spool: Any) -> dict[str, tuple[int, int]]:
    """Keep the rows; return least and greatest value of each column of whole numbers."""
    whole: list[str] = [one.name for one in rows.schema if pa.types.is_integer(one.type)]
    ranges: dict[str, tuple[int, int]] = dict.fromkeys(whole, _NONE)
    with pa.ipc.new_stream(spool, rows.schema) as stream:
        for batch in rows:
            stream.write_batch(batch)
            for name in whole:
                found = pc.min_max(batch.column(name)).as_py()
                low, high = found["min"] or 0, found["max"] or 0
                ranges[name] = (min(ranges[name][0], low), max(ranges[name][1], high))
    return ranges


def _schema(
    target: TextIO, spec: Spec, schema: pa.Schema, ranges: dict[str, tuple[int, int]]
) -> None:
    target.write(f"<Schema name={_quoted(spec.layer)} id={_quoted(spec.layer)}>\n")
    for one in list(schema)[1:-1]:
        kind = _type(one.type, ranges.get(one.name, (0, 0)))
        target.write(f'<SimpleField name={_quoted(one.name)} type="{kind}"/>\n')
    target.write("</Schema>\n")


def _type(kind: pa.DataType, within: tuple[int, int]) -> str:
    """Return the type that the format has for a column; KML's whole numbers have 32 bits."""
    if pa.types.is_boolean(kind):
        return "bool"
    if pa.types.is_floating(kind):
        return "double"
    if not pa.types.is_integer(kind):
        return "string"
    if within[0] >= -_INT and within[1] < _INT:
        return "int"
    return "uint" if within[0] >= 0 else "string"


def _placemarks(spec: Spec, batch: pa.RecordBatch) -> Iterator[str]:
    names = batch.schema.names[1:-1]
    heads = [f"<SimpleData name={_quoted(name)}>" for name in names]
    url = _quoted(f"#{spec.layer}")
    start = f"<styleUrl>#gishue</styleUrl><ExtendedData><SchemaData schemaUrl={url}>"
    label = names.index(spec.label) if spec.label in names else -1
    columns = [column.to_pylist() for column in batch.columns[1:-1]]
    shapes = shapely.from_wkb(np.asarray(batch.column(-1).to_pylist(), dtype=object))
    rows = zip(*columns, strict=True) if columns else iter([()] * len(shapes))
    drawn = _geometries(shapes)
    for row, geometry in zip(rows, drawn, strict=True):
        texts = [None if value is None else _value(value) for value in row]
        name = texts[label] if label >= 0 else None
        yield "<Placemark>" + ("" if name is None else f"<name>{name}</name>")
        yield start
        yield from (
            f"{head}{text}</SimpleData>"
            for head, text in zip(heads, texts, strict=True)
            if text is not None
        )
        yield f"</SchemaData></ExtendedData>{geometry}</Placemark>\n"


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else repr(value)


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("", text), {"\r": "&#13;"})


def _quoted(text: str) -> str:
    return quoteattr(_NOT_XML.sub("", text))


def _geometries(shapes: np.ndarray[Any, Any]) -> list[str]:
    """Return each shape as KML, empty where there is none; by way of WKT, which is quick."""
    texts = shapely.to_wkt(shapes, rounding_precision=-1, output_dimension=2).tolist()
    return [_geometry(shape, wkt) for shape, wkt in zip(shapes.tolist(), texts, strict=True)]


def _geometry(shape: Any, wkt: str | None) -> str:
    if shape is None or wkt is None or shape.is_empty:
        return ""
    if shape.geom_type == "GeometryCollection":
        return _several(_geometries(shapely.get_parts(shape)))
    kind, _, body = wkt.partition(" ")
    if kind == "MULTIPOLYGON":
        return _several([_polygon(one) for one in body[3:-3].split(")), ((")])
    if kind == "POLYGON":
        return _polygon(body[2:-2])
    single = "Point" if kind.endswith("POINT") else "LineString"
    if kind.startswith("MULTI"):
        parts = body[2:-2].split("), (")
        return _several([f"<{single}>{_coordinates(one)}</{single}>" for one in parts])
    return f"<{single}>{_coordinates(body[1:-1])}</{single}>"


def _several(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"<MultiGeometry>{''.join(parts)}</MultiGeometry>"


def _polygon(rings: str) -> str:
    outer, *inner = (f"<LinearRing>{_coordinates(one)}</LinearRing>" for one in rings.split("), ("))
    holes = "".join(f"<innerBoundaryIs>{one}</innerBoundaryIs>" for one in inner)
    return f"<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs>{holes}</Polygon>"


def _coordinates(pairs: str) -> str:
    """Return ``x y, x y`` as KML writes it: ``x,y x,y``."""
    return (
        f"<coordinates>{pairs.replace(', ', ';').replace(' ', ',').replace(';', ' ')}</coordinates>"
    )
