"""The command that brings in a file and publishes it as a layer."""

import dataclasses
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from conversion.ingest import IngestResult, check_path, ingest_file
from conversion.inspect import inspect_file
from conversion.options import IngestOptions, each_layer
from conversion.progress import OnProgress
from conversion.rehearsal import Rehearsal, rehearse
from gishue.cli.closing import Approver, ClosedUntil, LegalBasis, Reason, ReasonEn, closing
from gishue.cli.instance import with_services
from gishue.cli.output import show_json, show_pairs, show_rows
from gishue.cli.progress import progress
from gishue.cli.reading import Address, Crs, Encoding, Json, SourceLayer, X, Y
from gishue.cli.rehearsal import show_rehearsal
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.pulls.looking import fetch_once
from layers.publish import Mode
from layers.services import Services, utc_now

EVERY_LAYER = "*"
Source = Annotated[
    str, typer.Argument(help="a file, the .shp of a shapefile, or the address of a file")
]
Slug = Annotated[str, typer.Option(help="name in URLs; else made from the file's name")]
Title = Annotated[str | None, typer.Option(help="title; else kept, or the file's name")]
Unit = Annotated[str | None, typer.Option(help="code of the owning unit; else kept")]
Theme = Annotated[str | None, typer.Option(help="code of the theme; else kept, or other")]
Visible = Annotated[Visibility | None, typer.Option(help="who may read it; else kept, or open")]
Replace = Annotated[bool, typer.Option("--replace", help="replace the layer")]
Append = Annotated[bool, typer.Option("--append", help="add rows to the layer")]
Key = Annotated[str, typer.Option(help="field that names each feature once, - for none; else kept")]
KeepHistory = Annotated[
    bool | None,
    typer.Option("--keep-history/--no-history", help="keep what goes readable; else as it is"),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="say what would change, and change nothing")
]
Wait = Annotated[bool, typer.Option("--wait", help="accepted for scripts; ingest always waits")]


def add_to(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("ingest")(ingest)


def ingest(
    path: Source,
    layer: Slug = "",
    title: Title = None,
    unit: Unit = None,
    theme: Theme = None,
    visibility: Visible = None,
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
    replace: Replace = False,
    append: Append = False,
    key: Key = "",
    keep_history: KeepHistory = None,
    dry_run: DryRun = False,
    wait: Wait = True,
    as_json: Json = False,
) -> None:
    """Bring in a file, of this machine or of an approved host, and publish it as a layer."""
    if not _is_remote(path):
        check_path(Path(path))
    closed = closing(reason, reason_en, legal_basis, approver, closed_until)
    about = {"title": title, "unit": unit, "theme": theme, "visibility": visibility}
    about |= {"closure": closed.read(utc_now()) if closed else None}
    reading = IngestOptions(
        crs=crs, encoding=encoding, source_layer=source_layer, x=x, y=y, address=address
    )
    options = dataclasses.replace(
        reading,
        layer=layer,
        said={name: value for name, value in about.items() if value},
        mode=_mode(replace=replace, append=append),
        key=key,
        keep_history=keep_history,
    )
    watch = progress(as_json=as_json)
    bring = partial(_rehearsed if dry_run else _brought, path, options, watch)
    _show(with_services(bring), as_json=as_json)


def _is_remote(path: str) -> bool:
    return path.startswith(("http://", "https://"))


def _mode(*, replace: bool, append: bool) -> Mode:
    if replace and append:
        raise typer.BadParameter("--replace and --append exclude each other")
    return Mode.REPLACE if replace else Mode.APPEND if append else Mode.CREATE


async def _brought(
    path: str, options: IngestOptions, watch: OnProgress | None, services: Services
) -> list[IngestResult]:
    """Bring in the file as one layer, or several."""
    async with _local(services, path) as local:
        wishes = await _wishes(services, local, options)
        return [await ingest_file(services, OPERATOR, local, one, watch) for one in wishes]


async def _rehearsed(
    path: str, options: IngestOptions, watch: OnProgress | None, services: Services
) -> Rehearsal:
    """Say what bringing in the file would change."""
    async with _local(services, path) as local:
        return await rehearse(services, OPERATOR, local, options, on_progress=watch)


@asynccontextmanager
async def _local(services: Services, path: str) -> AsyncGenerator[Path]:
    """Lend the file, fetched where it is of another machine."""
    if not _is_remote(path):
        yield Path(path)
        return
    scratch = services.blobs.scratch
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch) as folder:
        yield await fetch_once(services.settings, path, Path(folder))


def _show(result: list[IngestResult] | Rehearsal, *, as_json: bool) -> None:
    if isinstance(result, Rehearsal):
        show_rehearsal(result, as_json=as_json)
    else:
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
