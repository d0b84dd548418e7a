"""HTTP for the keys of programs."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from gishue.accounts import keys
from gishue.accounts.account import may_give
from gishue.api.deps import TheServices, UnitAdministrator, refusal
from gishue.core.access import Act
from gishue.core.actor import Limits, Role
from gishue.core.db import transaction
from layers import store as layer_store

router = APIRouter(tags=["keys"])


class NewKey(BaseModel):
    """An API key to be made. ``layers``, ``acts``: what alone it is for; left out: not narrowed."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200)]
    unit: str | None = None
    role: Role = Role.VIEWER
    layers: Annotated[list[str], Field(max_length=1000)] | None = None
    acts: list[Act] | None = None
    rate_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    days: Annotated[int, Field(ge=1, le=366)] = 365


class KeyShape(BaseModel):
    """A key as lists show it. It is its unit's and outlives its maker: see ``maker_left``."""

    id: str
    name: str
    unit: str | None
    role: Role
    layers: list[str] | None
    acts: list[str] | None
    rate_per_minute: int | None
    made_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    maker_left: bool


class KeyPage(BaseModel):
    """The keys of the units one administers."""

    items: list[KeyShape]
    next: str | None


class NewKeyShape(BaseModel):
    """A key as it was made; its text is shown this once."""

    key: str
    expires_at: datetime


@router.get("/keys")
async def list_keys(services: TheServices, actor: UnitAdministrator) -> KeyPage:
    """List the keys of the units one administers, without their secrets."""
    async with transaction(services.pool) as conn:
        found = await keys.visible_keys(conn, actor)
    names = KeyShape.model_fields
    items = [KeyShape(**{name: getattr(one, name) for name in names}) for one in found]
    return KeyPage(items=items, next=None)


@router.post("/keys", status_code=201)
async def add_key(asked: NewKey, services: TheServices, actor: UnitAdministrator) -> NewKeyShape:
    """Make an API key; its text is shown this once."""
    expires_at = services.now() + timedelta(days=asked.days)
    limits = Limits(
        None if asked.layers is None else frozenset(asked.layers),
        None if asked.acts is None else frozenset(asked.acts),
    )
    async with transaction(services.pool) as conn:
        await layer_store.check_unit(conn, asked.unit)
        if not may_give(actor, asked.role, asked.unit):
            raise refusal(actor)
        text = await keys.add(
            conn,
            asked.name,
            role=asked.role,
            unit=asked.unit,
            expires_at=expires_at,
            limits=limits,
            rate_per_minute=asked.rate_per_minute,
            by=actor,
        )
    return NewKeyShape(key=text, expires_at=expires_at)


@router.delete("/keys/{key_id}", status_code=204)
async def revoke_key(key_id: str, services: TheServices, actor: UnitAdministrator) -> Response:
    """Revoke an API key at once."""
    async with transaction(services.pool) as conn:
        await keys.revoke(conn, key_id, actor)
    return Response(status_code=204)
