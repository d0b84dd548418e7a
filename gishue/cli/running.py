"""Commands that run an instance: up, serve, serve-tiles, work, db, doctor.

Each imports what it runs when it runs: a tile process must not pay for pygeoapi, nor a supervisor
for anything it only starts.
"""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from starlette.middleware import Middleware

from gishue import supervisor
from gishue.cli.instance import database, say
from gishue.cli.output import show_json, show_pairs
from gishue.core import cluster as clusters
from gishue.core import db
from gishue.core.cluster import Cluster
from gishue.core.errors import GishueError
from gishue.core.settings import Settings
from gishue.server.listening import serve as serve_app
from layers.services import open_services

Host = Annotated[str, typer.Option(help="address to listen on; :: is every IPv6 and IPv4 address")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="TCP port")]

db_app = typer.Typer(help="The embedded database and its schema.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("up")(up)
    app.command("serve")(serve)
    app.command("serve-tiles")(serve_tiles)
    app.command("work")(work)
    app.command("doctor")(doctor)
    app.add_typer(db_app, name="db")


def up(
    with_demo: Annotated[bool, typer.Option("--demo", help="load the Huế sample city")] = False,
    parcels: Annotated[int, typer.Option(min=1_000, help="parcels in the sample city")] = 200_000,
    small: Annotated[
        bool, typer.Option("--small", help="a sample of a few hundred features")
    ] = False,
    data_dir: Annotated[Path | None, typer.Option(help="folder of this instance")] = None,
    host: Host = "::",
    port: Port = 8000,
) -> None:
    """Start database, web and worker together; Ctrl-C stops them all cleanly."""
    if data_dir is not None:
        os.environ["GISHUE_DATA_DIR"] = str(data_dir)
    settings = Settings()
    load = None
    if with_demo:
        from gishue.demo import loader

        load = loader(settings, parcels=parcels, small=small)
    raise typer.Exit(supervisor.up(settings, host=host, port=port, after_ready=load))


def serve(host: Host = "::", port: Port = 8000) -> None:
    """Serve pages, API, tiles and OGC; the database must run."""
    from gishue.server.app import make_app

    settings = Settings()
    with database(settings) as url:
        serve_app(make_app(settings, url), settings, host, port)


def serve_tiles(host: Host = "::", port: Port = 8001) -> None:
    """Serve tiles alone, in a light process; the database must run."""
    from gishue.server.edges import Edges
    from gishue.server.middleware import Rim
    from tiles.app import make_app

    settings = Settings()
    around = [Middleware(Rim, Edges.of(settings))]
    with database(settings) as url:
        serve_app(make_app(settings, url, around), settings, host, port)


def work() -> None:
    """Work off the jobs; the database must run."""
    from gishue import worker

    settings = Settings()

    async def open_and_run(url: str) -> None:
        async with open_services(settings, url) as services:
            await worker.run(services)

    with database(settings) as url:
        asyncio.run(open_and_run(url))


@db_app.command("start")
def db_start() -> None:
    """Start the embedded database and bring its schema to the newest step."""
    url = clusters.start(Cluster(Settings().root))
    say(f"database ready, schema {db.migrate(url)}")


@db_app.command("stop")
def db_stop() -> None:
    """Stop the embedded database."""
    say("stopped" if clusters.stop(Cluster(Settings().root)) else "it was not running")


@db_app.command("status")
def db_status(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Say what the embedded database is doing."""
    state = clusters.status(Cluster(Settings().root))
    said = {"state": str(state.state), "pid": state.pid, "home": state.home}
    show_json(said) if as_json else show_pairs(said)


@db_app.command("migrate")
def db_migrate() -> None:
    """Bring the schema to its newest step."""
    with database(Settings()) as url:
        say(f"schema {db.migrate(url)}")


def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Look at everything this instance needs and say what is missing."""
    said = _examine(Settings())
    show_json(said) if as_json else show_pairs(said)
    if any(word != "ok" for word in said.values()):
        raise typer.Exit(1)


def _examine(settings: Settings) -> dict[str, str]:
    from gishue.server.health import sandbox_word

    said = {"sandbox": sandbox_word(0)}
    try:
        with database(settings) as url:
            said["database"] = "ok"
            said["schema"] = "ok" if db.migrate(url) == db.newest_step() else "behind"
    except GishueError as error:
        said["database"] = error.detail
    if settings.oidc_issuer:
        said["sign-on"] = sign_on_word(settings)
    return said


def sign_on_word(settings: Settings) -> str:
    """Return ``ok``, or what is wrong with the issuer of the sign-on."""
    from gishue.accounts.issuer import Issuer

    try:
        asyncio.run(Issuer(settings).metadata())
    except GishueError as error:
        return error.detail
    return "ok"
