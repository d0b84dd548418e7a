"""The commands about who may use a layer, as an operator runs them."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from gishue.cli.main import make_app
from gishue.core.access import Audience, Visibility
from gishue.core.db import transaction
from gishue.core.errors import InvalidInput, NotFound
from layers import store
from layers.closure import ClosureMissing
from layers.layer import Layer
from layers.services import Services
from tests.support import people
from tests.support.city import add_layer
from tests.support.closing import SAID


@pytest.fixture
async def instance(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A layer ``kin`` of ``so_xd``; commands find this database."""
    monkeypatch.setenv("GISHUE_DATABASE_URL", services.url)
    monkeypatch.setenv("GISHUE_DATA_DIR", str(tmp_path))
    async with transaction(services.pool) as conn:
        for unit in ("so_xd", "phuong"):
            await people.add_unit(conn, unit)
        await add_layer(conn, "kin", unit="so_xd")
    return services


async def run(*words: str) -> str:
    """Return what ``gishue layers …`` prints; raise what it was refused for."""
    result = await asyncio.to_thread(CliRunner().invoke, make_app("layers"), ["layers", *words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


async def layer_of(services: Services) -> Layer:
    async with transaction(services.pool) as conn:
        return await store.by_slug(conn, "kin")


async def test_a_layer_is_closed_listed_as_due_and_opened(instance: Services) -> None:
    why = ("--reason", "Thử", "--legal-basis", "QĐ 1", "--approver", "An")
    until = ("--closed-until", SAID["expires_at"][:10])
    with pytest.raises(ClosureMissing):
        await run("close", "kin", *why)
    await run("close", "kin", "--visibility", "internal", *why, *until)
    closed = await layer_of(instance)
    assert closed.closure is not None
    assert (closed.visibility, closed.closure.legal_basis) == (Visibility.INTERNAL, "QĐ 1")
    assert json.loads(await run("due", "--json")) == []
    await run("open", "kin")
    opened = await layer_of(instance)
    assert (opened.visibility, opened.closure) == (Visibility.OPEN, None)


async def test_a_layer_is_shared_and_unshared(instance: Services) -> None:
    with pytest.raises(InvalidInput, match="ground of unit 'phuong' is not known"):
        await run("share", "kin", "phuong", "--act", "edit", "--within-area")
    await run("share", "kin", "phuong", "--act", "edit", "--until", SAID["expires_at"][:10])
    shown: list[dict[str, Any]] = json.loads(await run("shares", "kin", "--json"))
    assert [(one["unit"], one["acts"]) for one in shown] == [("phuong", ["edit", "read"])]
    await run("unshare", "kin", "phuong")
    assert json.loads(await run("shares", "kin", "--json")) == []
    with pytest.raises(NotFound):
        await run("unshare", "kin", "phuong")


async def test_a_layer_is_protected_shown_and_cleared(instance: Services) -> None:
    said = json.loads(
        await run("protect", "kin", "--mask", "năm=staff", "--rows", "public=năm > 1")
    )
    assert said == {"masks": {"năm": "staff"}, "row_rules": {"public": "năm > 1"}}
    assert json.loads(await run("protect", "kin")) == said
    assert (await layer_of(instance)).masks == {"năm": Audience.STAFF}
    for wrong in (("--mask", "năm"), ("--mask", "năm=ai"), ("--rows", "unit=năm > 1")):
        with pytest.raises(InvalidInput):
            await run("protect", "kin", *wrong)
    await run("protect", "kin", "--clear")
    assert (await layer_of(instance)).masks == {}
