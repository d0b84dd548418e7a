"""Properties of a GeoJSON whose values are of several types: the driver makes text of them all.

Only fields of text with a value that is no plain word are looked for, and of the file only its
``properties`` are decoded: a million features take seconds.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from conversion.arrow import pc
from conversion.formats import Kind
from conversion.gdal import json_members
from conversion.reading import Column, Note
from layers.fields import FieldType

KINDS: Final = frozenset({Kind.GEOJSON, Kind.GEOJSONSEQ})

_LONGEST: Final = 4 << 20
# Not those of a "crs" as GDAL writes it.
_PROPERTIES: Final = re.compile(
    r'"properties"(?<!"name","properties")(?<!"name", "properties")\s{0,8}:\s{0,8}(?=\{)'
)
_NOT_A_WORD: Final = r"^\s*(-?\d|true$|false$|\{|\[)"
_NAMES: Final[dict[type, str]] = {
    str: "texts",
    bool: "booleans",
    int: "numbers",
    float: "numbers",
    dict: "objects",
    list: "objects",
}


class Watch:
    """Follows the text columns of a layer; ``notes`` then tells of those with several types."""

    def __init__(self, kind: Kind, columns: Sequence[Column]) -> None:
        texts = [one for one in columns if one.type is FieldType.TEXT] if kind in KINDS else []
        self._waiting = {one.name: one.position for one in texts}
        self._doubted: set[str] = set()

    def look(self, batch: pa.RecordBatch) -> None:
        """Doubt each text column with a value that may have been something else."""
        for name, at in list(self._waiting.items()):
            if _may_be_other(batch.column(at)):
                self._doubted.add(name)
                del self._waiting[name]

    def notes(self, path: Path) -> Iterator[Note]:
        """Yield a note for each doubted column whose values are of several types in the file."""
        if not self._doubted:
            return
        counts: dict[str, Counter[str]] = {name: Counter() for name in self._doubted}
        for properties in json_members.values(path, _PROPERTIES, longest=_LONGEST):
            for name, seen in counts.items():
                kind = _NAMES.get(type(properties.get(name)))
                if kind:
                    seen[kind] += 1
        for name, seen in sorted(counts.items()):
            if len(seen) > 1:
                yield Note("values_of_several_types", name, {"field": name, **_all(seen)})


def _may_be_other(values: pa.Array) -> bool:
    if not pa.types.is_string(values.type) and not pa.types.is_large_string(values.type):
        return False
    return bool(pc.any(pc.match_substring_regex(values, _NOT_A_WORD)).as_py())


def _all(seen: Counter[str]) -> dict[str, str | int | float]:
    return {kind: seen[kind] for kind in dict.fromkeys(_NAMES.values())}
