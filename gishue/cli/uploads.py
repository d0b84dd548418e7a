"""Commands about uploads: what was found in them, as a file."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from conversion import store
from conversion.findings import places
from conversion.findings.files import WRITERS
from conversion.findings.finding import Finding
from gishue.cli.instance import say, with_services
from gishue.core.db import transaction
from layers.services import Services

uploads_app = typer.Typer(help="Files on their way in.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(uploads_app, name="uploads")


@uploads_app.command("findings")
def write_findings(
    upload: Annotated[UUID, typer.Argument(help="the upload's id, as ingest prints it")],
    path: Annotated[Path, typer.Argument(help="file to write: .geojson or .csv")],
    code: Annotated[str | None, typer.Option(help="only findings of this code")] = None,
) -> None:
    """Write where the findings of an upload lie to a file."""
    if path.suffix.lower() not in WRITERS:
        raise typer.BadParameter(f"known: {', '.join(WRITERS)}", param_hint="path")

    async def write(services: Services) -> int:
        async with transaction(services.pool) as conn:
            known = await store.by_id(conn, upload)
        found = [Finding.from_dict(one) for one in known.findings]
        wanted = [one for one in found if code is None or one.code == code]
        writer, _ = WRITERS[path.suffix.lower()]
        with path.open("w", encoding="utf-8", newline="") as target:
            async for text in writer(wanted, places.pages(services.pool, known.id, code)):
                target.write(text)
        return len(wanted)

    say(f"{path}: {with_services(write):,} findings")
