"""The command that says of a layer what people read in the catalogue."""

import dataclasses
from datetime import datetime
from typing import Annotated, Any

import typer

from gishue.cli.instance import say, with_services
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from layers import description, store, tier_store
from layers.cadence import Cadence
from layers.layer import Layer
from layers.services import Services

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
Words = Annotated[str | None, typer.Option()]


def describe(
    slug: Annotated[str, typer.Argument(help="the layer's name in URLs")],
    title: Words = None,
    title_en: Words = None,
    abstract: Annotated[str | None, typer.Option("--description")] = None,
    abstract_en: Annotated[str | None, typer.Option("--description-en")] = None,
    licence: Annotated[
        str | None, typer.Option(help="such as `CC BY 4.0`; several parted by `;`")
    ] = None,
    source: Words = None,
    attribution: Words = None,
    cadence: Annotated[
        Cadence | None, typer.Option(help="how often it is updated, as the EU's vocabulary says it")
    ] = None,
    keyword: Annotated[
        list[str] | None, typer.Option(help="a word to find it by; say it once for each")
    ] = None,
    covers_from: Day = None,
    covers_until: Day = None,
    forbids_overlap: Annotated[
        bool | None,
        typer.Option("--forbid-overlap/--allow-overlap", help="of its polygons, by edits"),
    ] = None,
) -> None:
    """Change what people read about a layer; what is not said stays."""
    said: dict[str, Any] = {
        "title": title,
        "title_en": title_en,
        "description": abstract,
        "description_en": abstract_en,
        "licence": licence,
        "source": source,
        "attribution": attribution,
        "cadence": cadence,
        "keywords": tuple(keyword) if keyword else None,
        "covers_from": covers_from and covers_from.date(),
        "covers_until": covers_until and covers_until.date(),
        "forbids_overlap": forbids_overlap,
    }
    changes = {name: value for name, value in said.items() if value is not None}
    if not changes:
        raise typer.BadParameter("say at least one thing to change; see --help")
    layer = with_services(lambda services: _describe(services, slug, changes))
    say(f"{slug} described, revision {layer.revision}")


async def _describe(services: Services, slug: str, changes: dict[str, Any]) -> Layer:
    async with transaction(services.pool) as conn:
        await store.lock(conn, slug)
        layer = await store.by_slug(conn, slug)
        said = dataclasses.replace(description.of(layer), **changes)
        revision = await tier_store.describe(conn, layer, said, OPERATOR.name)
        await store.note(conn, layer, revision, OPERATOR, "described", fields=sorted(changes))
        return await store.by_slug(conn, slug)
