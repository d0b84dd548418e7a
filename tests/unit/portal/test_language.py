"""Which language a page speaks."""

import pytest
from starlette.requests import Request

from gishue.portal.fonts import is_range
from gishue.portal.language import known, language_of, preferred


def asked(query: str = "", **headers: str) -> Request:
    """A request as a browser sends it."""
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "query_string": query.encode(), "headers": raw})


@pytest.mark.parametrize(
    ("tag", "language"),
    [("vi", "vi"), ("vi-VN", "vi"), ("EN-gb", "en"), ("fr", None), ("", None), (None, None)],
)
def test_a_tag_means_its_primary_language(tag: str | None, language: str | None) -> None:
    assert known(tag) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("fr-FR, en;q=0.7, vi;q=0.3", "en"),
        ("en;q=0, vi;q=0.1", "vi"),
        ("en;q=zero", None),
        ("fr, *;q=0.5", None),
        ("", None),
    ],
)
def test_the_browsers_best_known_language_wins(header: str, language: str | None) -> None:
    assert preferred(header) == language


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "language"),
    [
        ("lang=en", "gishue_lang=vi", "vi", "en"),
        ("", "gishue_lang=en", "vi", "en"),
        ("", "", "en-GB", "en"),
        ("lang=xx", "", "fr", "vi"),
    ],
)
def test_the_address_comes_before_the_cookie_before_the_browser(
    query: str, cookie: str, accept: str, language: str
) -> None:
    assert language_of(asked(query, cookie=cookie, accept_language=accept)) == language


@pytest.mark.parametrize("text", ["0-255", "256-511", "7680-7935", "65280-65535"])
def test_a_glyph_range_is_256_letters_from_a_round_start(text: str) -> None:
    assert is_range(text)


@pytest.mark.parametrize("text", ["0-254", "1-256", "65536-65791", "../x", "0-255.pbf", "", "256"])
def test_nothing_else_is_a_glyph_range(text: str) -> None:
    assert not is_range(text)
