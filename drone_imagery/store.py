"""Flights in PostgreSQL. The only module that runs ``drone_imagery/sql/flight.sql``.

The caller opens the transaction; nothing here commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from drone_imagery.flight import Flight, FlightId, Shot
from drone_imagery.photo import Photo
from drone_imagery.photo_json import photo_from_json, photo_json
from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.errors import Conflict, NotFound
from gishue.core.sql import load

_SQL = load("drone_imagery", "flight")


class DuplicateFlight(Conflict):
    """A flight of that name exists."""

    slug = "duplicate-flight"
    title = "Flight exists already"
    title_vi = "Chuyến bay đã tồn tại"


@dataclass(frozen=True, slots=True)
class NewFlight:
    """A flight about to be written."""

    slug: str
    title: str
    summary: Mapping[str, Any]
    findings: Sequence[Mapping[str, str]]
    bounds: Bounds
    created_by: str
    created_at: datetime


async def add(conn: Connection, new: NewFlight, shots: Sequence[Shot]) -> FlightId:
    """Write a flight with its photos; their objects must be registered.

    Raises:
        DuplicateFlight: one of that name exists.
    """
    moments = [shot.photo.taken_at for shot in shots if shot.photo.taken_at is not None]
    values = {
        "slug": new.slug,
        "title": new.title,
        "flown_from": min(moments, default=None),
        "flown_to": max(moments, default=None),
        "photo_count": len(shots),
        "summary": Jsonb(dict(new.summary)),
        "findings": Jsonb([dict(finding) for finding in new.findings]),
        "bounds": list(new.bounds),
        "created_by": new.created_by,
        "created_at": new.created_at,
    }
    row = await (await conn.execute(_SQL["add"], values)).fetchone()
    if row is None:
        raise duplicate(new.slug)
    await conn.cursor().executemany(_SQL["add_photo"], [_photo(row[0], shot) for shot in shots])
    return FlightId(row[0])


async def remove(conn: Connection, slug: str) -> None:
    """Remove a flight and its photos' rows; the objects stay for the sweeper."""
    await conn.execute(_SQL["remove"], {"slug": slug})


async def exists(conn: Connection, slug: str) -> bool:
    """Return whether there is a flight of that name."""
    return await (await conn.execute(_SQL["find"], {"slug": slug})).fetchone() is not None


async def all_flights(conn: Connection) -> list[Flight]:
    """Return every flight, the newest first."""
    rows = await (await conn.execute(_SQL["find"], {"slug": None})).fetchall()
    return [_flight(row) for row in rows]


async def by_slug(conn: Connection, slug: str) -> Flight:
    """Return one flight.

    Raises:
        NotFound: there is none.
    """
    row = await (await conn.execute(_SQL["find"], {"slug": slug})).fetchone()
    if row is None:
        raise no_flight(slug)
    return _flight(row)


def no_flight(slug: str) -> NotFound:
    """Return the refusal of a flight that is absent or that the actor may not see."""
    return NotFound(f"there is no flight {slug!r}", vi=f"không có chuyến bay {slug!r}")


async def photos(conn: Connection, flight: Flight) -> list[tuple[Photo, str]]:
    """Return the flight's photos with the names of their objects, by name."""
    rows = await (await conn.execute(_SQL["photos"], {"flight_id": flight.id})).fetchall()
    return [(photo_from_json(name, pose), sha256) for name, sha256, pose in rows]


def duplicate(slug: str) -> DuplicateFlight:
    """Return the refusal of a name that is taken."""
    return DuplicateFlight(
        f"a flight {slug!r} exists already; choose another name, or replace it",
        vi=f"chuyến bay {slug!r} đã tồn tại; hãy đặt tên khác, hoặc chọn thay thế",
    )


def _photo(flight_id: int, shot: Shot) -> dict[str, Any]:
    return {
        "flight_id": flight_id,
        "name": shot.photo.name,
        "sha256": shot.sha256,
        "taken_at": shot.photo.taken_at,
        "lon": shot.photo.lon,
        "lat": shot.photo.lat,
        "pose": Jsonb(photo_json(shot.photo)),
    }


def _flight(row: Sequence[Any]) -> Flight:
    id_, slug, title, flown_from, flown_to, count, summary, findings, bounds, by, at = row
    box = Bounds(*bounds) if bounds else None
    flown = (flown_from, flown_to)
    return Flight(FlightId(id_), slug, title, *flown, count, summary, findings, box, by, at)
