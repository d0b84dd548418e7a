"""What a person says of a file's text: one encoding for all of it, or one for some columns.

``tcvn3`` is for every column; ``TEN=tcvn3;GHI_CHU=utf-8`` for these two, the others are found out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from conversion.options import AUTO
from conversion.text.encoding import Encoding
from gishue.core.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Choice:
    """``whole``: for every column, None: found out. ``columns``: for single ones, by their name."""

    whole: Encoding | None = None
    columns: Mapping[str, Encoding] = field(default_factory=dict[str, Encoding])


NOTHING_SAID: Final = Choice()


def parse_choice(wanted: str) -> Choice:
    """Return what ``wanted`` says: ``auto``, an encoding, or ``COLUMN=encoding;…``.

    >>> parse_choice("TEN=tcvn3; GHI_CHU=utf-8").columns["TEN"]
    <Encoding.TCVN3: 'tcvn3'>

    Raises:
        InvalidInput: it names no encoding that we know.
    """
    if "=" not in wanted:
        return Choice(_encoding(wanted))
    pairs = [part.rpartition("=") for part in wanted.split(";") if part.strip()]
    told = {column.strip(): _encoding(name) for column, _, name in pairs}
    return Choice(None, {column: one for column, one in told.items() if one is not None})


def _encoding(wanted: str) -> Encoding | None:
    said = wanted.strip().lower()
    if said == AUTO:
        return None
    try:
        return Encoding(said)
    except ValueError:
        known = ", ".join(Encoding)
        raise InvalidInput(
            f"{wanted[:40]!r} is not an encoding we know; choose auto, {known}, "
            "or for single columns COLUMN=encoding;COLUMN=encoding",
            vi=f"{wanted[:40]!r} không phải bảng mã được hỗ trợ; hãy chọn auto, {known}, "
            "hoặc cho từng cột: CỘT=bảng mã;CỘT=bảng mã",
        ) from None
