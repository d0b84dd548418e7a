"""What a text on a cadastral sheet says: parcel number, area, land use, sheet number, or other.

Source: labels (code beside number over area) as TT 25/2014/TT-BTNMT, annex 1, draws them; land-use
codes as TT 27/2018/TT-BTNMT and its neighbours name them, older ones included. A code that is not
in the list stays a text.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_CODES_IN_USE: Final = """
LUC LUK LUN LUA BHK NHK HNK COC CLN LNC LNQ LNK RSX RSN RST RSK RSM RPH RPN RPT RPK RPM RDD RDN RDT
RDK RDM NTS TSL TSN LMU NKH CNT ONT ODT TSC DTS DVH DXH DYT DGD DTT DKH DMT DKT DNG DSK CQP CAN SKK
SKT SKN SKC TMD SKS SKX SKR DGT DTL DCT DPC DDD DDT DDL DSH DKV DNL DBV DCH DRA DCK DTN DBT TON TIN
NTD SON MNC PNK BCS DCS NCS MVB MVR MVT MVK TTN TMN DVC NCT CTS CSD
"""

LAND_USE: Final = frozenset(_CODES_IN_USE.split())

_CODE = r"[A-Z]{3}"
_CODES = re.compile(rf"^{_CODE}(?:\s*[+/,;\-]\s*{_CODE})*$")
_NUMBER = re.compile(r"^\d{1,5}[a-zA-Z]?$")
_DECIMAL = re.compile(
    r"^(?:\d{1,3}(?:[. ]\d{3})+,\d{1,2}|\d{1,3}(?:,\d{3})+\.\d{1,2}|\d+[.,]\d{1,2})$"
)
_METRES = re.compile(r"^(?:[^\d\n]{0,14}[:=]\s*)?(\d[\d., ]*?)\s*m(?:2|²)$", re.IGNORECASE)
# As raw TCVN3 or VNI too: only the letters that are ASCII in all of them are asked for.
_SHEET = re.compile(
    r"^(?:t\S{1,3}|m\S{1,3}nh)(?:\s+b\S{1,3}n\s+\S{2,5})?(?:\s+s\S{1,3})?\s*[:.]?\s*(\d{1,3})$",
    re.IGNORECASE,
)


_LONGEST: Final = 200


class Role(StrEnum):
    """What a text is; its value is the field's name."""

    SHEET = "so_to"
    NUMBER = "so_thua"
    AREA = "dien_tich"
    LAND_USE = "loai_dat"
    OTHER = "text"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a label: a text, and what it looks like."""

    role: Role
    value: str


TAGS: Final = {
    "SOTHUA": Role.NUMBER, "SHTHUA": Role.NUMBER, "SOHIEUTHUA": Role.NUMBER, "THUA": Role.NUMBER,
    "SOTT": Role.NUMBER, "STT": Role.NUMBER, "DIENTICH": Role.AREA, "DT": Role.AREA,
    "DTICH": Role.AREA, "LOAIDAT": Role.LAND_USE, "MDSD": Role.LAND_USE, "MDSDD": Role.LAND_USE,
    "KYHIEU": Role.LAND_USE, "SOTO": Role.SHEET, "TOBANDO": Role.SHEET, "SHTO": Role.SHEET,
    "SHBANDO": Role.SHEET,
}  # fmt: skip


def role_of_name(name: str) -> Role | None:
    """Return what an attribute's tag or a layer's name says it holds.

    >>> role_of_name("SO_THUA"), role_of_name("Chu su dung")
    (<Role.NUMBER: 'so_thua'>, None)
    """
    return TAGS.get(re.sub(r"[^A-Z]", "", name.upper()))


def pieces(text: str) -> list[Piece]:
    """Return the parts of a label, each with what it looks like.

    A label may be one text of several: a fraction, or lines. Where one of its parts is none of a
    parcel's, all of it is one other text.

    >>> [one.role.value for one in pieces("LUC 12/345.6")]
    ['loai_dat', 'so_thua', 'dien_tich']
    """
    if len(text) > _LONGEST:
        return [Piece(Role.OTHER, text.strip())]
    whole = _piece(text.strip())
    if whole.role is not Role.OTHER:
        return [whole]
    parts = [_piece(part) for part in re.split(r"[\s/]+", text.strip()) if part]
    if len(parts) > 1 and all(part.role in _LABEL for part in parts):
        return parts
    return [whole]


_LABEL: Final = (Role.NUMBER, Role.AREA, Role.LAND_USE)


def _piece(text: str) -> Piece:
    if _CODES.match(text) and all(code in LAND_USE for code in re.findall(_CODE, text)):
        return Piece(Role.LAND_USE, text)
    if _NUMBER.match(text):
        return Piece(Role.NUMBER, text)
    if _DECIMAL.match(text):
        return Piece(Role.AREA, text)
    metres = _METRES.match(text)
    if metres and number(metres[1]) is not None:
        return Piece(Role.AREA, metres[1].strip())
    sheet = _SHEET.match(text)
    return Piece(Role.SHEET, sheet[1]) if sheet else Piece(Role.OTHER, text)


def number(text: str) -> float | None:
    """Return a written number, with point or comma; None where it is none.

    >>> number("1.234,5"), number("345.6"), number("1,234.5"), number("x")
    (1234.5, 345.6, 1234.5, None)
    """
    plain = text.replace(" ", "")
    if "," in plain and plain.rfind(",") > plain.rfind("."):
        plain = plain.replace(".", "").replace(",", ".")
    else:
        plain = plain.replace(",", "")
    try:
        return float(plain)
    except ValueError:
        return None
