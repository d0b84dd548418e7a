"""Which language a page is written in: the address, then the cookie, then the browser, then vi."""

from typing import Literal, get_args

from starlette.requests import Request
from starlette.responses import Response

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT: Language = "vi"
COOKIE = "gishue_lang"
_A_YEAR_S = 365 * 24 * 3600


def known(tag: str | None) -> Language | None:
    """Return the language a tag such as ``en-GB`` means, or None if we do not write it."""
    primary = (tag or "").strip().lower().split("-")[0]
    return next((language for language in LANGUAGES if language == primary), None)


def preferred(accept: str) -> Language | None:
    """Return the best of our languages in an ``Accept-Language`` header (RFC 9110 §12.5.4).

    >>> preferred("fr, en;q=0.8, vi;q=0.9")
    'vi'
    """
    choices: list[tuple[float, Language]] = []
    for part in accept.split(","):
        tag, _, weight = part.partition(";q=")
        language = known(tag)
        if language is not None:
            choices.append((_weight(weight), language))
    best = max(choices, key=lambda choice: choice[0], default=None)
    return best[1] if best is not None and best[0] > 0 else None


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def language_of(request: Request) -> Language:
    """Return the language to answer ``request`` in."""
    return (
        known(request.query_params.get("lang"))
        or known(request.cookies.get(COOKIE))
        or preferred(request.headers.get("accept-language", ""))
        or DEFAULT
    )


def keep_choice(request: Request, response: Response) -> None:
    """Remember a language that was asked for by name."""
    chosen = known(request.query_params.get("lang"))
    if chosen is not None:
        response.set_cookie(COOKIE, chosen, max_age=_A_YEAR_S, samesite="lax", httponly=True)
