"""The commands that edit features, as an operator runs them."""

import json
from pathlib import Path

import pytest

from gishue.core.db import transaction
from layers import store
from layers.changeset import EditConflict, InvalidChanges
from layers.services import Services
from tests.integration.server.test_sharing_commands import instance, run
from tests.support.edits import add, change, versions

__all__ = ["instance"]


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A file with a changeset."""
    path = tmp_path / "sua.json"
    said = {"changes": [change(1, 1, năm=1834), add(tên="Mới")]}
    path.write_text(json.dumps(said), "utf-8")
    return path


async def test_a_changeset_comes_from_a_file_and_is_taken_back(
    instance: Services, paper: Path
) -> None:
    await run("edit", "kin", str(paper), "--message", "kiểm kê")
    with pytest.raises(EditConflict):
        await run("edit", "kin", str(paper))
    await run("undo", "kin", "2")
    lines = json.loads(await run("history", "kin", "--json"))
    assert [one["action"] for one in lines] == ["undone", "edited", "created"]
    assert lines[1]["message"] == "kiểm kê"
    assert lines[1]["detail"] == {"added": 1, "changed": 1, "removed": 0}
    assert lines[0]["detail"] == {"added": 0, "changed": 1, "removed": 1, "undone": 2}
    async with transaction(instance.pool) as conn:
        layer = await store.by_slug(conn, "kin")
        assert await versions(conn, layer) == {1: 3, 2: 1}


async def test_what_does_not_fit_is_refused(instance: Services, paper: Path) -> None:
    assert instance.url
    paper.write_text(json.dumps([{"op": "add", "properties": {"lạ": 1}}]), "utf-8")
    with pytest.raises(InvalidChanges, match="no such field"):
        await run("edit", "kin", str(paper))


async def test_a_layer_forbids_overlaps_by_command(instance: Services) -> None:
    await run("describe", "kin", "--forbid-overlap")
    async with transaction(instance.pool) as conn:
        assert (await store.by_slug(conn, "kin")).forbids_overlap
    await run("describe", "kin", "--allow-overlap")
    async with transaction(instance.pool) as conn:
        assert not (await store.by_slug(conn, "kin")).forbids_overlap
