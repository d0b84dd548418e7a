"""Ids that a writer made up: one word and the feature's number, as in ``lop.0``, ``lop.1``.

GML wants an id for every feature, and GDAL, QGIS and ArcGIS count where a layer has none.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pyarrow as pa

from conversion.arrow import pc

_COUNTED: Final = r"^(?P<word>.*[^0-9])(?P<number>[0-9]{1,18})$"
_FIRST: Final = (0, 1)


def first_of(columns: Iterable[pa.Array]) -> str:
    """Return the first id if all of them together count from 0 or 1, else an empty text."""
    first, word, start, rows = "", "", 0, 0
    for values in columns:
        found = pc.extract_regex(values, pattern=_COUNTED)
        if values.null_count or found.null_count:
            return ""
        if not len(values):
            continue
        words, numbers = found.field(0), found.field(1).cast(pa.int64()).to_numpy()
        if not first:
            first, word, start = values[0].as_py(), words[0].as_py(), int(numbers[0])
        expected = np.arange(start + rows, start + rows + len(values))
        if start not in _FIRST or not bool((numbers == expected).all()):
            return ""
        if not pc.all(pc.equal(words, word)).as_py():
            return ""
        rows += len(values)
    return first
