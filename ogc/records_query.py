"""Which records are asked for: the query parameters of the catalogue.

Source: OGC 20-004r1, requirements class record-core-query-parameters; ``bbox``, ``datetime`` and
``limit`` are those of OGC 17-069r4.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from gishue.core.bounds import Bounds
from gishue.core.errors import BadRequest
from gishue.core.vietnamese import vn_key
from layers.catalogue import Entry
from layers.layer import Layer
from ogc.crs_uri import CRS84
from ogc.instants import Interval, read_datetime
from ogc.items_query import read_bbox

NAMES: Final = frozenset({"q", "ids", "externalIds", "type", "bbox", "datetime", "limit", "offset"})
TYPE: Final = "dataset"
"""What every record describes."""
USUAL: Final = 100
MOST: Final = 1_000
"""Records on a page: when nothing is said, and at most."""


@dataclass(frozen=True, slots=True)
class RecordsQuery:
    """What is asked for; None where a parameter is not given or is empty."""

    phrases: Sequence[str]
    ids: Collection[str] | None
    known_as: Sequence[str] | None
    types: Collection[str] | None
    box: Bounds | None
    time: Interval | None
    limit: int
    offset: int


def read(parameters: Mapping[str, str]) -> RecordsQuery:
    """Return what ``parameters`` ask for; one without a value counts as not given.

    Raises:
        BadRequest: a value makes no sense.

    Source: OGC 20-004r1, /req/record-core-query-parameters/empty-value.
    """
    said = {name: value for name, value in parameters.items() if value.strip()}
    phrases = [vn_key(term) for term in said.get("q", "").split(",")]
    return RecordsQuery(
        phrases=[phrase for phrase in phrases if phrase],
        ids=_listed(said, "ids"),
        known_as=_listed(said, "externalIds"),
        types=_listed(said, "type"),
        box=read_bbox(said["bbox"], CRS84) if "bbox" in said else None,
        time=read_datetime(said["datetime"]) if "datetime" in said else None,
        limit=min(_count(said, "limit", USUAL, 1), MOST),
        offset=_count(said, "offset", 0, 0),
    )


def found(query: RecordsQuery, entries: Sequence[Entry], scheme: str) -> list[Entry]:
    """Return the entries that are asked for; ``scheme``: whose names the slugs are."""
    if query.types is not None and TYPE not in query.types:
        return []
    return [entry for entry in entries if _fits(query, entry, scheme)]


def _fits(query: RecordsQuery, entry: Entry, scheme: str) -> bool:
    layer = entry.layer
    return (
        (query.ids is None or layer.slug in query.ids)
        and (query.known_as is None or _is_known(query.known_as, layer.slug, scheme))
        and (query.box is None or layer.bounds is None or _meets(query.box, layer.bounds))
        and (query.time is None or _is_of(query.time, layer))
        and _says(query.phrases, entry)
    )


def _says(phrases: Sequence[str], entry: Entry) -> bool:
    """Return whether a text of the entry holds one of the phrases, its words in their order.

    Source: OGC 20-004r1, /req/record-core-query-parameters/q-response.
    """
    key = entry.search_key
    return not phrases or any(phrase in key for phrase in phrases)


def _is_known(names: Sequence[str], slug: str, scheme: str) -> bool:
    """Return whether one of ``names`` is the slug, with its scheme or without, or the scheme alone.

    Source: OGC 20-004r1, /req/record-core-query-parameters/externalIds-response; a scheme that is
    an address has colons of its own, so the last one parts the two.
    """
    parted = [name.rpartition(":") for name in names]
    return any(where in ("", scheme) and what in ("", slug) for where, _, what in parted)


def _meets(asked: Bounds, box: Bounds) -> bool:
    """Return whether two boxes share a point; west > east crosses the antimeridian."""
    if asked.xmin <= asked.xmax:
        return asked.meets(box)
    halves = (asked._replace(xmax=180.0), asked._replace(xmin=-180.0))
    return any(half.meets(box) for half in halves)


def _is_of(asked: Interval, layer: Layer) -> bool:
    """Return whether the layer is of the time asked for; one that says no time is of every time."""
    first, last = layer.covers_from, layer.covers_until
    starts_late = asked.end is not None and first is not None and _at(first, time.min) > asked.end
    ends_early = asked.start is not None and last is not None and _at(last, time.max) < asked.start
    return not (starts_late or ends_early)


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, UTC)


def _listed(said: Mapping[str, str], name: str) -> Sequence[str] | None:
    return [one.strip() for one in said[name].split(",")] if name in said else None


def _count(said: Mapping[str, str], name: str, plain: int, least: int) -> int:
    text = said.get(name)
    if text is None:
        return plain
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least):
        raise BadRequest(
            f"{name}: {text[:40]!r} is not a whole number from {least}",
            vi=f"{name}: {text[:40]!r} không phải số nguyên từ {least}",
        )
    return int(text)
