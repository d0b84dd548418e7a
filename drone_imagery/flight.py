"""The noun: one set of photos from the air, judged photo by photo. No I/O."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from typing import Any, NewType

from drone_imagery.camera import Camera, camera_of
from drone_imagery.coverage import Coverage, Ring, coverage
from drone_imagery.footprint import ground_polygon, gsd_m
from drone_imagery.photo import Photo
from gishue.core.bounds import Bounds
from layers.layer import InvalidSlug

FlightId = NewType("FlightId", int)

_SLUG = re.compile(r"[a-z][a-z0-9_-]{0,51}")


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo with a position: its stored object, its camera, and the ground it shows (WGS 84)."""

    photo: Photo
    sha256: str
    camera: Camera | None
    ring: Ring | None

    @property
    def place(self) -> tuple[float, float]:
        """Longitude and latitude of the camera; a shot has both."""
        if self.photo.lon is None or self.photo.lat is None:
            raise ValueError(f"{self.photo.name} has no position")
        return self.photo.lon, self.photo.lat

    @property
    def gsd_m(self) -> float | None:
        """Ground sample distance straight below, metres a pixel."""
        if self.camera is None or self.photo.height_m is None:
            return None
        return gsd_m(self.camera, self.photo.height_m)


@dataclass(frozen=True, slots=True)
class Flight:
    """A flight as it is stored; ``bounds`` in EPSG:4326, ``summary`` as JSON."""

    id: FlightId
    slug: str
    title: str
    flown_from: datetime | None
    flown_to: datetime | None
    photo_count: int
    summary: Mapping[str, Any]
    findings: Sequence[Mapping[str, str]]
    bounds: Bounds | None
    created_by: str
    created_at: datetime


def layer_slug(flight: str, kind: str) -> str:
    """Return the name of a flight's layer of ``kind``: photos or footprints.

    >>> layer_slug("bo_bien", "photos")
    'bo_bien_photos'
    """
    return f"{flight}_{kind}"


def check_flight_slug(slug: str) -> str:
    """Return ``slug`` if it may name a flight; its layers add a word, so it is shorter.

    Raises:
        InvalidSlug: it may not.
    """
    if not _SLUG.fullmatch(slug):
        raise InvalidSlug(
            f"{slug!r} cannot name a flight: small letters a–z, digits, _ and -, a letter first, "
            "at most 52",
            vi=f"{slug!r} không đặt tên chuyến bay được: chỉ dùng chữ thường a–z, số, _ và -, "
            "bắt đầu bằng chữ, tối đa 52 ký tự",
        )
    return slug


def shot_of(photo: Photo, sha256: str) -> Shot:
    """Return the photo with its camera and its footprint, as far as they are known."""
    camera = camera_of(photo)
    return Shot(photo, sha256, camera, ground_polygon(photo, camera) if camera else None)


def cover_of(shots: Iterable[Shot]) -> Coverage | None:
    """Return what the footprints of ``shots`` cover."""
    return coverage([shot.ring for shot in shots if shot.ring is not None])


def bounds_of(shots: Sequence[Shot]) -> Bounds:
    """Return the box round positions and footprints, EPSG:4326."""
    points = [shot.place for shot in shots]
    points += [corner for shot in shots for corner in shot.ring or ()]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Bounds(min(xs), min(ys), max(xs), max(ys))


def summary(
    shots: Sequence[Shot], rejected: Mapping[str, int], cover: Coverage | None
) -> dict[str, Any]:
    """Return the figures of a flight, as JSON; lengths in metres, ``coverage_ha`` in hectares.

    ``rejected`` counts the files left out, by the code of the reason.
    """
    gsds = [shot.gsd_m for shot in shots if shot.gsd_m is not None]
    heights = [shot.photo.height_m for shot in shots if shot.photo.height_m is not None]
    return {
        "n_images": len(shots) + sum(rejected.values()),
        "n_rejected": sum(rejected.values()),
        "rejected": dict(rejected),
        "n_footprints": sum(shot.ring is not None for shot in shots),
        "coverage_ha": round(cover.area_ha, 4) if cover else None,
        "mean_overlap": round(cover.mean_overlap, 3) if cover else None,
        "n_holes": cover.n_holes if cover else None,
        "mean_gsd_m": round(fmean(gsds), 5) if gsds else None,
        "mean_height_m": round(fmean(heights), 2) if heights else None,
        "cameras": sorted({camera_name(shot.photo) for shot in shots} - {""}),
        "focal_sources": _counted(shot.camera.source for shot in shots if shot.camera),
        "height_sources": _counted(s.photo.height_source for s in shots if s.photo.height_source),
        "altitude_sources": _counted(
            s.photo.altitude_source for s in shots if s.photo.altitude_source
        ),
        "time_sources": _counted(s.photo.time_source for s in shots if s.photo.time_source),
    }


def camera_name(photo: Photo) -> str:
    """Return maker and model as one text."""
    return " ".join(part for part in (photo.make, photo.model) if part)


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(Counter(str(value) for value in values))
