"""What publishing a staged upload would change in its layer, before anybody publishes it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from conversion.options import IngestOptions
from conversion.publish import staged_from, target
from conversion.upload import Upload, UploadState
from gishue.core.access import WHOLE, view
from gishue.core.actor import Actor
from gishue.core.db import Connection
from gishue.core.errors import BadRequest, Conflict, Forbidden
from layers import diff, keys, store
from layers.diff import Counts, RowChange, SchemaChange, Side
from layers.layer import Layer
from layers.publish import Mode, StagedTable


@dataclass(frozen=True, slots=True)
class UploadDiff:
    """A staged upload beside its layer; the rows stand in the transaction's ``pg_temp.pairing``.

    ``conflicts``: rows to append whose key the layer has already, with other values; while there
    are any the upload is not appended.
    """

    layer: Layer
    mode: Mode
    key: str
    counts: Counts
    conflicts: int
    schema: SchemaChange
    live: Side
    staged: Side


async def compared(
    conn: Connection, upload: Upload, options: IngestOptions, actor: Actor
) -> UploadDiff:
    """Compare a staged upload with the layer that ``options`` name, as publishing it now would.

    To be called first in a transaction: what it reads is of one moment.

    Raises:
        Conflict: the upload is not staged.
        BadRequest: it is to make a new layer, or is none with rows.
        NotFound, Forbidden: there is no such layer, or the actor may not publish it or does not
            see all of it.
        KeyNotUnique: rows share a value of the key.
    """
    if upload.state is not UploadState.STAGED or upload.staged is None:
        raise Conflict(
            f"the upload is {upload.state}; only a staged one is compared",
            vi=f"tệp tải lên đang ở trạng thái «{upload.state.vi}»; "
            "chỉ so sánh được khi đã sẵn sàng",
            state=str(upload.state),
        )
    aim = await target(conn, upload.filename, options, actor, locked=False)
    if aim.before is None:
        raise store.no_layer(aim.slug)
    if view(actor, aim.before) != WHOLE:
        raise Forbidden(
            f"{actor.name} sees only a part of layer {aim.slug!r}, and a comparison would show all",
            vi=f"{actor.name} chỉ được xem một phần lớp {aim.slug!r}, còn so sánh cho thấy toàn bộ",
        )
    staged = staged_from(upload.staged)
    if not isinstance(staged, StagedTable) or aim.before.table_name is None:
        raise BadRequest(
            f"layer {aim.slug!r} has no features to compare",
            vi=f"lớp {aim.slug!r} không có đối tượng để so sánh",
        )
    key = keys.chosen(aim.before, staged.fields, options.told_key)
    await keys.check(conn, staged.side.table, staged.fields, key)
    return await _paired(conn, aim.before, staged.side, options.mode, key)


async def _paired(conn: Connection, layer: Layer, staged: Side, mode: Mode, key: str) -> UploadDiff:
    live = diff.live(layer)
    schema = diff.schema_change(live, staged)
    if mode is not Mode.APPEND:
        counts = await diff.pair(conn, live, staged, key)
        return UploadDiff(layer, mode, key, counts, 0, schema, live, staged)
    counts = await diff.pair(conn, live, staged, key) if key else await diff.pair_none(conn, staged)
    await diff.forget_removed(conn)
    conflicts, counts = counts.changed, replace(counts, removed=0)
    return UploadDiff(layer, mode, key, counts, conflicts, schema, live, staged)


async def page(
    conn: Connection, compared: UploadDiff, *, limit: int, past: tuple[int, int] = (0, 0)
) -> tuple[list[RowChange], tuple[int, int] | None]:
    """Return rows that change, and where to go on."""
    return await diff.rows(
        conn, compared.live, compared.staged, key=compared.key, limit=limit, past=past
    )


def features(conn: Connection, compared: UploadDiff) -> AsyncIterator[RowChange]:
    """Yield every row that changes, with its geometry."""
    return diff.features(conn, compared.live, compared.staged, key=compared.key)
