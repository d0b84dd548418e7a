"""DWG drawings, through ezdwg, which reads AutoCAD R13 to 2018.

Texts come decoded by the drawing's code page; a Vietnamese font's bytes are found again from that.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import ezdwg
import shapely
from ezdwg import raw
from shapely.geometry.base import BaseGeometry

from conversion.cad import curves
from conversion.cad.blocks import Block, Insert, check_size, exploded, lost
from conversion.cad.drawing import MAX_ENTITIES, PAPER, Drawing, Entity, area, line
from conversion.cad.text import plain, plain_mtext
from conversion.cad.units import UNITS_M
from conversion.refusal import Refusal

_MAX_BYTES: Final = 256 << 20
_UNCOUNTED: Final = frozenset(
    {"BLOCK", "ENDBLK", "SEQEND", "ATTDEF", "VERTEX_2D", "VERTEX_3D", "VERTEX_MESH"}
    | {"VERTEX_PFACE", "VERTEX_PFACE_FACE", "VIEWPORT"}
)
_UNREAD: Final = frozenset(
    {"ACAD_TABLE", "MULTILEADER", "MLEADER", "WIPEOUT", "ACAD_PROXY_ENTITY", "ARC_DIMENSION"}
    | {"HELIX", "UNDERLAY", "MESH", "SURFACE", "PLANESURFACE", "GEOPOSITIONMARKER"}
)
_MODEL: Final = "*MODEL_SPACE"
_PAPER: Final = "*PAPER_SPACE"

type Point = tuple[float, ...]
type Fields = Mapping[str, Any]


@dataclass(slots=True)
class _Tables:
    """Names by handle, and where each entity stands."""

    layers: dict[int, str]
    fonts: dict[int, str]
    blocks: dict[int, str]
    placements: dict[int, tuple[int, int]]
    attributes: dict[int, dict[str, str]] = field(default_factory=dict[int, dict[str, str]])


def load(path: Path) -> Drawing:
    """Return the drawing in a DWG file.

    Raises:
        Refusal: it is damaged, of a version that is not read, too large, or grows too much.
    """
    if path.stat().st_size > _MAX_BYTES:
        raise Refusal("cad-too-many")
    try:
        return _load(str(path))
    except Refusal:
        raise
    except Exception as error:  # the library raises whatever it meets in a broken file
        raise Refusal("dwg-unreadable") from error
    finally:
        ezdwg.clear_decode_caches()


def _load(path: str) -> Drawing:
    document = ezdwg.read(path)
    if len(raw.list_object_map_entries(path, MAX_ENTITIES * 2)) >= MAX_ENTITIES * 2:
        raise Refusal("cad-too-many")
    tables = _tables(path)
    read = list(document.entities().query())
    tables.attributes = _attributes(read)
    drawing = Drawing("DWG", [], 0, UNITS_M.get(document.insunits or 0))
    bases = {int(one["handle"]): one["base_point"][:2] for one in raw.decode_write_blocks(path)}
    blocks = {name: Block(bases.get(handle, (0.0, 0.0))) for handle, name in tables.blocks.items()}
    model = Block()
    for one in read:
        _placed(one, tables, blocks, model, drawing)
    check_size(model.inserts, blocks)
    drawing.entities = [*model.entities, *exploded(model.inserts, blocks)]
    drawing.skipped += _unread(path) + _lost(model, blocks)
    return drawing


def _tables(path: str) -> _Tables:
    return _Tables(
        layers={int(handle): str(name) for handle, name in raw.decode_layer_names(path)},
        fonts={
            int(one["handle"]): str(one.get("font") or one["name"])
            for one in raw.decode_write_tables(path)
            if one["kind"] == "STYLE"
        },
        blocks={int(one["handle"]): str(one["name"]) for one in raw.decode_write_blocks(path)},
        placements={int(h): (int(m), int(o)) for h, m, o in raw.decode_entity_placements(path)},
    )


def _attributes(read: Sequence[Any]) -> dict[int, dict[str, str]]:
    """Return the values of each insert, by tag."""
    found: dict[int, dict[str, str]] = {}
    for one in read:
        owner, tag = one.dxf.get("owner_handle"), str(one.dxf.get("tag") or "").strip()
        if one.dxftype == "ATTRIB" and owner and tag:
            found.setdefault(int(owner), {})[tag] = plain(str(one.dxf["text"] or ""))
    return found


def _placed(
    one: Any, tables: _Tables, blocks: Mapping[str, Block], model: Block, drawing: Drawing
) -> None:
    """Put an entity where it stands: the model, a printed sheet, or a block."""
    home, on_paper = _home(one.handle, tables, blocks)
    if one.dxftype in _UNCOUNTED or (home is None and one.dxftype == "ATTRIB" and on_paper):
        return
    target = blocks[home] if home is not None else model
    drawing.count += home is None and not on_paper
    if one.dxftype == "ATTRIB":
        return
    layer = PAPER if on_paper else tables.layers.get(int(one.dxf.get("layer_handle") or 0), "0")
    insert = _insert(one, layer, tables)
    entity = _entity(one, layer, tables)
    if insert is not None and (entity is None or insert.block in blocks):
        target.inserts.append(insert)
    if entity is not None:
        target.entities.append(entity)
    elif insert is None and home is None:
        drawing.skipped[one.dxftype] += 1


def _home(handle: int, tables: _Tables, blocks: Mapping[str, Block]) -> tuple[str | None, bool]:
    """Return the block an entity stands in (None: none), and whether it is on a printed sheet."""
    at = int(handle)
    for _ in range(8):  # an attribute stands in its insert, that in a block
        mode, owner = tables.placements.get(at, (2, 0))
        if mode == 1:
            return None, True
        if mode == 2 or not owner:
            return None, False
        name = tables.blocks.get(owner)
        if name is not None:
            upper = name.upper()
            is_block = not upper.startswith((_MODEL, _PAPER))
            return (name if is_block and name in blocks else None), upper.startswith(_PAPER)
        at = owner
    return None, False


def _insert(one: Any, layer: str, tables: _Tables) -> Insert | None:
    if one.dxftype == "DIMENSION":
        name = one.dxf.get("anonymous_block_name")
        return Insert(str(name), layer, (0.0, 0.0)) if name in tables.blocks.values() else None
    if one.dxftype not in ("INSERT", "MINSERT"):
        return None
    said: Fields = one.dxf
    return Insert(
        str(said.get("name") or ""),
        layer,
        _xy(said["insert"]),
        (float(said["xscale"]), float(said["yscale"])),
        math.radians(float(said["rotation"])),
        _is_mirrored(said),
        int(said.get("column_count") or 1),
        int(said.get("row_count") or 1),
        (float(said.get("column_spacing") or 0.0), float(said.get("row_spacing") or 0.0)),
    )


def _entity(one: Any, layer: str, tables: _Tables) -> Entity | None:
    """Return what an entity draws by itself; an insert with values is a point that carries them."""
    said: Fields = one.dxf
    attributes = tables.attributes.get(int(one.handle), {})
    if one.dxftype in ("INSERT", "MINSERT"):
        if not attributes:
            return None
        shape = shapely.Point(_xy(said["insert"]))
    else:
        shape = _shape(one.dxftype, said)
    if shape is None or shape.is_empty:
        return None
    if _is_mirrored(said) and one.dxftype not in _WORLD:
        shape = shapely.transform(shape, lambda xy: xy * (-1.0, 1.0))
    return Entity(
        layer,
        one.dxftype.lower().removeprefix("lw").replace("polyline_2d", "polyline"),
        shape,
        _text(one.dxftype, said),
        tables.fonts.get(int(said.get("style_handle") or 0), "") if said.get("text") else "",
        _color(said),
        str(said.get("name") or "") if one.dxftype in ("INSERT", "MINSERT") else "",
        f"{int(one.handle):X}",
        attributes,
    )


def _shape(kind: str, said: Fields) -> BaseGeometry | None:
    """Return what an entity draws; None where it draws nothing, or its numbers make no sense."""
    draw = _DRAWN.get(kind)
    try:
        return draw(said) if draw is not None else None
    except (ValueError, TypeError, ArithmeticError, LookupError, shapely.errors.GEOSException):
        return None


def _text(kind: str, said: Fields) -> str:
    if kind == "MTEXT":
        return plain_mtext(str(said.get("raw_text") or said.get("text") or ""))
    return plain(str(said.get("text") or "")) if kind in ("TEXT", "TOLERANCE") else ""


def _color(said: Fields) -> str:
    true = said.get("resolved_true_color")
    if true is not None:
        return f"#{int(true) & 0xFFFFFF:06x}"
    index = said.get("resolved_color_index")
    return "" if index is None else str(index)


def _is_mirrored(said: Fields) -> bool:
    return float((said.get("extrusion") or (0.0, 0.0, 1.0))[2]) < 0


def _xy(point: Point) -> tuple[float, float]:
    return (float(point[0]), float(point[1]))


def _pairs(points: Sequence[Point]) -> list[tuple[float, float]]:
    return [_xy(point) for point in points]


def _line(said: Fields) -> BaseGeometry | None:
    return line(_pairs((said["start"], said["end"])))


def _polyline(said: Fields) -> BaseGeometry | None:
    points = _pairs(said.get("interpolated_points") or said["points"])
    bulges = [] if said.get("interpolated_points") else said.get("bulges") or []
    return line(curves.bulged(points, bulges, closed=bool(said.get("closed"))))


def _through(said: Fields) -> BaseGeometry | None:
    points = _pairs(said["points"])
    return line([*points, points[0]] if points and said.get("closed") else points)


def _arc(said: Fields) -> BaseGeometry | None:
    start, end = math.radians(said["start_angle"]), math.radians(said["end_angle"])
    sweep = (end - start) % math.tau or math.tau
    return line(curves.arc(_xy(said["center"]), float(said["radius"]), start, sweep))


def _circle(said: Fields) -> BaseGeometry | None:
    return line(curves.arc(_xy(said["center"]), float(said["radius"]), 0.0, math.tau))


def _ellipse(said: Fields) -> BaseGeometry | None:
    start, end = float(said["start_angle"]), float(said["end_angle"])
    sweep = (end - start) % math.tau or math.tau
    ratio = float(said["axis_ratio"]) * (-1.0 if _is_mirrored(said) else 1.0)
    return line(curves.ellipse(_xy(said["center"]), _xy(said["major_axis"]), ratio, (start, sweep)))


def _spline(said: Fields) -> BaseGeometry | None:
    control = _pairs(said.get("control_points") or [])
    if not control:
        return line(_pairs(said.get("fit_points") or said.get("points") or []))
    return line(curves.spline(control, list(said["knots"]), int(said["degree"])))


def _solid(said: Fields) -> BaseGeometry | None:
    first, second, third, fourth = _pairs(said["points"])
    return area([first, second, fourth, third])


def _face(said: Fields) -> BaseGeometry | None:
    return area(list(dict.fromkeys(_pairs(said["points"]))))


def _hatch(said: Fields) -> BaseGeometry | None:
    rings = [_pairs(path["points"]) for path in said.get("paths") or []]
    parts = [shapely.Polygon(ring) for ring in rings if len(set(ring)) >= 3]
    if not parts:
        return None
    whole = shapely.make_valid(parts[0])
    for part in parts[1:]:
        whole = shapely.symmetric_difference(whole, shapely.make_valid(part))
    return whole


def _point(said: Fields) -> BaseGeometry:
    return shapely.Point(_xy(said.get("location") or said["insert"]))


_WORLD: Final = frozenset(
    {"LINE", "POINT", "SPLINE", "ELLIPSE", "3DFACE", "POLYLINE_3D", "LEADER", "MTEXT", "MLINE"}
)
_DRAWN: Final = {
    "LINE": _line, "LWPOLYLINE": _polyline, "POLYLINE_2D": _polyline, "POLYLINE_3D": _through,
    "ARC": _arc, "CIRCLE": _circle, "ELLIPSE": _ellipse, "SPLINE": _spline, "POINT": _point,
    "TEXT": _point, "MTEXT": _point, "TOLERANCE": _point, "SOLID": _solid, "TRACE": _solid,
    "3DFACE": _face, "LEADER": _through, "MLINE": _through, "HATCH": _hatch,
}  # fmt: skip


def _unread(path: str) -> Counter[str]:
    """Return the entities that the library does not decode at all, by type."""
    kinds = Counter(str(row[4]) for row in raw.list_object_headers_with_type(path))
    return Counter({kind: count for kind, count in kinds.items() if kind in _UNREAD})


def _lost(model: Block, blocks: Mapping[str, Block]) -> Counter[str]:
    """Return the inserts that draw nothing, for want of a block or in a circle of blocks."""
    used = (one.block for one in model.inserts if one.layer != PAPER)
    inside = {name: [one.block for one in block.inserts] for name, block in blocks.items()}
    return Counter(INSERT=lost(used, inside))
