"""HTTP for signing in and out, and for the unit one acts for."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from gishue.accounts import sessions, store
from gishue.api.cookies import signed_in, signed_out, token_of
from gishue.api.deps import TheActor, TheServices, actor_of, refusal
from gishue.api.rates import Payer, RouteClass, rates_of
from gishue.api.sign_on import sign_out_address
from gishue.core import audit
from gishue.core.actor import WHOLE_CITY, Role
from gishue.core.audit import Object, Result
from gishue.core.db import transaction
from gishue.core.errors import NotSignedIn

router = APIRouter(tags=["session"])


class Credentials(BaseModel):
    """Name and password of a local account."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]


class UnitChoice(BaseModel):
    """The unit to act for."""

    model_config = ConfigDict(extra="forbid")

    unit: Annotated[str, Field(max_length=63)]


@router.post("/session")
async def sign_in(
    who: Credentials, request: Request, response: Response, services: TheServices
) -> dict[str, Any]:
    """Sign in with a local account; the session lives in a cookie scripts cannot read."""
    now, visitor = services.now(), actor_of(request)
    rates, claimed = rates_of(request), Payer(f"name {who.name}")
    rates.take(RouteClass.SIGN_IN, claimed)
    async with transaction(services.pool) as conn:
        actor = await store.check(conn, who.name, who.password, now)
        if actor is None:
            tried = await store.claimed(conn, who.name)
            await audit.record(conn, visitor, "session.sign_in", tried, result=Result.REFUSED)
    if actor is None or actor.account_id is None:
        raise store.refused()
    rates.give_back(RouteClass.SIGN_IN, claimed)
    before = token_of(request)
    async with transaction(services.pool) as conn:
        if before is not None:
            await sessions.close(conn, before)
        hours = services.settings.session_hours
        opened = await sessions.open_(conn, actor.account_id, now, hours)
        await audit.record(conn, actor.at(visitor.origin), "session.sign_in")
    signed_in(request, response, opened, now)
    return {"kind": actor.kind, "name": actor.name, "csrf": opened.csrf}


class SignedOut(BaseModel):
    """The session here has ended; at ``sign_out_at`` the one at the city's sign-on ends too."""

    sign_out_at: str


@router.delete("/session", response_model=SignedOut, responses={204: {"description": "Ended"}})
async def sign_out(request: Request, services: TheServices, actor: TheActor) -> Response:
    """End the session of this browser."""
    token, at_issuer = token_of(request), None
    if token:
        async with transaction(services.pool) as conn:
            at_issuer = await sessions.close(conn, token)
            if actor.is_known:
                await audit.record(conn, actor, "session.sign_out")
    there = await sign_out_address(request, at_issuer)
    response = JSONResponse({"sign_out_at": there}) if there else Response(status_code=204)
    if token:
        signed_out(response)
    return response


@router.put("/session/unit")
async def act_for(
    choice: UnitChoice, request: Request, response: Response, services: TheServices, actor: TheActor
) -> dict[str, Any]:
    """Act for another of one's units: what one brings in belongs to it. The cookie is renewed."""
    token = token_of(request)
    if token is None or actor.account_id is None:
        raise NotSignedIn("sign in first", vi="hãy đăng nhập trước")
    if not actor.has(Role.VIEWER, choice.unit):
        raise refusal(actor)
    now = services.now()
    async with transaction(services.pool) as conn:
        opened = await sessions.rotate(conn, token, now, choice.unit)
        await audit.record(conn, actor, "session.unit", Object("unit", choice.unit, choice.unit))
    signed_in(request, response, opened, now)
    return {"unit": choice.unit, "csrf": opened.csrf}


@router.get("/me")
async def show_me(request: Request, actor: TheActor) -> dict[str, Any]:
    """Say who one is; ``csrf`` must be repeated as ``X-CSRF-Token`` on unsafe requests.

    `roles`: by unit, those below included; `city_role` is held in no unit in particular.
    """
    return {
        "kind": actor.kind,
        "name": actor.name if actor.is_known else "",
        "unit": actor.unit,
        "is_staff": actor.is_staff,
        "is_admin": actor.is_admin,
        "city_role": actor.roles.get(WHOLE_CITY),
        "roles": {unit: role for unit, role in sorted(actor.roles.items()) if unit},
        "csrf": getattr(request.state, "csrf", None),
    }
