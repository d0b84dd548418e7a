"""Publish: one transaction locks the layer, brings its content, raises the revision, tells readers.

A reader sees the layer as it was or as it is, never half of it. Of two publications the second
waits, and is compared with what the first left.
"""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from gishue.core.actor import Actor
from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.errors import InvalidInput
from layers import amend, diff, keys, past, protection_store, search, store, tables, tier_store
from layers import description as descriptions
from layers import replace as replacing
from layers.description import Description
from layers.diff import Counts, Side
from layers.fields import Field
from layers.layer import DuplicateSlug, GeometryType, Layer, LayerKind, check_slug
from layers.replace import Written


class Mode(StrEnum):
    """What to do with a layer of that name."""

    CREATE = "create"
    REPLACE = "replace"
    APPEND = "append"


class SchemaMismatch(InvalidInput):
    """The rows to append do not fit the layer."""

    slug = "schema-mismatch"
    title = "Rows do not fit the layer"
    title_vi = "Dữ liệu không khớp với lớp"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the coordinates and the text came from; stored on the layer."""

    source_crs: str
    operation: str
    accuracy_m: float | None
    encoding: str


@dataclass(frozen=True, slots=True)
class StagedTable:
    """A filled and indexed table in the schema ``staging``, ready to become a layer."""

    name: str
    fields: tuple[Field, ...]
    geometry_type: GeometryType
    srid: int
    provenance: Provenance

    @property
    def side(self) -> Side:
        """The staging table as the new side of a comparison."""
        return Side(tables.staging(self.name), self.fields, self.geometry_type, self.srid)


@dataclass(frozen=True, slots=True)
class StagedAsset:
    """A stored object (a COG), ready to become a raster layer; ``bounds`` in EPSG:4326.

    ``minzoom`` and ``maxzoom``: from where it is more than a speck to its own resolution.
    """

    sha256: str
    srid: int
    bounds: Bounds
    provenance: Provenance
    minzoom: int = 0
    maxzoom: int = 22


async def publish_table(
    conn: Connection,
    slug: str,
    description: Description,
    staged: StagedTable,
    *,
    actor: Actor,
    mode: Mode = Mode.CREATE,
    message: str = "",
    key: str | None = None,
    keep_history: bool | None = None,
) -> Layer:
    """Make ``staged`` the content of layer ``slug``, or add its rows; return the layer.

    ``key``: the field that tells the features apart, empty for none; ``keep_history``: whether
    what a change takes away stays readable. None: as the layer has it.

    Raises:
        DuplicateSlug: the layer exists and ``mode`` is create.
        KeyNotUnique: rows share a value of the key, or rows to append have one that is taken.
        SchemaMismatch: the rows to append have other fields, geometry or CRS.
        ProtectionLost: a rule that keeps rows back cannot be asked of these.
    """
    before = await _claim(conn, slug, description.title, LayerKind.VECTOR, mode)
    kept = before.keep_history if keep_history is None else keep_history
    if before.table_name is None or mode is not Mode.APPEND:
        await protection_store.carry(conn, before, staged.fields, staged.srid)
    told = keys.chosen(before, staged.fields, key)
    await keys.check(conn, staged.side.table, staged.fields, told)
    await store.tell_apart(conn, before.id, told, keep_history=kept)
    if before.table_name is None:
        counts, written = await _begin(conn, before, staged)
    elif mode is Mode.APPEND:
        return await _append(conn, before, staged, told, actor, message)
    else:
        counts = await diff.pair(conn, diff.live(before), staged.side, told)
        await amend.number(conn, before)
        written = await replacing.write(conn, before, staged.side, counts, keep_history=kept)
    content = await _table_content(conn, staged, written)
    after = await _point(conn, before, description, content, actor)
    action = "created" if before.table_name is None else "replaced"
    await _note(conn, after, actor, action, message, counts, **_opened(before, after))
    return after


async def publish_asset(
    conn: Connection,
    slug: str,
    description: Description,
    staged: StagedAsset,
    *,
    actor: Actor,
    mode: Mode = Mode.CREATE,
    message: str = "",
) -> Layer:
    """Make the stored object the content of raster layer ``slug``; return the layer.

    Raises:
        DuplicateSlug: the layer exists and ``mode`` is create.
    """
    before = await _claim(conn, slug, description.title, LayerKind.RASTER, mode)
    description = replace(description, minzoom=staged.minzoom, maxzoom=staged.maxzoom)
    content = _content(LayerKind.RASTER, staged.srid, staged.provenance) | {
        "asset": staged.sha256,
        "feature_count": 0,
        "bounds": list(staged.bounds),
    }
    after = await _point(conn, before, description, content, actor)
    action = "created" if before.asset is None else "replaced"
    told = {"features": 0} | _opened(before, after)
    await store.note(conn, after, after.revision, actor, action, message, **told)
    return after


async def restore(
    conn: Connection, slug: str, revision: int, *, actor: Actor, message: str = ""
) -> Layer:
    """Bring the content of layer ``slug`` back to ``revision``, as a new revision; return it.

    Features that went come back under their ids. Title, owner, style and state stay as they are.

    Raises:
        NotFound: there is no such layer.
        NotKept: the rows of that revision are not kept.
        ProtectionLost: a rule that keeps rows back cannot be asked of them.
    """
    await store.lock(conn, slug)
    before = await store.by_slug(conn, slug)
    then = await past.at_revision(conn, before, revision)
    staged = await _staged_again(conn, then)
    await protection_store.carry(conn, before, staged.fields, staged.srid)
    counts = await diff.pair_by_id(conn, diff.live(before), staged.side)
    await amend.number_as_staged(conn)
    written = await replacing.write(
        conn, before, staged.side, counts, keep_history=before.keep_history
    )
    if before.key_field and staged.side.column(before.key_field) is None:
        await store.tell_apart(conn, before.id, "", keep_history=before.keep_history)
    content = await _table_content(conn, staged, written) | {"state": before.state}
    after = await _point(conn, before, descriptions.of(before), content, actor)
    await _note(conn, after, actor, "restored", message, counts, restored=then.revision)
    return after


async def _staged_again(conn: Connection, then: past.AsOf) -> StagedTable:
    """Return a staging table with the rows of then."""
    held = then.layer
    name = f"restored_{held.id}"
    kind = held.geometry_type or GeometryType.MIXED
    came = Provenance(held.source_crs, held.operation, held.accuracy_m, held.encoding)
    await tables.create_staging(conn, name, held.fields, kind, held.srid)
    await past.copy(conn, then, tables.staging(name))
    return StagedTable(name, held.fields, kind, held.srid, came)


async def _claim(conn: Connection, slug: str, title: str, kind: LayerKind, mode: Mode) -> Layer:
    """Return the locked layer as it was; a new one is a draft without content."""
    check_slug(slug)
    if mode is Mode.CREATE or await store.lock(conn, slug) is None:
        await store.create(conn, slug, title, kind)
    before = await store.by_slug(conn, slug)
    if before.kind is not kind:
        raise DuplicateSlug(
            f"layer {slug!r} is a {before.kind} layer; choose another name",
            vi=f"lớp {slug!r} là lớp {before.kind}; hãy đặt tên khác",
        )
    return before


async def _begin(conn: Connection, before: Layer, staged: StagedTable) -> tuple[Counts, Written]:
    """Make the staged table itself the layer's first one."""
    name = tables.table_name(before.id, before.revision + 1)
    await tables.adopt(conn, staged.name, name, before.revision + 1)
    await store.put_fields(conn, before.id, replacing.titled(staged.fields, before))
    return Counts(), Written(name, begins=True)


async def _point(
    conn: Connection,
    before: Layer,
    description: Description,
    content: dict[str, Any],
    actor: Actor,
) -> Layer:
    """Point the layer at its content, bring the search in line, and return it as it is now."""
    await store.describe(conn, before.id, description, by=actor.name)
    await store.point_at(conn, before.id, content)
    after = await store.by_slug(conn, before.slug)
    if after.table_name is None or after.table_name != before.table_name:
        await search.refresh(conn, after)
    else:
        await search.refresh_touched(conn, before, after)
    await tier_store.settle(conn, after)
    return after


async def _append(
    conn: Connection, before: Layer, staged: StagedTable, key: str, actor: Actor, message: str
) -> Layer:
    live, side = diff.live(before), staged.side
    _check_fit(before, live, side)
    counts = await diff.pair(conn, live, side, key) if key else await diff.pair_none(conn, side)
    if counts.changed:
        raise keys.taken(before, key, counts.changed)
    await amend.number(conn, before)
    await amend.add(conn, live, side, before.revision + 1)
    await tables.drop(conn, side.table)
    counted = await tables.count(conn, live.table)
    await store.give_ids(conn, before.id, await amend.last_id(conn, live.table))
    await store.measure(conn, before, counted.rows, counted.bounds, bulk=True)
    after = await store.by_slug(conn, before.slug)
    await search.refresh_touched(conn, before, after)
    counts = replace(counts, removed=0)
    await tier_store.settle(conn, after)
    await _note(conn, after, actor, "appended", message, counts, features=counts.added)
    return after


def _check_fit(layer: Layer, live: Side, staged: Side) -> None:
    """Raise SchemaMismatch unless the staged rows fit into the layer's table."""
    change = diff.schema_change(live, staged)
    if change.crs:
        raise _mismatch(f"the CRS {change.crs[1]}", f"hệ tọa độ {change.crs[1]}", layer)
    if change.geometry and layer.geometry_type is not GeometryType.MIXED:
        kind = GeometryType(change.geometry[1])
        raise _mismatch(f"the geometry ({kind})", f"hình học ({kind.vi})", layer)
    names = (*change.removed, *change.added, *change.retyped)
    if names:
        listed = ", ".join(names)
        raise _mismatch(f"fields {listed}", f"các trường {listed}", layer)


async def _note(
    conn: Connection,
    layer: Layer,
    actor: Actor,
    action: str,
    message: str,
    counts: Counts,
    **detail: int | str,
) -> None:
    told = {"features": layer.feature_count} | asdict(counts) | detail
    if action == "created":
        told = {"features": layer.feature_count} | detail
    await store.note(conn, layer, layer.revision, actor, action, message, **told)


def _opened(before: Layer, after: Layer) -> dict[str, int | str]:
    """Return what a publication changed of who sees what: it stands in the line of history."""
    told: dict[str, int | str] = {}
    if after.visibility is not before.visibility:
        told["visibility"] = after.visibility
    if after.masks != before.masks:
        told["masked"] = len(after.masks)
    return told


async def _table_content(conn: Connection, staged: StagedTable, written: Written) -> dict[str, Any]:
    table = tables.table(written.table_name)
    counted = await tables.count(conn, table)
    return _content(LayerKind.VECTOR, staged.srid, staged.provenance) | {
        "geometry_type": staged.geometry_type,
        "table_name": written.table_name,
        "feature_count": counted.rows,
        "bounds": list(counted.bounds) if counted.bounds else None,
        "begins": written.begins,
        "last_feature_id": await amend.last_id(conn, table),
    }


def _content(kind: LayerKind, srid: int, provenance: Provenance) -> dict[str, Any]:
    return {
        "kind": kind,
        "srid": srid,
        "source_crs": provenance.source_crs,
        "operation": provenance.operation,
        "accuracy_m": provenance.accuracy_m,
        "encoding": provenance.encoding,
        "geometry_type": None,
        "table_name": None,
        "asset": None,
        "state": None,
        "begins": True,
        "last_feature_id": 0,
    }


def _mismatch(what: str, what_vi: str, layer: Layer) -> SchemaMismatch:
    return SchemaMismatch(
        f"{what} of the file differ from layer {layer.slug!r}; replace the layer instead",
        vi=f"{what_vi} của tệp khác với lớp {layer.slug!r}; hãy chọn thay thế lớp",
    )
