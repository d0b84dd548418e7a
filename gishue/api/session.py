"""HTTP for signing in and out, and for the people and keys of an instance."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from gishue.accounts import store
from gishue.api.deps import Administrator, TheActor, TheServices
from gishue.core import paging
from gishue.core.actor import Role
from gishue.core.db import transaction
from layers import store as layer_store

router = APIRouter(tags=["people"])

COOKIE = "gishue"
SECURE_COOKIE = "__Host-gishue"


class Credentials(BaseModel):
    """Name and password of a local account."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]


class NewKey(BaseModel):
    """An API key to be made."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200)]
    unit: str | None = None
    role: Role = Role.VIEWER
    days: Annotated[int, Field(ge=1, le=366)] = 365


@router.post("/session")
async def sign_in(
    who: Credentials, request: Request, response: Response, services: TheServices
) -> dict[str, Any]:
    """Sign in with a local account; the session lives in a cookie scripts cannot read."""
    now = services.now()
    async with transaction(services.pool) as conn:
        actor = await store.check(conn, who.name, who.password, now)
    if actor is None:
        raise store.refused()
    async with transaction(services.pool) as conn:
        opened = await store.open_session(conn, actor, now, services.settings.session_hours)
    is_https = request.url.scheme == "https"
    response.set_cookie(
        SECURE_COOKIE if is_https else COOKIE,
        opened.token,
        max_age=int((opened.expires_at - now).total_seconds()),
        secure=is_https,
        httponly=True,
        samesite="lax",
        path="/",
    )
    return {"kind": actor.kind, "name": actor.name, "csrf": opened.session.csrf}


@router.delete("/session", status_code=204)
async def sign_out(request: Request, services: TheServices) -> Response:
    """End the session of this browser."""
    response = Response(status_code=204)
    for name in (COOKIE, SECURE_COOKIE):
        token = request.cookies.get(name)
        if token:
            async with transaction(services.pool) as conn:
                await store.close_session(conn, token)
            response.delete_cookie(name, path="/", secure=name == SECURE_COOKIE, httponly=True)
    return response


@router.get("/me")
async def show_me(request: Request, actor: TheActor) -> dict[str, Any]:
    """Say who one is; ``csrf`` must be repeated as ``X-CSRF-Token`` on unsafe requests."""
    return {
        "kind": actor.kind,
        "name": actor.name if actor.is_known else "",
        "unit": actor.unit,
        "roles": sorted(actor.roles),
        "csrf": getattr(request.state, "csrf", None),
    }


@router.get("/users")
async def list_users(services: TheServices, actor: Administrator) -> dict[str, Any]:
    """List the accounts."""
    async with transaction(services.pool) as conn:
        accounts = await store.all_accounts(conn)
    names = ("id", "name", "display", "unit", "is_active")
    items = [
        {name: getattr(one, name) for name in names} | {"roles": sorted(one.roles)}
        for one in accounts
    ]
    return paging.page(items, None)


@router.get("/keys")
async def list_keys(services: TheServices, actor: Administrator) -> dict[str, Any]:
    """List the API keys, without their secrets."""
    async with transaction(services.pool) as conn:
        found = await store.keys(conn)
    names = ("id", "name", "unit", "roles", "created_at", "expires_at", "revoked_at")
    return paging.page([{name: getattr(one, name) for name in names} for one in found], None)


@router.post("/keys", status_code=201)
async def add_key(asked: NewKey, services: TheServices, actor: Administrator) -> dict[str, Any]:
    """Make an API key; its text is shown this once."""
    expires_at = services.now() + timedelta(days=asked.days)
    async with transaction(services.pool) as conn:
        await layer_store.check_unit(conn, asked.unit)
        text = await store.add_key(conn, asked.name, [asked.role], asked.unit, expires_at)
    return {"key": text, "expires_at": expires_at}


@router.delete("/keys/{key_id}", status_code=204)
async def revoke_key(key_id: str, services: TheServices, actor: Administrator) -> Response:
    """Revoke an API key at once."""
    async with transaction(services.pool) as conn:
        await store.revoke_key(conn, key_id)
    return Response(status_code=204)
