"""What an upload shows of a layer of which not everybody sees the same."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from conversion import store, upload_diff
from conversion.ingest import ingest_file
from conversion.options import IngestOptions
from conversion.upload import Upload
from conversion.upload_preview import upload_preview
from gishue.core import audit_chain, audit_witness
from gishue.core.access import Act, Audience
from gishue.core.actor import OPERATOR, Actor, ActorKind, Limits, Role
from gishue.core.audit_witness import Witness
from gishue.core.db import transaction
from gishue.core.errors import Forbidden
from layers import store as layer_store
from layers.publish import Mode
from layers.services import Services
from tests.support.people import add_key, add_unit, staff
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
        mine = await upload_preview(conn, upload, staff("an", 1, "so_b"), Witness())
        theirs = await upload_preview(conn, upload, staff("bình", 2, "so_a"), Witness())
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


@pytest.mark.parametrize("door", ["diff", "diff.geojson", "preview"])
async def test_what_an_upload_shows_of_a_restricted_layer_is_noted(
    app: FastAPI, client: httpx.AsyncClient, tmp_path: Path, door: str
) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await add_unit(conn, "so_a")
        key = await add_key(conn, Role.PUBLISHER, "so_a", "đọc")
    upload = await sent(services, tmp_path, publish=True)
    if door != "preview":
        upload = await sent(services, tmp_path, publish=False)
    async with transaction(services.pool) as conn:
        await conn.execute("UPDATE gis.layer SET visibility = 'restricted'")
    await services.registry.reload(services.pool)
    answer = await client.get(f"/api/v1/uploads/{upload.id}/{door}", headers={"x-api-key": key})
    assert answer.status_code == 200, answer.text
    await audit_witness.settle(services.witness, services.pool)
    async with transaction(services.pool) as conn:
        told = [link.sealed.entry async for link in audit_chain.walk(conn)]
    read = [(one.actor_name, one.object) for one in told if one.act == "layer.read"]
    assert read == [("đọc", "ho")]
