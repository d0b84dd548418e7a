"""Texts whose font says in which code page they were typed.

One drawing may hold texts of several code pages, each with its own font; a decision for the whole
column of texts cannot be right for all. There, and where too few texts stand to decide from, the
font decides, unless the texts themselves clearly say otherwise. Elsewhere the column's own evidence
decides, as for every other format.

Source: font names of the TCVN3 (``.Vn…``, capitals ``.Vn…H``) and VNI (``VNI-…``) families.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from conversion.cad.drawing import Drawing, Entity
from conversion.reading import Note
from conversion.text.charsets import to_bytes
from conversion.text.encoding import FEWEST_VALUES, Encoding, decode, detect, plain


def family(font: str) -> Encoding | None:
    """Return the code page that a font's letters stand in; None for Unicode and unknown fonts.

    >>> family(".VnTime.ttf"), family("VNI-Times"), family("arial.ttf")
    (<Encoding.TCVN3: 'tcvn3'>, <Encoding.VNI: 'vni'>, None)
    """
    name = font.strip().lower().lstrip(".")
    if name.startswith("vni"):
        return Encoding.VNI
    return Encoding.TCVN3 if name.startswith("vn") else None


def is_capitals(font: str) -> bool:
    """Return whether a TCVN3 font shows its small letters as capitals.

    >>> is_capitals(".VnTimeH"), is_capitals("vntime.ttf")
    (True, False)
    """
    name = font.strip().lower().lstrip(".").split(".")[0]
    return family(font) is Encoding.TCVN3 and name.endswith("h")


def undo(drawing: Drawing) -> None:
    """Decode texts by their fonts where no other evidence can, and note what was done."""
    groups = _groups(drawing.entities)
    if not _fonts_decide(groups):
        return
    by_font = {font: _encoding(font, some) for font, some in groups.items()}
    changed = 0
    for at, one in enumerate(drawing.entities):
        wanted = by_font.get(one.font)
        if wanted is None or one.text.isascii():
            continue
        text = decode(_single_bytes(one.text), wanted)
        text = text.upper() if is_capitals(one.font) else text
        changed += text != one.text
        drawing.entities[at] = replace(one, text=text)
    if changed:
        names = sorted(font for font, wanted in by_font.items() if wanted is not None)
        drawing.notes.append(
            Note("cad_fonts", values={"texts": changed, "fonts": ", ".join(names)[:120]})
        )


def _groups(entities: Sequence[Entity]) -> dict[str, list[str]]:
    """Return the texts that are not plain ASCII, by font."""
    groups: dict[str, list[str]] = defaultdict(list)
    for one in entities:
        if not one.text.isascii():
            groups[one.font].append(one.text)
    return groups


def _fonts_decide(groups: dict[str, list[str]]) -> bool:
    """Return whether the texts are of several code pages, in capitals' fonts, or very few."""
    families = {family(font) for font in groups}
    if not families - {None}:
        return False
    few = len({text for some in groups.values() for text in some}) < FEWEST_VALUES
    return len(families) > 1 or few or any(is_capitals(font) for font in groups)


def _encoding(font: str, texts: Sequence[str]) -> Encoding | None:
    """Return the code page to undo for texts of one font; None where they say otherwise."""
    wanted = family(font)
    if wanted is None:
        return None
    guess = detect([_single_bytes(text) for text in texts])
    says_otherwise = not guess.asks and plain(guess.encoding) is not wanted and guess.good > 0
    return None if says_otherwise else wanted


def _single_bytes(text: str) -> str:
    """Return ``text`` as characters that are bytes, where Windows-1258 made others of them."""
    if to_bytes(text) is not None:
        return text
    try:
        return text.encode("cp1258").decode("latin-1")
    except UnicodeEncodeError:
        return text
