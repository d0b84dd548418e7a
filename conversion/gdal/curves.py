"""Arcs as lines of short segments: GDAL reads curves, and nothing after it does.

Surfaces of triangles and polyhedra become polygons. GDAL is called through the library that pyogrio
carries, as ``drivers`` does; the largest angle of a step is GDAL's own four degrees.
"""

import ctypes
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa
from pyogrio import _ogr  # pyright: ignore[reportAttributeAccessIssue]  compiled, without stubs

from conversion.formats import Kind
from conversion.wkb import Heads

_CURVES: Final = (8, 9, 10, 11, 12, 13, 14)
_FACES: Final = (15, 16, 17)
_MULTI_POLYGON: Final = 6
_PLAIN: Final = frozenset(
    f"{many}{one}" for many in ("", "Multi") for one in ("Point", "LineString", "Polygon")
)
_CURVED: Final = frozenset(
    {Kind.GML, Kind.GEOPACKAGE, Kind.SPATIALITE, Kind.FILEGDB, Kind.FLATGEOBUF}
)
_ISO: Final = 1


def may_hold(kind: Kind, geometry_type: str | None) -> bool:
    """Return whether a layer may hold curves or faces; its type, in pyogrio's words, hides curves.

    The other kinds know none; a shapefile has faces where its type is none of the plain ones.
    """
    if kind is Kind.SHAPEFILE:
        return (geometry_type or "").removesuffix(" Z") not in _PLAIN
    return kind in _CURVED


def straightened(column: pa.Array) -> tuple[pa.Array, int]:
    """Return a column of WKB without curves and faces, and how many arcs and faces there were.

    A line that a driver wrapped as a curve comes back as it was and is not counted.
    """
    types = Heads(column).types
    odd = np.flatnonzero(np.isin(types, (*_CURVES, *_FACES)))
    if not len(odd):
        return column, 0
    values = column.to_pylist()
    before = [len(values[at]) for at in odd]
    for at in odd:
        values[at] = _straight(values[at])
    grown = (len(values[at]) > size for at, size in zip(odd, before, strict=True))
    faces = np.isin(types[odd], _FACES)
    count = sum(more or face for more, face in zip(grown, faces, strict=True))
    return pa.array(values, pa.large_binary()), int(count)


def _straight(wkb: bytes) -> bytes:
    """Return one geometry without curves; as it is where GDAL cannot."""
    gdal = _library()
    made = ctypes.c_void_p()
    if gdal.OGR_G_CreateFromWkb(wkb, None, ctypes.byref(made), len(wkb)) != 0 or not made:
        return wkb
    is_face = int.from_bytes(wkb[1:5], "little") % 1000 in _FACES
    if is_face:
        plain = ctypes.c_void_p(gdal.OGR_G_ForceTo(made, _MULTI_POLYGON, None))
    else:
        plain = ctypes.c_void_p(gdal.OGR_G_GetLinearGeometry(made, 0.0, None))
        gdal.OGR_G_DestroyGeometry(made)
    if not plain:
        return wkb
    out = ctypes.create_string_buffer(gdal.OGR_G_WkbSize(plain))
    failed = gdal.OGR_G_ExportToIsoWkb(plain, _ISO, out)
    gdal.OGR_G_DestroyGeometry(plain)
    return wkb if failed else out.raw


@cache
def _library() -> ctypes.CDLL:
    """Return the GDAL that pyogrio is linked with."""
    gdal = ctypes.CDLL(_ogr.__file__)
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    gdal.OGR_G_CreateFromWkb.argtypes = [text, pointer, ctypes.POINTER(pointer), number]
    gdal.OGR_G_GetLinearGeometry.argtypes = [pointer, ctypes.c_double, pointer]
    gdal.OGR_G_GetLinearGeometry.restype = pointer
    gdal.OGR_G_ForceTo.argtypes = [pointer, number, pointer]
    gdal.OGR_G_ForceTo.restype = pointer
    gdal.OGR_G_WkbSize.argtypes = [pointer]
    gdal.OGR_G_ExportToIsoWkb.argtypes = [pointer, number, text]
    gdal.OGR_G_DestroyGeometry.argtypes = [pointer]
    gdal.OGR_G_DestroyGeometry.restype = None
    return gdal
