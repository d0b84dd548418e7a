"""The preview of an upload as it now stands: what is staged or published, and what was found.

The only module that runs ``conversion/sql/preview.sql``.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.sql import SQL, Identifier

from conversion.crs.candidate_map import box_of, candidate_map
from conversion.findings import places
from conversion.findings.finding import Finding
from conversion.findings.marks import MOST
from conversion.preview import MAX_FEATURES, preview_html
from conversion.publish import staged_from
from conversion.upload import Upload, UploadState
from gishue.core.access import Act, may
from gishue.core.actor import Actor
from gishue.core.audit_witness import Witness
from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.errors import Conflict, NotFound
from gishue.core.sql import load
from layers import feature_store, store, tables, veil
from layers.fields import Field
from layers.filter import Filter
from layers.layer import Layer
from layers.publish import StagedTable
from layers.snapshot import note_read
from layers.tables import Counted

_SQL = load("conversion", "preview")

_ROADS = 4_000

_DETAIL = 2_000
"""A line is drawn with about so many steps across the whole preview."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A table, the fields of it that are shown, and which of its rows (None: all)."""

    table: Identifier
    fields: Sequence[Field]
    rows: Filter | None = None


async def upload_preview(
    conn: Connection, upload: Upload, actor: Actor, witness: Witness, road_layer: str = ""
) -> str:
    """Return the preview of ``upload`` for ``actor`` as one HTML document.

    ``witness`` notes which restricted layers are read for it.

    While the CRS is asked, it draws the candidates, over the roads of ``road_layer``. Otherwise,
    before it is staged, and for rasters, it holds the findings without a map's content.

    Raises:
        NotFound: it became a layer that is gone, or that ``actor`` may not read.
        Conflict: the layer has changed since, and no longer holds what the file held.
    """
    found = [Finding.from_dict(one) for one in upload.findings]
    asked = next((one for one in upload.questions if one["code"] == "crs"), None)
    if upload.state is UploadState.ASKS and upload.inspection is not None and asked is not None:
        candidates = asked["candidates"]
        box = box_of(upload.inspection, candidates)
        roads = await _roads(conn, road_layer, actor, witness, box)
        return candidate_map(
            upload.filename, upload.inspection, candidates, roads=roads, findings=found
        )
    source = await _source(conn, upload, actor, witness)
    if source is None:
        return preview_html(upload.filename, [], total=0, bounds=None, findings=found)
    counted = await _counted(conn, source)
    features = await _sample(conn, source, counted)
    return preview_html(
        upload.filename,
        features,
        total=counted.rows,
        bounds=counted.bounds,
        findings=found,
        places=await places.sketch(conn, upload.id, MOST),
    )


async def _roads(
    conn: Connection, slug: str, actor: Actor, witness: Witness, box: Bounds | None
) -> list[dict[str, Any]]:
    """Return the roads in ``box`` as GeoJSON features; none where ``actor`` may not read them."""
    try:
        layer = veil.of(actor, await store.by_slug(conn, slug))
    except NotFound:
        return []
    if box is None or layer.table_name is None or not may(actor, Act.READ, layer):
        return []
    note_read(witness, actor, layer)
    rows = veil.rows(layer)
    statement = SQL(_SQL["roads"]).format(
        table=tables.table(layer.table_name), rows=rows.where if rows else SQL("true")
    )
    values = {**box._asdict(), "limit": _ROADS} | (dict(rows.values) if rows else {})
    return [row[0] for row in await (await conn.execute(statement, values)).fetchall()]


async def _source(
    conn: Connection, upload: Upload, actor: Actor, witness: Witness
) -> _Source | None:
    """Return where the upload's rows stand now: staged whole, a layer as ``actor`` sees it."""
    if upload.state is UploadState.STAGED and upload.staged is not None:
        staged = staged_from(upload.staged)
        if isinstance(staged, StagedTable):
            return _Source(tables.staging(staged.name), staged.fields)
    if upload.state is UploadState.PUBLISHED and upload.layer is not None:
        layer = await store.by_slug(conn, upload.layer)
        _check(actor, upload, layer)
        if layer.table_name is not None:
            note_read(witness, actor, layer)
            layer = veil.of(actor, layer)
            table = tables.table(layer.table_name or "")
            return _Source(table, layer.fields, veil.rows(layer))
    return None


def _check(actor: Actor, upload: Upload, layer: Layer) -> None:
    if not may(actor, Act.READ, layer):
        raise store.no_layer(layer.slug)
    if layer.revision != upload.revision:
        raise Conflict(
            f"layer {layer.slug!r} has changed since this file was published; look at the layer",
            vi=f"lớp {layer.slug!r} đã thay đổi sau khi công bố tệp này; hãy xem chính lớp đó",
            layer=layer.slug,
        )


async def _counted(conn: Connection, source: _Source) -> Counted:
    """Return what of the table is to be seen."""
    if source.rows is None:
        return await tables.count(conn, source.table)
    chosen = SQL("(SELECT * FROM {} t WHERE {})").format(source.table, source.rows.where)
    return await tables.count(conn, chosen, source.rows.values)


async def _sample(conn: Connection, source: _Source, counted: Counted) -> list[dict[str, Any]]:
    """Return features spread over the table, their lines as fine as the preview can show."""
    if counted.bounds is None:
        return []
    xmin, ymin, xmax, ymax = counted.bounds
    shown = [feature_store.doubled(field) for field in source.fields]
    statement = SQL(_SQL["sample"]).format(
        table=source.table,
        properties=feature_store.properties(shown) if shown else SQL("NULL"),
        rows=source.rows.where if source.rows else SQL("true"),
    )
    values = dict(source.rows.values if source.rows else {}) | {
        "step": max(1, math.ceil(counted.rows / MAX_FEATURES)),
        "limit": MAX_FEATURES,
        "tolerance": max(xmax - xmin, ymax - ymin) / _DETAIL,
    }
    return [row[0] for row in await (await conn.execute(statement, values)).fetchall()]
