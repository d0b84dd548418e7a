"""A layer as a file: GeoPackage in its storage CRS, GeoJSON in CRS84; whole or not at all.

Rows come through a server-side cursor, so a million features need no more memory than a thousand.
A GeoPackage is written by a process of its own: GDAL stays out of the web process.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import IO, Any, Final

import pyarrow as pa
from psycopg.sql import SQL, Composed, Identifier

from conversion.columns import ARROW
from gishue.core.db import Connection, transaction
from gishue.core.errors import GishueError, UnsupportedMedia
from gishue.core.sql import load
from layers import store, tables
from layers.feature_store import properties
from layers.layer import GeometryType, Layer
from layers.services import Services

_SQL = load("conversion", "export")
_BATCH: Final = 4_096

type Writer = Callable[[Connection, Layer, Path], Awaitable[int]]


class NotWritten(GishueError):
    """The file could not be written."""

    slug = "not-written"
    title = "File not written"
    title_vi = "Không ghi được tệp"


async def export_file(services: Services, layer: Layer, path: Path) -> int:
    """Write ``layer`` as it is now to ``path``; return the number of features.

    Raises:
        UnsupportedMedia: no format is known by the file's extension, or the layer has no features.
    """
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None or layer.table_name is None:
        raise unsupported(layer, path.suffix)
    partial = path.with_name(f".{path.name}.part")
    try:
        async with transaction(services.pool) as conn:
            await conn.execute(_SQL["steady"])
            await conn.execute(_SQL["patient"])
            count = await writer(conn, await store.by_slug(conn, layer.slug), partial)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return count


def formats() -> list[str]:
    """Return the extensions that can be written."""
    return list(_WRITERS)


def unsupported(layer: Layer, suffix: str) -> UnsupportedMedia:
    """Return the refusal of a format that is not written, or not for this kind of layer."""
    known = ", ".join(_WRITERS) if layer.table_name else "—"
    return UnsupportedMedia(
        f"a {layer.kind} layer is not written as {suffix!r}; known: {known}",
        vi=f"lớp {layer.kind} không xuất được dạng {suffix!r}; các dạng có: {known}",
    )


async def _geojson(conn: Connection, layer: Layer, path: Path) -> int:
    """Write RFC 7946 GeoJSON: longitude first, 7 digits; the database writes each feature."""
    statement = SQL(_SQL["geojson"]).format(
        properties=properties(layer.fields), table=tables.table(layer.table_name or "")
    )
    name = json.dumps(layer.title, ensure_ascii=False)
    count = 0
    with path.open("w", encoding="utf-8") as target:
        target.write(f'{{"type":"FeatureCollection","name":{name},"features":[')
        async for rows in _batches(conn, statement):
            texts = ",\n".join(row[0] for row in rows)
            await asyncio.to_thread(target.write, (",\n" if count else "\n") + texts)
            count += len(rows)
        target.write("\n]}\n")
    return count


async def _geopackage(conn: Connection, layer: Layer, path: Path) -> int:
    """Write a GeoPackage through a process that gets the rows as an Arrow stream."""
    schema = _schema(layer)
    statement = SQL(_SQL["rows"]).format(
        columns=Composed([SQL("t.{}, ").format(Identifier(f.column)) for f in layer.fields]),
        table=tables.table(layer.table_name or ""),
    )
    command = [sys.executable, "-I", "-m", "conversion.geopackage", str(path), layer.slug]
    command += [f"EPSG:{layer.srid}", str(layer.geometry_type or GeometryType.MIXED)]
    with await asyncio.to_thread(_started, command) as process:
        if process.stdin is None:
            raise _not_written()
        try:
            count = await _send(conn, statement, schema, process.stdin)
        except (BrokenPipeError, pa.ArrowException) as error:
            raise _not_written() from error
        finally:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            code = await asyncio.to_thread(process.wait)
    if code != 0:
        raise _not_written()
    return count


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)


async def _send(conn: Connection, statement: Composed, schema: pa.Schema, target: IO[bytes]) -> int:
    count = 0
    with pa.ipc.new_stream(target, schema) as stream:
        async for rows in _batches(conn, statement):
            columns = list(zip(*rows, strict=True))
            arrays = [pa.array(column, f.type) for column, f in zip(columns, schema, strict=True)]
            batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
            await asyncio.to_thread(stream.write_batch, batch)
            count += len(rows)
    return count


async def _batches(conn: Connection, statement: Composed) -> AsyncIterator[list[Any]]:
    async with conn.cursor(name="export") as cursor:
        await cursor.execute(statement)
        while rows := await cursor.fetchmany(_BATCH):
            yield rows


def _schema(layer: Layer) -> pa.Schema:
    """Return the rows' schema; the feature's id becomes the file's, under a name that is free."""
    taken = {field.name.casefold() for field in layer.fields}
    fid = next(name for name in ("fid", "ogc_fid", "gishue_fid") if name not in taken)
    fields = [pa.field(field.name, ARROW[field.type]) for field in layer.fields]
    return pa.schema([pa.field(fid, pa.int64()), *fields, pa.field("geom", pa.large_binary())])


def _not_written() -> NotWritten:
    return NotWritten(
        "the file could not be written; is there room on the disk?",
        vi="không ghi được tệp; hãy kiểm tra dung lượng đĩa",
    )


_WRITERS: dict[str, Writer] = {".gpkg": _geopackage, ".geojson": _geojson}
