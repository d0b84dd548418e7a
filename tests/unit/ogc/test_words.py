"""Both languages say the same things, in Unicode NFC."""

import unicodedata

from ogc.words import LINK_TITLES_VI, WORDS


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["vi"].keys() == WORDS["en"].keys()


def test_vietnamese_is_nfc() -> None:
    for text in [*WORDS["vi"].values(), *LINK_TITLES_VI.values()]:
        assert unicodedata.is_normalized("NFC", text)
