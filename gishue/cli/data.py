"""Commands that bring data in and take it out: inspect, ingest, export."""

import asyncio
import dataclasses
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from conversion.export import export as exporting
from conversion.export import formats
from conversion.export.refusals import loss_lines
from conversion.ingest import IngestResult, check_path, ingest_file
from conversion.inspect import inspect_file
from conversion.options import IngestOptions, each_layer
from conversion.rehearsal import Rehearsal, rehearse
from gishue.api.file_query import read_query
from gishue.cli.closing import Approver, ClosedUntil, LegalBasis, Reason, ReasonEn, closing
from gishue.cli.inspection import show_inspection
from gishue.cli.instance import say, with_services
from gishue.cli.output import show_json, show_pairs, show_rows
from gishue.cli.progress import progress
from gishue.cli.rehearsal import show_rehearsal
from gishue.core import audit
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from gishue.core.settings import Settings
from gishue.pulls.looking import fetch_once
from layers import store
from layers.publish import Mode
from layers.services import Services, utc_now

Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]
FilePath = Annotated[
    Path,
    typer.Argument(help="a file, an archive, a .shp, .tab or .mif beside its parts, a .gdb folder"),
]
Crs = Annotated[str, typer.Option(help="auto, or EPSG:n where the file says nothing or lies")]
Encoding = Annotated[
    str,
    typer.Option(
        help="auto, utf-8, tcvn3, tcvn3-capitals, vni, viqr, cp1258; "
        "or for single columns COLUMN=tcvn3;OTHER=utf-8"
    ),
]

SourceLayer = Annotated[str, typer.Option(help="layer inside the file; `*` brings in each of them")]
EVERY_LAYER = "*"
X = Annotated[str, typer.Option("--x", help="column of a table: easting, longitude, or a shape")]
Y = Annotated[str, typer.Option("--y", help="column of a table: northing or latitude")]
Address = Annotated[str, typer.Option(help="column of a table that holds addresses")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("inspect")(inspect)
    app.command("ingest")(ingest)
    app.command("export")(export)


def inspect(
    path: FilePath,
    crs: Crs = "auto",
    encoding: Encoding = "auto",
    source_layer: SourceLayer = "",
    x: X = "",
    y: Y = "",
    address: Address = "",
    as_json: Json = False,
) -> None:
    """Say what is in a file: format, layers, fields, CRS and encoding with their evidence."""
    check_path(path)
    options = IngestOptions(
        crs=crs, encoding=encoding, source_layer=source_layer, x=x, y=y, address=address
    )
    found = asyncio.run(inspect_file(path, options, Settings()))
    if as_json:
        show_json(found.as_dict())
        return
    show_inspection(found.as_dict())


def ingest(
    path: Annotated[
        str, typer.Argument(help="a file, the .shp of a shapefile, or the address of a file")
    ],
    layer: Annotated[str, typer.Option(help="name in URLs; else made from the file's name")] = "",
    title: Annotated[str | None, typer.Option(help="title; else kept, or the file's name")] = None,
    unit: Annotated[str | None, typer.Option(help="code of the owning unit; else kept")] = None,
    theme: Annotated[
        str | None, typer.Option(help="code of the theme; else kept, or other")
    ] = None,
    visibility: Annotated[
        Visibility | None, typer.Option(help="who may read it; else kept, or open")
    ] = None,
    reason: Reason = "",
    reason_en: ReasonEn = "",
    legal_basis: LegalBasis = "",
    approver: Approver = "",
    closed_until: ClosedUntil = "",
    crs: Crs = "auto",
    encoding: Encoding = "auto",
    source_layer: SourceLayer = "",
    x: X = "",
    y: Y = "",
    address: Address = "",
    replace: Annotated[bool, typer.Option("--replace", help="replace the layer")] = False,
    append: Annotated[bool, typer.Option("--append", help="add rows to the layer")] = False,
    key: Annotated[
        str, typer.Option(help="field that names each feature once, - for none; else kept")
    ] = "",
    keep_history: Annotated[
        bool | None,
        typer.Option("--keep-history/--no-history", help="keep what goes readable; else as it is"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="say what would change, and change nothing")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="accepted for scripts; ingest always waits")
    ] = True,
    as_json: Json = False,
) -> None:
    """Bring in a file, of this machine or of an approved host, and publish it as a layer."""
    is_remote = path.startswith(("http://", "https://"))
    if not is_remote:
        check_path(Path(path))
    about = {"title": title, "unit": unit, "theme": theme, "visibility": visibility}
    closed = closing(reason, reason_en, legal_basis, approver, closed_until)
    about |= {"closure": closed.read(utc_now()) if closed else None}
    options = IngestOptions(
        layer=layer,
        said={name: value for name, value in about.items() if value},
        crs=crs,
        encoding=encoding,
        source_layer=source_layer,
        x=x,
        y=y,
        address=address,
        mode=_mode(replace=replace, append=append),
        key=key,
        keep_history=keep_history,
    )
    watch = progress(as_json=as_json)

    async def bring(services: Services) -> list[IngestResult] | Rehearsal:
        with TemporaryDirectory(dir=_scratch(services)) as folder:
            local = Path(path)
            if is_remote:
                local = await fetch_once(services.settings, path, Path(folder))
            if dry_run:
                return await rehearse(services, OPERATOR, local, options, on_progress=watch)
            wishes = await _wishes(services, local, options)
            return [await ingest_file(services, OPERATOR, local, one, watch) for one in wishes]

    result = with_services(bring)
    if isinstance(result, Rehearsal):
        show_rehearsal(result, as_json=as_json)
        return
    show_results(result, as_json=as_json)


async def _wishes(services: Services, path: Path, options: IngestOptions) -> list[IngestOptions]:
    """Return what to make of the file: one layer, or with ``*`` one of each layer in it."""
    if options.source_layer != EVERY_LAYER:
        return [options]
    asked = dataclasses.replace(options, source_layer="")
    found = await inspect_file(path, asked, services.settings)
    return each_layer(path.name, asked, found.source_layers)


def show_results(results: list[IngestResult], *, as_json: bool) -> None:
    """Print what became of a file: one layer, or several."""
    if len(results) == 1:
        show_result(results[0], as_json=as_json)
        return
    shown = [one.as_dict() for one in results]
    if as_json:
        show_json({"layers": shown})
        return
    show_rows(shown, ("layer", "revision", "state", "features", "crs", "encoding"))


def _scratch(services: Services) -> Path:
    services.blobs.scratch.mkdir(parents=True, exist_ok=True)
    return services.blobs.scratch


def _mode(*, replace: bool, append: bool) -> Mode:
    if replace and append:
        raise typer.BadParameter("--replace and --append exclude each other")
    return Mode.REPLACE if replace else Mode.APPEND if append else Mode.CREATE


def show_result(result: IngestResult, *, as_json: bool) -> None:
    """Print what became of a file."""
    if as_json:
        show_json(result.as_dict())
        return
    shown = result.as_dict()
    findings = shown.pop("findings")
    show_pairs(shown)
    if findings:
        print()
        show_rows(findings, ("code", "severity", "where", "message"))


def export(
    slug: Annotated[str, typer.Argument(help="the layer's name in URLs")],
    path: Annotated[Path, typer.Argument(help="file to write; its ending names the format")],
    format: Annotated[
        str, typer.Option(help=f"else by the ending: {', '.join(formats.BY_KEY)}")
    ] = "",
    crs: Annotated[str, typer.Option(help="EPSG:n; else as stored")] = "",
    bbox: Annotated[str, typer.Option(help="west,south,east,north in degrees")] = "",
    filter: Annotated[str, typer.Option(help="CQL2 text over the fields and geom")] = "",
    as_of: Annotated[str, typer.Option(help="a date or time: the layer as it was then")] = "",
    as_json: Json = False,
) -> None:
    """Write a layer, or a part of it, to a file."""
    said = {"crs": crs, "bbox": bbox, "filter": filter, "as_of": as_of}
    query = read_query({name: text for name, text in said.items() if text})
    if format and format not in formats.BY_KEY:
        raise typer.BadParameter(f"there are {', '.join(formats.BY_KEY)}")
    out = formats.BY_KEY[format] if format else None

    async def write(services: Services) -> exporting.Written:
        async with transaction(services.pool) as conn:
            layer = await store.by_slug(conn, slug)
            said = {"format": path.suffix}
            await audit.record(conn, OPERATOR, "layer.download", audit.of_layer(layer), said)
        return await exporting.export_file(services, layer, path, query, out)

    written = with_services(write)
    if as_json:
        show_json({"path": str(path), "crs": f"EPSG:{written.srid}"} | written._asdict())
        return
    say(f"{path}: {written.features:,} features, EPSG:{written.srid}")
    for line in loss_lines(written.changed):
        say(f"  {line}")
