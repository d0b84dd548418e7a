"""A layer's columns as a format can hold them: names, long texts, dates. What changes is counted.

Runs in the writing process, on Arrow batches.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from conversion.arrow import pc
from conversion.export.formats import Moments, Names, OutFormat
from gishue.core.vietnamese import vn_key
from layers.moment import NAIVE_ZONE

_ZONE = ZoneInfo(NAIVE_ZONE)
_ASCII = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_XML = re.compile(r"[^\w.-]", re.ASCII)

type Tally = dict[str, int]


def names(out: OutFormat, wanted: Sequence[str]) -> list[str]:
    """Return what each field is called in a file of ``out``: allowed there, and unique.

    >>> from conversion.export.formats import BY_KEY
    >>> names(BY_KEY["shp"], ["Tên xã", "ten_xa", "DIEN_TICH_DAT", "dien_tich_dat_o", "2024"])
    ['ten_xa', 'ten_xa_1', 'DIEN_TICH_', 'dien_tic_1', 'f_2024']
    """
    taken: set[str] = set()
    result: list[str] = []
    for name in wanted:
        base = _allowed(out.names, name)
        new = _cut(base, out.name_bytes)
        turn = 0
        while new.casefold() in taken:
            turn += 1
            new = _cut(base, out.name_bytes, f"_{turn}")
        taken.add(new.casefold())
        result.append(new)
    return result


def _allowed(rule: Names, name: str) -> str:
    if rule is Names.ASCII and not _ASCII.fullmatch(name):
        folded = vn_key(name).replace(" ", "_")
        return folded if _ASCII.fullmatch(folded) else f"f_{folded}"
    if rule is Names.XML:
        spelled = "".join(c if c.isalpha() else _NOT_XML.sub("_", c) for c in name)
        return spelled if spelled[0].isalpha() or spelled[0] == "_" else f"_{spelled}"
    return name


def _cut(name: str, limit: int, suffix: str = "") -> str:
    return (name[: limit - len(suffix)] if limit else name) + suffix


def fitted(
    out: OutFormat, batches: Iterator[pa.RecordBatch], schema: pa.Schema, tally: Tally
) -> pa.RecordBatchReader:
    """Return the batches as a file of ``out`` holds them; the first and last column stay.

    The first column is the feature's id, the last its geometry.
    """
    head, *columns, shape = schema
    called = names(out, [column.name for column in columns])
    kept = [
        pa.field(name, _type(out, column.type))
        for name, column in zip(called, columns, strict=True)
    ]
    target = pa.schema([head, *kept, shape])

    def produced() -> Iterator[pa.RecordBatch]:
        for batch in batches:
            held = [_values(out, column, tally) for column in batch.columns[1:-1]]
            yield pa.RecordBatch.from_arrays(
                [batch.column(0), *held, batch.column(-1)], schema=target
            )

    return pa.RecordBatchReader.from_batches(target, produced())


def _type(out: OutFormat, kind: pa.DataType) -> pa.DataType:
    if pa.types.is_date(kind) and not out.has_dates:
        return pa.large_string()
    if pa.types.is_timestamp(kind):
        if out.moments is Moments.TEXT:
            return pa.large_string()
        return kind if out.moments is Moments.UTC else pa.timestamp("us")
    return kind


def _values(out: OutFormat, column: pa.Array, tally: Tally) -> pa.Array:
    wanted = _type(out, column.type)
    if not out.has_nulls and column.null_count and not pa.types.is_temporal(column.type):
        tally["empty-as-zero"] = tally.get("empty-as-zero", 0) + column.null_count
    if pa.types.is_date(column.type):
        return column.cast(wanted)
    if pa.types.is_timestamp(column.type) and wanted != column.type:
        if pa.types.is_timestamp(wanted):
            return pc.local_timestamp(column.cast(pa.timestamp("us", NAIVE_ZONE)))
        return pa.array([moment(value) for value in column.to_pylist()], wanted)
    if out.largest and pa.types.is_floating(column.type):
        return _within(column, out.largest, tally)
    if pa.types.is_large_string(column.type):
        if not out.has_lines:
            column = _on_one_line(column, tally)
        return _shortened(column, out.text_bytes, tally) if out.text_bytes else column
    return column


def _within(column: pa.Array, largest: float, tally: Tally) -> pa.Array:
    """Return numbers that the format writes as they are; the others are empty, and counted."""
    size = pc.abs(column)
    tiny = pc.and_(pc.greater(size, 0.0), pc.less(size, 1 / largest))
    beyond = pc.fill_null(pc.or_(tiny, pc.greater_equal(size, largest)), False)
    count = pc.sum(beyond).as_py() or 0
    if not count:
        return column
    tally["number-beyond"] = tally.get("number-beyond", 0) + count
    return pc.if_else(beyond, pa.scalar(None, column.type), column)


def _on_one_line(column: pa.Array, tally: Tally) -> pa.Array:
    broken = pc.sum(pc.match_substring_regex(column, r"[\r\n]")).as_py() or 0
    if not broken:
        return column
    tally["lines-joined"] = tally.get("lines-joined", 0) + broken
    return pc.replace_substring_regex(column, r"[\r\n]+", " ")


def moment(value: datetime | None) -> str | None:
    """Return a time as ISO 8601 with the offset of Huế."""
    return None if value is None else value.astimezone(_ZONE).isoformat()


def _shortened(column: pa.Array, limit: int, tally: Tally) -> pa.Array:
    """Return texts of at most ``limit`` bytes of UTF-8, none cut inside a letter."""
    long = pc.sum(pc.greater(pc.binary_length(column), limit)).as_py() or 0
    if not long:
        return column
    tally["text-cut"] = tally.get("text-cut", 0) + long
    texts = [None if text is None else clipped(text, limit) for text in column.to_pylist()]
    return pa.array(texts, column.type)


def clipped(text: str, limit: int) -> str:
    """Return as much of ``text`` as ``limit`` bytes of UTF-8 hold.

    >>> clipped("Huế", 4), clipped("Huế", 5)
    ('Hu', 'Huế')
    """
    return text.encode()[:limit].decode("utf-8", "ignore")
