"""The header fields that make an answer safe in a browser, the same for every room.

A room that needs another policy says so itself (pages, previews); what it says stands.
"""

from functools import lru_cache
from typing import Final

from gishue.server.areas import door, is_open_area

type Pairs = tuple[tuple[bytes, bytes], ...]

NOTHING: Final = (
    "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The policy of what is no page: opened by itself, nothing in it runs or loads."""
STATIC: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data: blob:; "
    "style-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The policy of built files: a worker lives under that of its own script."""
_YEAR: Final = b"max-age=31536000"
_PERMISSIONS: Final = b"camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"


def fields(path: str, *, is_https: bool, by_session: bool) -> Pairs:
    """Return the fields of an answer. What a session opened stays with pages of our own."""
    is_shared = is_open_area(path) and not by_session
    return _fields(door(path) == "static", is_shared=is_shared, is_https=is_https)


@lru_cache(maxsize=16)
def _fields(is_static: bool, *, is_shared: bool, is_https: bool) -> Pairs:
    policy = STATIC if is_static else NOTHING
    hsts: Pairs = ((b"strict-transport-security", _YEAR),) if is_https else ()
    return (
        (b"content-security-policy", policy.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        (b"permissions-policy", _PERMISSIONS),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"cross-origin" if is_shared else b"same-origin"),
        *hsts,
    )
