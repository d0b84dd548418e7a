"""Commands about the audit: verify the chain, watch it, export it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from gishue.cli.instance import say, with_services
from gishue.cli.output import show_json
from gishue.core import audit, audit_chain, audit_list
from gishue.core.actor import OPERATOR
from gishue.core.audit_chain import Head, Link, Verdict
from gishue.core.audit_list import Asked
from gishue.core.db import Pool, transaction
from gishue.core.errors import InvalidInput
from layers.services import Services

Json = Annotated[bool, typer.Option("--json", help="print JSON")]

POLL_S = 1.0
_LAST_LINE = 1_000
"""Bytes within which the last line of an export stands."""

audit_app = typer.Typer(help="Who did what to what: append-only, chained.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(audit_app, name="audit")


@audit_app.command("verify")
def verify(
    head: Annotated[
        str, typer.Option(help="an exported file, or SEQ:HASH, that must still be in the chain")
    ] = "",
    as_json: Json = False,
) -> None:
    """Walk the chain from its beginning; name the first entry that does not hold, and exit 1."""
    known = read_head(head) if head else None

    async def walk(services: Services) -> Verdict:
        await audit_chain.seal(services.pool, wait=True)
        async with transaction(services.pool) as conn:
            return await audit_chain.verify(conn, known)

    found = with_services(walk)
    broken = found.broken
    if as_json:
        why = None if broken is None else broken._asdict()
        show_json({"entries": found.entries, "head": str(found.head), "broken": why})
    elif broken is None:
        print(f"{found.entries} entries hold; head {found.head}")
    else:
        say(f"broken at {broken.seq}: {broken.why}; {found.entries} entries before it hold")
        say(f"hỏng tại bản ghi {broken.seq}: {broken.why_vi}")
    if broken is not None:
        raise typer.Exit(1)


@audit_app.command("tail")
def tail(
    follow: Annotated[bool, typer.Option("--follow", "-f", help="go on until Ctrl-C")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, max=1_000, help="how many")] = 20,
    unit: Annotated[str | None, typer.Option(help="of this unit, or of what it owns")] = None,
    actor: Annotated[str | None, typer.Option(help="by this person or program")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print a JSON object a line")] = False,
) -> None:
    """Print the newest entries, the oldest of them first."""
    asked = Asked(actor=actor, unit=unit)

    async def read(services: Services) -> None:
        await audit_chain.seal(services.pool, wait=True)
        async for link in _newest(services.pool, asked, lines, follow=follow):
            print(_json(link) if as_json else _plain(link), flush=True)

    with suppress(KeyboardInterrupt):
        with_services(read)


@audit_app.command("export")
def export(path: Annotated[Path, typer.Argument(help="file to write, JSON lines")]) -> None:
    """Write the whole chain as JSON lines; the last one is the head, for `verify --head`."""

    async def write(services: Services) -> Head:
        async with transaction(services.pool) as conn:
            await audit.record(conn, OPERATOR, "audit.export", detail={"format": "jsonl"})
        await audit_chain.seal(services.pool, wait=True)
        return await _write(services.pool, path)

    say(f"{path}: head {with_services(write)}")


def read_head(said: str) -> Head:
    """Return the head that an exported file ends with, or that is written ``SEQ:HASH``.

    Raises:
        InvalidInput: it is neither.
    """
    path = Path(said)
    try:
        if path.is_file():
            last = json.loads(_last_line(path))["head"]
            said = f"{last['seq']}:{last['hash']}"
        seq, _, digest = said.partition(":")
        found = Head(int(seq), bytes.fromhex(digest))
    except (ValueError, KeyError, TypeError) as error:
        raise _no_head(said) from error
    if len(found.hash) != len(audit_chain.ZERO) or found.seq < 0:
        raise _no_head(said)
    return found


async def _newest(pool: Pool, asked: Asked, lines: int, *, follow: bool) -> AsyncIterator[Link]:
    """Yield the last ``lines`` entries, and with ``follow`` each one that comes."""
    async with transaction(pool) as conn:
        seen = (await audit_chain.head(conn)).seq
        found = await audit_list.page(conn, OPERATOR, asked, lines)
    while True:
        for link in reversed(found):
            seen = max(seen, link.sealed.seq)
            yield link
        if not follow:
            return
        await asyncio.sleep(POLL_S)
        await audit_chain.seal(pool)
        later = audit_list.after(asked, seen)
        found = [link async for link in audit_list.every(pool, OPERATOR, later)]


async def _write(pool: Pool, path: Path) -> Head:
    """Write the chain as of now into a file beside ``path``, then in its place."""
    part = path.with_name(f"{path.name}.part")
    head = Head(0, audit_chain.ZERO)
    with part.open("w", encoding="utf-8") as target:
        async with transaction(pool) as conn:
            async for link in audit_chain.walk(conn):
                target.write(_json(link) + "\n")
                head = Head(link.sealed.seq, link.hash)
        last = {"head": {"seq": head.seq, "hash": head.hash.hex()}}
        target.write(json.dumps(last, separators=(",", ":")) + "\n")
    part.replace(path)
    return head


def _json(link: Link) -> str:
    said: dict[str, Any] = link.sealed.as_dict() | {"hash": link.hash.hex()}
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _plain(link: Link) -> str:
    entry, at = link.sealed.entry, link.sealed.as_dict()["at"][:19]
    who = entry.actor_name or f"#{entry.account_id}"
    who = f"{who}@{entry.unit}" if entry.unit else who
    on = f"{entry.object_kind} {entry.object}".strip() or "-"
    where = " ".join(part for part in (entry.door, entry.address) if part)
    said = " ".join(f"{name}={value}" for name, value in entry.detail.items())
    line = f"{link.sealed.seq}  {at}Z  {who}  {entry.act}  {on}  {entry.result}  {where}  {said}"
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line.rstrip())


def _last_line(path: Path) -> str:
    with path.open("rb") as source:
        source.seek(max(0, path.stat().st_size - _LAST_LINE))
        return source.read().decode(errors="replace").rstrip("\n").rpartition("\n")[2]


def _no_head(said: str) -> InvalidInput:
    return InvalidInput(
        f"{said[:100]!r} is no head: give a file of `gishue audit export`, or SEQ:HASH",
        vi=f"{said[:100]!r} không phải mã đầu chuỗi: hãy đưa tệp của `gishue audit export`, "
        "hoặc SEQ:HASH",
    )
