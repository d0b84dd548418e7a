"""``gishue layers edit | undo``: changesets from a file, and taking one back."""

import json
from pathlib import Path
from typing import Annotated

import typer

from gishue.cli.instance import say, with_services
from gishue.core import crs
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from layers import changeset, edit, schema_store, undo
from layers.changeset import Edited
from layers.services import Services

Slug = Annotated[str, typer.Argument(help="the layer's name in URLs")]
Message = Annotated[str, typer.Option(help="why; it stands in the history")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("edit")(edit_features)
    app.command("undo")(undo_changeset)


def edit_features(
    slug: Slug,
    path: Annotated[Path, typer.Argument(help='JSON: {"changes": [{"op": "add", …}, …]}')],
    message: Message = "",
    source_crs: Annotated[str, typer.Option("--crs", help="of the geometries")] = "EPSG:4326",
) -> None:
    """Add, change and remove features by a changeset: all of it, or nothing."""
    said = json.loads(path.read_text("utf-8"))
    changes = said["changes"] if isinstance(said, dict) else said
    srid = crs.parse_crs(source_crs)

    async def work(services: Services) -> Edited:
        async with transaction(services.pool) as conn:
            layer = await edit.locked(conn, slug, OPERATOR)
            schema = await schema_store.schema_of(conn, layer.id)
            read = changeset.read(layer, schema, changes, srid)
            return await edit.edit(conn, layer, read, actor=OPERATOR, message=message, srid=srid)

    _tell(with_services(work))


def undo_changeset(
    slug: Slug,
    revision: Annotated[int, typer.Argument(help="as told by: gishue layers history", min=1)],
    message: Message = "",
) -> None:
    """Take back what a revision did to features, as a new revision."""

    async def work(services: Services) -> Edited:
        async with transaction(services.pool) as conn:
            layer = await edit.locked(conn, slug, OPERATOR)
            return await undo.changeset(conn, layer, revision, actor=OPERATOR, message=message)

    _tell(with_services(work))


def _tell(done: Edited) -> None:
    counts = f"{len(done.added):,} added, {done.changed:,} changed, {done.removed:,} removed"
    say(f"{done.layer.slug} edited, revision {done.layer.revision}: {counts}")
