"""Commands about far zooms: what a layer says of its tiles itself, and its derived tables."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from gishue.cli.instance import say, with_services
from gishue.cli.output import show_json, show_rows
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from layers import description, store, tier_store, zoom
from layers.layer import Layer
from layers.services import Services
from layers.zoom import InvalidZooms

Slug = Annotated[str, typer.Argument(help="the layer's name in URLs")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("zooms")(zooms)
    app.command("tiers")(tiers)


def zooms(
    slug: Slug,
    put: Annotated[
        Path | None, typer.Option("--set", help="JSON file to take it from; a list of ranges")
    ] = None,
) -> None:
    """Show what a layer says of its tiles at some zooms as JSON, or with --set say it."""

    async def work(services: Services) -> list[dict[str, Any]]:
        async with transaction(services.pool) as conn:
            await store.lock(conn, slug)
            layer = await store.by_slug(conn, slug)
            if put is not None:
                said = zoom.from_json(_read(put))
                wanted = replace(description.of(layer), zoom_overrides=said)
                revision = await tier_store.describe(conn, layer, wanted, OPERATOR.name)
                names = ["zoom_overrides"]
                await store.note(conn, layer, revision, OPERATOR, "described", fields=names)
                layer = await store.by_slug(conn, slug)
        return zoom.as_json(layer.zoom_overrides)

    show_json(with_services(work))


def tiers(
    slug: Slug,
    make: Annotated[bool, typer.Option("--make", help="make them anew, now")] = False,
) -> None:
    """Show the derived tables that far zooms of a layer are drawn from."""

    async def look(services: Services) -> Layer:
        async with transaction(services.pool) as conn:
            if make:
                await store.lock(conn, slug)
                await tier_store.build(conn, await store.by_slug(conn, slug))
            return await store.by_slug(conn, slug)

    layer = with_services(look)
    rows = [
        {"zoom": t.z, "kind": t.kind, "fields": ", ".join(t.fields), "rows": t.rule}
        for t in layer.every_tier
    ]
    show_rows(rows, ("zoom", "kind", "fields", "rows"))
    say("they are still to be made" if layer.awaits_tiers else "")


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise typer.BadParameter(f"{path} is no JSON that can be read") from error
    if not (isinstance(said, list) and all(isinstance(one, dict) for one in said)):
        raise InvalidZooms("a list of ranges of zooms is wanted", vi="cần một danh sách các khoảng")
    return said
