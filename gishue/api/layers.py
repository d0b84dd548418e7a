"""HTTP for layers: list, describe, change, retire, delete; their features and history."""

import dataclasses
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from conversion.findings import places
from gishue.api import shapes
from gishue.api.deps import TheActor, TheServices, allowed_layer, refusal
from gishue.core import paging
from gishue.core.access import Act, may
from gishue.core.actor import Actor
from gishue.core.bounds import Bounds
from gishue.core.db import Connection, transaction
from gishue.core.errors import BadRequest, Conflict
from layers import (
    area,
    closure_store,
    description,
    feature_store,
    past,
    permission,
    publish,
    search,
    store,
    tier_store,
    veil,
)
from layers import filter as filters
from layers.description import Description
from layers.feature_store import FeatureQuery
from layers.filter import computing
from layers.layer import Layer
from layers.moment import read_time

router = APIRouter(tags=["layers"])

_FOR_PUBLISHERS = ("visibility", "closure", "state")
"""What of a layer only its publishers change."""

Limit = Annotated[int, Query(ge=1, le=1000)]


class LayerPage(BaseModel):
    """One page of layers."""

    items: list[shapes.LayerSummary]
    next: str | None


@router.get("/layers")
async def list_layers(
    services: TheServices, actor: TheActor, limit: Limit = 100, cursor: str | None = None
) -> LayerPage:
    """List the layers one may see, in drawing order."""
    visible = services.registry.current.visible(actor)
    if cursor is not None:
        after = tuple(paging.read_cursor(cursor, 2))
        visible = [layer for layer in visible if _position(layer) > after]
    shown = visible[:limit]
    following = paging.cursor(*_position(shown[-1])) if len(visible) > limit else None
    return LayerPage(items=[shapes.summary(layer) for layer in shown], next=following)


@router.get("/layers/{slug}")
async def show_layer(slug: str, services: TheServices, actor: TheActor) -> shapes.LayerDetail:
    """Describe one layer, with its fields."""
    return shapes.detail(services.registry.current.readable(actor, slug), actor)


@router.patch("/layers/{slug}")
async def change_layer(
    slug: str, patch: shapes.LayerPatch, services: TheServices, actor: TheActor
) -> shapes.LayerDetail:
    """Change what people read about a layer, who sees it, or its state.

    A layer that is not open has a `closure`; to open it is to say `visibility: open`.
    """
    said = patch.said(exclude=set(_FOR_PUBLISHERS))
    act = Act.EDIT if patch.model_fields_set.isdisjoint(_FOR_PUBLISHERS) else Act.PUBLISH
    allowed_layer(services, actor, act, slug)
    async with transaction(services.pool) as conn:
        await store.lock(conn, slug)
        layer = await store.by_slug(conn, slug)
        area.check_whole(actor, layer)
        if not may(actor, act, layer):
            raise refusal(actor)
        closure = patch.closure.read(services.now(), layer.closure) if patch.closure else None
        visibility = patch.visibility or layer.visibility
        changed = dataclasses.replace(description.of(layer), **said)
        wanted = dataclasses.replace(changed, visibility=visibility, closure=closure)
        permission.check(actor, layer, wanted)
        if said:
            await _describe(conn, layer, changed, sorted(said), actor)
            layer = await store.by_slug(conn, slug)
        if patch.visibility is not None or patch.closure is not None:
            await closure_store.decide(conn, layer, visibility, closure, actor)
        if patch.state is not None and patch.state is not layer.state:
            await store.move(conn, layer, patch.state, actor)
        after = await store.by_slug(conn, slug)
    await services.registry.reload(services.pool)
    return shapes.detail(veil.of(actor, after), actor)


async def _describe(
    conn: Connection, layer: Layer, changed: Description, said: Sequence[str], actor: Actor
) -> None:
    revision = await tier_store.describe(conn, layer, changed, actor.name)
    if changed.search_field != layer.search_field:
        # What is found by name is what the field of now holds, not one that is masked meanwhile.
        await search.refresh(conn, dataclasses.replace(layer, search_field=changed.search_field))
    await store.note(conn, layer, revision, actor, "described", fields=said)


@router.delete("/layers/{slug}", status_code=204)
async def delete_layer(slug: str, services: TheServices, actor: TheActor) -> Response:
    """Delete a retired layer for good. Retire it first: that can be undone, this cannot."""
    allowed_layer(services, actor, Act.ADMINISTER, slug)
    async with transaction(services.pool) as conn:
        await store.lock(conn, slug)
        layer = await store.by_slug(conn, slug)
        if not may(actor, Act.ADMINISTER, layer):
            raise refusal(actor)
        if layer.is_live:
            raise Conflict(
                f"layer {slug!r} is published; retire it first",
                vi=f"lớp {slug!r} đang công bố; hãy ngừng công bố trước",
            )
        await store.delete(conn, layer, actor)
    await services.registry.reload(services.pool)
    return Response(status_code=204)


@router.get("/layers/{slug}/features")
async def list_features(
    slug: str,
    services: TheServices,
    actor: TheActor,
    bbox: str | None = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
    cursor: str | None = None,
    as_of: Annotated[
        str | None, Query(max_length=40, description="a date or a time: the features of then")
    ] = None,
    filter: Annotated[str, Query(max_length=8_192, description="CQL2, degrees")] = "",
    filter_lang: Annotated[str, Query(alias="filter-lang", max_length=20)] = "cql2-text",
) -> Response:
    """List features as GeoJSON (EPSG:4326, longitude first); ``bbox`` is west,south,east,north."""
    layer = _vector(services.registry.current.readable(actor, slug))
    query = FeatureQuery(
        bounds=Bounds.parse(bbox) if bbox else None,
        after_id=paging.read_id(cursor),
        limit=limit,
    )
    with computing():
        async with transaction(services.pool) as conn:
            source = None
            if as_of is not None:
                await past.begin(conn)
                then = await past.as_of(conn, layer, read_time(as_of))
                layer, source = then.layer, then.source
            chosen = filters.of(layer, filter, filter_lang) if filter else None
            query = dataclasses.replace(query, filter=chosen)
            found = await feature_store.page(conn, layer, query, source)
    following = f'"{paging.cursor(found.next_id)}"' if found.next_id is not None else "null"
    body = (
        '{"type":"FeatureCollection","features":['
        + ",".join(found.features)
        + f'],"next":{following}}}'
    )
    return Response(body, media_type="application/geo+json")


@router.get("/layers/{slug}/features/{feature_id}")
async def show_feature(
    slug: str,
    feature_id: int,
    services: TheServices,
    actor: TheActor,
    digits: Annotated[
        int, Query(ge=7, le=12, description="decimals of the coordinates; who edits wants 12")
    ] = 7,
) -> Response:
    """Return one feature as GeoJSON with all its attributes."""
    layer = _vector(services.registry.current.readable(actor, slug))
    async with transaction(services.pool) as conn:
        feature = await feature_store.one(conn, layer, feature_id, digits=digits)
    return Response(feature, media_type="application/geo+json")


@router.get("/layers/{slug}/history")
async def show_history(slug: str, services: TheServices, actor: TheActor) -> dict[str, Any]:
    """List the newest changes of a layer; names of people are shown to signed-in staff only.

    What it was while it was closed to more is shown to its own unit only.
    ``findings``: what was found in the file it came from, as counts by code. They, and how many
    features a change touched, are not shown to those who see only some of the features.
    """
    layer = services.registry.current.readable(actor, slug)
    async with transaction(services.pool) as conn:
        changes = await store.history(conn, layer)
        found = await places.counts_by_revision(conn, layer.slug)
    items = [
        change._asdict()
        | {
            "actor": change.actor if actor.is_staff else "",
            "findings": found.get(change.revision, {}),
        }
        | ({"detail": {}, "findings": {}} if layer.shown_count is None else {})
        for change in changes
    ]
    return paging.page(items, None)


@router.delete("/layers/{slug}/history", status_code=204)
async def forget_history(slug: str, services: TheServices, actor: TheActor) -> Response:
    """Forget the features that the layer had before now; its lines stay. It cannot be undone."""
    allowed_layer(services, actor, Act.ADMINISTER, slug)
    async with transaction(services.pool) as conn:
        await past.forget(conn, slug, actor)
    await services.registry.reload(services.pool)
    return Response(status_code=204)


class RestoreBody(BaseModel):
    """Which revision to bring back, and why."""

    model_config = ConfigDict(extra="forbid")

    revision: Annotated[int, Field(ge=1)]
    message: Annotated[str, Field(max_length=1_000)] = ""


class Restored(BaseModel):
    """The revision that the layer has now."""

    layer: str
    revision: int


@router.post("/layers/{slug}/restore")
async def restore(slug: str, body: RestoreBody, services: TheServices, actor: TheActor) -> Restored:
    """Bring the features of an earlier revision back, as a new revision; it can be undone alike."""
    allowed_layer(services, actor, Act.PUBLISH, slug)
    async with transaction(services.pool) as conn:
        await store.lock(conn, slug)
        if not may(actor, Act.PUBLISH, await store.by_slug(conn, slug)):
            raise refusal(actor)
        layer = await publish.restore(conn, slug, body.revision, actor=actor, message=body.message)
    await services.registry.reload(services.pool)
    return Restored(layer=layer.slug, revision=layer.revision)


def _position(layer: Layer) -> tuple[int, str]:
    return (layer.draw_order, layer.slug)


def _vector(layer: Layer) -> Layer:
    if layer.table_name is None:
        raise BadRequest(
            f"layer {layer.slug!r} is a {layer.kind} layer and has no features",
            vi=f"lớp {layer.slug!r} là lớp {layer.kind}, không có đối tượng",
        )
    return layer
