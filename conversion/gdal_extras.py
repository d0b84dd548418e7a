"""What KML and GPX need beyond their driver: no columns it invents, fields out of descriptions.

Both drivers offer a fixed set of columns whether or not the file has them. The text columns are
read once before the rows, so that the columns are known when the first row is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyogrio
from pyogrio.errors import DataSourceError
from pyogrio.raw import open_arrow

from conversion.arrow import pc
from conversion.formats import Kind
from conversion.kml_description import description
from conversion.reading import Column
from conversion.refusal import Refusal
from layers.fields import FieldType

_KML: Final = frozenset({Kind.KML, Kind.KMZ})
_INVENTED: Final = {"tessellate": -1, "visibility": -1, "extrude": 0, "drawOrder": 0}
_DESCRIPTION: Final = "description"
_MOST_KEYS: Final = 200
_BATCH: Final = 16_384


@dataclass(frozen=True, slots=True)
class Extras:
    """``unsaid``: columns in which the file says nothing, left out. ``keys``: fields that stand in
    descriptions; ``described``: the place of the descriptions in a batch, None: not looked at.
    """

    unsaid: frozenset[str] = frozenset()
    keys: tuple[str, ...] = ()
    described: int | None = None

    def columns(self, found: Sequence[Column]) -> list[Column]:
        """Return the columns of a layer whose driver offers ``found``; the keys come last."""
        said = [one for one in found if one.name not in self.unsaid]
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


def prepare(kind: Kind) -> None:
    """Tell the driver how its own columns are called, before it opens the file."""
    if kind in _KML:
        pyogrio.set_gdal_config_options({"LIBKML_NAME_FIELD": "name"})


def of(path: Path, kind: Kind, layer: str) -> Extras:
    """Return what the rows of ``layer`` say beyond what the driver's columns tell.

    Raises:
        Refusal: the file breaks off.
    """
    if kind not in _KML and kind is not Kind.GPX:
        return Extras()
    silent: set[str] | None = None
    keys: dict[str, None] = {}
    is_only_table, at = True, None
    for batch in _rows(path, layer):
        names = batch.schema.names
        unsaid = {name for name in names if _says_nothing(name, batch.column(name), kind)}
        silent = unsaid if silent is None else silent & unsaid
        if kind in _KML and _DESCRIPTION in names:
            at = names.index(_DESCRIPTION)
            is_only_table &= _collect(batch, keys)
    if not keys or len(keys) > _MOST_KEYS:
        return Extras(frozenset(silent or ()))
    redundant = {_DESCRIPTION} if is_only_table else set[str]()
    return Extras(frozenset((silent or set()) | redundant), tuple(keys), at)


def _rows(path: Path, layer: str) -> Iterator[pa.RecordBatch]:
    try:
        with open_arrow(
            path, layer=layer, read_geometry=False, use_pyarrow=True, batch_size=_BATCH
        ) as (_, reader):
            yield from reader
    except (DataSourceError, ValueError, OSError, pa.ArrowException) as error:
        raise Refusal("unreadable") from error


def _says_nothing(name: str, values: pa.Array, kind: Kind) -> bool:
    if values.null_count == len(values):
        return True
    if kind in _KML and name in _INVENTED:
        return bool(pc.all(pc.equal(values, _INVENTED[name])).as_py())
    return False


def _collect(batch: pa.RecordBatch, keys: dict[str, None]) -> bool:
    """Gather the keys of a batch's descriptions; return whether they say no more than tables."""
    is_only_table = True
    names = batch.column("name").to_pylist() if "name" in batch.schema.names else []
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


def _apart(keys: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """Return the keys; one that a column of the file has already is marked."""
    taken = {one.name.casefold() for one in columns}
    return [f"{key} (mô tả)" if key.casefold() in taken else key for key in keys]
