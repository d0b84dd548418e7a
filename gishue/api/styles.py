"""HTTP for a layer's style: read it, replace it, make one of classes of a field's values."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gishue.api.deps import TheActor, TheServices, allowed_layer, refusal
from gishue.core.access import Act, may
from gishue.core.actor import Actor
from gishue.core.db import Connection, transaction
from layers import area, description, store, style, tier_store, veil
from layers.layer import Layer
from layers.services import Services
from layers.styling import class_store, classify, stored
from layers.styling.classify import Method
from layers.styling.palette import PALETTES, Use

router = APIRouter(tags=["styles"])


class StyleShape(BaseModel):
    """A layer's style: MapLibre layers without ids and sources, and its legend.

    ``owned``: whether somebody drew it; else it is the one every such layer begins with.
    """

    layers: list[dict[str, Any]]
    legend: list[dict[str, Any]]
    owned: bool
    revision: int


class StyleBody(BaseModel):
    """A style to be stored."""

    model_config = ConfigDict(extra="forbid")

    layers: list[dict[str, Any]] = Field(min_length=1, max_length=stored.MOST_LAYERS)
    legend: list[dict[str, Any]] = Field(default=[], max_length=stored.MOST_LEGEND)


class ClassesBody(BaseModel):
    """Which classes to make: of which field, how, how many, in which colours."""

    model_config = ConfigDict(extra="forbid")

    field: Annotated[str, Field(min_length=1, max_length=100)]
    method: Method
    classes: Annotated[int, Field(ge=1, le=20)] = 5
    palette: Annotated[str, Field(max_length=40)]
    reverse: bool = False


class MadeStyle(BaseModel):
    """A style that was made and not stored: send it by PUT to keep it."""

    layers: list[dict[str, Any]]
    legend: list[dict[str, Any]]


class PaletteShape(BaseModel):
    """A palette that is safe for colour-blind readers; ``colours`` by the number of classes."""

    name: str
    title: str
    title_vi: str
    use: Use
    licence: str
    source: str
    colours: dict[int, list[str]]


@router.get("/palettes")
async def list_palettes() -> list[PaletteShape]:
    """List the palettes that classes are drawn in, with their sources."""
    return [
        PaletteShape(
            name=one.name,
            title=one.title,
            title_vi=one.title_vi,
            use=one.use,
            licence=one.licence,
            source=one.source,
            colours={n: one.colours(n) for n in range(one.fewest, one.most + 1)},
        )
        for one in PALETTES.values()
    ]


@router.get("/layers/{slug}/style")
async def show_style(slug: str, services: TheServices, actor: TheActor) -> StyleShape:
    """Return the layer's style as whoever asks sees it: nothing in it reads a masked field."""
    return shape(services.registry.current.readable(actor, slug))


@router.put("/layers/{slug}/style")
async def put_style(
    slug: str, body: StyleBody, services: TheServices, actor: TheActor
) -> StyleShape:
    """Replace the layer's style. What MapLibre could not draw is refused, with the place of it."""
    layer = allowed_layer(services, actor, Act.EDIT, slug)
    return shape(await save(services, actor, slug, stored.read(layer, body.model_dump())))


@router.delete("/layers/{slug}/style")
async def delete_style(slug: str, services: TheServices, actor: TheActor) -> StyleShape:
    """Take the layer's own style away; it is drawn as every such layer is at first."""
    allowed_layer(services, actor, Act.EDIT, slug)
    return shape(await save(services, actor, slug, None))


@router.post("/layers/{slug}/style/classify")
async def make_classes(
    slug: str, body: ClassesBody, services: TheServices, actor: TheActor
) -> MadeStyle:
    """Make a style of classes of a field's values; nothing is stored.

    `categories` gives the commonest values a colour each and all others grey. The other methods
    part numbers: `equal-interval`, `quantile`, `natural-breaks`. Values are taken of the rows alone
    that every reader of the field sees.
    """
    layer = allowed_layer(services, actor, Act.EDIT, slug)
    asked = classify.wanted(
        layer, body.field, body.method, body.classes, body.palette, is_reversed=body.reverse
    )
    async with transaction(services.pool) as conn:
        if asked.method is Method.CATEGORIES:
            found = await class_store.categories(conn, layer, asked.field, asked.number)
            return MadeStyle.model_validate(classify.by_category(layer, asked, found))
        steps = await class_store.steps(conn, layer, asked.field)
    return MadeStyle.model_validate(classify.by_steps(layer, asked, steps))


def shape(layer: Layer) -> StyleShape:
    """Return the style of ``layer`` as programs and pages see it."""
    return StyleShape(
        layers=[dict(one) for one in style.stored_layers(layer)],
        legend=style.legend(layer),
        owned=bool((layer.style or {}).get("layers")),
        revision=layer.revision,
    )


async def save(services: Services, actor: Actor, slug: str, drawn: dict[str, Any] | None) -> Layer:
    """Store ``drawn`` as the style of the layer, and return the layer as ``actor`` sees it.

    Raises:
        Forbidden: the right went meanwhile, or holds for a part of the layer only.
    """
    async with transaction(services.pool) as conn:
        after = await _saved(conn, actor, slug, drawn)
    await services.registry.reload(services.pool)
    return veil.of(actor, after)


async def _saved(conn: Connection, actor: Actor, slug: str, drawn: dict[str, Any] | None) -> Layer:
    await store.lock(conn, slug)
    layer = await store.by_slug(conn, slug)
    area.check_whole(actor, layer)
    if not may(actor, Act.EDIT, layer):
        raise refusal(actor)
    changed = replace(description.of(layer), style=drawn)
    revision = await tier_store.describe(conn, layer, changed, actor.name)
    await store.note(conn, layer, revision, actor, "described", fields=["style"])
    return await store.by_slug(conn, slug)
