"""Commands about people and programs: user, unit, key."""

from datetime import timedelta
from typing import Annotated

import typer

from gishue.accounts import keys, units
from gishue.accounts import store as accounts
from gishue.accounts.account import Account, check_local
from gishue.accounts.unit import Unit, UnitKind
from gishue.cli.instance import say, with_services
from gishue.cli.output import show_json, show_rows
from gishue.core.access import Act
from gishue.core.actor import OPERATOR, Limits, Role
from gishue.core.db import transaction
from layers import store
from layers.services import Services

Json = Annotated[bool, typer.Option("--json", help="print JSON")]
UnitCode = Annotated[str | None, typer.Option("--unit", help="code of the unit")]

user_app = typer.Typer(help="People who sign in here.", no_args_is_help=True)
unit_app = typer.Typer(help="The city's units.", no_args_is_help=True)
key_app = typer.Typer(help="Keys for programs.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(user_app, name="user")
    app.add_typer(unit_app, name="unit")
    app.add_typer(key_app, name="key")


@user_app.command("add")
def add_user(
    name: str,
    role: Annotated[Role, typer.Option(help="what they may do")] = Role.VIEWER,
    unit: UnitCode = None,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
) -> None:
    """Add an account."""

    async def add(services: Services) -> None:
        async with transaction(services.pool) as conn:
            await store.check_unit(conn, unit)
            await accounts.add(conn, name, password, unit=unit, role=role, by=OPERATOR)

    with_services(add)
    say(f"{name} added as {role}")


@user_app.command("list")
def list_users(as_json: Json = False) -> None:
    """List the accounts."""

    async def read(services: Services) -> list[Account]:
        async with transaction(services.pool) as conn:
            return await accounts.all_accounts(conn)

    columns: tuple[str, ...] = ("name", "display", "unit", "is_active")
    rows = [
        {name: getattr(one, name) for name in columns} | {"roles": ", ".join(one.roles)}
        for one in with_services(read)
    ]
    show_json(rows) if as_json else show_rows(rows, (*columns, "roles"))


@user_app.command("revoke")
def revoke_user(name: str) -> None:
    """Block an account: it signs in no more, and its sessions end."""

    async def revoke(services: Services) -> None:
        async with transaction(services.pool) as conn:
            await accounts.deactivate(conn, name)

    with_services(revoke)
    say(f"{name} may sign in no more")


@user_app.command("password")
def set_password(
    name: str,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
) -> None:
    """Give an account another password."""

    async def change(services: Services) -> None:
        async with transaction(services.pool) as conn:
            check_local(await accounts.by_name(conn, name))
            await accounts.set_password(conn, name, password)

    with_services(change)
    say(f"{name} has a new password")


@user_app.command("grant")
def give_role(
    name: str,
    role: Annotated[Role, typer.Argument(help="what they may do there")],
    unit: UnitCode = None,
) -> None:
    """Give an account a role in a unit and those below it."""

    async def give(services: Services) -> None:
        async with transaction(services.pool) as conn:
            await store.check_unit(conn, unit)
            account = await accounts.by_name(conn, name)
            await accounts.give(conn, account.id, role, unit, by=OPERATOR)

    with_services(give)
    say(f"{name} is {role} in {unit or 'the city'}")


@user_app.command("withdraw")
def take_role(name: str, unit: UnitCode = None) -> None:
    """Take the role that an account has in a unit."""

    async def take(services: Services) -> None:
        async with transaction(services.pool) as conn:
            account = await accounts.by_name(conn, name)
            await accounts.take(conn, account.id, unit)

    with_services(take)
    say(f"{name} has no role in {unit or 'the city'} any more")


@user_app.command("invite")
def invite(name: str) -> None:
    """Print an invitation, shown this once: whoever opens it chooses the account's password."""

    async def make(services: Services) -> str:
        async with transaction(services.pool) as conn:
            account = await accounts.by_name(conn, name)
            check_local(account)
            return await accounts.invite(conn, account.id, by=OPERATOR, now=services.now())

    print(f"/invitation#{with_services(make)}")


@unit_app.command("add")
def add_unit(
    code: str,
    title: str,
    title_en: str = "",
    parent: Annotated[str | None, typer.Option(help="code of the unit above")] = None,
    kind: Annotated[UnitKind, typer.Option(help="what it is")] = UnitKind.DEPARTMENT,
) -> None:
    """Add a unit, or change it."""

    async def add(services: Services) -> None:
        async with transaction(services.pool) as conn:
            await units.put(conn, Unit(code, title, title_en, parent, kind))

    with_services(add)
    say(f"{code}: {title}")


@unit_app.command("list")
def list_units(as_json: Json = False) -> None:
    """List the units."""

    async def read(services: Services) -> list[Unit]:
        async with transaction(services.pool) as conn:
            return await units.all_units(conn)

    columns: tuple[str, ...] = ("code", "kind", "parent", "title", "title_en", "is_active")
    rows = [{name: getattr(one, name) for name in columns} for one in with_services(read)]
    show_json(rows) if as_json else show_rows(rows, columns)


@key_app.command("add")
def add_key(
    name: str,
    role: Annotated[Role, typer.Option(help="what the program may do")] = Role.VIEWER,
    unit: UnitCode = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="days it lives")] = 365,
    layer: Annotated[
        list[str] | None, typer.Option(help="for this layer alone; again for more")
    ] = None,
    act: Annotated[list[Act] | None, typer.Option(help="for this alone; again for more")] = None,
    rate: Annotated[int | None, typer.Option(min=1, help="requests a minute")] = None,
) -> None:
    """Make a key and print it: it is shown this once."""

    async def add(services: Services) -> str:
        expires_at = services.now() + timedelta(days=days)
        async with transaction(services.pool) as conn:
            await store.check_unit(conn, unit)
            return await keys.add(
                conn,
                name,
                role=role,
                unit=unit,
                expires_at=expires_at,
                limits=Limits(frozenset(layer) if layer else None, frozenset(act) if act else None),
                rate_per_minute=rate,
                by=OPERATOR,
            )

    print(with_services(add))


@key_app.command("list")
def list_keys(as_json: Json = False) -> None:
    """List the keys, without their secrets."""

    async def read(services: Services) -> list[keys.Key]:
        async with transaction(services.pool) as conn:
            return await keys.all_keys(conn)

    columns: tuple[str, ...] = (
        "id",
        "name",
        "unit",
        "role",
        "expires_at",
        "last_used_at",
        "revoked_at",
        "made_by",
        "maker_left",
    )
    rows = [{name: getattr(one, name) for name in columns} for one in with_services(read)]
    show_json(rows) if as_json else show_rows(rows, columns)


@key_app.command("revoke")
def revoke_key(key_id: str) -> None:
    """Revoke a key at once."""

    async def revoke(services: Services) -> None:
        async with transaction(services.pool) as conn:
            await keys.revoke(conn, key_id, OPERATOR)

    with_services(revoke)
    say(f"{key_id} revoked")
