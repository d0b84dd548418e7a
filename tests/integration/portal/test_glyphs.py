"""The map's letters: every one that Vietnamese needs is drawn, in every font."""

import unicodedata
from collections.abc import Iterator
from itertools import product

import httpx
import pytest

from tests.integration.portal.glyphs import Glyph, read

FONTS = ["Noto Sans Regular", "Noto Sans Bold", "Noto Sans Italic"]
VOWELS = ["a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y"]
TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
SIGNS = "0123456789.,:;()/-–—“”′″°²³·±₫"


def vietnamese() -> Iterator[str]:
    """Every letter of the alphabet with every tone, small and capital, and common signs."""
    for base, tone in product(VOWELS, TONES):
        letter = unicodedata.normalize("NFC", base + tone)
        yield from (letter, letter.upper())
    yield from "đĐbcdghklmnpqrstvxBCDGHKLMNPQRSTVX"
    yield from SIGNS


async def letters(client: httpx.AsyncClient, font: str, code: int) -> dict[int, Glyph]:
    start = code // 256 * 256
    answer = await client.get(f"/fonts/{font}/{start}-{start + 255}.pbf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/x-protobuf"
    return read(answer.content)


@pytest.mark.parametrize("font", FONTS)
async def test_every_vietnamese_letter_is_drawn(client: httpx.AsyncClient, font: str) -> None:
    ranges: dict[int, dict[int, Glyph]] = {}
    for letter in vietnamese():
        code = ord(letter)
        if code // 256 not in ranges:
            ranges[code // 256] = await letters(client, font, code)
        glyph = ranges[code // 256].get(code)
        assert glyph is not None, f"{font} lacks {letter} (U+{code:04X})"
        assert len(glyph.field) == (glyph.width + 6) * (glyph.height + 6)
        assert max(glyph.field) > 191, f"{letter} has no inside"
        assert glyph.field[0] < 150, f"{letter} has no outside"
        assert glyph.advance > 0


async def test_letters_with_marks_differ_from_their_base(client: httpx.AsyncClient) -> None:
    plain = await letters(client, FONTS[0], ord("o"))
    marked = await letters(client, FONTS[0], ord("ơ")) | await letters(client, FONTS[0], ord("ợ"))
    drawn = {plain[ord("o")].field, marked[ord("ơ")].field, marked[ord("ợ")].field}
    assert len(drawn) == 3


async def test_a_range_no_font_of_ours_has_is_empty(client: httpx.AsyncClient) -> None:
    answer = await client.get("/fonts/Noto Sans Bold/19968-20223.pbf")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_of_a_list_of_fonts_the_first_we_have_answers(client: httpx.AsyncClient) -> None:
    listed = await client.get("/fonts/Arial Unicode MS,Noto Sans Bold/0-255.pbf")
    alone = await client.get("/fonts/Noto Sans Bold/0-255.pbf")
    assert listed.content == alone.content


@pytest.mark.parametrize(
    "path",
    ["/fonts/Arial/0-255.pbf", "/fonts/Noto Sans Bold/0-254.pbf", "/fonts/%2e%2e/0-255.pbf"],
)
async def test_an_unknown_font_or_range_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
