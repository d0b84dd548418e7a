"""Commands that look into a file, and that write a layer to one: inspect, export."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from conversion.export import export as exporting
from conversion.export import formats
from conversion.export.refusals import loss_lines
from conversion.ingest import check_path
from conversion.inspect import inspect_file
from conversion.options import IngestOptions
from gishue.api.file_query import read_query
from gishue.cli.inspection import show_inspection
from gishue.cli.instance import say, with_services
from gishue.cli.output import show_json
from gishue.cli.reading import Address, Crs, Encoding, FilePath, Json, SourceLayer, X, Y
from gishue.core import audit
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from gishue.core.settings import Settings
from layers import store
from layers.services import Services


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("inspect")(inspect)
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
