"""The root of the command line: its groups, its exit codes.

0: done; 1: refused or failed, with one sentence; 2: the command itself was not understood.
"""

import sys
from importlib import import_module

import typer

from gishue.cli.output import complain
from gishue.core import log
from gishue.core.errors import GishueError
from gishue.core.version import VERSION

# Which module owns which word. Only that module is imported: a command starts in a fraction of the
# time that all of them together take.
_OWNERS = {
    "up": "running",
    "serve": "running",
    "serve-tiles": "running",
    "work": "running",
    "db": "running",
    "doctor": "running",
    "inspect": "data",
    "ingest": "ingest",
    "export": "data",
    "layers": "layers",
    "user": "people",
    "unit": "people",
    "key": "people",
    "sign-on": "sign_on",
    "audit": "audit",
    "flight": "flights",
    "pull": "pulls",
    "uploads": "uploads",
    "tiles": "tiles",
    "functions": "functions",
}


def make_app(word: str | None = None) -> typer.Typer:
    """Return the command line: with what owns ``word``, or whole where no module owns it."""
    app = typer.Typer(
        name="gishue",
        help="GISHue: the geospatial platform of the city of Huế.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.command("version")(version)
    owners = [_OWNERS[word]] if word in _OWNERS else dict.fromkeys(_OWNERS.values())
    for owner in owners:
        import_module(f"gishue.cli.{owner}").add_to(app)
    return app


def main() -> None:
    """Run the command line and exit."""
    log.configure()
    try:
        make_app(sys.argv[1] if len(sys.argv) > 1 else None)()
    except GishueError as error:
        complain(error.problem(), as_json="--json" in sys.argv)
        sys.exit(1)


def version() -> None:
    """Print the version."""
    print(VERSION)
