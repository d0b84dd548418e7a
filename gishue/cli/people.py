"""Commands about people and programs: user, unit, key."""

from datetime import timedelta
from typing import Annotated

import typer

from gishue.accounts import store as accounts
from gishue.accounts.account import Account
from gishue.cli.instance import say, with_services
from gishue.cli.output import show_json, show_rows
from gishue.core.actor import Role
from gishue.core.db import transaction
from layers import store
from layers.services import Services

Json = Annotated[bool, typer.Option("--json", help="print JSON")]
Unit = Annotated[str | None, typer.Option(help="code of the unit")]

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
    unit: Unit = None,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
) -> None:
    """Add an account."""

    async def add(services: Services) -> None:
        async with transaction(services.pool) as conn:
            await store.check_unit(conn, unit)
            await accounts.add(conn, name, password, unit=unit, roles=[role])

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
        {name: getattr(one, name) for name in columns} | {"roles": ",".join(sorted(one.roles))}
        for one in with_services(read)
    ]
    show_json(rows) if as_json else show_rows(rows, (*columns, "roles"))


@user_app.command("revoke")
def revoke_user(name: str) -> None:
    """Let an account sign in no more; its sessions end."""

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
            await accounts.set_password(conn, name, password)

    with_services(change)
    say(f"{name} has a new password")


@unit_app.command("add")
def add_unit(code: str, title: str, title_en: str = "") -> None:
    """Add a unit, or rename it."""

    async def add(services: Services) -> None:
        async with transaction(services.pool) as conn:
            await store.put_unit(conn, code, title, title_en)

    with_services(add)
    say(f"{code}: {title}")


@unit_app.command("list")
def list_units(as_json: Json = False) -> None:
    """List the units."""

    async def read(services: Services) -> list[tuple[str, str, str]]:
        async with transaction(services.pool) as conn:
            return await store.units(conn)

    columns: tuple[str, ...] = ("code", "title", "title_en")
    rows = [{"code": one[0], "title": one[1], "title_en": one[2]} for one in with_services(read)]
    show_json(rows) if as_json else show_rows(rows, columns)


@key_app.command("add")
def add_key(
    name: str,
    role: Annotated[Role, typer.Option(help="what the program may do")] = Role.VIEWER,
    unit: Unit = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="days it lives")] = 365,
) -> None:
    """Make a key and print it: it is shown this once."""

    async def add(services: Services) -> str:
        expires_at = services.now() + timedelta(days=days)
        async with transaction(services.pool) as conn:
            await store.check_unit(conn, unit)
            return await accounts.add_key(conn, name, [role], unit, expires_at)

    print(with_services(add))


@key_app.command("list")
def list_keys(as_json: Json = False) -> None:
    """List the keys, without their secrets."""

    async def read(services: Services) -> list[accounts.Key]:
        async with transaction(services.pool) as conn:
            return await accounts.keys(conn)

    columns: tuple[str, ...] = ("id", "name", "unit", "expires_at", "revoked_at")
    rows = [{name: getattr(one, name) for name in columns} for one in with_services(read)]
    show_json(rows) if as_json else show_rows(rows, columns)


@key_app.command("revoke")
def revoke_key(key_id: str) -> None:
    """Revoke a key at once."""

    async def revoke(services: Services) -> None:
        async with transaction(services.pool) as conn:
            await accounts.revoke_key(conn, key_id)

    with_services(revoke)
    say(f"{key_id} revoked")
