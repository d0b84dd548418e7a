"""The commands about the sign-on, as an operator runs them."""

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gishue.accounts import sign_on
from gishue.cli.main import make_app
from gishue.core.db import transaction
from gishue.core.errors import Conflict, GishueError, NotFound
from layers.services import Services
from tests.support import people


@pytest.fixture
async def instance(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A unit ``so_xd``; commands find this database."""
    monkeypatch.setenv("GISHUE_DATABASE_URL", services.url)
    monkeypatch.setenv("GISHUE_DATA_DIR", str(tmp_path))
    async with transaction(services.pool) as conn:
        await people.add_unit(conn, "so_xd")
    return services


async def run(*words: str) -> str:
    """Return what ``gishue …`` prints; raise what it was refused for."""
    result = await asyncio.to_thread(CliRunner().invoke, make_app(words[0]), [*words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


async def test_rules_are_added_listed_and_removed(instance: Services) -> None:
    rules = ("sign-on", "rules")
    await run(*rules, "add", "groups", "/so_xd/*", "editor", "--unit", "so_xd", "--position", "5")
    listed = json.loads(await run(*rules, "list", "--json"))
    number = listed[0].pop("id")
    said = {"position": 5, "claim": "groups", "value": "/so_xd/*", "unit": "so_xd"}
    assert listed == [said | {"role": "editor"}]
    assert "so_xd" in await run(*rules, "list")
    for wrong in (("groups", "x", "viewer", "--unit", "khong_co"), ("groups", "a*b", "viewer")):
        with pytest.raises(GishueError):
            await run(*rules, "add", *wrong)
    await run(*rules, "remove", str(number))
    with pytest.raises(NotFound):
        await run(*rules, "remove", str(number))


async def test_an_account_of_the_sign_on_gets_no_password(instance: Services) -> None:
    async with transaction(instance.pool) as conn:
        await sign_on.signed_in(conn, "https://sso.example", "1", {"preferred_username": "lan"})
    with pytest.raises(Conflict):
        await run("user", "invite", "lan")
    with pytest.raises(Conflict):
        await run("user", "password", "lan", "--password", "mật khẩu mới")
