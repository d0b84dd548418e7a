"""HTTP for who may use a closed layer: the public list, what is to be decided, shares."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from gishue.api import closures
from gishue.api.closures import ClosureShape
from gishue.api.deps import TheActor, TheServices, allowed_layer, refusal
from gishue.core import paging
from gishue.core.access import Act, Visibility, may, may_share
from gishue.core.actor import Actor, Role
from gishue.core.db import Connection, transaction
from layers import closure, closure_store, sharing_store, store
from layers.closure import Standing
from layers.layer import Layer
from layers.moment import read_time
from layers.services import Services
from layers.sharing import Grant, Wish

router = APIRouter(tags=["sharing"])

Moment = Annotated[str, Field(max_length=40, description="a date or a time; left out: a year")]


class ClosedShape(BaseModel):
    """A layer that is not open, as everybody may know of it."""

    id: UUID
    title: str
    title_en: str
    unit: str | None
    unit_title: str
    unit_title_en: str
    reason: str
    reason_en: str
    legal_basis: str
    expires_at: datetime


class ClosedPage(BaseModel):
    """One page of the layers that are not open."""

    items: list[ClosedShape]
    next: str | None


class DueShape(BaseModel):
    """A layer of which somebody must say whether it stays closed."""

    slug: str
    title: str
    title_en: str
    unit: str | None
    visibility: Visibility
    standing: Standing
    note: str
    note_vi: str
    closure: ClosureShape | None


class DuePage(BaseModel):
    """The closed layers of one's units that wait for a decision."""

    items: list[DueShape]
    next: str | None


class ShareBody(BaseModel):
    """What another unit is to be let do. ``within_area``: edit only on its own ground."""

    model_config = ConfigDict(extra="forbid")

    unit: Annotated[str, Field(min_length=1, max_length=63)]
    acts: Annotated[list[Act], Field(min_length=1, max_length=5)] = [Act.READ]
    within_area: bool = False
    until: Moment | None = None


class ShareShape(BaseModel):
    """A share in force."""

    id: int
    unit: str
    unit_title: str
    unit_title_en: str
    acts: list[Act]
    within_area: bool
    ends_at: datetime | None
    granted_by: str
    granted_at: datetime


class SharePage(BaseModel):
    """The shares of one layer."""

    items: list[ShareShape]
    next: str | None


class GivenShape(BaseModel):
    """A share in force, and the layer it is of."""

    layer: str
    title: str
    title_en: str
    share: ShareShape


class GivenPage(BaseModel):
    """The shares of all layers that one decides about."""

    items: list[GivenShape]
    next: str | None


_NOTES = {
    Standing.EXPIRED: ("the reason has expired: renew it, or open the layer",
                       "lý do đã hết hạn: hãy gia hạn hoặc mở lớp"),
    Standing.EXPIRING: ("the reason expires soon: renew it, or open the layer",
                        "lý do sắp hết hạn: hãy gia hạn hoặc mở lớp"),
    Standing.UNNAMED: ("reason not named yet: name it, or open the layer",
                       "chưa nêu lý do: hãy nêu lý do hoặc mở lớp"),
}  # fmt: skip


@router.get("/closed-layers")
async def list_closed(
    services: TheServices,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: str | None = None,
) -> ClosedPage:
    """List the published layers that are not open, by title and reason; for everybody."""
    after = None
    if cursor is not None:
        title, shown = paging.read_cursor(cursor, 2)
        after = (str(title), str(shown))
    async with transaction(services.pool) as conn:
        found = await closure_store.listed(conn, limit + 1, after)
    items = [ClosedShape(**one._asdict()) for one in found[:limit]]
    last = items[-1] if len(found) > limit else None
    following = paging.cursor(last.title, str(last.id)) if last else None
    return ClosedPage(items=items, next=following)


@router.get("/sharing/due")
async def list_due(services: TheServices, actor: TheActor) -> DuePage:
    """List the closed layers of one's units whose reason has expired, soon will, or is missing."""
    if not actor.is_staff:
        raise refusal(actor)
    now = services.now()
    owned = [
        layer
        for layer in services.registry.current.visible(actor)
        if actor.has(Role.VIEWER, layer.unit)
    ]
    standings = [(layer, closure.standing(layer, now)) for layer in owned]
    due = [_due(layer, how) for layer, how in standings if how in _NOTES]
    return DuePage(items=sorted(due, key=_urgency), next=None)


@router.get("/sharing/given")
async def list_given(services: TheServices, actor: TheActor) -> GivenPage:
    """List the shares in force of all layers that one decides about."""
    if not actor.is_staff:
        raise refusal(actor)
    visible = services.registry.current.visible(actor)
    decided = {layer.slug: layer for layer in visible if may_share(actor, layer)}
    async with transaction(services.pool) as conn:
        found = await sharing_store.given(conn, decided.values())
    items = [
        GivenShape(
            layer=slug,
            title=decided[slug].title,
            title_en=decided[slug].title_en,
            share=share_shape(one),
        )
        for slug, one in found
    ]
    return GivenPage(items=items, next=None)


@router.get("/layers/{slug}/shares")
async def list_shares(slug: str, services: TheServices, actor: TheActor) -> SharePage:
    """List the units with which a layer is shared, for those who decide about it."""
    async with transaction(services.pool) as conn:
        layer = await owned_layer(conn, services, actor, slug)
        found = await sharing_store.grants(conn, layer)
    return SharePage(items=[share_shape(one) for one in found], next=None)


@router.post("/layers/{slug}/shares", status_code=201)
async def add_share(
    slug: str, body: ShareBody, response: Response, services: TheServices, actor: TheActor
) -> ShareShape:
    """Share a layer with another unit, until a set time."""
    wish = wish_of(body.unit, body.acts, body.until, within_area=body.within_area)
    async with transaction(services.pool) as conn:
        layer = await owned_layer(conn, services, actor, slug)
        given = await sharing_store.give(conn, layer, wish, actor, services.now())
    await services.registry.reload(services.pool)
    response.headers["location"] = f"/api/v1/layers/{slug}/shares/{given.id}"
    return share_shape(given)


@router.delete("/layers/{slug}/shares/{share_id}", status_code=204)
async def revoke_share(
    slug: str, share_id: int, services: TheServices, actor: TheActor
) -> Response:
    """End a share at once, everywhere."""
    async with transaction(services.pool) as conn:
        layer = await owned_layer(conn, services, actor, slug)
        await sharing_store.revoke(conn, layer, share_id, actor)
    await services.registry.reload(services.pool)
    return Response(status_code=204)


async def owned_layer(conn: Connection, services: Services, actor: Actor, slug: str) -> Layer:
    """Return the layer, locked, if ``actor`` decides who may use it.

    Raises:
        NotFound: absent or invisible to the actor.
        NotSignedIn, Forbidden: visible, but for others to decide.
    """
    allowed_layer(services, actor, Act.READ, slug)
    await store.lock(conn, slug)
    layer = await store.by_slug(conn, slug)
    if not may(actor, Act.READ, layer):
        raise store.no_layer(slug)
    if not may_share(actor, layer):
        raise refusal(actor)
    return layer


def wish_of(unit: str, acts: list[Act], until: str | None, *, within_area: bool) -> Wish:
    """Return what is wished for a unit; ``until`` is a date or a time.

    Raises:
        BadRequest: it is no time.
    """
    ends_at = read_time(until) if until else None
    return Wish(unit, frozenset(acts), within_area, ends_at)


def share_shape(grant: Grant) -> ShareShape:
    """Return a share as answers show it."""
    return ShareShape(**{name: getattr(grant, name) for name in ShareShape.model_fields})


def _due(layer: Layer, how: Standing | None) -> DueShape:
    note, note_vi = _NOTES[how or Standing.UNNAMED]
    return DueShape(
        slug=layer.slug,
        title=layer.title,
        title_en=layer.title_en,
        unit=layer.unit,
        visibility=layer.visibility,
        standing=how or Standing.UNNAMED,
        note=note,
        note_vi=note_vi,
        closure=closures.shape(layer.closure),
    )


def _urgency(due: DueShape) -> tuple[int, float, str]:
    ends_at_s = due.closure.expires_at.timestamp() if due.closure else 0.0
    return list(_NOTES).index(due.standing), ends_at_s, due.slug
