"""A whole collection of an OGC API or WFS, fetched page by page into one GeoJSON file.

Sources: OGC 17-069r4 (OGC API Features, Core), 18-058r1 (Part 2, CRS), 09-025r2 (WFS 2.0).
"""

import json
import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from gishue.core.crs import accepted, parse_crs
from gishue.core.errors import GishueError, TooLarge
from gishue.core.vietnamese import vn_number
from gishue.pulls.fetch import Fetched, Seen, Source, failed

PAGE_ROWS: Final = 1_000
PAGE_BYTES: Final = 256 << 20
_JSON: Final = "application/geo+json, application/json;q=0.9"
_GEOGRAPHIC: Final = frozenset({4326, 4756})
_NORTH_FIRST: Final = frozenset({2044, 2045, 2093})
_COUNT = re.compile(rb'number(Matched|Returned)="(\d+)"')


@dataclass(slots=True)
class _Written:
    """A collection under work: ``rows`` features are in the file."""

    stream: IO[str]
    limit: int
    rows: int = 0

    def add(self, features: Sequence[Any]) -> None:
        """Write features, one a line."""
        for feature in features:
            self.stream.write(",\n" if self.rows else "\n")
            self.stream.write(json.dumps(feature, ensure_ascii=False, allow_nan=False))
            self.rows += 1
        if self.stream.tell() > self.limit:
            raise TooLarge(
                f"the source sends more than {self.limit:,} bytes",
                vi=f"nguồn gửi nhiều hơn {vn_number(self.limit)} byte",
            )


async def fetch_collection(
    source: Source, root: str, collection: str, folder: Path, *, limit: int, seen: Seen
) -> Fetched | None:
    """Write all items of an OGC API collection to ``folder / "pages"``; None where unchanged.

    They are asked for in the collection's storage CRS where that is an accepted system with the
    easting first, so that surveyed coordinates come as they are; else in CRS84.

    Raises:
        SourceFailed: it answers otherwise than the standard says, or cannot be reached.
    """
    base = f"{root.rstrip('/')}/collections/{quote(collection, safe='')}"
    described, _ = await _json(source, f"{base}?f=json", folder)
    srid = _stored(described)
    asked: dict[str, str | int] = {"f": "json", "limit": PAGE_ROWS}
    if srid:
        asked["crs"] = str(described["storageCrs"])
    url: str | None = f"{base}/items?{urlencode(asked)}"
    first = await _page(source, url, folder, seen)
    if first is None:
        return None
    page, fetched = first
    with _collection(folder / "pages", limit, _named(srid)) as written:
        while True:
            written.add(_features(page))
            url = _next(page, url)
            if url is None:
                break
            page, _ = await _json(source, url, folder)
    return Fetched(f"{collection}.geojson", "application/geo+json", fetched.seen, fetched.size)


async def fetch_type(source: Source, url: str, name: str, folder: Path, *, limit: int) -> Fetched:
    """Write all features of a WFS feature type to ``folder / "pages"``: GeoJSON, else its GML.

    Raises:
        SourceFailed: it refuses, gives only a part, or cannot be reached.
    """
    asked: dict[str, str | int] = {"service": "WFS", "version": "2.0.0", "request": "GetFeature"}
    asked["typeNames"] = name
    paged = asked | {"outputFormat": "application/json", "count": PAGE_ROWS}
    try:
        page, fetched = await _json(source, _with(url, paged | {"startIndex": 0}), folder)
    except GishueError:
        return await _gml(source, _with(url, asked), name, folder, limit)
    crs = page.get("crs")
    with _collection(folder / "pages", limit, crs if isinstance(crs, dict) else None) as written:
        while True:
            features = _features(page)
            written.add(features)
            if len(features) < PAGE_ROWS:
                break
            here = _with(url, paged | {"startIndex": written.rows})
            page, _ = await _json(source, here, folder)
    _check_count(page.get("numberMatched"), written.rows)
    return Fetched(
        f"{name.rpartition(':')[2]}.geojson", "application/geo+json", Seen(), fetched.size
    )


async def _gml(source: Source, url: str, name: str, folder: Path, limit: int) -> Fetched:
    target = folder / "pages"
    fetched = await source.fetch(url, target, limit=limit)
    with target.open("rb") as stream:
        head = stream.read(8_192)
    if fetched is None or b"ExceptionReport" in head or b"<" not in head:
        raise failed("it refuses the feature type", "từ chối lớp dữ liệu được hỏi")
    counts = {kind: int(number) for kind, number in _COUNT.findall(head)}
    if counts.get(b"Matched", 0) > counts.get(b"Returned", 0):
        _check_count(counts[b"Matched"], counts.get(b"Returned", 0))
    return Fetched(f"{name.rpartition(':')[2]}.gml", fetched.media_type, fetched.seen, fetched.size)


def _check_count(matched: Any, rows: int) -> None:
    if isinstance(matched, int) and matched != rows:
        raise failed(
            f"it gives {rows:,} of {matched:,} features",
            f"chỉ cho {vn_number(rows)} trên {vn_number(matched)} đối tượng",
        )


async def _page(
    source: Source, url: str, folder: Path, seen: Seen
) -> tuple[dict[str, Any], Fetched] | None:
    """Return a page and what was said of it; None where it has not changed."""
    target = folder / "page"
    fetched = await source.fetch(url, target, limit=PAGE_BYTES, seen=seen, accept=_JSON)
    if fetched is None:
        return None
    try:
        page: Any = json.loads(target.read_bytes(), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise failed("its answer is no JSON", "câu trả lời không phải JSON") from error
    if not isinstance(page, dict):
        raise failed("its answer is no JSON object", "câu trả lời không đúng dạng")
    return page, fetched


async def _json(source: Source, url: str, folder: Path) -> tuple[dict[str, Any], Fetched]:
    page = await _page(source, url, folder, Seen())
    if page is None:
        raise failed("it answers 304 to a first question", "trả lời 304 cho lần hỏi đầu")
    return page


def _no_number(said: str) -> float:
    raise ValueError(f"{said} is no JSON number")


def _features(page: Mapping[str, Any]) -> list[Any]:
    features = page.get("features")
    if page.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise failed("its answer is no FeatureCollection", "câu trả lời không phải tập đối tượng")
    return features


def _next(page: Mapping[str, Any], url: str) -> str | None:
    """Return the next page's address: of the same host, and not this page again."""
    links = page.get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "next" and link.get("href"):
            there = urljoin(url, str(link["href"]))
            if urlsplit(there)[:2] != urlsplit(url)[:2] or there == url:
                raise failed("its next page is elsewhere", "trang tiếp theo nằm ở nơi khác")
            return there
    return None


def _stored(described: Mapping[str, Any]) -> int:
    """Return the storage CRS to ask for, 0 where CRS84 is to be taken."""
    try:
        srid = parse_crs(str(described.get("storageCrs", "")))
    except GishueError:
        return 0
    offered = described.get("crs")
    listed = isinstance(offered, list) and described["storageCrs"] in offered
    fits = srid in accepted() and srid not in _GEOGRAPHIC | _NORTH_FIRST
    return srid if fits and listed else 0


def _named(srid: int) -> dict[str, Any] | None:
    if not srid:
        return None
    return {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{srid}"}}


@contextmanager
def _collection(target: Path, limit: int, crs: Mapping[str, Any] | None) -> Generator[_Written]:
    with target.open("w", encoding="utf-8") as stream:
        said = f'"crs":{json.dumps(crs)},' if crs else ""
        stream.write(f'{{"type":"FeatureCollection",{said}"features":[')
        yield _Written(stream, limit)
        stream.write("\n]}\n")


def _with(url: str, asked: Mapping[str, str | int]) -> str:
    """Return ``url`` with these parameters in place of its own of the same names."""
    parts = urlsplit(url)
    names = {name.lower() for name in asked}
    kept = [
        (n, v) for n, v in parse_qsl(parts.query, keep_blank_values=True) if n.lower() not in names
    ]
    query = urlencode([*kept, *asked.items()])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
