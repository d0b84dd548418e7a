"""What people do with reports: file one, add photos, move it on. Each is one transaction."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

import anyio

from gishue.core import audit, blobs, events
from gishue.core.access import Act, Share, Visibility, may
from gishue.core.actor import Actor
from gishue.core.audit import Object
from gishue.core.blobs import Blob
from gishue.core.db import Connection, transaction
from gishue.core.errors import Conflict, Forbidden, NotFound, NotSignedIn, TooLarge
from gishue.reports import layer, store
from gishue.reports.painting import paint
from gishue.reports.photos import MEDIA_TYPE, PublicPhoto
from gishue.reports.pin import place_of, ward_of
from gishue.reports.report import Draft, Report, ReportId, ReportState, checked, new_code
from gishue.reports.store import Filing, Reporter, StoredPhoto
from layers.services import Services

MAX_PHOTOS = 5


class KeyReused(Conflict):
    """The idempotency key belongs to another report."""

    slug = "idempotency-key-reused"
    title = "Key used for another report"
    title_vi = "Khóa đã dùng cho phản ánh khác"


@dataclass(frozen=True, slots=True)
class Filed:
    """A report as written, and whether this call wrote it or found it."""

    report: Report
    is_new: bool


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The part of a report that only its handling unit reads and changes."""

    unit: str | None
    visibility: Visibility = Visibility.RESTRICTED
    is_live: bool = True
    slug: str = ""
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class _Photo:
    """A photo in both forms, stored, not yet attached."""

    public: Blob
    original: Blob
    painted: PublicPhoto


async def prepare(services: Services) -> None:
    """Put the layer of open reports into the registry, empty, if it is not there yet."""
    async with transaction(services.pool) as conn:
        await layer.ensure(conn)
    await services.registry.reload(services.pool)


async def file_report(
    services: Services,
    actor: Actor,
    draft: Draft,
    photos: Sequence[BinaryIO] = (),
    *,
    key: str,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> Filed:
    """Write a report with its photos and put its pin on the map.

    Args:
        services: of this process.
        actor: who sends it; nobody known is welcome.
        draft: what they say; without a point the first photo that knows its own gives it.
        photos: JPEG, PNG or WebP streams.
        key: made by the sender; the same key again answers with the same report.
        random_bytes: source of the public code.

    Raises:
        InvalidReport, UnreadablePhoto, TooLarge: what was sent cannot be taken.
        KeyReused: the key stands for a report that says something else.
        Busy: too many photos are being read.
    """
    draft = checked(draft)
    if not photos or (draft.lon, draft.lat) != (None, None):
        place_of((draft.lon, draft.lat), draft.accuracy_m, [])  # refused before a photo is opened
    if (known := await _known(services, key, draft)) is not None:
        return Filed(known, is_new=False)
    painted = await _paint_all(services, photos)
    seen = [(photo.lon, photo.lat) for photo in painted]
    place = place_of((draft.lon, draft.lat), draft.accuracy_m, seen)
    stored = await _store_all(services, photos, painted)
    code, now = new_code(random_bytes), services.now()
    async with transaction(services.pool) as conn:
        ward = await ward_of(conn, place, services.settings.ward_layer)
        filing = Filing(code, key, draft, place, ward, actor.name, now)
        report_id = await store.add(conn, filing)
        if report_id is None:
            return Filed(await _same(conn, key, draft), is_new=False)
        await _attach(conn, report_id, stored, services)
        return Filed(await _announce(conn, report_id, actor), is_new=True)


async def add_photos(
    services: Services, actor: Actor, code: str, photos: Sequence[BinaryIO], *, key: str | None
) -> Report:
    """Attach photos to a report, by its reporter (who knows ``key``) or its handling unit.

    Raises:
        NotFound: there is no such report.
        NotSignedIn, Forbidden: neither of the two asks.
        Conflict: the report is closed.
        TooLarge: it would have more than ``MAX_PHOTOS``.
        Busy: too many photos are being read.
    """
    async with transaction(services.pool) as conn:
        report = await store.by_code(conn, code)
        if not may_handle(actor, report) and not (
            key and await store.is_filed_with(conn, report, key)
        ):
            raise _refusal(actor)
        _check_open(report)
    stored = await _store_all(services, photos, await _paint_all(services, photos))
    async with transaction(services.pool) as conn:
        await store.lock(conn, report)
        report = await store.by_id(conn, report.id)
        _check_open(report)
        await _attach(conn, report.id, stored, services)
        return await _announce(conn, report.id, actor)


async def move_report(services: Services, actor: Actor, code: str, to: ReportState) -> Report:
    """Move a report on; a closed one leaves the map.

    Raises:
        NotFound: there is no such report.
        NotSignedIn, Forbidden: the actor does not handle it.
        Conflict: its state forbids it, or somebody moved it meanwhile.
    """
    async with transaction(services.pool) as conn:
        report = await store.by_code(conn, code)
        if not may_handle(actor, report):
            raise _refusal(actor)
        await store.move(conn, report, to, services.now())
        await audit.record(conn, actor, "report.move", _object(report), {"state": str(to)})
        return await _announce(conn, report.id, actor)


async def read_report(services: Services, code: str) -> Report:
    """Return the public part of a report.

    Raises:
        NotFound: there is no such report.
    """
    async with transaction(services.pool) as conn:
        return await store.by_code(conn, code)


async def reporter_of(services: Services, actor: Actor, report: Report) -> Reporter | None:
    """Return the reporter's words and number, or None for whoever may not read them."""
    if not may(actor, Act.READ, CaseFile(report.unit)):
        return None
    services.witness.note(actor, "report.reporter", _object(report))
    async with transaction(services.pool) as conn:
        return await store.reporter(conn, report)


def may_handle(actor: Actor, report: Report) -> bool:
    """Return whether ``actor`` may change the report."""
    return may(actor, Act.EDIT, CaseFile(report.unit))


def _object(report: Report) -> Object:
    return Object("report", report.code, report.unit)


async def _paint_all(services: Services, photos: Sequence[BinaryIO]) -> list[PublicPhoto]:
    """Return the public form of each photo; every one is read before any is stored."""
    if len(photos) > MAX_PHOTOS:
        raise _too_many()
    return [await paint(services, photo) for photo in photos]


async def _store_all(
    services: Services, photos: Sequence[BinaryIO], painted: Sequence[PublicPhoto]
) -> list[_Photo]:
    """Store each photo in both forms."""

    def store_one(stream: BinaryIO, public: PublicPhoto) -> _Photo:
        stream.seek(0)
        body = services.blobs.put_stream(BytesIO(public.body))
        return _Photo(body, services.blobs.put_stream(stream), public)

    pairs = zip(photos, painted, strict=True)
    return [await anyio.to_thread.run_sync(store_one, *pair) for pair in pairs]


async def _attach(
    conn: Connection, report_id: ReportId, photos: Sequence[_Photo], services: Services
) -> None:
    for photo in photos:
        await blobs.register(conn, photo.public, "", MEDIA_TYPE)
        await blobs.register(conn, photo.original, "", "application/octet-stream")
        row = StoredPhoto(
            photo.public.sha256,
            photo.original.sha256,
            photo.painted.width_px,
            photo.painted.height_px,
        )
        await store.add_photo(conn, report_id, row, services.now())
    if await store.count_photos(conn, report_id) > MAX_PHOTOS:
        raise _too_many()


async def _announce(conn: Connection, report_id: ReportId, actor: Actor) -> Report:
    """Bring the map in line with the report as it now is, and tell the listeners."""
    report = await store.by_id(conn, report_id)
    await layer.show(conn, report, actor)
    await events.record(conn, "report", {"code": report.code, "state": report.state})
    return report


async def _known(services: Services, key: str, draft: Draft) -> Report | None:
    """Return the report that ``key`` was used for, if any: a repeated call opens no photo."""
    async with transaction(services.pool) as conn:
        try:
            return await _same(conn, key, draft)
        except NotFound:
            return None


async def _same(conn: Connection, key: str, draft: Draft) -> Report:
    """Return the report that ``key`` stands for, if it says what ``draft`` says."""
    report = await store.by_key(conn, key)
    moved = draft.lon is not None and (draft.lon, draft.lat) != (report.lon, report.lat)
    if moved or (draft.title, draft.category) != (report.title, report.category):
        raise KeyReused(
            "this key was used for another report; take a new one",
            vi="khóa này đã dùng cho phản ánh khác; hãy dùng khóa mới",
        )
    return report


def _check_open(report: Report) -> None:
    if not report.is_open:
        raise Conflict(f"report {report.code} is closed", vi=f"phản ánh {report.code} đã đóng")


def _refusal(actor: Actor) -> NotSignedIn | Forbidden:
    if not actor.is_known:
        return NotSignedIn(
            "only the reporter, with the report's key, or the handling unit may change it",
            vi="chỉ người gửi (có khóa của phản ánh) hoặc đơn vị xử lý được thay đổi",
        )
    return Forbidden(
        "only the unit that handles the report may change it",
        vi="chỉ đơn vị xử lý phản ánh được thay đổi",
    )


def _too_many() -> TooLarge:
    return TooLarge(
        f"a report holds at most {MAX_PHOTOS} photos",
        vi=f"mỗi phản ánh có tối đa {MAX_PHOTOS} ảnh",
    )
