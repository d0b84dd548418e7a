"""From a staged table to a layer: who may, under which description, in one transaction."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conversion import store
from conversion.findings.finding import Finding, Severity
from conversion.options import IngestOptions, slug_of, stem
from conversion.refusal import ErrorsFound, KeyNotUnique
from conversion.upload import Upload, UploadId, UploadState
from gishue.core import audit
from gishue.core.access import Act, Visibility, may
from gishue.core.actor import Actor
from gishue.core.audit import Object
from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.errors import Conflict, Forbidden, NotFound
from layers import closure, description, permission, publish, schema_store
from layers import store as layer_store
from layers.description import Description
from layers.fields import Field, FieldType
from layers.layer import GeometryType, Layer, Proposed, check_slug, taken
from layers.publish import Mode, Provenance, StagedAsset, StagedTable

type Staged = StagedTable | StagedAsset


@dataclass(frozen=True, slots=True)
class Target:
    """The layer that an upload is to become."""

    slug: str
    description: Description
    before: Layer | None


async def target(
    conn: Connection,
    filename: str,
    options: IngestOptions,
    actor: Actor,
    *,
    locked: bool = True,
) -> Target:
    """Return the layer that ``options`` name, if ``actor`` may publish it.

    A layer that they may not read is as if it were not there, up to the last question: whether the
    name is free. See :func:`layers.layer.taken`.

    ``locked``: nobody else changes it until the transaction ends.

    Raises:
        DuplicateSlug: the name is taken, by a layer that was not to be replaced or is not seen.
        InvalidSlug: the name does not fit.
        Forbidden, NotFound: the actor may not, or there is no layer to replace or to add to.
        ClosureMissing: it is not to be open, and nobody says why.
        InvalidInput: there is no such unit.
    """
    slug = check_slug(options.layer or slug_of(filename))
    found = await _existing(conn, slug, locked=locked)
    seen = found if found is not None and may(actor, Act.READ, found) else None
    if seen is None and options.mode is not Mode.CREATE and not options.or_create:
        raise _nothing_there(slug, options.mode)
    before = seen if options.mode is not Mode.CREATE else None
    said = _described(filename, options, before, actor)
    _check(actor, slug, before, said)
    await layer_store.check_unit(conn, said.unit)
    settled = closure.settled(said, before)
    if found is not None and before is None:
        raise taken(slug)
    return Target(slug, settled, before)


def _nothing_there(slug: str, mode: Mode) -> NotFound:
    """Return the refusal to replace, or to add rows to, a layer that is not there or not seen."""
    what, what_vi = ("replace", "thay thế") if mode is Mode.REPLACE else ("append to", "bổ sung")
    return NotFound(
        f"there is no layer {slug!r} to {what}; look at its name, or create the layer",
        vi=f"không có lớp {slug!r} để {what_vi}; hãy xem lại tên, hoặc chọn tạo lớp mới",
        layer=slug,
    )


def _described(
    filename: str, options: IngestOptions, before: Layer | None, actor: Actor
) -> Description:
    """Return what was said of the layer, over what it has or else over what a new layer gets.

    A whole description does not open a layer that is closed: to open it is said by itself.
    """
    whole = options.description
    if whole is None and before is not None:
        return dataclasses.replace(description.of(before), **options.said)
    made = whole or Description(stem(filename))
    if before is not None and made.visibility is Visibility.OPEN:
        made = dataclasses.replace(made, visibility=before.visibility, closure=before.closure)
    made = dataclasses.replace(made, **options.said)
    if made.unit is not None:
        return made
    return dataclasses.replace(made, unit=before.unit if before is not None else actor.unit)


async def publish_upload(
    conn: Connection,
    upload_id: UploadId,
    options: IngestOptions,
    actor: Actor,
    base: int | None = None,
) -> Upload:
    """Publish a staged upload as ``options`` say, in the caller's transaction.

    ``base``: the revision that the layer must still have, where a person has looked at it.

    Raises:
        Conflict: it is not staged, or the layer is at another revision than ``base``.
        KeyNotUnique, ErrorsFound: a finding is an error.
        GishueError: as ``target`` and ``layers.publish`` refuse.
    """
    upload = await store.lock(conn, upload_id)
    if upload.state is not UploadState.STAGED or upload.staged is None:
        raise Conflict(
            f"the upload is {upload.state}, not staged",
            vi=f"tệp tải lên đang ở trạng thái «{upload.state.vi}», chưa sẵn sàng công bố",
            state=str(upload.state),
        )
    _check_errors(upload)
    aim = await target(conn, upload.filename, options, actor)
    _check_base(aim, base)
    staged = staged_from(upload.staged)
    layer = await _publish(conn, aim, staged, actor, options)
    await _remember_mapping(conn, layer, upload)
    said = {"layer": layer.slug, "revision": layer.revision, "sha256": upload.sha256}
    on = Object("upload", str(upload.id), upload.unit)
    await audit.record(conn, actor, "upload.publish", on, said)
    return await store.move(
        conn,
        upload,
        UploadState.PUBLISHED,
        progress=1.0,
        options=options.as_dict(),
        layer=layer.slug,
        revision=layer.revision,
    )


def _check_base(aim: Target, base: int | None) -> None:
    """Raise Conflict unless the layer is at the revision that was looked at."""
    at = aim.before.revision if aim.before is not None else 0
    if base is not None and at != base:
        raise Conflict(
            f"layer {aim.slug!r} is at revision {at} now, not {base}; look at the changes again",
            vi=f"lớp {aim.slug!r} hiện ở phiên bản {at}, không phải {base}; hãy xem lại thay đổi",
            revision=at,
        )


def _check_errors(upload: Upload) -> None:
    """Raise what stands against publishing: the findings that are errors."""
    found = [Finding.from_dict(one) for one in upload.findings]
    errors = [one for one in found if one.severity is Severity.ERROR]
    if not errors:
        return
    first, codes = errors[0], sorted({one.code for one in errors})
    kind = KeyNotUnique if first.code.startswith("key_") else ErrorsFound
    raise kind(
        f"{first.message}; {first.advice}".rstrip("; "),
        vi=f"{first.vi}; {first.advice_vi}".rstrip("; "),
        findings=codes,
    )


async def _remember_mapping(conn: Connection, layer: Layer, upload: Upload) -> None:
    """Keep how the file's columns were mapped, for the next file with the same columns."""
    said = (upload.inspection or {}).get("mapping")
    if said is not None:
        await schema_store.remember(conn, layer.id, said["signature"], said["used"])


async def _publish(
    conn: Connection, aim: Target, staged: Staged, actor: Actor, options: IngestOptions
) -> Layer:
    if isinstance(staged, StagedAsset):
        return await publish.publish_asset(
            conn,
            aim.slug,
            aim.description,
            staged,
            actor=actor,
            mode=options.mode,
            message=options.message,
        )
    if options.mode is Mode.APPEND and aim.before is not None:
        # Rows alone do not change how a layer is described; what was said of it is written here.
        await layer_store.describe(conn, aim.before.id, aim.description, by=actor.name)
    return await publish.publish_table(
        conn,
        aim.slug,
        aim.description,
        staged,
        actor=actor,
        mode=options.mode,
        message=options.message,
        key=options.told_key,
        keep_history=options.keep_history,
    )


def staged_as_dict(staged: Staged) -> dict[str, Any]:
    """Return what is staged as it is kept on the upload."""
    kind = "asset" if isinstance(staged, StagedAsset) else "table"
    return dataclasses.asdict(staged) | {"kind": kind}


def staged_from(said: Mapping[str, Any]) -> Staged:
    """Return what is staged from its stored form."""
    came = Provenance(**said["provenance"])
    if said["kind"] == "asset":
        return StagedAsset(
            said["sha256"],
            said["srid"],
            Bounds(*said["bounds"]),
            came,
            said["minzoom"],
            said["maxzoom"],
        )
    fields = tuple(Field(**{**one, "type": FieldType(one["type"])}) for one in said["fields"])
    return StagedTable(
        said["name"], fields, GeometryType(said["geometry_type"]), said["srid"], came
    )


async def _existing(conn: Connection, slug: str, *, locked: bool) -> Layer | None:
    if locked:
        await layer_store.lock(conn, slug)
    try:
        return await layer_store.by_slug(conn, slug)
    except NotFound:
        return None


def _check(actor: Actor, slug: str, before: Layer | None, said: Description) -> None:
    targets = [before] if before is not None else []
    proposed = Proposed(slug, said.visibility, said.unit)
    if not all(may(actor, Act.PUBLISH, one) for one in (*targets, proposed)):
        raise Forbidden(
            f"{actor.name} may not publish {slug!r} for unit {said.unit or 'none'}",
            vi=f"{actor.name} không được công bố {slug!r} cho đơn vị {said.unit or 'nào'}",
        )
    if before is not None:
        permission.check(actor, before, said)
