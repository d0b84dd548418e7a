"""A set of photos becomes a flight: two layers and its record, published in one transaction."""

import asyncio
import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from conversion import publish
from conversion.findings.finding import Finding
from conversion.ingest import ingest_file
from conversion.options import IngestOptions, slug_of
from conversion.progress import OnProgress
from conversion.sandbox import Limits
from conversion.upload import UploadId
from drone_imagery import store
from drone_imagery.flight import (
    Shot,
    bounds_of,
    check_flight_slug,
    cover_of,
    layer_slug,
    shot_of,
    summary,
)
from drone_imagery.flight_layers import (
    FOOTPRINT_TITLES,
    PHOTO_TITLES,
    storage_srid,
    write_footprints,
    write_photos,
)
from drone_imagery.pictures import Answer, NoPhotos, find_pictures, read_pictures
from drone_imagery.remarks import REJECTED, findings, remarks
from gishue.core import blobs, events
from gishue.core.access import Visibility
from gishue.core.actor import Actor
from gishue.core.blobs import Blob
from gishue.core.db import Connection, transaction
from layers import store as layer_store
from layers.description import Description
from layers.layer import Closure, LayerState
from layers.publish import Mode
from layers.services import Services

# Names of the two layers: after the flight's slug, in Vietnamese and English after its title.
PHOTOS, FOOTPRINTS = "photos", "footprints"
_NAMES = {PHOTOS: ("vị trí ảnh", "photo positions"), FOOTPRINTS: ("vùng ảnh phủ", "footprints")}
_TITLES = {PHOTOS: PHOTO_TITLES, FOOTPRINTS: FOOTPRINT_TITLES}


@dataclass(frozen=True, slots=True)
class FlightOptions:
    """How to bring a flight in; ``slug`` and ``title`` empty: after the folder or archive.

    ``visibility``: None for as it was, or open; a flight that is not open says why (``closure``).
    """

    slug: str = ""
    title: str = ""
    unit: str | None = None
    theme: str = "other"
    visibility: Visibility | None = None
    closure: Closure | None = None
    replace: bool = False


@dataclass(frozen=True, slots=True)
class FlightResult:
    """What became of a set of photos; the shape of ``gishue flight ingest --json``."""

    flight: str
    title: str
    layers: Mapping[str, str]
    crs: str
    summary: Mapping[str, Any]
    findings: Sequence[Mapping[str, str]]

    def as_dict(self) -> dict[str, Any]:
        """Return the result as it is printed."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Judged:
    """The photos that make the flight, their objects, and what is to be said."""

    shots: tuple[Shot, ...]
    objects: tuple[Blob, ...]
    summary: Mapping[str, Any]
    findings: tuple[Finding, ...]


async def ingest_flight(
    services: Services,
    actor: Actor,
    path: Path,
    options: FlightOptions | None = None,
    on_progress: OnProgress | None = None,
) -> FlightResult:
    """Bring in a folder or zip of photos: points, footprints and the flight's record.

    Raises:
        NoPhotos: no photo is readable and knows where it was taken.
        DuplicateFlight, DuplicateSlug: the name is taken and ``replace`` was not asked.
        GishueError: the actor may not, the archive is refused, or the sandbox is missing.
    """
    asked = _named(options or FlightOptions(), path)
    await _check(services, actor, asked)
    judged = await asyncio.to_thread(_judge, services, path, on_progress)
    srid = storage_srid(bounds_of(judged.shots))
    staged = await _stage(services, actor, asked, judged.shots, srid)
    async with transaction(services.pool) as conn:
        layers = await _publish(conn, actor, staged)
        await _retire_old(conn, actor, asked, layers)
        await _record(conn, services, actor, asked, judged)
    await services.registry.reload(services.pool)
    said = [finding.as_dict() for finding in judged.findings]
    return FlightResult(asked.slug, asked.title, layers, f"EPSG:{srid}", judged.summary, said)


def _named(options: FlightOptions, path: Path) -> FlightOptions:
    name = path.stem if path.is_file() else path.resolve().name
    slug = check_flight_slug(options.slug or slug_of(f"{name}.jpg")[:52].strip("_"))
    return dataclasses.replace(options, slug=slug, title=options.title or name)


async def _check(services: Services, actor: Actor, asked: FlightOptions) -> None:
    """Refuse before any work what would be refused after it."""
    async with transaction(services.pool) as conn:
        if not asked.replace and await store.exists(conn, asked.slug):
            raise store.duplicate(asked.slug)
        for kind in _NAMES:
            await publish.target(conn, asked.slug, _layer_options(asked, kind, 0), actor)


def _judge(services: Services, path: Path, on_progress: OnProgress | None) -> _Judged:
    """Read every picture in the sandbox, store those that count, and judge the whole."""
    limits = Limits.of(services.settings)
    scratch = services.blobs.scratch
    scratch.mkdir(parents=True, exist_ok=True)
    remarked: dict[str, list[str]] = defaultdict(list)
    kept: dict[str, tuple[Shot, Blob]] = {}
    with TemporaryDirectory(dir=scratch) as folder:
        pictures = find_pictures(path, Path(folder), limits)
        for done, answer in enumerate(read_pictures(pictures, limits), start=1):
            _keep(services, answer, kept, remarked)
            if on_progress is not None:
                on_progress("photos", 0.8 * done / len(pictures.files), answer.picture.name)
    if not kept:
        raise NoPhotos(
            "no photo is readable and knows where it was taken",
            vi="không có ảnh nào đọc được và có tọa độ",
            rejected={code: len(names) for code, names in remarked.items()},
        )
    shots = tuple(shot for shot, _ in kept.values())
    cover = cover_of(shots)
    rejected = {code: len(names) for code, names in remarked.items() if code in REJECTED}
    return _Judged(
        shots,
        tuple(blob for _, blob in kept.values()),
        summary(shots, rejected, cover),
        tuple(findings(remarked, cover)),
    )


def _keep(
    services: Services,
    answer: Answer,
    kept: dict[str, tuple[Shot, Blob]],
    remarked: dict[str, list[str]],
) -> None:
    """Take the picture in, or note why not; what else is to be said of it is noted as well."""
    name, photo = answer.picture.name, answer.photo
    if photo is None:
        remarked["not-a-photo"].append(name)
        return
    if not photo.has_position:
        remarked["no-position"].append(name)
        return
    blob = services.blobs.put_file(answer.picture.path)
    if blob.sha256 in kept:
        remarked["photo-twice"].append(name)
        return
    shot = shot_of(photo, blob.sha256)
    kept[blob.sha256] = (shot, blob)
    for code in (*remarks(shot), *(["unsafe-xmp"] if answer.unsafe_xmp else [])):
        remarked[code].append(name)


type _Staged = dict[str, tuple[UploadId, IngestOptions]]


async def _stage(
    services: Services, actor: Actor, asked: FlightOptions, shots: Sequence[Shot], srid: int
) -> _Staged:
    """Send the layers through the front door, as far as their staged tables."""
    staged: _Staged = {}
    with TemporaryDirectory(dir=services.blobs.scratch) as folder:
        for kind, write in _WRITERS.items():
            if kind == FOOTPRINTS and not any(shot.ring for shot in shots):
                continue
            path = Path(folder, f"{layer_slug(asked.slug, kind)}.gpkg")
            await asyncio.to_thread(write, shots, path, srid)
            options = _layer_options(asked, kind, srid)
            waiting = dataclasses.replace(options, publish=False)
            result = await ingest_file(services, actor, path, waiting)
            staged[kind] = (UploadId(UUID(result.upload)), options)
    return staged


async def _publish(conn: Connection, actor: Actor, staged: _Staged) -> dict[str, str]:
    published: dict[str, str] = {}
    for kind, (upload_id, options) in staged.items():
        upload = await publish.publish_upload(conn, upload_id, options, actor)
        published[kind] = upload.layer or options.layer
    return published


async def _retire_old(
    conn: Connection, actor: Actor, asked: FlightOptions, published: Mapping[str, str]
) -> None:
    """Retire the footprints of the flight before, where the new one has none."""
    slug = layer_slug(asked.slug, FOOTPRINTS)
    if FOOTPRINTS in published or await layer_store.lock(conn, slug) is None:
        return
    layer = await layer_store.by_slug(conn, slug)
    if layer.is_live:
        await layer_store.move(conn, layer, LayerState.RETIRED, actor)


async def _record(
    conn: Connection, services: Services, actor: Actor, asked: FlightOptions, judged: _Judged
) -> None:
    """Write the flight and its photos, in place of the one before."""
    if asked.replace:
        await store.remove(conn, asked.slug)
    for blob in judged.objects:
        await blobs.register(conn, blob, "", "image/jpeg")
    new = store.NewFlight(
        asked.slug,
        asked.title,
        judged.summary,
        [finding.as_dict() for finding in judged.findings],
        bounds_of(judged.shots),
        actor.name,
        services.now(),
    )
    await store.add(conn, new, judged.shots)
    await events.record(conn, "flight", {"slug": asked.slug})


def _layer_options(asked: FlightOptions, kind: str, srid: int) -> IngestOptions:
    vietnamese, english = _NAMES[kind]
    description = Description(
        title=f"{asked.title}: {vietnamese}",
        title_en=f"{asked.title}: {english}",
        theme=asked.theme,
        unit=asked.unit,
    )
    access = {"visibility": asked.visibility, "closure": asked.closure}
    return IngestOptions(
        layer=layer_slug(asked.slug, kind),
        description=description,
        said={name: value for name, value in access.items() if value is not None},
        crs=f"EPSG:{srid}",
        encoding="utf-8",
        mode=Mode.REPLACE if asked.replace else Mode.CREATE,
        or_create=True,
        fields=_TITLES[kind],
    )


_WRITERS = {PHOTOS: write_photos, FOOTPRINTS: write_footprints}
