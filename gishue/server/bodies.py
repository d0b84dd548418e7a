"""How large the body of a request may be: refused as soon as it is known to be larger."""

import re
from collections.abc import Mapping
from typing import Final

from starlette.types import Message, Receive

from gishue.core.errors import BadRequest, TooLarge
from gishue.core.vietnamese import vn_number

OWN_LIMIT: Final = re.compile(r"/api/v1/(uploads(/tus(/[^/]*)?)?|reports(/[^/]+/photos)?)/?")
"""The doors of files and photos, which stream what comes and have limits of their own."""

_CHANGESET: Final = re.compile(r"/api/v1/layers/[^/]+/changesets/?")


def is_changeset(path: str) -> bool:
    """Return whether it is the door of changesets, which may be many at once."""
    return _CHANGESET.fullmatch(path) is not None


def bounded(path: str, headers: Mapping[bytes, bytes], receive: Receive, limit: int) -> Receive:
    """Return ``receive``, ending in a refusal beyond ``limit`` bytes.

    Raises:
        TooLarge: the body is announced as larger.
        BadRequest: its announced length is no number.
    """
    length = headers.get(b"content-length")
    if length is None and b"transfer-encoding" not in headers:
        return receive
    if length is not None and not length.isdigit():
        raise BadRequest("Content-Length is no number", vi="Content-Length không phải là số")
    if OWN_LIMIT.fullmatch(path):
        return receive
    if length is not None and (len(length) > 18 or int(length) > limit):
        raise _too_large(limit)
    return _counted(receive, limit)


def _counted(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def receive_within() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise _too_large(limit)
        return message

    return receive_within


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"the body is larger than {limit:,} bytes; send less at once, or files to /api/v1/uploads",
        vi=f"nội dung gửi lớn hơn {vn_number(limit)} byte; hãy gửi ít hơn mỗi lần, "
        "hoặc gửi tệp đến /api/v1/uploads",
    )
