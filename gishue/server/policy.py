"""The header fields that make an answer safe in a browser, the same for every room.

A room that needs another policy says so itself (pages, previews); what it says stands.
"""

from functools import lru_cache
from typing import Final

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


@lru_cache(maxsize=128)
def fields(door: str, *, is_shared: bool, is_https: bool) -> Pairs:
    """Return the fields of an answer.

    ``is_shared``: other sites may embed it. What a session opened stays with pages of our own.
    """
    policy = STATIC if door == "static" else NOTHING
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
