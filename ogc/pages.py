"""OGC documents as pages for people: our own templates, no script, nothing from elsewhere."""

from functools import cache
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from ogc.asked import Asked
from ogc.words import WORDS

SAFE = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
}
"""Headers of a page: whatever stands in the data, nothing in it can run."""


def words(language: str) -> dict[str, str]:
    """Return the words of the pages in a language."""
    return WORDS[language]


def render(asked: Asked, template: str, document: dict[str, Any], **more: Any) -> str:
    """Return ``document`` as a page."""
    other = "en" if asked.language == "vi" else "vi"
    return (
        _environment()
        .get_template(template)
        .render(
            asked=asked,
            words=words(asked.language),
            document=document,
            base=asked.base,
            other=other,
            in_other_language=urlencode({**asked.parameters, "lang": other}),
            **more,
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("ogc"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
