"""What GDAL does not tell of a DXF: its header, text styles, attributes, and how large it grows.

The file is walked once by its group codes before GDAL sees it, for blocks that insert blocks can
ask for more entities than any machine holds.

Source: Autodesk DXF reference: groups of two lines, a code and a value; code 0 begins an entity.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from conversion.cad.blocks import lost
from conversion.cad.drawing import MAX_ENTITIES, PAPER
from conversion.cad.text import plain
from conversion.refusal import Refusal

_START = re.compile(rb"(?:^|\n)[ \t]*0[ \t]*\r?\n[ \t]*([A-Z3][A-Z0-9_]*)[ \t]*(?=\r?\n|$)")
_UNICODE_SINCE = "AC1021"
_INSIDE = frozenset({"VERTEX", "SEQEND", "ATTRIB", "VIEWPORT", "SECTION", "ENDSEC", "EOF"})
_TEXTS = frozenset({"TEXT", "MTEXT"})

_NEEDED = frozenset({2, 3, 5, 7, 8, 10, 20, 67, 70, 71, 230})
_OF_ATTRIBUTE = frozenset({1, 2, 5})

type Tags = dict[int, str]


@dataclass(slots=True)
class Insert:
    """One insertion of a block in the model, with its attributes by tag."""

    layer: str
    block: str
    handle: str
    at: tuple[float, float]
    attributes: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(slots=True)
class _Block:
    """``inserts``: the blocks of its INSERTs and how many times each; ``dimensions``: of those."""

    entities: int = 0
    inserts: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    dimensions: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class Scan:
    """The walk's harvest. ``fonts``: text style → font file; ``styles``: entity handle → style.

    ``kinds``: type of each entity of the model, by handle; ``unnamed`` counts those without one.
    ``attribs``: handles of attribute texts, which stand as fields of their insert. ``blocks``: by
    name as it is written; GDAL tells small letters from capitals.
    """

    version: str = ""
    code_page: str = ""
    units: int = 0
    fonts: dict[str, str] = field(default_factory=dict[str, str])
    styles: dict[str, str] = field(default_factory=dict[str, str])
    kinds: dict[str, str] = field(default_factory=dict[str, str])
    unnamed: Counter[str] = field(default_factory=Counter[str])
    inserts: dict[str, Insert] = field(default_factory=dict[str, Insert])
    uses: Counter[str] = field(default_factory=Counter[str])
    attribs: set[str] = field(default_factory=set[str])
    model: _Block = field(default_factory=_Block)
    blocks: dict[str, _Block] = field(default_factory=dict[str, _Block])

    @property
    def is_unicode(self) -> bool:
        """Whether texts are UTF-8; before AutoCAD 2007 they are bytes of some code page."""
        return self.version >= _UNICODE_SINCE

    def font_of(self, handle: str) -> str:
        """Return the font of a text: its file, else the name of its style."""
        style = self.styles.get(handle, "")
        return self.fonts.get(style, "") or style

    def block_of(self, handle: str) -> str:
        """Return the block that an entity of the model puts in place; empty where it is none."""
        insert = self.inserts.get(handle)
        return insert.block if insert is not None else ""

    def grown(self) -> int:
        """Return how many entities the model has when every block is inserted."""
        return _grown(self.model, self.blocks, {}, frozenset())

    def lost(self) -> int:
        """Return how many INSERTs have no block to draw, or one that they stand in themselves.

        Those of the model with a handle are left out: GDAL's answer tells of them.
        """
        used = (
            one.block
            for one in self.inserts.values()
            if one.block in self.blocks or not (one.handle or one.attributes)
        )
        inside = {name: [one for one, _ in block.inserts] for name, block in self.blocks.items()}
        return lost(used, inside)


def scan(data: bytes) -> Scan:
    """Return what the walk over a DXF's bytes finds.

    Raises:
        Refusal: its blocks grow beyond what one drawing may hold.
    """
    seen = Scan()
    _header(seen, data[: 1 << 20])
    section, block = "", _Block()
    insert: Insert | None = None
    for kind, body in _entities(data):
        if kind == "SECTION":
            section = _tags(body, seen).get(2, "")
        elif section == "TABLES" and kind == "STYLE":
            tags = _tags(body, seen)
            seen.fonts[tags.get(2, "")] = tags.get(3, "")
        elif section == "BLOCKS":
            block = _in_blocks(seen, kind, body, block)
        elif section == "ENTITIES":
            insert = _in_model(seen, kind, body, insert)
    if seen.grown() > MAX_ENTITIES:
        raise Refusal("cad-too-many")
    return seen


def _entities(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Return each entity's type and the bytes of its groups."""
    found = _START.finditer(data)
    last = next(found, None)
    while last is not None:
        following = next(found, None)
        end = following.start() if following is not None else len(data)
        yield last[1].decode(), data[last.end() : end]
        last = following


def _header(seen: Scan, head: bytes) -> None:
    def said(name: bytes) -> str:
        found = re.search(rb"\$" + name + rb"[ \t\r]*\n[ \t]*\d+[ \t\r]*\n[ \t]*([^\r\n]*)", head)
        return found[1].decode("ascii", "replace").strip() if found else ""

    seen.version = said(b"ACADVER")
    seen.code_page = said(b"DWGCODEPAGE")
    seen.units = int(said(b"INSUNITS")) if said(b"INSUNITS").isdigit() else 0


def _in_blocks(seen: Scan, kind: str, body: bytes, block: _Block) -> _Block:
    """Count an entity of a block; return the block that is open now."""
    if kind == "BLOCK":
        return seen.blocks.setdefault(_tags(body, seen).get(2, ""), _Block())
    if kind not in _INSIDE and kind != "ENDBLK":
        _counted(block, kind, body, seen)
    return block


def _in_model(seen: Scan, kind: str, body: bytes, insert: Insert | None) -> Insert | None:
    """Note an entity of the model; return the insert whose attributes follow."""
    if kind in _INSIDE:
        if kind == "ATTRIB" and insert is not None:
            _attribute(seen, _tags(body, seen, _OF_ATTRIBUTE), insert)
        return None if kind == "SEQEND" else insert
    _counted(seen.model, kind, body, seen)
    tags = _tags(body, seen) if kind in _TEXTS or kind == "INSERT" else _first_tags(body, seen)
    handle = tags.get(5, "")
    if tags.get(67, "0") == "1":
        return None
    if handle:
        seen.kinds[handle] = kind
    else:
        seen.unnamed[kind] += 1
    if kind in _TEXTS:
        seen.styles[handle] = tags.get(7, "Standard")
    if kind != "INSERT":
        return None
    mirrored = -1.0 if _number(tags, 230, 1.0) < 0 else 1.0
    place = (mirrored * _number(tags, 10), _number(tags, 20))
    one = Insert(tags.get(8, "0"), tags.get(2, ""), handle, place)
    seen.inserts[handle or f"#{len(seen.inserts)}"] = one
    seen.uses[one.block] += 1
    return one


def _attribute(seen: Scan, tags: Tags, insert: Insert) -> None:
    if tags.get(5):
        seen.attribs.add(tags[5])
    tag = tags.get(2, "").strip()
    if tag and insert.layer != PAPER:
        insert.attributes[tag] = plain(tags.get(1, ""))


def _counted(block: _Block, kind: str, body: bytes, seen: Scan) -> None:
    block.entities += 1
    if kind == "INSERT":
        tags = _tags(body, seen)
        times = max(1, int(_number(tags, 70, 1))) * max(1, int(_number(tags, 71, 1)))
        block.inserts.append((tags.get(2, ""), times))
    elif kind == "DIMENSION":
        block.dimensions.append(_tags(body, seen).get(2, ""))


def _grown(
    block: _Block, blocks: dict[str, _Block], known: dict[str, int], above: frozenset[str]
) -> int:
    """Return a block's entities with all that it inserts; one that holds itself counts once."""
    total = block.entities
    for name, times in (*block.inserts, *((name, 1) for name in block.dimensions)):
        if name in above or name not in blocks or total > MAX_ENTITIES:
            continue
        if name not in known:
            if len(above) > 100:
                raise Refusal("cad-too-many")
            known[name] = _grown(blocks[name], blocks, known, above | {name})
        total += times * known[name]
    return total


def _first_tags(body: bytes, seen: Scan) -> Tags:
    """Return the groups at the beginning of a long entity: handle, layer and space stand there."""
    return _tags(body[:600], seen)


def _tags(body: bytes, seen: Scan, wanted: frozenset[int] = _NEEDED) -> Tags:
    """Return an entity's groups by code, the first of each."""
    lines = body.lstrip(b"\r\n").split(b"\n")
    tags: Tags = {}
    for code, value in zip(lines[::2], lines[1::2], strict=False):
        try:
            key = int(code)
        except ValueError:
            break
        if key in wanted and key not in tags:
            tags[key] = _decoded(value, seen)
    return tags


def _decoded(value: bytes, seen: Scan) -> str:
    return value.decode("utf-8" if seen.is_unicode else "latin-1", "replace").strip()


def _number(tags: Tags, code: int, otherwise: float = 0.0) -> float:
    try:
        return float(tags.get(code, otherwise))
    except ValueError:
        return otherwise
