"""HTTP for the units of the city."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from gishue.accounts import units
from gishue.accounts.unit import Unit, UnitKind
from gishue.api.deps import TheActor, TheServices, refusal
from gishue.core.access import may_administer_unit
from gishue.core.actor import Actor
from gishue.core.db import Connection, transaction

router = APIRouter(tags=["units"])

Title = Annotated[str, Field(max_length=300)]


class UnitBody(BaseModel):
    """A unit to be added, or all that is to be changed of one."""

    model_config = ConfigDict(extra="forbid")

    title: Title
    title_en: Title = ""
    parent: Annotated[str, Field(max_length=63)] | None = None
    kind: UnitKind = UnitKind.DEPARTMENT


class UnitShape(BaseModel):
    """A unit as answers show it. ``has_area``: its ground is known."""

    code: str
    title: str
    title_en: str
    parent: str | None
    kind: UnitKind
    is_active: bool
    has_area: bool


class UnitPage(BaseModel):
    """The units of the city."""

    items: list[UnitShape]
    next: str | None


@router.get("/units")
async def list_units(services: TheServices) -> UnitPage:
    """List the units of the city: `parent` is the one above."""
    async with transaction(services.pool) as conn:
        found = await units.all_units(conn)
    return UnitPage(items=[shape(one) for one in found], next=None)


@router.put("/units/{code}")
async def put_unit(code: str, body: UnitBody, services: TheServices, actor: TheActor) -> UnitShape:
    """Add a unit, or change one: by the administrators of the one above it, or of the city."""
    async with transaction(services.pool) as conn:
        known = {one.code: one for one in await units.all_units(conn)}
        places = [body.parent] + ([known[code].parent, code] if code in known else [])
        if not all(may_administer_unit(actor, place) for place in places):
            raise refusal(actor)
        await units.put(
            conn, Unit(code, body.title, body.title_en, body.parent, body.kind), by=actor
        )
        return shape(await units.by_code(conn, code))


@router.delete("/units/{code}", status_code=204)
async def close_unit(code: str, services: TheServices, actor: TheActor) -> Response:
    """Close a unit: nobody has a role in it, or below it, until it is opened again."""
    async with transaction(services.pool) as conn:
        await _check_above(conn, actor, code)
        await units.set_active(conn, code, is_active=False, by=actor)
    return Response(status_code=204)


@router.post("/units/{code}/open")
async def open_unit(code: str, services: TheServices, actor: TheActor) -> UnitShape:
    """Open a closed unit again."""
    async with transaction(services.pool) as conn:
        await _check_above(conn, actor, code)
        await units.set_active(conn, code, is_active=True, by=actor)
        return shape(await units.by_code(conn, code))


async def _check_above(conn: Connection, actor: Actor, code: str) -> None:
    """Raise unless ``actor`` administers the unit above ``code``."""
    unit = await units.by_code(conn, code)
    if not may_administer_unit(actor, unit.parent):
        raise refusal(actor)


def shape(unit: Unit) -> UnitShape:
    """Return a unit as answers show it."""
    return UnitShape(**{name: getattr(unit, name) for name in UnitShape.model_fields})
