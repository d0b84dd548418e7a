"""Commands about the city's sign-on: the rules that read units and roles from its claims."""

from dataclasses import asdict
from typing import Annotated

import typer

from gishue.accounts import claim_rules
from gishue.accounts.claim_rule import ClaimRule
from gishue.cli.instance import say, with_services
from gishue.cli.output import show_json, show_rows
from gishue.core.actor import OPERATOR, Role
from gishue.core.db import transaction
from layers import store
from layers.services import Services

sign_on_app = typer.Typer(help="The city's sign-on (OpenID Connect).", no_args_is_help=True)
rules_app = typer.Typer(help="Units and roles from its claims.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    sign_on_app.add_typer(rules_app, name="rules")
    app.add_typer(sign_on_app, name="sign-on")


@rules_app.command("list")
def list_rules(as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False) -> None:
    """List the rules in the order in which they are looked at."""

    async def read(services: Services) -> list[ClaimRule]:
        async with transaction(services.pool) as conn:
            return await claim_rules.all_rules(conn)

    rows = [asdict(one) for one in with_services(read)]
    columns = ("id", "position", "claim", "value", "unit", "role")
    show_json(rows) if as_json else show_rows(rows, columns)


@rules_app.command("add")
def add_rule(
    claim: Annotated[str, typer.Argument(help="path of the claim: realm_access.roles, groups")],
    value: Annotated[str, typer.Argument(help="exact, or ending in *, or with {unit} in it")],
    role: Annotated[Role, typer.Argument(help="what they may do")],
    unit: Annotated[str | None, typer.Option("--unit", help="code of the unit")] = None,
    position: Annotated[int, typer.Option(min=0, help="the least is looked at first")] = 100,
) -> None:
    """Add a rule: whoever has VALUE in CLAIM has ROLE in the unit, from the next sign-in on."""

    async def add(services: Services) -> ClaimRule:
        async with transaction(services.pool) as conn:
            await store.check_unit(conn, unit)
            rule = ClaimRule(0, position, claim, value, unit, role)
            return await claim_rules.add(conn, rule, by=OPERATOR)

    say(f"rule {with_services(add).id} added")


@rules_app.command("remove")
def remove_rule(rule_id: Annotated[int, typer.Argument(help="its number in the list")]) -> None:
    """Remove a rule: what it gave goes at the next sign-in."""

    async def remove(services: Services) -> None:
        async with transaction(services.pool) as conn:
            await claim_rules.remove(conn, rule_id, by=OPERATOR)

    with_services(remove)
    say(f"rule {rule_id} removed")
