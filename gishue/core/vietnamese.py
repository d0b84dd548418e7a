"""Vietnamese text: one normal form to store, one key to search by."""

import re
import unicodedata

_VN_MARKS = str.maketrans(",.", ".,")
_NOT_KEY = re.compile(r"[^0-9a-z]+")
_OTHER_MARK = re.compile("[\u0300-\u0362]")  # the marks that ``unaccent`` drops

# Letters without a Unicode decomposition, spelled as PostgreSQL's ``unaccent`` spells them.
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("đĐðÐ", "d"),
        **dict.fromkeys("øØ", "o"),
        **dict.fromkeys("łŁ", "l"),
        **dict.fromkeys("ħĦ", "h"),
        **dict.fromkeys("ŧŦ", "t"),
        **dict.fromkeys("ŋŊ", "n"),
        **dict.fromkeys("æÆ", "ae"),
        **dict.fromkeys("œŒ", "oe"),
        **dict.fromkeys("þÞ", "th"),
        **dict.fromkeys("ßẞ", "ss"),
        "ı": "i",
        "ſ": "s",
        "©": "(c)",
        "®": "(r)",
        "№": "No",
        "¼": " 1/4",
        "½": " 1/2",
        "¾": " 3/4",
    }
)
# Roman numerals, bracketed and full-width characters, ligatures: ``unaccent`` expands these
# compatibility characters and leaves all others (m² keeps its exponent out of the key).
_COMPATIBLE = re.compile("[\u2160-\u217f\u2474-\u24b5\ufb00-\ufb06\uff10-\uff5a]+")


def nfc(text: str) -> str:
    """Return ``text`` in Unicode NFC, the only form the platform stores.

    >>> nfc("Huê\u0301") == "Huế"
    True
    """
    return unicodedata.normalize("NFC", text)


def vn_number(value: float, decimals: int | None = None) -> str:
    """Return a number as Vietnamese text shows it: points between thousands, a decimal comma.

    >>> vn_number(50015.81), vn_number(9778), vn_number(0.5, 2)
    ('50.015,81', '9.778', '0,50')
    """
    written = f"{value:,}" if decimals is None else f"{value:,.{decimals}f}"
    return written.translate(_VN_MARKS)


def vn_key(text: str) -> str:
    """Return the search key of ``text``: ASCII words in lower case, one space apart.

    The same as the SQL function ``vn_key``: tones, hats and the bar of đ are dropped, so old
    and new tone placement, capitals and NFD all give one key. The two differ only in rare
    letterlike and currency signs (ℓ, ₹), which the SQL side spells out and this one drops.

    >>> vn_key("Phường  Thuỷ-Xuân"), vn_key("PHƯỜNG THỦY XUÂN")
    ('phuong thuy xuan', 'phuong thuy xuan')
    """
    if text.isascii():
        return _NOT_KEY.sub(" ", text.lower()).strip()
    spelled = _COMPATIBLE.sub(_expand, nfc(text)).translate(_LETTERS)
    bare = _OTHER_MARK.sub("", unicodedata.normalize("NFD", spelled))
    return _NOT_KEY.sub(" ", bare.lower()).strip()


def _expand(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKD", found[0])
