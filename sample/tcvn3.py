"""Old Vietnamese text: Unicode to TCVN3 (ABC), the one-byte code of the ``.Vn…`` fonts.

TCVN3 has no codes for capitals that carry a tone: files of the time hold the small letter, which
a capital font (``.VnTimeH``) shows as a capital. We write what they wrote.

Source: the 74 codes of TCVN 5712:1993 VN3, on which glibc, viparse and two converters agree.
"""

import unicodedata

_CODES = (
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ "
    "C6ặ C7ầ C8ẩ C9ẫ CAấ CBậ CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị DFò E1ỏ "
    "E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ EAờ EBở ECỡ EDớ EEợ EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự "
    "FAỳ FBỷ FCỹ FDý FEỵ"
)
TO_UNICODE: dict[int, str] = {int(code[:2], 16): code[2] for code in _CODES.split()}
_FROM_UNICODE: dict[str, int] = {letter: code for code, letter in TO_UNICODE.items()}


def encode(text: str) -> bytes:
    """Return ``text`` as TCVN3 bytes; toned capitals become small, as in the old files.

    Raises:
        ValueError: ``text`` holds a letter that TCVN3 does not have.

    >>> encode("Phường Phú Bài").hex()
    '5068adea6e67205068f32042b569'
    """
    return bytes(_code(letter) for letter in unicodedata.normalize("NFC", text))


def _code(letter: str) -> int:
    if ord(letter) < 0x80:
        return ord(letter)
    code = _FROM_UNICODE.get(letter, _FROM_UNICODE.get(letter.lower()))
    if code is None:
        raise ValueError(f"{letter!r} has no TCVN3 code")
    return code
