"""The commands about far zooms, as an operator runs them."""

import json
from pathlib import Path

import pytest

from gishue.core.db import transaction
from layers import store
from layers.layer import GeometryType, Layer
from layers.services import Services
from layers.zoom import InvalidZooms
from tests.integration.server.test_sharing_commands import run
from tests.support.tiered import add_features


@pytest.fixture
async def instance(services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A large layer ``lop``; commands find this database."""
    monkeypatch.setenv("GISHUE_DATABASE_URL", services.url)
    monkeypatch.setenv("GISHUE_DATA_DIR", str(tmp_path))
    async with transaction(services.pool) as conn:
        await add_features(conn, "lop", GeometryType.POINT, 2_500)
    return services


async def layer_of(services: Services) -> Layer:
    async with transaction(services.pool) as conn:
        return await store.by_slug(conn, "lop")


async def test_zooms_are_shown_and_said(instance: Services, tmp_path: Path) -> None:
    said = [{"minzoom": 0, "maxzoom": 9, "fields": ["tên"]}]
    file = tmp_path / "zooms.json"
    file.write_text(json.dumps(said), "utf-8")

    assert json.loads(await run("zooms", "lop")) == []
    assert json.loads(await run("zooms", "lop", "--set", str(file))) == said

    assert (await layer_of(instance)).is_tiered
    file.write_text('[{"minzoom": 9, "maxzoom": 3}]', "utf-8")
    with pytest.raises(InvalidZooms):
        await run("zooms", "lop", "--set", str(file))


async def test_tiers_are_shown_and_made_anew(instance: Services) -> None:
    before = await layer_of(instance)

    assert "point" in await run("tiers", "lop")
    await run("tiers", "lop", "--make")

    after = await layer_of(instance)
    assert not {t.table_name for t in after.tiers} & {t.table_name for t in before.tiers}
