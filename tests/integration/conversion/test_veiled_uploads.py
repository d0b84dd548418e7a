"""What an upload shows of a layer of which not everybody sees the same."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from conversion import store, upload_diff
from conversion.ingest import ingest_file
from conversion.options import IngestOptions
from conversion.upload import Upload
from conversion.upload_preview import upload_preview
from gishue.core.access import Act, Audience
from gishue.core.actor import OPERATOR, Actor, ActorKind, Limits, Role
from gishue.core.db import transaction
from gishue.core.errors import Forbidden
from layers import store as layer_store
from layers.publish import Mode
from layers.services import Services
from tests.support.people import add_unit, staff
from tests.support.veiled import protect

PUBLISHES = Actor(
    ActorKind.KEY,
    "khóa",
    None,
    "so_a",
    {"so_a": Role.PUBLISHER},
    Limits(None, frozenset({Act.PUBLISH})),
)
"""A key made to publish, not to read: of an open layer it sees what everybody does."""


async def sent(services: Services, folder: Path, *, publish: bool) -> Upload:
    """Return an upload of three points to the layer ``ho`` of ``so_a``, masked once it is there."""
    features = [
        {
            "type": "Feature",
            "properties": {"tên": f"HIEN{number}", "chủ": f"CHUHO{number}", "mức": number},
            "geometry": {"type": "Point", "coordinates": [107.5 + number * 1e-3, 16.45]},
        }
        for number in range(3)
    ]
    path = folder / "ho.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    options = IngestOptions(crs="EPSG:4326", layer="ho", publish=publish, said={"unit": "so_a"})
    if not publish:
        options = replace(options, mode=Mode.REPLACE)
    result = await ingest_file(services, OPERATOR, path, options)
    async with transaction(services.pool) as conn:
        upload = await store.by_id(conn, UUID(result.upload))
        if publish:
            layer = await layer_store.by_slug(conn, "ho")
            await protect(conn, layer, {"chủ": Audience.UNIT}, {Audience.STAFF: '"mức" <= 1'})
    return upload


def shown(document: str) -> list[dict[str, Any]]:
    _, own = re.findall(r"const features = (.*);\n", document)[:2]  # first come the wards
    return json.loads(own)["features"]


@pytest.fixture
async def upload(services: Services, tmp_path: Path) -> Upload:
    async with transaction(services.pool) as conn:
        await add_unit(conn, "so_a")
    return await sent(services, tmp_path, publish=True)


async def test_the_preview_of_a_published_upload_is_veiled(
    services: Services, upload: Upload
) -> None:
    async with transaction(services.pool) as conn:
        mine = await upload_preview(conn, upload, staff("an", 1, "so_b"))
        theirs = await upload_preview(conn, upload, staff("bình", 2, "so_a"))
    assert [one["properties"] for one in shown(mine)] == [
        {"tên": "HIEN0", "mức": 0},
        {"tên": "HIEN1", "mức": 1},
    ]
    assert not re.search("CHUHO|HIEN2", mine)
    assert len(shown(theirs)) == 3
    assert "CHUHO2" in theirs


async def test_only_who_sees_the_whole_layer_compares_with_it(
    services: Services, upload: Upload, tmp_path: Path
) -> None:
    staged = await sent(services, tmp_path, publish=False)
    async with transaction(services.pool) as conn:
        options = staged.options
        with pytest.raises(Forbidden, match="sees only a part of layer 'ho'"):
            await upload_diff.compared(conn, staged, options, PUBLISHES)
        whole = staff("bình", 2, "so_a", Role.PUBLISHER)
        found = await upload_diff.compared(conn, staged, options, whole)
    assert found.counts.added + found.counts.changed + found.counts.unchanged == 3
