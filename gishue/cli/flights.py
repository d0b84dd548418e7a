"""Commands about flights: ingest, list, show."""

from pathlib import Path
from typing import Annotated

import typer

from drone_imagery import store
from drone_imagery.flight import Flight
from drone_imagery.ingest import FlightOptions, FlightResult, ingest_flight
from gishue.api.flights import shape
from gishue.cli.closing import Approver, ClosedUntil, LegalBasis, Reason, ReasonEn, closing
from gishue.cli.instance import with_services
from gishue.cli.output import show_json, show_pairs, show_rows
from gishue.cli.progress import progress
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from layers.services import Services, utc_now

Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]

flight_app = typer.Typer(help="Drone flights and their photos.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(flight_app, name="flight")


@flight_app.command("ingest")
def ingest(
    path: Annotated[Path, typer.Argument(help="a folder or a zip of photos")],
    slug: Annotated[str, typer.Option(help="name in URLs; else made from the folder's name")] = "",
    title: Annotated[str, typer.Option(help="title; else the folder's name")] = "",
    unit: Annotated[str | None, typer.Option(help="code of the owning unit")] = None,
    visibility: Annotated[
        Visibility | None, typer.Option(help="who may see it; else kept, or open")
    ] = None,
    reason: Reason = "",
    reason_en: ReasonEn = "",
    legal_basis: LegalBasis = "",
    approver: Approver = "",
    closed_until: ClosedUntil = "",
    replace: Annotated[bool, typer.Option("--replace", help="replace the flight")] = False,
    as_json: Json = False,
) -> None:
    """Bring photos in: a layer of their positions, a layer of what they cover."""
    said = closing(reason, reason_en, legal_basis, approver, closed_until)
    options = FlightOptions(
        slug=slug,
        title=title,
        unit=unit,
        visibility=visibility,
        closure=said.read(utc_now()) if said else None,
        replace=replace,
    )

    async def bring(services: Services) -> FlightResult:
        return await ingest_flight(services, OPERATOR, path, options, progress(as_json=as_json))

    shown = with_services(bring).as_dict()
    if as_json:
        show_json(shown)
        return
    findings, facts = shown.pop("findings"), shown.pop("summary")
    show_pairs(shown | facts)
    if findings:
        print()
        show_rows(findings, ("code", "severity", "where", "message"))


@flight_app.command("list")
def list_flights(as_json: Json = False) -> None:
    """List the flights, the newest first."""

    async def read(services: Services) -> list[Flight]:
        async with transaction(services.pool) as conn:
            return await store.all_flights(conn)

    rows = [shape(flight) for flight in with_services(read)]
    columns = ("slug", "photo_count", "flown_from", "flown_to", "title")
    show_json(rows) if as_json else show_rows(rows, columns)


@flight_app.command("show")
def show_flight(
    slug: Annotated[str, typer.Argument(help="the flight's name in URLs")], as_json: Json = False
) -> None:
    """Show one flight: its summary and what was found about it."""

    async def read(services: Services) -> Flight:
        async with transaction(services.pool) as conn:
            return await store.by_slug(conn, slug)

    shown = shape(with_services(read))
    if as_json:
        show_json(shown)
        return
    findings, facts = shown.pop("findings"), shown.pop("summary")
    show_pairs(shown | facts)
    if findings:
        show_rows(findings, ("code", "severity", "where", "message"))
