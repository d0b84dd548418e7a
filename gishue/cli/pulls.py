"""Commands about sources that are fetched at set times: add, list, run, remove."""

from typing import Annotated

import typer

from gishue.api.pulls import PullBody, add, shape
from gishue.cli.closing import Approver, ClosedUntil, LegalBasis, Reason, ReasonEn, closing
from gishue.cli.instance import with_services
from gishue.cli.output import show_json, show_pairs, show_rows
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from gishue.core.errors import InvalidInput
from gishue.pulls import looking, store
from gishue.pulls.pull import Outcome, Pull, PullKind
from layers.services import Services

Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]
Id = Annotated[int, typer.Argument(help="number of the pull, see `gishue pull list`")]

pull_app = typer.Typer(help="Sources that are fetched at set times.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(pull_app, name="pull")


@pull_app.command("add")
def add_pull(
    url: Annotated[str, typer.Argument(help="address of a file, a WFS or an OGC API")],
    layer: Annotated[str, typer.Option(help="the layer it becomes")],
    kind: Annotated[PullKind, typer.Option(help="what stands at the address")] = PullKind.FILE,
    source_layer: Annotated[str, typer.Option(help="layer, feature type or collection")] = "",
    every: Annotated[str, typer.Option(help="how often: 15m, 6h, 1d")] = "1d",
    title: Annotated[str | None, typer.Option(help="title of a new layer")] = None,
    unit: Annotated[str | None, typer.Option(help="code of the owning unit")] = None,
    visibility: Annotated[
        Visibility | None, typer.Option(help="who may read a new layer; else open")
    ] = None,
    reason: Reason = "",
    reason_en: ReasonEn = "",
    legal_basis: LegalBasis = "",
    approver: Approver = "",
    closed_until: ClosedUntil = "",
    crs: Annotated[str, typer.Option(help="auto, or EPSG:n")] = "auto",
    encoding: Annotated[str, typer.Option(help="auto, or the encoding of the text")] = "auto",
    key: Annotated[str, typer.Option(help="field that names each feature once")] = "",
    as_json: Json = False,
) -> None:
    """Fetch a source at set times; `gishue work` or `gishue pull run` does the looking."""
    body = PullBody(
        url=url,
        layer=layer,
        kind=kind,
        source_layer=source_layer,
        every_s=seconds(every),
        title=title,
        unit=unit,
        visibility=visibility,
        closure=closing(reason, reason_en, legal_basis, approver, closed_until),
        crs=crs,
        encoding=encoding,
        key=key,
    )

    async def write(services: Services) -> Pull:
        async with transaction(services.pool) as conn:
            return await add(conn, services, body, OPERATOR)

    _show(with_services(write), as_json=as_json)


@pull_app.command("list")
def list_pulls(as_json: Json = False) -> None:
    """List the sources and how the last look at each went."""

    async def read(services: Services) -> list[Pull]:
        async with transaction(services.pool) as conn:
            return await store.all_pulls(conn)

    rows = [shape(pull).model_dump(mode="json") for pull in with_services(read)]
    columns = ("id", "layer", "kind", "every_s", "outcome", "looked_at", "next_at", "url")
    show_json(rows) if as_json else show_rows(rows, columns)


@pull_app.command("run")
def run_pull(pull: Id, as_json: Json = False) -> None:
    """Look at a source now and wait for the end."""

    async def look(services: Services) -> Pull:
        async with transaction(services.pool) as conn:
            found = await store.by_id(conn, pull)
            await store.note_run(conn, found, OPERATOR)
        await looking.look(services, found.id)
        async with transaction(services.pool) as conn:
            return await store.by_id(conn, pull)

    done = with_services(look)
    _show(done, as_json=as_json)
    if done.outcome is Outcome.FAILED:
        raise typer.Exit(1)


@pull_app.command("remove")
def remove_pull(pull: Id) -> None:
    """Fetch a source no longer; the layer stays."""

    async def forget(services: Services) -> None:
        async with transaction(services.pool) as conn:
            await store.delete(conn, await store.by_id(conn, pull), OPERATOR)

    with_services(forget)


def seconds(every: str) -> int:
    """Return an interval in seconds.

    >>> seconds("15m"), seconds("6h"), seconds("1d"), seconds("90")
    (900, 21600, 86400, 90)

    Raises:
        InvalidInput: it is not so written.
    """
    units = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
    number, unit = (every[:-1], every[-1]) if every[-1:] in units else (every, "s")
    if not (number.isascii() and number.isdigit()) or len(number) > 9:
        raise InvalidInput(
            f"{every!r} is no interval; write 15m, 6h or 1d",
            vi=f"{every!r} không phải chu kỳ; hãy viết 15m, 6h hoặc 1d",
        )
    return int(number) * units[unit]


def _show(pull: Pull, *, as_json: bool) -> None:
    said = shape(pull).model_dump(mode="json")
    show_json(said) if as_json else show_pairs(said)
