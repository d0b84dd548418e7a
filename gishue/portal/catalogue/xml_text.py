"""Text that may stand in an XML document."""

import re
from typing import Final

_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Source: XML 1.0 (Fifth Edition), production 2, Char."""


def clean(text: str) -> str:
    r"""Return ``text`` without the signs that no XML document can hold.

    >>> clean("Cầu\x07 Trường Tiền")
    'Cầu Trường Tiền'
    """
    return _FORBIDDEN.sub("", text)
