"""The root of the command line: its groups, its exit codes.

0: done; 1: refused or failed, with one sentence; 2: the command itself was not understood.
"""

import sys

import typer

from gishue.cli import data, flights, layers, people, running
from gishue.cli.output import complain
from gishue.core import log
from gishue.core.errors import GishueError
from gishue.core.version import VERSION

app = typer.Typer(
    name="gishue",
    help="GISHue: the geospatial platform of the city of Huế.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (running, data, layers, people, flights):
    group.add_to(app)


def main() -> None:
    """Run the command line and exit."""
    log.configure()
    try:
        app()
    except GishueError as error:
        complain(error.problem(), as_json="--json" in sys.argv)
        sys.exit(1)


@app.command("version")
def version() -> None:
    """Print the version."""
    print(VERSION)
