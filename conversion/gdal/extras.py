"""What KML, GPX and GML need beyond their driver: no invented columns, fields of descriptions.

The drivers offer a fixed set of columns whether or not the file has them. The text columns are
read once before the rows, so that the columns are known when the first row is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyogrio
from pyogrio.errors import DataSourceError
from pyogrio.raw import open_arrow

from conversion import counted_ids
from conversion.arrow import pc
from conversion.formats import Kind
from conversion.gdal.kml_description import description
from conversion.reading import Column, Note
from conversion.refusal import Refusal
from layers.fields import FieldType

_KML: Final = frozenset({Kind.KML, Kind.KMZ})
_OWN: Final = "kml:"
"""Before the names of the driver's own columns, so that they are none of the file's."""
_COLUMNS: Final = (
    "id", "name", "description", "timestamp", "begin", "end", "altitudeMode", "tessellate",
    "extrude", "visibility", "drawOrder", "icon", "heading", "tilt", "roll", "snippet",
)  # fmt: skip
_INVENTED: Final = {"tessellate": -1, "visibility": -1, "extrude": 0, "drawOrder": 0}
_NAME, _DESCRIPTION = f"{_OWN}name", f"{_OWN}description"
_IDS: Final = {Kind.GML: "gml_id", Kind.KML: f"{_OWN}id", Kind.KMZ: f"{_OWN}id"}
_MOST_KEYS: Final = 200
_BATCH: Final = 16_384


@dataclass(frozen=True, slots=True)
class Extras:
    """``unsaid``: columns that say nothing of their own, left out. ``keys``: fields that stand in
    descriptions; ``described``: the place of the descriptions in a batch, None: not looked at.
    ``notes``: what of the left out held a value.
    """

    unsaid: frozenset[str] = frozenset()
    keys: tuple[str, ...] = ()
    described: int | None = None
    notes: tuple[Note, ...] = ()

    def columns(self, found: Sequence[Column]) -> list[Column]:
        """Return the columns of a layer whose driver offers ``found``; the keys come last."""
        taken = {one.name.casefold() for one in found}
        said = [_plainly(one, taken) for one in found if one.name not in self.unsaid]
        more = enumerate(_apart(self.keys, said), start=len(found))
        return [*said, *(Column(at, name, FieldType.TEXT) for at, name in more)]

    def added(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return a batch with the values of the keys before its geometry."""
        if not self.keys or self.described is None:
            return batch
        values = [_pairs(one) for one in batch.column(self.described).to_pylist()]
        arrays = [pa.array([one.get(key) for one in values], pa.string()) for key in self.keys]
        before = batch.columns[:-1]
        names = [str(at) for at in range(len(before) + len(arrays) + 1)]
        return pa.RecordBatch.from_arrays([*before, *arrays, batch.columns[-1]], names)


@dataclass(slots=True)
class _Seen:
    """What the text columns of a KML or GPX say, gathered batch by batch."""

    kind: Kind
    silent: set[str] | None = None
    keys: dict[str, None] = field(default_factory=dict[str, None])
    is_only_table: bool = True
    described: int | None = None
    repeated: list[str] | None = None

    def look(self, batch: pa.RecordBatch) -> None:
        """Take in one batch."""
        names = batch.schema.names
        unsaid = {name for name in names if _says_nothing(name, batch.column(name), self.kind)}
        self.silent = unsaid if self.silent is None else self.silent & unsaid
        if self.kind in _KML and _DESCRIPTION in names:
            self.described = names.index(_DESCRIPTION)
            self.is_only_table &= _collect(batch, self.keys)
        if self.kind in _KML and _NAME in names:
            self.repeated = _repeated(batch, names if self.repeated is None else self.repeated)

    def extras(self) -> Extras:
        """Return what came out."""
        silent, notes = self.silent or set[str](), list[Note]()
        if self.repeated and _NAME not in silent:
            silent = silent | {_NAME}
            notes.append(Note("names_left_out", values={"field": self.repeated[0]}))
        if not self.keys or len(self.keys) > _MOST_KEYS:
            return Extras(frozenset(silent), notes=tuple(notes))
        redundant = {_DESCRIPTION} if self.is_only_table else set[str]()
        return Extras(frozenset(silent | redundant), tuple(self.keys), self.described, tuple(notes))


def prepare(kind: Kind) -> None:
    """Tell the driver how its own columns are called, before it opens the file."""
    if kind in _KML:
        names = {f"LIBKML_{one.upper()}_FIELD": f"{_OWN}{one}" for one in _COLUMNS}
        pyogrio.set_gdal_config_options(names)


def of(path: Path, kind: Kind, layer: str) -> Extras:
    """Return what the rows of ``layer`` say beyond what the driver's columns tell.

    Raises:
        Refusal: the file breaks off.
    """
    if kind is Kind.GML:
        return _without_count(Extras(), path, kind, layer)
    if kind not in _KML and kind is not Kind.GPX:
        return Extras()
    seen = _Seen(kind)
    for batch in _rows(path, layer):
        seen.look(batch)
    return _without_count(seen.extras(), path, kind, layer) if kind in _KML else seen.extras()


def _without_count(extras: Extras, path: Path, kind: Kind, layer: str) -> Extras:
    """Return the extras without a column of ids that only count the features."""
    name = _IDS[kind]
    if name in extras.unsaid:
        return extras
    first = counted_ids.first_of(_column(path, layer, name))
    if not first:
        return extras
    note = Note("ids_left_out", values={"field": name.removeprefix(_OWN), "first": first})
    return replace(extras, unsaid=extras.unsaid | {name}, notes=(*extras.notes, note))


def _column(path: Path, layer: str, name: str) -> Iterator[pa.Array]:
    for batch in _rows(path, layer, columns=[name]):
        if name not in batch.schema.names:
            return
        yield batch.column(name)


def _rows(path: Path, layer: str, **part: Any) -> Iterator[pa.RecordBatch]:
    try:
        with open_arrow(
            path, layer=layer, read_geometry=False, use_pyarrow=True, batch_size=_BATCH, **part
        ) as (_, reader):
            yield from reader
    except (DataSourceError, ValueError, OSError, pa.ArrowException) as error:
        raise Refusal("unreadable") from error


def _says_nothing(name: str, values: pa.Array, kind: Kind) -> bool:
    if kind in _KML and not name.startswith(_OWN):
        return False
    if values.null_count == len(values):
        return True
    invented = _INVENTED.get(name.removeprefix(_OWN)) if kind in _KML else None
    return invented is not None and bool(pc.all(pc.equal(values, invented)).as_py())


def _repeated(batch: pa.RecordBatch, names: Sequence[str]) -> list[str]:
    """Return which of ``names`` are columns of the file with the same values as the name."""
    wanted = _bare(batch.column(_NAME))
    same: list[str] = []
    for name in names:
        values = batch.column(name)
        if not name.startswith(_OWN) and values.type == wanted.type:
            is_same = pc.all(pc.equal(_bare(values), wanted), min_count=0).as_py()
            same += [name] if is_same else []
    return same


def _bare(texts: pa.Array) -> pa.Array:
    """Return texts without blanks at their ends, as the driver reads fields but not names."""
    return pc.utf8_trim_whitespace(pc.fill_null(texts, ""))


def _collect(batch: pa.RecordBatch, keys: dict[str, None]) -> bool:
    """Gather the keys of a batch's descriptions; return whether they say no more than tables."""
    is_only_table = True
    names = batch.column(_NAME).to_pylist() if _NAME in batch.schema.names else []
    texts = batch.column(_DESCRIPTION).to_pylist()
    for name, text in zip(names or [None] * len(texts), texts, strict=True):
        if not text:
            continue
        found = description(text)
        keys.update(dict.fromkeys(found.pairs))
        is_only_table &= bool(found.pairs) and found.rest in {"", (name or "").strip()}
    return is_only_table


def _pairs(text: str | None) -> dict[str, str]:
    return description(text).pairs if text else {}


def _plainly(one: Column, taken: set[str]) -> Column:
    """Return a column of the driver's under its own name; marked where the file has that one."""
    if not one.name.startswith(_OWN):
        return one
    name = one.name.removeprefix(_OWN)
    return replace(one, name=f"{name} (KML)" if name.casefold() in taken else name)


def _apart(keys: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """Return the keys; one that a column of the file has already is marked."""
    taken = {one.name.casefold() for one in columns}
    return [f"{key} (mô tả)" if key.casefold() in taken else key for key in keys]
