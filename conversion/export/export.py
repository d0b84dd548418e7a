"""A layer, or a part of it, as a file: whole or not at all.

Rows come through a server-side cursor, so a million features need no more memory than a thousand.
The database writes GeoJSON; every other format is written by a process of its own
(``export_child``), so that GDAL stays out of the web process.
"""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import pyarrow as pa
from psycopg.sql import SQL, Composed, Identifier

from conversion.columns import ARROW
from conversion.export import pack
from conversion.export.formats import OUT, OutFormat, by_name
from conversion.export.query import ExportQuery, Part, part
from conversion.export.refusals import SENTENCES
from conversion.export.spec import Spec
from gishue.core.db import Connection, transaction
from gishue.core.errors import GishueError, InvalidInput, NotFound, TooLarge, UnsupportedMedia
from gishue.core.sql import load
from layers.feature_store import doubled, properties
from layers.fields import FieldType
from layers.filter import computing
from layers.layer import GeometryType, Layer
from layers.services import Services

_SQL = load("conversion", "export")
_BATCH: Final = 4_096
_REFUSED: Final = 3
"""Exit code of the writing process when the format cannot hold the layer."""


class NotWritten(GishueError):
    """The file could not be written."""

    slug = "not-written"
    title = "File not written"
    title_vi = "Không ghi được tệp"


class Written(NamedTuple):
    """What a file holds: how many features, and what it had to change, by code."""

    features: int
    srid: int
    changed: Mapping[str, Any]


async def export_file(
    services: Services,
    layer: Layer,
    path: Path,
    query: ExportQuery | None = None,
    out: OutFormat | None = None,
) -> Written:
    """Write the part of ``layer`` that ``query`` asks for to ``path``.

    Args:
        services: the process's own.
        layer: which one; its newest state is read, of which its view shows what is written.
        path: the file; it appears by one rename.
        query: which part, in which system, as of when; None for all of it.
        out: the format; None to take it from the name of the file.

    Raises:
        UnsupportedMedia: no such format, or the layer has no features.
        BadRequest: the query cannot be.
        TooLarge: the format cannot hold so much.
        NotFound, InvalidInput: no file can be written there.
    """
    _check_target(path)
    out = out or by_name(path.name)
    if out is None or layer.table_name is None:
        raise unsupported(layer, path.name)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=path.parent) as folder:
        made = Path(folder) / f"{layer.slug}{out.packed or out.suffix}"
        with computing():
            async with transaction(services.pool) as conn:
                await conn.execute(_SQL["steady"])
                await conn.execute(_SQL["patient"])
                asked = await part(conn, layer, out, query or ExportQuery())
                written = await _write(conn, asked, out, made)
        if out.packed:
            made = await asyncio.to_thread(pack.packed, out, asked, written.changed, made)
        made.replace(path)
    return written


def _check_target(path: Path) -> None:
    """Raise what stands against writing a file at ``path``."""
    folder = path.parent
    if not folder.is_dir():
        raise NotFound(
            f"there is no folder {folder}; make it first, or name another",
            vi=f"không có thư mục {folder}; hãy tạo trước, hoặc chọn thư mục khác",
        )
    if path.is_dir():
        raise InvalidInput(
            f"{path} is a folder; name a file in it",
            vi=f"{path} là thư mục; hãy ghi tên tệp trong đó",
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InvalidInput(
            f"nothing can be written to the folder {folder}; name another",
            vi=f"không ghi được vào thư mục {folder}; hãy chọn thư mục khác",
        )


def formats(layer: Layer) -> tuple[OutFormat, ...]:
    """Return the formats that ``layer`` can be written in."""
    return OUT if layer.table_name else ()


def unsupported(layer: Layer, name: str) -> UnsupportedMedia:
    """Return the refusal of a format that is not written, or not for this kind of layer."""
    known = ", ".join(one.suffix for one in formats(layer)) or "—"
    return UnsupportedMedia(
        f"a {layer.kind} layer is not written as {name!r}; known: {known}",
        vi=f"lớp {layer.kind} không xuất được thành {name!r}; các dạng có: {known}",
    )


async def _write(conn: Connection, asked: Part, out: OutFormat, path: Path) -> Written:
    if not out.writer:
        return Written(await _geojson(conn, asked, path), asked.srid, {})
    return await _by_child(conn, asked, await _spec(conn, asked, out, path))


async def _geojson(conn: Connection, asked: Part, path: Path) -> int:
    """Write RFC 7946 GeoJSON: longitude first, 9 digits; the database writes each feature."""
    statement = SQL(_SQL["geojson"]).format(
        properties=properties([doubled(one) for one in asked.layer.fields]), **_parts(asked)
    )
    name = json.dumps(asked.layer.title, ensure_ascii=False)
    count = 0
    with path.open("w", encoding="utf-8") as target:
        target.write(f'{{"type":"FeatureCollection","name":{name},"features":[')
        async for rows in _batches(conn, statement, asked.values):
            texts = ",\n".join(row[0] for row in rows)
            await asyncio.to_thread(target.write, (",\n" if count else "\n") + texts)
            count += len(rows)
        target.write("\n]}\n")
    return count


async def _spec(conn: Connection, asked: Part, out: OutFormat, path: Path) -> Spec:
    layer, extent, has_gaps = asked.layer, None, False
    if out.measured:
        statement = SQL(_SQL["measure"]).format(**_parts(asked))
        row = await (await conn.execute(statement, asked.values)).fetchone()
        if row is not None:
            extent = None if row[0] is None else (row[0], row[1], row[2], row[3])
            has_gaps = bool(row[4])
    return Spec(
        format=out.key,
        path=str(path),
        layer=layer.slug,
        title=layer.title,
        srid=asked.srid,
        geometry_type=str(layer.geometry_type or GeometryType.MIXED),
        label=_label(layer),
        extent=extent,
        has_gaps=has_gaps,
        minzoom=layer.minzoom,
        maxzoom=layer.maxzoom,
    )


def _label(layer: Layer) -> str:
    """Return the field that names a feature: the one searched by, else the first text."""
    names = [field.name for field in layer.fields]
    if layer.search_field in names:
        return layer.search_field or ""
    texts = [field.name for field in layer.fields if field.type is FieldType.TEXT]
    return texts[0] if texts else ""


async def _by_child(conn: Connection, asked: Part, spec: Spec) -> Written:
    """Write the file through a process that gets the rows as an Arrow stream."""
    columns = [SQL("t.{}, ").format(Identifier(field.column)) for field in asked.layer.fields]
    statement = SQL(_SQL["rows"]).format(columns=Composed(columns), **_parts(asked))
    schema = _schema(asked.layer)
    with await asyncio.to_thread(_started, spec) as process:
        if process.stdin is None or process.stdout is None:
            raise refusal("not-written")
        cut_off: Exception | None = None
        try:
            await _send(conn, statement, asked.values, schema, process.stdin)
        except (BrokenPipeError, pa.ArrowException) as error:
            cut_off = error  # the process says why it stopped reading
        finally:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.close()
            said = await asyncio.to_thread(process.stdout.read, 1 << 20)
            code = await asyncio.to_thread(process.wait)
    if code == _REFUSED:
        raise refusal(json.loads(said)["refused"])
    if code != 0 or cut_off is not None:
        raise refusal("not-written") from cut_off
    told = json.loads(said)
    return Written(told.pop("features"), asked.srid, told)


def refusal(code: str) -> GishueError:
    """Return the refusal of that code."""
    en, vi = SENTENCES[code]
    kinds = {"not-written": NotWritten, "nothing-there": InvalidInput}
    return kinds.get(code, TooLarge)(en, vi=vi)


def _parts(asked: Part) -> dict[str, Composed | Identifier]:
    return {"geometry": asked.geometry, "table": asked.source, "where": asked.where}


def _started(spec: Spec) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "conversion.export.child", spec.as_json()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


async def _send(
    conn: Connection,
    statement: Composed,
    values: Mapping[str, Any],
    schema: pa.Schema,
    target: IO[bytes],
) -> None:
    with pa.ipc.new_stream(target, schema) as stream:
        async for rows in _batches(conn, statement, values):
            columns = list(zip(*rows, strict=True))
            arrays = [pa.array(column, f.type) for column, f in zip(columns, schema, strict=True)]
            batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
            await asyncio.to_thread(stream.write_batch, batch)


async def _batches(
    conn: Connection, statement: Composed, values: Mapping[str, Any]
) -> AsyncIterator[list[Any]]:
    async with conn.cursor(name="export") as cursor:
        await cursor.execute(statement, values)
        while rows := await cursor.fetchmany(_BATCH):
            yield rows


def _schema(layer: Layer) -> pa.Schema:
    """Return the rows' schema; the feature's id becomes the file's, under a name that is free."""
    taken = {field.name.casefold() for field in layer.fields}
    fid = next(name for name in ("fid", "ogc_fid", "gishue_fid") if name not in taken)
    fields = [pa.field(field.name, ARROW[field.type]) for field in layer.fields]
    return pa.schema([pa.field(fid, pa.int64()), *fields, pa.field("geom", pa.large_binary())])
