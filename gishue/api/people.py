"""HTTP for people: accounts, invitations, roles in units."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from gishue.accounts import sessions, store
from gishue.accounts.account import Account, check_local, may_give
from gishue.api.cookies import signed_in
from gishue.api.deps import TheServices, UnitAdministrator, actor_of, refusal
from gishue.core.actor import Actor, Role
from gishue.core.db import Connection, transaction
from layers import store as layer_store

router = APIRouter(tags=["people"])

Unit = Annotated[str, Field(max_length=63)]


class NewUser(BaseModel):
    """Somebody to be invited, with a first role in their home unit."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=63)]
    display: Annotated[str, Field(max_length=200)] = ""
    email: Annotated[str, Field(max_length=200)] = ""
    unit: Unit | None = None
    role: Role = Role.VIEWER


class RoleBody(BaseModel):
    """A role to be given in a unit; without one: a city administrator's, or of the staff."""

    model_config = ConfigDict(extra="forbid")

    unit: Unit | None = None
    role: Role


class UserChange(BaseModel):
    """What is to be changed of an account: whether it may sign in."""

    model_config = ConfigDict(extra="forbid")

    is_active: bool


class Acceptance(BaseModel):
    """An invitation, and the password that its owner chooses."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, Field(min_length=1, max_length=100)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]


class RoleShape(BaseModel):
    """A role in a unit; ``source``: given here, or read from the claims of the sign-on."""

    unit: str | None
    role: Role
    source: str


class NamedRole(RoleShape):
    """The role that an account was given or that was taken from it, and no more of the account."""

    name: str


class UserShape(BaseModel):
    """An account as administrators see it; ``is_invited``: it has no password yet."""

    name: str
    display: str
    unit: str | None
    email: str
    issuer: str | None
    is_active: bool
    is_invited: bool
    roles: list[RoleShape]


class UserPage(BaseModel):
    """The accounts of the units one administers."""

    items: list[UserShape]
    next: str | None


class Invited(BaseModel):
    """A new account, and the invitation to be handed over; it is shown this once."""

    user: UserShape
    invitation: str


@router.get("/users")
async def list_users(services: TheServices, actor: UnitAdministrator) -> UserPage:
    """List the accounts of the units one administers."""
    async with transaction(services.pool) as conn:
        found = await store.visible_accounts(conn, actor)
    return UserPage(items=[shape(one) for one in found], next=None)


@router.post("/users", status_code=201)
async def invite_user(body: NewUser, services: TheServices, actor: UnitAdministrator) -> Invited:
    """Add an account and make its invitation: whoever holds it chooses the password."""
    if not may_give(actor, body.role, body.unit):
        raise refusal(actor)
    async with transaction(services.pool) as conn:
        await layer_store.check_unit(conn, body.unit)
        account_id = await store.add(
            conn,
            body.name,
            None,
            display=body.display,
            email=body.email,
            unit=body.unit,
            role=body.role,
            by=actor,
        )
        token = await store.invite(conn, account_id, by=actor, now=services.now())
        return Invited(user=shape(await store.by_name(conn, body.name)), invitation=token)


@router.post("/users/{name}/invitation", status_code=201)
async def invite_again(name: str, services: TheServices, actor: UnitAdministrator) -> Invited:
    """Make a new invitation, for a lost one or a forgotten password; earlier ones end."""
    async with transaction(services.pool) as conn:
        account = await _administered(conn, actor, name)
        check_local(account)
        token = await store.invite(conn, account.id, by=actor, now=services.now())
    return Invited(user=shape(account), invitation=token)


@router.patch("/users/{name}")
async def change_user(
    name: str, body: UserChange, services: TheServices, actor: UnitAdministrator
) -> UserShape:
    """Block an account, whose sessions end at once, or let it sign in again."""
    async with transaction(services.pool) as conn:
        account = await _administered(conn, actor, name)
        if body.is_active is not account.is_active:
            move = store.activate if body.is_active else store.deactivate
            await move(conn, name, by=actor)
        return shape(await store.by_name(conn, name))


@router.put("/users/{name}/roles")
async def give_role(
    name: str, body: RoleBody, services: TheServices, actor: UnitAdministrator
) -> NamedRole:
    """Give an account of the units one administers a role in one of them, in place of its old one.

    Somebody of no unit, or of others, gets their first role here from a city administrator, from
    the claims of the sign-on, or with an invitation.
    """
    if not may_give(actor, body.role, body.unit):
        raise refusal(actor)
    async with transaction(services.pool) as conn:
        await layer_store.check_unit(conn, body.unit)
        account = await _visible(conn, actor, name)
        await store.give(conn, account.id, body.role, body.unit, by=actor)
    return NamedRole(name=name, unit=body.unit, role=body.role, source="given")


@router.delete("/users/{name}/roles")
async def take_role(
    name: str, services: TheServices, actor: UnitAdministrator, unit: str | None = None
) -> NamedRole:
    """Take the role that was given to an account in a unit."""
    if not may_give(actor, Role.VIEWER, unit):
        raise refusal(actor)
    async with transaction(services.pool) as conn:
        account = await _visible(conn, actor, name)
        role = await store.take(conn, account.id, unit, by=actor)
    return NamedRole(name=name, unit=unit, role=role, source="given")


@router.post("/invitations/accept")
async def accept_invitation(
    body: Acceptance, request: Request, response: Response, services: TheServices
) -> dict[str, Any]:
    """Take an invitation: choose a password, and be signed in."""
    now = services.now()
    async with transaction(services.pool) as conn:
        origin = actor_of(request).origin
        actor = await store.accept(conn, body.token, body.password, now, origin)
        hours = services.settings.session_hours
        opened = await sessions.open_(conn, actor.account_id or 0, now, hours)
    signed_in(request, response, opened, now)
    return {"kind": actor.kind, "name": actor.name, "csrf": opened.csrf}


async def _administered(conn: Connection, actor: Actor, name: str) -> Account:
    """Return the account, if every role it has could be given by ``actor``.

    Whoever may block it, or choose its password anew, could otherwise take what is not theirs.

    Raises:
        NotFound: there is none, or it is of units that the actor does not administer.
        Forbidden: it has roles elsewhere too.
    """
    account = await _visible(conn, actor, name)
    if not all(may_give(actor, one.role, one.unit) for one in account.memberships):
        raise refusal(actor)
    return account


async def _visible(conn: Connection, actor: Actor, name: str) -> Account:
    """Return the account, if it is of a unit that ``actor`` administers.

    The same is asked of the database, and the same is answered, whether it is of other units, of
    none (a citizen's), or not there at all.

    Raises:
        NotFound: it is not.
    """
    found = await store.visible_accounts(conn, actor, name)
    if not found:
        raise store.no_account(name)
    return found[0]


def shape(account: Account) -> UserShape:
    """Return an account as answers show it."""
    names = ("name", "display", "unit", "email", "issuer", "is_active")
    roles = [RoleShape(**one._asdict()) for one in account.memberships]
    return UserShape(
        **{name: getattr(account, name) for name in names},
        is_invited=not account.has_password and account.issuer is None,
        roles=roles,
    )
