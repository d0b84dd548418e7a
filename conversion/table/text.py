"""What a cell may say, whatever encoding it is in: header words are found before it is known."""

from collections.abc import Iterator
from typing import Final

from conversion.text.encoding import Encoding, decode
from gishue.core.vietnamese import vn_key

_READINGS: Final = (
    Encoding.UTF8,
    Encoding.TCVN3,
    Encoding.VNI,
    Encoding.CP1258,
    Encoding.UTF8_AS_1252,
)


def keys(text: str) -> frozenset[str]:
    """Return the search key of every reading of ``text``, the right one among them.

    >>> sorted(keys("kinh ®é"))
    ['kinh do', 'kinh r e']
    """
    return frozenset(vn_key(reading) for reading in readings(text)) - {""}


def readings(text: str) -> Iterator[str]:
    """Yield ``text`` in every encoding that it may be in, as it stands first."""
    if text.isascii():
        yield text
        if any(mark in text for mark in "^(+'`~?.") or "dd" in text.lower():
            yield decode(text, Encoding.VIQR)
        return
    for encoding in _READINGS:
        yield decode(text, encoding)
