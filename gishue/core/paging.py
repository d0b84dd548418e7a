"""Lists that go on: an opaque cursor, and the shape ``{"items": […], "next": cursor | null}``."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from gishue.core.errors import BadRequest

_LONGEST = 512
"""Characters; a deeper token could nest further than the reader's stack."""
_LAST = (1 << 63) - 1
"""No id of the database is greater."""


def cursor(*values: Any) -> str:
    """Return the opaque cursor after an item with these sort values."""
    text = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(token: str, length: int) -> list[Any]:
    """Return the ``length`` sort values of ``token``.

    Raises:
        BadRequest: not a cursor of ours.
    """
    if len(token) > _LONGEST:
        raise _not_ours()
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        values: Any = json.loads(raw)
    except (binascii.Error, ValueError) as error:
        raise _not_ours() from error
    if not isinstance(values, list) or len(values) != length:
        raise _not_ours()
    return values


def read_id(token: str | None) -> int | None:
    """Return the id that the next page begins after, None for the first page.

    Raises:
        BadRequest: not a cursor of ours.
    """
    if token is None:
        return None
    (value,) = read_cursor(token, 1)
    if type(value) is not int or not 0 <= value <= _LAST:
        raise _not_ours()
    return value


def page(items: Sequence[Any], following: str | None) -> dict[str, Any]:
    """Return the body of a list answer."""
    return {"items": list(items), "next": following}


def _not_ours() -> BadRequest:
    return BadRequest(
        "the cursor is not one this list gave; start again without it",
        vi="con trỏ trang không hợp lệ; hãy tải lại từ đầu",
    )
