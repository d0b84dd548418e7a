"""Commands about tiles: seed the archive of a layer, list the archives, write one to a file."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from gishue.cli.instance import say, with_services
from gishue.cli.output import show_json, show_rows
from gishue.core import audit
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from layers import store
from layers.services import Services
from tiles import archive_store
from tiles.archive_store import Kept
from tiles.seed import Seeded
from tiles.seed import seed as make

Json = Annotated[bool, typer.Option("--json", help="print JSON")]
Slug = Annotated[str, typer.Argument(help="the layer's name in URLs")]
MaxZoom = Annotated[
    int | None,
    typer.Option("--max-zoom", min=0, max=24, help="deepest zoom; as it was, at first 14"),
]

tiles_app = typer.Typer(help="The tiles of layers, kept in archives.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(tiles_app, name="tiles")


@tiles_app.command("seed")
def seed(slug: Slug, max_zoom: MaxZoom = None, as_json: Json = False) -> None:
    """Make the archive of a layer, or bring into it what edits have changed."""

    async def work(services: Services) -> Seeded:
        return await make(services, slug, max_zoom)

    made = with_services(work)
    if as_json:
        show_json(_shown(made.kept) | {"asked": made.asked})
        return
    kept = made.kept
    say(
        f"{slug}: {kept.tiles:,} tiles of zooms {kept.minzoom} to {kept.maxzoom}, "
        f"{kept.bytes:,} bytes, revision {kept.revision}; {made.asked:,} asked of the database"
    )


@tiles_app.command("archives")
def archives(as_json: Json = False) -> None:
    """List the archives, and how many edited places each has not seen."""

    async def work(services: Services) -> list[Kept]:
        async with transaction(services.pool) as conn:
            return await archive_store.kept(conn)

    shown = [_shown(one) for one in with_services(work)]
    if as_json:
        show_json(shown)
        return
    columns = ("layer", "revision", "minzoom", "maxzoom", "tiles", "bytes", "behind", "made_at")
    show_rows(shown, columns)


@tiles_app.command("archive")
def archive(
    slug: Slug, path: Annotated[Path, typer.Argument(help="the .pmtiles to write")]
) -> None:
    """Write the archive of a layer to a file, every edit in it."""

    async def work(services: Services) -> Kept:
        kept = (await make(services, slug)).kept
        with services.blobs.file(kept.sha256) as held:
            shutil.copyfile(held, path)
        async with transaction(services.pool) as conn:
            layer = await store.by_slug(conn, slug)
            said = {"format": ".pmtiles", "part": ""}
            await audit.record(conn, OPERATOR, "layer.download", audit.of_layer(layer), said)
        return kept

    kept = with_services(work)
    say(f"{path}: {kept.tiles:,} tiles, revision {kept.revision}")


def _shown(kept: Kept) -> dict[str, str | int]:
    return {
        "layer": kept.slug,
        "revision": kept.revision,
        "minzoom": kept.minzoom,
        "maxzoom": kept.maxzoom,
        "tiles": kept.tiles,
        "bytes": kept.bytes,
        "sha256": kept.sha256,
        "behind": len(kept.touched) if kept.epoch == kept.epoch_now else -1,
        "made_at": kept.made_at.isoformat(timespec="seconds"),
    }
