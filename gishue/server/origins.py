"""What pages of other origins may do: read open data, and where listed, act as the person.

``*`` is only ever said to requests without a credential. An origin that is not listed is never
said back, so that no browser hands it what a session opens. Source: WHATWG Fetch, CORS protocol.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from gishue.core.errors import Forbidden, InvalidInput
from gishue.server.areas import is_open_area

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")
_READS: Final = "GET, HEAD, OPTIONS"
_ALL: Final = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_SENT: Final = ", ".join(
    [
        "accept",
        "accept-language",
        "authorization",
        "content-type",
        "idempotency-key",
        "if-match",
        "if-none-match",
        "range",
        "tus-resumable",
        "upload-length",
        "upload-metadata",
        "upload-offset",
        "x-api-key",
        "x-csrf-token",
        "x-request-id",
    ]
)
_EXPOSED: Final = ", ".join(
    [
        "content-crs",
        "content-disposition",
        "content-language",
        "content-range",
        "etag",
        "gishue-upload",
        "link",
        "location",
        "ratelimit",
        "ratelimit-policy",
        "retry-after",
        "tus-resumable",
        "upload-length",
        "upload-offset",
        "x-gishue-note",
        "x-request-id",
    ]
)
type Pairs = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """The other origins whose pages may act with a credential."""

    listed: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, said: str) -> "Origins":
        """Return the origins of a setting.

        Raises:
            InvalidInput: one is no origin, or means all of them.
        """
        listed = [name.strip().rstrip("/").lower() for name in said.split(",") if name.strip()]
        for name in listed:
            if not _ORIGIN.fullmatch(name):
                raise InvalidInput(
                    f"GISHUE_CORS_ORIGINS: {name!r} is no origin; write https://hue.gov.vn. "
                    "Open data is readable from everywhere without it",
                    vi=f"GISHUE_CORS_ORIGINS: {name!r} không phải nguồn; hãy ghi dạng "
                    "https://hue.gov.vn. Dữ liệu mở thì nơi nào cũng đọc được, không cần khai",
                )
        return cls(frozenset(listed))

    def answer(self, origin: str, *, is_open_read: bool) -> Pairs:
        """Return the header fields of an answer.

        Args:
            origin: of the asking page, in small letters; empty where there is none.
            is_open_read: it reads where open data is answered, and without a credential.
        """
        return _fields(origin if origin in self.listed else "", is_open=is_open_read)

    def preflight(self, origin: str, wanted: str, path: str) -> Mapping[str, str]:
        """Return the header fields of the answer to a preflight.

        Raises:
            Forbidden: pages of that origin may not send the request.
        """
        vary = {"vary": "origin, access-control-request-method"}
        if origin in self.listed:
            return vary | {
                "access-control-allow-origin": origin,
                "access-control-allow-credentials": "true",
                "access-control-allow-methods": _ALL,
                "access-control-allow-headers": _SENT,
                "access-control-max-age": "600",
            }
        if wanted in ("GET", "HEAD") and is_open_area(path):
            return vary | {
                "access-control-allow-origin": "*",
                "access-control-allow-methods": _READS,
                "access-control-allow-headers": "*",
                "access-control-max-age": "86400",
            }
        raise Forbidden(
            "pages of that origin may not send this; ask the operator to list it in "
            "GISHUE_CORS_ORIGINS",
            vi="trang của nguồn đó không được gửi yêu cầu này; hãy nhờ người vận hành thêm vào "
            "GISHUE_CORS_ORIGINS",
        )


@lru_cache(maxsize=256)
def _fields(origin: str, *, is_open: bool) -> Pairs:
    exposed = (b"access-control-expose-headers", _EXPOSED.encode())
    if origin:
        allowed = (b"access-control-allow-origin", origin.encode())
        return (allowed, (b"access-control-allow-credentials", b"true"), exposed)
    if is_open:
        return ((b"access-control-allow-origin", b"*"), exposed)
    return ()
