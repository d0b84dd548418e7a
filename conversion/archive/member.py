"""One member of an archive, the rules for its name, and the bytes that may come out of it."""

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from conversion.refusal import Refusal

MAX_MEMBERS: Final = 2_000
MAX_NAME: Final = 255
MAX_RATIO: Final = 200
RATIO_FROM: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive.

    ``name``: its path; where ``is_text`` is False each character is one byte of a code page that
    nobody named. ``packed``: its size in the archive, bytes; None where that is not known.
    """

    name: str
    is_text: bool = True
    packed: int | None = None


@dataclass(slots=True)
class Tally:
    """The bytes that came out so far, of an archive and of one inside it together."""

    one: int
    all: int
    total: int = 0
    members: int = 0

    def count(self, size: int, written: int, member: Member) -> None:
        """Count ``size`` more bytes of ``member``, which has ``written`` of them now.

        Raises:
            Refusal: a budget is used up, or the member grows far beyond its size.
        """
        self.total += size
        if written > self.one or self.total > self.all:
            raise Refusal("archive-too-large")
        if member.packed is not None and is_bomb(written, member.packed):
            raise Refusal("archive-bomb")

    def check_members(self, more: int) -> None:
        """Raise Refusal where ``more`` members are more than all archives may have together."""
        self.members += more
        if self.members > MAX_MEMBERS:
            raise Refusal("archive-members")


def is_bomb(written: int, packed: int) -> bool:
    """Return whether so many bytes cannot honestly come out of ``packed`` bytes."""
    return written > RATIO_FROM and written > MAX_RATIO * max(1, packed)


def check_once(name: str, seen: set[str]) -> None:
    """Raise Refusal where a name was seen before, whatever its case and normal form."""
    key = text_key(name)
    if key in seen:
        raise Refusal("archive-names")
    seen.add(key)


def text_key(name: str) -> str:
    """Return what is equal for names that differ by case or normal form alone."""
    return unicodedata.normalize("NFC", name).casefold()


def check_name(name: str) -> None:
    """Raise Refusal where a name points out of the archive, or deceives who reads it.

    Bytes of an unknown code page are given as cp437 has them: that has no control characters.
    """
    if not name or len(name) > MAX_NAME or name.startswith("/") or "\\" in name or name[1:2] == ":":
        raise Refusal("archive-path")
    if ".." in PurePosixPath(name).parts:
        raise Refusal("archive-path")
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in name):
        raise Refusal("archive-path")


def of_bytes(raw: bytes) -> tuple[str, bool]:
    """Return a name by its bytes, and whether it is text: valid UTF-8, else one byte a letter."""
    try:
        return raw.decode("utf-8"), True
    except UnicodeDecodeError:
        return raw.decode("latin-1"), False
