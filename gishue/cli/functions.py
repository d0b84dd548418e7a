"""Commands about function layers: tiles that a function of the database makes."""

from dataclasses import asdict
from typing import Annotated

import typer

from gishue.cli.instance import say, with_services
from gishue.cli.output import show_json, show_rows
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from layers import function_store
from layers.function_layer import FunctionLayer, parameter
from layers.services import Services

functions_app = typer.Typer(help="Tiles that SQL functions make.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(functions_app, name="functions")


@functions_app.command("list")
def list_functions(
    as_json: Annotated[bool, typer.Option("--json", help="print JSON")] = False,
) -> None:
    """List what is declared."""

    async def read(services: Services) -> list[FunctionLayer]:
        return list(services.registry.functions.values())

    rows = [asdict(one) for one in with_services(read)]
    columns = ("name", "function", "title", "visibility", "unit", "minzoom", "maxzoom")
    show_json(rows) if as_json else show_rows(rows, columns)


@functions_app.command("add")
def add_function(
    name: Annotated[str, typer.Argument(help="its name in addresses")],
    title: Annotated[str, typer.Option(help="what people read")],
    function: Annotated[
        str, typer.Option(help="the function in the schema analyst; left out: NAME")
    ] = "",
    title_en: Annotated[str, typer.Option(help="the title in English")] = "",
    visibility: Annotated[Visibility, typer.Option(help="who sees it")] = Visibility.INTERNAL,
    unit: Annotated[str | None, typer.Option(help="code of the unit it is restricted to")] = None,
    parameters: Annotated[
        list[str] | None, typer.Option("--param", help="name:type or name:type=default")
    ] = None,
    minzoom: Annotated[int, typer.Option("--min-zoom", help="the least zoom it has")] = 0,
    maxzoom: Annotated[int, typer.Option("--max-zoom", help="the greatest")] = 22,
    max_age_s: Annotated[
        int, typer.Option("--max-age", help="how long an answer may be kept, seconds")
    ] = 60,
) -> None:
    """Declare analyst.FUNCTION(z integer, x integer, y integer, params jsonb) returns bytea.

    It reads what it likes, whatever is masked or closed elsewhere: read it before you declare it.
    """
    layer = FunctionLayer(
        name=name,
        function=function or name,
        title=title,
        title_en=title_en,
        visibility=visibility,
        unit=unit,
        parameters=tuple(parameter(text) for text in parameters or ()),
        minzoom=minzoom,
        maxzoom=maxzoom,
        max_age_s=max_age_s,
    )

    async def add(services: Services) -> None:
        async with transaction(services.pool) as conn:
            await function_store.add(conn, layer, OPERATOR)

    with_services(add)
    say(f"function layer {name} declared: /tiles/functions/{name}/tilejson.json")


@functions_app.command("remove")
def remove_function(name: Annotated[str, typer.Argument(help="its name")]) -> None:
    """Take a declaration back; the function itself stays in the database."""

    async def remove(services: Services) -> None:
        async with transaction(services.pool) as conn:
            await function_store.remove(conn, name, OPERATOR)

    with_services(remove)
    say(f"function layer {name} removed")
