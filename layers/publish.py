"""Publish: one transaction locks the layer, swaps its content, raises the revision, tells readers.

A reader sees the layer as it was or as it is, never half of it. The old table stays a day for
whoever still reads it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from gishue.core.actor import Actor
from gishue.core.bounds import Bounds
from gishue.core.db import Connection
from gishue.core.errors import InvalidInput
from layers import past, search, store, tables
from layers.description import Description
from layers.fields import Field
from layers.layer import DuplicateSlug, GeometryType, Layer, LayerId, LayerKind, check_slug


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
) -> Layer:
    """Make ``staged`` the content of layer ``slug``, or add its rows; return the layer.

    Raises:
        DuplicateSlug: the layer exists and ``mode`` is create.
        SchemaMismatch: the rows to append have other fields, geometry or CRS.
    """
    layer_id, before = await _claim(conn, slug, description.title, LayerKind.VECTOR, mode)
    if before is not None and mode is Mode.APPEND:
        return await _append(conn, before, staged, actor, message)
    revision = before.revision + 1 if before else 1
    name = tables.table_name(layer_id, revision)
    await tables.adopt(conn, staged.name, name, revision)
    counted = await tables.count(conn, tables.table(name))
    await store.put_fields(conn, layer_id, _titled(staged.fields, before))
    content = _table_content(staged, name, counted)
    return await _finish(
        conn, slug, (layer_id, before), description, content, actor=actor, message=message
    )


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
    owner = await _claim(conn, slug, description.title, LayerKind.RASTER, mode)
    description = replace(description, minzoom=staged.minzoom, maxzoom=staged.maxzoom)
    content = _content(LayerKind.RASTER, staged.srid, staged.provenance) | {
        "asset": staged.sha256,
        "feature_count": 0,
        "bounds": list(staged.bounds),
    }
    return await _finish(conn, slug, owner, description, content, actor=actor, message=message)


async def _claim(
    conn: Connection, slug: str, title: str, kind: LayerKind, mode: Mode
) -> tuple[LayerId, Layer | None]:
    """Return the locked layer's id and the layer as it was, or a new draft's id and None."""
    check_slug(slug)
    layer_id = await store.lock(conn, slug)
    if layer_id is None or mode is Mode.CREATE:
        return await store.create(conn, slug, title, kind), None
    before = await store.by_slug(conn, slug)
    if before.kind is not kind:
        raise DuplicateSlug(
            f"layer {slug!r} is a {before.kind} layer; choose another name",
            vi=f"lớp {slug!r} là lớp {before.kind}; hãy đặt tên khác",
        )
    return layer_id, before


async def _finish(
    conn: Connection,
    slug: str,
    owner: tuple[LayerId, Layer | None],
    description: Description,
    content: dict[str, Any],
    *,
    actor: Actor,
    message: str,
) -> Layer:
    layer_id, before = owner
    await store.describe(conn, layer_id, description)
    if before and before.table_name and before.keep_history:
        await past.keep_table(conn, before)
    elif before and before.table_name:
        await store.mark_replaced(conn, before.table_name)
    await store.point_at(conn, layer_id, content)
    layer = await store.by_slug(conn, slug)
    await search.refresh(conn, layer)
    action = "replaced" if before else "created"
    await store.note(
        conn, layer, layer.revision, actor, action, message, features=layer.feature_count
    )
    return layer


async def _append(
    conn: Connection, layer: Layer, staged: StagedTable, actor: Actor, message: str
) -> Layer:
    if layer.table_name is None or staged.srid != layer.srid:
        raise _mismatch(f"the CRS EPSG:{staged.srid}", layer)
    theirs = {field.name: field for field in staged.fields}
    missing = [field.name for field in layer.fields if field.name not in theirs]
    extra = sorted(theirs.keys() - {field.name for field in layer.fields})
    wrong = [f.name for f in layer.fields if f.name in theirs and theirs[f.name].type != f.type]
    if missing or extra or wrong:
        raise _mismatch(f"fields {', '.join(missing + extra + wrong)}", layer)
    pairs = [(theirs[field.name], field) for field in layer.fields]
    await tables.append(conn, staged.name, layer.table_name, pairs, layer.revision + 1)
    await tables.drop(conn, tables.staging(staged.name))
    counted = await tables.count(conn, tables.table(layer.table_name))
    revision = await store.measure(conn, layer, counted.rows, counted.bounds, bulk=True)
    after = await store.by_slug(conn, layer.slug)
    await search.refresh(conn, after)
    added = counted.rows - layer.feature_count
    await store.note(conn, after, revision, actor, "appended", message, features=added)
    return after


def _table_content(staged: StagedTable, name: str, counted: tables.Counted) -> dict[str, Any]:
    return _content(LayerKind.VECTOR, staged.srid, staged.provenance) | {
        "geometry_type": staged.geometry_type,
        "table_name": name,
        "feature_count": counted.rows,
        "bounds": list(counted.bounds) if counted.bounds else None,
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
        "begins": True,
    }


def _titled(fields: Sequence[Field], before: Layer | None) -> list[Field]:
    """Return the fields, with the titles that people gave them at an earlier revision."""
    known = {field.name: field for field in before.fields} if before else {}
    return [
        Field(f.name, known[f.name].title, f.type, f.column, known[f.name].title_en)
        if f.name in known and f.title == f.name
        else f
        for f in fields
    ]


def _mismatch(what: str, layer: Layer) -> SchemaMismatch:
    return SchemaMismatch(
        f"{what} of the file differ from layer {layer.slug!r}; replace the layer instead",
        vi=f"{what} của tệp khác với lớp {layer.slug!r}; hãy chọn thay thế lớp",
    )
