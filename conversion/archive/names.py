"""What the members of an archive are called: bytes of a code page that nobody named, as text.

All names of one archive were written by one program on one machine, so they are decided together:
one file name alone is too little to know TCVN3 from VNI.
"""

import unicodedata
from collections.abc import Sequence
from typing import Final

from conversion.archive.member import Member
from conversion.text.encoding import Encoding, decode, detect

_DOS: Final = "cp437"
_DOS_LETTERS: Final = range(0x80, 0xA6)


def decided(members: Sequence[Member]) -> dict[Member, str]:
    """Return the name of each member as people read it, in NFC."""
    raw = [member.name for member in members if not member.is_text]
    encoding = detect([part for name in raw for part in name.split("/")]).encoding
    is_dos = encoding in (Encoding.UTF8, Encoding.ASCII) and _is_dos(raw)
    return {member: _shown(member, encoding, is_dos=is_dos) for member in members}


def _shown(member: Member, encoding: Encoding, *, is_dos: bool) -> str:
    if member.is_text:
        return unicodedata.normalize("NFC", member.name)
    if is_dos:
        return member.name.encode("latin-1").decode(_DOS)
    parts = [decode(part, encoding) for part in member.name.split("/")]
    return "".join(char if char.isprintable() else "_" for char in "/".join(parts))


def _is_dos(names: Sequence[str]) -> bool:
    """Return whether the letters are where DOS had them and where later code pages have signs."""
    odd = [ord(char) for name in names for char in name if ord(char) >= 0x80]
    return bool(odd) and all(code in _DOS_LETTERS for code in odd)
