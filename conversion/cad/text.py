"""What a text entity says, without the codes that say how it is drawn.

Source: Autodesk DXF reference, TEXT and MTEXT control codes; a code this module does not know
stays as it is written.
"""

import re
from typing import Final

_SIGNS: Final = {"d": "°", "p": "±", "c": "Ø", "%": "%"}
_PERCENT = re.compile(r"%%(?:(\d{3})|([dDpPcC%])|([uUoOkK]))")
_UNICODE = re.compile(r"\\[Uu]\+([0-9A-Fa-f]{4})")

# A code with a value ends at ";" (font, height, width, colour, tracking, slant, align, indents).
_MTEXT = re.compile(
    r"\\(?:(?P<sign>[\\{}])|(?P<stack>[Ss])(?P<over>[^;]*);|(?P<new>[PNX])|(?P<space>~)"
    r"|(?P<plain>[LlOoKk])|(?P<valued>[fFHWCcTQAp])[^;\\]*;)|(?P<brace>[{}])"
)


def plain(text: str) -> str:
    """Return a line of text.

    >>> plain("45%%d \\\\U+1EA1")
    '45° ạ'
    """
    return unicode_escapes(_PERCENT.sub(_sign, text)) if "%%" in text else unicode_escapes(text)


def plain_mtext(text: str) -> str:
    r"""Return a paragraph of text; new lines stand where it has them.

    >>> plain_mtext(r"{\fArial|b0;So to}\P\H2x;12\S1/2;")
    'So to\n121/2'
    """
    return plain(_MTEXT.sub(_formatting, unicode_escapes(text))).strip()


def unicode_escapes(text: str) -> str:
    """Return ``text`` with each ``\\U+XXXX`` as the character it means."""
    return _UNICODE.sub(_character, text) if "+" in text else text


def _sign(found: re.Match[str]) -> str:
    number, letter, _ = found.groups()
    if number:
        return chr(int(number)) if 32 <= int(number) < 256 else ""
    return _SIGNS[letter.lower()] if letter else ""


def _character(found: re.Match[str]) -> str:
    char = chr(int(found.group(1), 16))
    return char if char.isprintable() else found.group(0)


def _formatting(found: re.Match[str]) -> str:
    if found["sign"]:
        return found["sign"]
    if found["stack"]:
        return re.sub(r"[\^#/]\s*", "/", found["over"]).strip("/")
    if found["new"]:
        return "\n"
    return " " if found["space"] else ""
