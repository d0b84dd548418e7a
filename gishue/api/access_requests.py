"""HTTP for requests: a unit asks for a closed layer, its owner grants or refuses."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from gishue.api.deps import TheActor, TheServices, refusal
from gishue.api.sharing import Moment, ShareShape, share_shape, wish_of
from gishue.core import paging
from gishue.core.access import Act, may, may_ask
from gishue.core.actor import UNLIMITED, Actor
from gishue.core.db import Connection, transaction
from gishue.core.errors import InvalidInput
from layers import closure_store, request_store, store
from layers.access_request import AccessRequest, RequestState, is_asker, is_decider
from layers.layer import Layer
from layers.services import Services

router = APIRouter(prefix="/access-requests", tags=["sharing"])

Words = Annotated[str, Field(max_length=2_000)]
Acts = Annotated[list[Act], Field(min_length=1, max_length=5)]


class RequestBody(BaseModel):
    """What is asked for. ``closed``: the id in `/closed-layers`; ``unit``: for whom."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    closed: UUID
    unit: Annotated[str, Field(max_length=63)] | None = None
    purpose: Annotated[str, Field(min_length=1, max_length=2_000)]
    acts: Acts = [Act.READ]
    until: Moment | None = None


class GrantBody(BaseModel):
    """What is granted; fields left out: as it was asked."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    acts: Acts | None = None
    until: Moment | None = None
    within_area: bool = False
    answer: Words = ""


class RefuseBody(BaseModel):
    """Why a request is refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    answer: Annotated[str, Field(min_length=1, max_length=2_000)]


class RequestShape(BaseModel):
    """A request. ``layer``: the slug, for those who may see the layer or decide about it."""

    id: int
    closed: UUID | None
    layer: str | None
    title: str
    title_en: str
    owner: str | None
    unit: str
    asked_by: str
    purpose: str
    acts: list[Act]
    wanted_until: datetime | None
    state: RequestState
    answer: str
    answered_by: str
    asked_at: datetime
    answered_at: datetime | None
    is_mine: bool
    can_decide: bool


class RequestPage(BaseModel):
    """One page of requests."""

    items: list[RequestShape]
    next: str | None


class Granted(BaseModel):
    """The request as it is now, and the share that came of it."""

    request: RequestShape
    share: ShareShape


@router.post("", status_code=201)
async def ask(
    body: RequestBody, response: Response, services: TheServices, actor: TheActor
) -> RequestShape:
    """Ask the owner of a closed layer for access, in the name of a unit one belongs to."""
    unit = body.unit or actor.unit
    if not actor.is_staff:
        raise refusal(actor)
    if unit is None:
        raise InvalidInput(
            "say in unit for which unit you ask", vi="hãy nêu đơn vị cần quyền trong unit"
        )
    if not may_ask(actor, unit):
        raise refusal(actor)
    wish = wish_of(unit, body.acts, body.until, within_area=False)
    async with transaction(services.pool) as conn:
        layer = await store.by_slug(conn, await closure_store.slug_of(conn, body.closed))
        made = await request_store.add(conn, layer, wish, body.purpose, actor, services.now())
    response.headers["location"] = f"/api/v1/access-requests/{made.id}"
    return _shape(services, actor, made)


@router.get("")
async def list_requests(
    services: TheServices,
    actor: TheActor,
    state: RequestState | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: str | None = None,
) -> RequestPage:
    """List the requests of one's units and those that one decides, the newest first."""
    _check_person(actor)
    async with transaction(services.pool) as conn:
        found = await request_store.page(
            conn, actor, limit + 1, before=paging.read_id(cursor), state=state
        )
    items = [_shape(services, actor, one) for one in found[:limit]]
    following = paging.cursor(items[-1].id) if len(found) > limit else None
    return RequestPage(items=items, next=following)


@router.get("/{request_id}")
async def show_request(request_id: int, services: TheServices, actor: TheActor) -> RequestShape:
    """Show one request."""
    _check_person(actor)
    async with transaction(services.pool) as conn:
        return _shape(services, actor, await request_store.by_id(conn, request_id, actor))


@router.post("/{request_id}/grant")
async def grant(
    request_id: int, body: GrantBody, services: TheServices, actor: TheActor
) -> Granted:
    """Grant a request: the layer is shared with the unit until a set time."""
    _check_person(actor)
    async with transaction(services.pool) as conn:
        request, layer = await _decided(conn, request_id, actor)
        acts = body.acts or list(request.acts)
        until = body.until or (request.wanted_until and request.wanted_until.isoformat())
        wish = wish_of(request.unit, acts, until, within_area=body.within_area)
        given = await request_store.grant(
            conn, request, layer, wish, actor, answer=body.answer, now=services.now()
        )
        after = await request_store.by_id(conn, request_id, actor)
    await services.registry.reload(services.pool)
    return Granted(request=_shape(services, actor, after), share=share_shape(given))


@router.post("/{request_id}/refuse")
async def refuse(
    request_id: int, body: RefuseBody, services: TheServices, actor: TheActor
) -> RequestShape:
    """Refuse a request and say why."""
    _check_person(actor)
    async with transaction(services.pool) as conn:
        request, _ = await _decided(conn, request_id, actor)
        await request_store.refuse(conn, request, actor, body.answer)
        return _shape(services, actor, await request_store.by_id(conn, request_id, actor))


@router.post("/{request_id}/withdraw")
async def withdraw(request_id: int, services: TheServices, actor: TheActor) -> RequestShape:
    """Take back a request that is not answered yet."""
    _check_person(actor)
    async with transaction(services.pool) as conn:
        request = await request_store.lock(conn, request_id, actor)
        if not is_asker(actor, request):
            raise refusal(actor)
        await request_store.withdraw(conn, request, actor)
        return _shape(services, actor, await request_store.by_id(conn, request_id, actor))


async def _decided(conn: Connection, request_id: int, actor: Actor) -> tuple[AccessRequest, Layer]:
    """Return the request and its layer, both locked, if ``actor`` decides about it."""
    seen = await request_store.by_id(conn, request_id, actor)
    await store.lock(conn, seen.slug)  # the layer first, as every other change of it
    request = await request_store.lock(conn, request_id, actor)
    layer = await store.by_slug(conn, request.slug)
    if not is_decider(actor, layer):
        raise refusal(actor)
    return request, layer


def _check_person(actor: Actor) -> None:
    """Raise unless ``actor`` is of the staff; a narrowed key asks and answers nothing."""
    if not actor.is_staff or actor.limits != UNLIMITED:
        raise refusal(actor)


def _shape(services: Services, actor: Actor, request: AccessRequest) -> RequestShape:
    layer = services.registry.current.layers.get(request.slug)
    decides = layer is not None and is_decider(actor, layer)
    is_seen = layer is not None and may(actor, Act.READ, layer)
    own = {"layer", "is_mine", "can_decide"}
    values = {n: getattr(request, n) for n in RequestShape.model_fields if n not in own}
    return RequestShape(
        **values,
        layer=request.slug if decides or is_seen else None,
        is_mine=is_asker(actor, request),
        can_decide=decides and request.state is RequestState.PENDING,
    )
