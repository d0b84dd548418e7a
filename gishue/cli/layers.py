"""Commands about layers: list, show, publish, retire, history, restore, forget, delete.

Those about who may use them stand in ``gishue.cli.sharing``, those about features in
``gishue.cli.edits``.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from gishue.api import shapes
from gishue.api.schemas import template_of
from gishue.cli import edits, sharing, zooms
from gishue.cli.describing import describe
from gishue.cli.instance import say, with_services
from gishue.cli.output import show_json, show_pairs, show_rows
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from gishue.core.errors import Conflict
from layers import past, schema_store, store
from layers import publish as publishing
from layers.layer import Layer, LayerState
from layers.schema import LayerSchema, of_fields
from layers.services import Services

Json = Annotated[bool, typer.Option("--json", help="print JSON")]
Slug = Annotated[str, typer.Argument(help="the layer's name in URLs")]

layers_app = typer.Typer(help="The layers of the registry.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    sharing.add_to(layers_app)
    edits.add_to(layers_app)
    zooms.add_to(layers_app)
    app.add_typer(layers_app, name="layers")
    layers_app.command("describe")(describe)


@layers_app.command("list")
def list_layers(as_json: Json = False) -> None:
    """List every layer, whatever its state."""
    found = with_services(_all)
    shown = [shapes.summary(layer).model_dump(mode="json") for layer in found]
    if as_json:
        show_json(shown)
        return
    columns = ("slug", "kind", "state", "visibility", "revision", "feature_count", "crs", "title")
    show_rows(shown, columns)


@layers_app.command("show")
def show_layer(slug: Slug, as_json: Json = False) -> None:
    """Show one layer with its fields."""
    layer = with_services(lambda services: _one(services, slug))
    shown = shapes.detail(layer, OPERATOR).model_dump(mode="json")
    if as_json:
        show_json(shown)
        return
    show_pairs({name: value for name, value in shown.items() if name not in ("links", "fields")})
    show_rows(shown["fields"], ("name", "type", "title", "title_en"))


@layers_app.command("history")
def show_history(slug: Slug, as_json: Json = False) -> None:
    """Show what happened to a layer, newest first."""

    async def read(services: Services) -> list[store.Change]:
        async with transaction(services.pool) as conn:
            return await store.history(conn, await store.by_slug(conn, slug))

    rows = [change._asdict() for change in with_services(read)]
    if as_json:
        show_json(rows)
        return
    counts = ("features", "added", "changed", "removed")
    shown = [row | {name: row["detail"].get(name) for name in counts} for row in rows]
    shown = [row | {"at": row["at"].isoformat(timespec="seconds")} for row in shown]
    show_rows(shown, ("revision", "at", "actor", "action", *counts, "message"))


@layers_app.command("restore")
def restore(
    slug: Slug,
    revision: Annotated[int, typer.Argument(help="as told by: gishue layers history", min=1)],
    message: Annotated[str, typer.Option(help="why; it stands in the history")] = "",
) -> None:
    """Bring the features of an earlier revision back, as a new revision."""

    async def bring_back(services: Services) -> Layer:
        async with transaction(services.pool) as conn:
            return await publishing.restore(conn, slug, revision, actor=OPERATOR, message=message)

    layer = with_services(bring_back)
    say(f"{slug} restored, revision {layer.revision}: {layer.feature_count:,} features")


@layers_app.command("schema")
def schema(
    slug: Slug,
    put: Annotated[Path | None, typer.Option("--set", help="JSON file to take it from")] = None,
) -> None:
    """Show a layer's field schema as JSON, or with --set give it one."""

    async def work(services: Services) -> dict[str, Any]:
        async with transaction(services.pool) as conn:
            await store.lock(conn, slug)
            layer = await store.by_slug(conn, slug)
            if put is not None:
                made = LayerSchema.from_dict(json.loads(put.read_text("utf-8")))
                await schema_store.change(conn, layer, made, OPERATOR)
            found = await schema_store.schema_of(conn, layer.id)
        return (found or of_fields(layer.fields, layer.geometry_type)).as_dict()

    show_json(with_services(work))


@layers_app.command("template")
def write_template(
    slug: Slug, path: Annotated[Path, typer.Argument(help="the .xlsx to write")]
) -> None:
    """Write the Excel template of a layer: filled in, it can be ingested."""

    async def make(services: Services) -> bytes:
        async with transaction(services.pool) as conn:
            return await template_of(conn, await store.by_slug(conn, slug))

    path.write_bytes(with_services(make))


@layers_app.command("forget")
def forget(slug: Slug) -> None:
    """Forget the features that a layer had before now; it cannot be undone."""

    async def lose(services: Services) -> Layer:
        async with transaction(services.pool) as conn:
            return await past.forget(conn, slug, OPERATOR)

    say(f"{slug}: the past is forgotten, revision {with_services(lose).revision}")


@layers_app.command("publish")
def publish(slug: Slug) -> None:
    """Show a draft or retired layer to its readers."""
    _move(slug, LayerState.PUBLISHED)


@layers_app.command("retire")
def retire(slug: Slug) -> None:
    """Hide a layer from its readers; it can be published again."""
    _move(slug, LayerState.RETIRED)


@layers_app.command("delete")
def delete(slug: Slug) -> None:
    """Delete a retired layer for good."""

    async def remove(services: Services) -> None:
        async with transaction(services.pool) as conn:
            await store.lock(conn, slug)
            layer = await store.by_slug(conn, slug)
            if layer.is_live:
                raise Conflict(
                    f"layer {slug!r} is published; retire it first: gishue layers retire {slug}",
                    vi=f"lớp {slug!r} đang công bố; hãy ngừng trước: gishue layers retire {slug}",
                )
            await store.delete(conn, layer, OPERATOR)

    with_services(remove)
    say(f"{slug} deleted")


def _move(slug: str, to: LayerState) -> None:
    async def move(services: Services) -> int:
        async with transaction(services.pool) as conn:
            return await store.move(conn, await store.by_slug(conn, slug), to, OPERATOR)

    say(f"{slug} {to}, revision {with_services(move)}")


async def _all(services: Services) -> list[Layer]:
    async with transaction(services.pool) as conn:
        return await store.all_layers(conn)


async def _one(services: Services, slug: str) -> Layer:
    async with transaction(services.pool) as conn:
        return await store.by_slug(conn, slug)
