"""The sentences with which a file is not taken."""

import io

import pytest

from conversion.findings.of_reader import of_notes
from conversion.findings.rules import finding
from conversion.reading import Note
from conversion.refusal_codes import SENTENCES
from conversion.sniff import sniff_stream
from gishue.core.errors import GishueError

NOTHING_TO_DO = {"cancelled", "raster-values"}


@pytest.mark.parametrize("code", sorted(SENTENCES.keys() - NOTHING_TO_DO))
def test_a_refusal_says_what_to_do(code: str) -> None:
    _, english, vietnamese = SENTENCES[code]
    assert "; " in english
    assert "; hãy " in vietnamese


@pytest.mark.parametrize(("head", "code"), [(b"", "empty"), (b"PK\5\6", "archive-nothing")])
def test_a_file_of_nothing_has_a_code(head: bytes, code: str) -> None:
    with pytest.raises(GishueError) as caught:
        sniff_stream(io.BytesIO(head), "a.zip")
    assert caught.value.extra["code"] == code


def test_vietnamese_sentences_write_numbers_the_vietnamese_way() -> None:
    told = finding("sliver", 9_778)
    assert "9,778" in told.message
    assert "9.778" in told.vi
    (noted,) = of_notes([Note("columns_left_out", values={"columns": 1_234})])
    assert "1,234" in noted.message
    assert "1.234" in noted.vi
