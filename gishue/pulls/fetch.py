"""One conditional GET from an approved host into a file: bounded, without redirects."""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

import anyio
import httpcore

from gishue.core.errors import TooLarge, Unavailable
from gishue.core.version import VERSION
from gishue.core.vietnamese import vn_number
from gishue.pulls.approved import Approved, CheckedBackend

_TIMEOUTS: Final = {"connect": 10.0, "read": 60.0, "write": 30.0, "pool": 10.0}
WHOLE_S: Final = 3_600.0
"""A source that has not said all within an hour is given up, seconds."""

_SUFFIXES: Final = {
    "application/geo+json": ".geojson",
    "application/json": ".geojson",
    "application/geopackage+sqlite3": ".gpkg",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/vnd.google-earth.kml+xml": ".kml",
    "application/vnd.google-earth.kmz": ".kmz",
    "application/gml+xml": ".gml",
    "text/csv": ".csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "image/tiff": ".tif",
}
_NAMED = re.compile(r"""filename\*?=(?:UTF-8'')?"?([^";]+)"?""", re.IGNORECASE)


class SourceFailed(Unavailable):
    """The source did not give what was asked of it."""

    slug = "source-failed"
    title = "The source did not answer as it should"
    title_vi = "Nguồn dữ liệu không trả lời đúng"


@dataclass(frozen=True, slots=True)
class Seen:
    """What an earlier answer said of itself; empty: nothing."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole answer, kept in a file; ``name`` as a file of that content would be called."""

    name: str
    media_type: str
    seen: Seen
    size: int


class Source:
    """A client of approved hosts: one pool of connections, closed with its block."""

    def __init__(self, pool: httpcore.AsyncConnectionPool, approved: Approved) -> None:
        self._pool = pool
        self._approved = approved

    async def fetch(
        self, url: str, target: Path, *, limit: int, seen: Seen | None = None, accept: str = "*/*"
    ) -> Fetched | None:
        """Write what ``url`` answers to ``target``; None where it has not changed since ``seen``.

        Raises:
            NotApproved: the host is not on the list, or has no address that may be asked.
            SourceFailed: it cannot be reached, or answers with an error or a redirect.
            TooLarge: it sends more than ``limit`` bytes.
        """
        self._approved.check(url)
        try:
            with anyio.fail_after(WHOLE_S):
                return await self._fetch(url, target, limit, seen or Seen(), accept)
        except (TimeoutError, httpcore.TimeoutException) as error:
            raise failed("it takes too long", "phản hồi quá lâu") from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise failed("it cannot be reached", "không kết nối được") from error

    async def _fetch(
        self, url: str, target: Path, limit: int, seen: Seen, accept: str
    ) -> Fetched | None:
        headers: dict[bytes | str, bytes | str] = {
            "accept": accept,
            "accept-encoding": "identity",
            "user-agent": f"GISHue/{VERSION}",
        }
        if seen.etag:
            headers["if-none-match"] = seen.etag
        if seen.last_modified:
            headers["if-modified-since"] = seen.last_modified
        extensions = {"timeout": _TIMEOUTS}
        async with self._pool.stream("GET", url, headers=headers, extensions=extensions) as answer:
            if answer.status == 304:
                return None
            if answer.status != 200:
                raise _refused(answer.status)
            said = _headers(answer)
            size = await _write(answer, target, limit)
        media_type = said.get("content-type", "").partition(";")[0].strip().lower()
        now = Seen(said.get("etag", "")[:500], said.get("last-modified", "")[:100])
        return Fetched(_name(url, said, media_type), media_type, now, size)


@asynccontextmanager
async def open_source(approved: Approved) -> AsyncGenerator[Source]:
    """Lend a client that may ask approved hosts."""
    backend = CheckedBackend(approved)
    async with httpcore.AsyncConnectionPool(network_backend=backend, max_connections=2) as pool:
        yield Source(pool, approved)


async def _write(answer: httpcore.Response, target: Path, limit: int) -> int:
    size = 0
    async with await anyio.open_file(target, "wb") as stream:
        async for chunk in answer.aiter_stream():
            size += len(chunk)
            if size > limit:
                raise TooLarge(
                    f"the source sends more than {limit:,} bytes",
                    vi=f"nguồn gửi nhiều hơn {vn_number(limit)} byte",
                )
            await stream.write(chunk)
    return size


def _headers(answer: httpcore.Response) -> Mapping[str, str]:
    return {name.decode("latin-1").lower(): text.decode("latin-1") for name, text in answer.headers}


def _name(url: str, said: Mapping[str, str], media_type: str) -> str:
    """Return what the content is called: as the source says, else as its address ends."""
    named = _NAMED.search(said.get("content-disposition", ""))
    raw = unquote(named[1]) if named else unquote(urlsplit(url).path)
    name = PurePosixPath(raw.replace("\\", "/")).name or "nguon"
    suffix = _SUFFIXES.get(media_type, "")
    return name[:200] if PurePosixPath(name).suffix or not suffix else name[:200] + suffix


def _refused(status: int) -> SourceFailed:
    if 300 <= status < 400:
        return failed(
            "it points to another address; give that one",
            "chuyển sang địa chỉ khác; hãy dùng địa chỉ đó",
        )
    return failed(f"it answers {status}", f"trả lời mã {status}")


def failed(why: str, why_vi: str) -> SourceFailed:
    """Return the refusal of a source, with the reason in both languages."""
    return SourceFailed(f"the source cannot be read: {why}", vi=f"không đọc được nguồn: {why_vi}")
