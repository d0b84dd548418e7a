"""A reader's columns as the few types a layer's table has; text decoded and in NFC.

Runs inside the sandbox, on Arrow arrays: whole columns at once, Python only for distinct values.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from conversion.arrow import pc
from conversion.text.encoding import Encoding, decode
from gishue.core.vietnamese import nfc
from layers.fields import FieldType
from layers.moment import NAIVE_ZONE

ARROW: dict[FieldType, pa.DataType] = {
    FieldType.TEXT: pa.large_string(),
    FieldType.INTEGER: pa.int64(),
    FieldType.REAL: pa.float64(),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.date32(),
    FieldType.DATETIME: pa.timestamp("us", "UTC"),
}


@dataclass(slots=True)
class TextTally:
    """What had to be changed in text before a database could hold it."""

    undecodable: int = 0
    nul: int = 0


def field_type(kind: pa.DataType) -> FieldType | None:
    """Return the type of field that holds ``kind``, or None: such a column is left out."""
    types = pa.types
    if types.is_boolean(kind):
        return FieldType.BOOLEAN
    if types.is_integer(kind):
        return FieldType.INTEGER
    if types.is_floating(kind) or types.is_decimal(kind):
        return FieldType.REAL
    if types.is_date(kind):
        return FieldType.DATE
    if types.is_timestamp(kind):
        return FieldType.DATETIME
    is_blob = types.is_binary(kind) or types.is_large_binary(kind) or types.is_nested(kind)
    return None if is_blob else FieldType.TEXT


def as_type(values: pa.Array, wanted: FieldType) -> pa.Array:
    """Return ``values`` as the Arrow type of ``wanted``; text is left to ``as_text``."""
    if wanted is FieldType.DATETIME and pa.types.is_string(values.type):
        return _instants(values)
    if wanted is FieldType.DATETIME and values.type.tz is None:
        values = _local(values.cast(pa.timestamp("us")))
    return values.cast(ARROW[wanted], safe=wanted is not FieldType.DATETIME)


def _instants(texts: pa.Array) -> pa.Array:
    """Return ISO 8601 texts as instants: each in the zone it names, local where it names none."""
    zoned = pc.match_substring_regex(texts, r"(Z|[+-]\d\d:?\d\d)$")
    nothing = pa.scalar(None, texts.type)
    with_zone = pc.if_else(zoned, texts, nothing).cast(ARROW[FieldType.DATETIME])
    naive = pc.if_else(zoned, nothing, texts).cast(pa.timestamp("us"))
    return pc.coalesce(with_zone, _local(naive).cast(ARROW[FieldType.DATETIME]))


def _local(naive: pa.Array) -> pa.Array:
    return pc.assume_timezone(naive, NAIVE_ZONE, ambiguous="earliest", nonexistent="earliest")


def as_text(values: pa.Array, chain: Sequence[Encoding], tally: TextTally) -> pa.Array:
    """Return text in NFC after undoing each encoding of ``chain`` in turn."""
    if not pa.types.is_string(values.type) and not pa.types.is_large_string(values.type):
        return values.cast(pa.large_string())
    text = _without_nul(sound(values, tally).cast(pa.large_string()), tally)
    if _is_ascii(text) and Encoding.VIQR not in chain:
        return text
    coded = text.dictionary_encode()
    if not chain:
        composed = pc.utf8_normalize(coded.dictionary, form="NFC")
        return text if composed.equals(coded.dictionary) else composed.take(coded.indices)
    distinct = [decoded(value, chain) for value in coded.dictionary.to_pylist()]
    return pa.array(distinct, pa.large_string()).take(coded.indices)


def decoded(value: str, chain: Sequence[Encoding]) -> str:
    """Return ``value`` after undoing each encoding of ``chain`` in turn, in NFC."""
    for encoding in chain:
        value = decode(value, encoding)
    return nfc(value)


def sound(values: pa.Array, tally: TextTally) -> pa.Array:
    """Return ``values`` as valid UTF-8; bytes that are none become U+FFFD, counted."""
    try:
        values.validate(full=True)
    except pa.ArrowInvalid:
        raw = values.cast(pa.large_binary()).to_pylist()
        texts = [None if one is None else one.decode("utf-8", "replace") for one in raw]
        tally.undecodable += sum(text is not None and "\ufffd" in text for text in texts)
        return pa.array(texts, pa.large_string())
    return values


def _without_nul(text: pa.Array, tally: TextTally) -> pa.Array:
    data = _data(text)
    if not len(data) or data.min() > 0:
        return text
    tally.nul += pc.sum(pc.match_substring(text, "\0")).as_py() or 0
    return pc.replace_substring(text, "\0", "")


def _is_ascii(text: pa.Array) -> bool:
    data = _data(text)
    return not len(data) or int(data.max()) < 128


def _data(text: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """Return the bytes of a large_string array without copying them."""
    _, offsets, data = text.buffers()
    if data is None or not len(text):
        return np.empty(0, np.uint8)
    bounds = np.frombuffer(offsets, np.int64)[text.offset : text.offset + len(text) + 1]
    return np.frombuffer(data, np.uint8)[bounds[0] : bounds[-1]]
