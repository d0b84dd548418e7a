"""The options by which a command says how a file is to be read."""

from pathlib import Path
from typing import Annotated

import typer

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
X = Annotated[str, typer.Option("--x", help="column of a table: easting, longitude, or a shape")]
Y = Annotated[str, typer.Option("--y", help="column of a table: northing or latitude")]
Address = Annotated[str, typer.Option(help="column of a table that holds addresses")]
