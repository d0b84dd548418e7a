"""The noun: a citizen's or an officer's report from the field, its states and moves. No I/O."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, NewType

from gishue.core.errors import Conflict, InvalidInput
from gishue.core.vietnamese import nfc

ReportId = NewType("ReportId", int)

MAX_TITLE, MAX_TEXT = 200, 4_000

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U to misread
_CODE_DIGITS = 10
_PHONE = re.compile(r"(?:\+84|84|0)\d{8,10}")
_CONTACT = re.compile(r"\+?\d(?:[\s.()-]{0,2}\d){7,}|\S+@\S+\.\S+")


class ReportState(StrEnum):
    """Where a report stands."""

    RECEIVED = "received"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    RESOLVED = "resolved"
    CLOSED = "closed"


_NEXT: dict[ReportState, frozenset[ReportState]] = {
    ReportState.RECEIVED: frozenset({ReportState.TRIAGED, ReportState.CLOSED}),
    ReportState.TRIAGED: frozenset({ReportState.ASSIGNED, ReportState.CLOSED}),
    ReportState.ASSIGNED: frozenset({ReportState.RESOLVED, ReportState.TRIAGED}),
    ReportState.RESOLVED: frozenset({ReportState.CLOSED, ReportState.ASSIGNED}),
    ReportState.CLOSED: frozenset(),
}


class Names(NamedTuple):
    """How a code is called in Vietnamese and English."""

    vi: str
    en: str


STATES: dict[ReportState, Names] = {
    ReportState.RECEIVED: Names("Đã tiếp nhận", "Received"),
    ReportState.TRIAGED: Names("Đã phân loại", "Triaged"),
    ReportState.ASSIGNED: Names("Đã giao đơn vị", "Assigned"),
    ReportState.RESOLVED: Names("Đã xử lý", "Resolved"),
    ReportState.CLOSED: Names("Đã đóng", "Closed"),
}


class Category(StrEnum):
    """What a report is about."""

    ROAD = "road"
    DRAINAGE = "drainage"
    LIGHTING = "lighting"
    WASTE = "waste"
    TREE = "tree"
    WATER = "water"
    CONSTRUCTION = "construction"
    HERITAGE = "heritage"
    OTHER = "other"


CATEGORIES: dict[Category, Names] = {
    Category.ROAD: Names("Đường, vỉa hè", "Road, pavement"),
    Category.DRAINAGE: Names("Ngập, thoát nước", "Flooding, drainage"),
    Category.LIGHTING: Names("Chiếu sáng", "Street lighting"),
    Category.WASTE: Names("Rác thải, môi trường", "Waste, environment"),
    Category.TREE: Names("Cây xanh", "Trees"),
    Category.WATER: Names("Cấp nước", "Water supply"),
    Category.CONSTRUCTION: Names("Trật tự xây dựng", "Construction"),
    Category.HERITAGE: Names("Di tích", "Heritage"),
    Category.OTHER: Names("Khác", "Other"),
}


class InvalidReport(InvalidInput):
    """A part of the report is missing or wrong; ``field`` names it."""

    slug = "invalid-report"
    title = "Report not valid"
    title_vi = "Phản ánh không hợp lệ"


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody sends in: WGS 84 degrees, accuracy in metres, text as typed."""

    title: str
    category: Category
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    text: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One report from the field, without the reporter's own words and number.

    Those are read apart, by those who may, so that no door shows them by accident.
    """

    id: ReportId
    code: str
    category: Category
    title: str
    lon: float
    lat: float
    accuracy_m: float | None
    ward_code: str | None
    ward_name: str | None
    state: ReportState
    unit: str | None
    created_at: datetime
    updated_at: datetime
    photos: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act."""
        return self.state is not ReportState.CLOSED

    def check_move(self, to: ReportState) -> None:
        """Raise Conflict unless this report may move to ``to``."""
        if to not in _NEXT[self.state]:
            raise Conflict(
                f"report {self.code} cannot go from {self.state} to {to}",
                vi=f"phản ánh {self.code} không thể chuyển từ "
                f"“{STATES[self.state].vi}” sang “{STATES[to].vi}”",
            )


def new_code(random_bytes: Callable[[int], bytes]) -> str:
    """Return a public code such as ``7QX2K-9MZ4T``, drawn from 128 random bits.

    >>> new_code(lambda n: bytes(n))
    '00000-00000'
    """
    number = int.from_bytes(random_bytes(16), "big")
    digits = "".join(_ALPHABET[number >> 5 * place & 31] for place in range(_CODE_DIGITS))
    return f"{digits[:5]}-{digits[5:]}"


def checked(draft: Draft) -> Draft:
    """Return ``draft`` with its texts in NFC, trimmed, its phone number in one form.

    Raises:
        InvalidReport: a part is missing, too long or impossible.
    """
    for field, typed in (("title", draft.title), ("text", draft.text), ("phone", draft.phone)):
        _check_no_nul(typed, field)
    title, text = _one_line(draft.title), nfc(_printable(draft.text)).strip()
    if not 3 <= len(title) <= MAX_TITLE:
        raise InvalidReport(
            f"the title needs 3 to {MAX_TITLE} characters",
            vi=f"tiêu đề cần từ 3 đến {MAX_TITLE} ký tự",
            field="title",
        )
    if len(text) > MAX_TEXT:
        raise InvalidReport(
            f"the text is longer than {MAX_TEXT} characters",
            vi=f"nội dung dài quá {MAX_TEXT} ký tự",
            field="text",
        )
    return Draft(
        title,
        draft.category,
        draft.lon,
        draft.lat,
        draft.accuracy_m,
        text,
        _phone(draft.phone),
    )


def public_title(title: str) -> str:
    """Return ``title`` without phone numbers and mail addresses that people type into it.

    >>> public_title("Ổ gà, gọi 0914 123 456 nhé")
    'Ổ gà, gọi … nhé'
    """
    return _CONTACT.sub("…", title)


def _check_no_nul(typed: str, field: str) -> None:
    if "\0" in typed:  # no person types it, and PostgreSQL stores none
        raise InvalidReport(
            f"the {field} holds a NUL character",
            vi="nội dung gửi lên chứa ký tự NUL",
            field=field,
        )


def _phone(typed: str) -> str:
    digits = re.sub(r"[\s.()-]", "", typed)
    if digits and not _PHONE.fullmatch(digits):
        raise InvalidReport(
            "the phone number is not a Vietnamese one; leave it empty if you wish",
            vi="số điện thoại không đúng; có thể để trống",
            field="phone",
        )
    return "0" + re.sub(r"^(?:\+84|84|0)", "", digits) if digits else ""


def _one_line(text: str) -> str:
    return " ".join(nfc(_printable(text)).split())


def _printable(text: str) -> str:
    """Return ``text`` with control and direction characters as spaces; line ends stay."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)
