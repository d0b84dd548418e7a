import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from conversion import store
from conversion.ingest import ingest_file
from conversion.options import IngestOptions
from conversion.upload_preview import upload_preview
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR, Role
from gishue.core.audit_witness import Witness
from gishue.core.db import transaction
from gishue.core.errors import Conflict, NotFound
from layers.publish import Mode
from layers.services import Services
from tests.support.closing import CLOSURE
from tests.support.people import staff


def geojson(folder: Path, count: int) -> Path:
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "properties": {"tên": f"Điểm {number}", "số": number},
            "geometry": {"type": "Point", "coordinates": [107.5 + number * 1e-5, 16.45]},
        }
        for number in range(count)
    ]
    path = folder / "diem.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


async def preview(services: Services, path: Path, *, publish: bool) -> str:
    options = IngestOptions(crs="EPSG:4326", publish=publish)
    result = await ingest_file(services, OPERATOR, path, options)
    async with transaction(services.pool) as conn:
        upload = await store.by_id(conn, UUID(result.upload))
        return await upload_preview(conn, upload, OPERATOR, Witness())


def shown(document: str) -> list[dict[str, Any]]:
    _, own = re.findall(r"const features = (.*);\n", document)[:2]  # first come the wards
    return json.loads(own)["features"]


@pytest.mark.parametrize("publish", [False, True])
async def test_a_preview_shows_what_is_in_the_file(
    services: Services, tmp_path: Path, publish: bool
) -> None:
    document = await preview(services, geojson(tmp_path, 3), publish=publish)
    [first, *_] = features = shown(document)
    assert len(features) == 3
    assert first["properties"] == {"tên": "Điểm 0", "số": 0}
    assert first["geometry"]["coordinates"] == [107.5, 16.45]
    assert "diem.geojson" in document


async def test_a_large_file_is_sampled_from_end_to_end(services: Services, tmp_path: Path) -> None:
    document = await preview(services, geojson(tmp_path, 1_201), publish=False)
    numbers = [feature["properties"]["số"] for feature in shown(document)]
    assert 250 < len(numbers) <= 500
    assert (numbers[0], numbers[-1] > 1_190) == (0, True)
    assert "1,201" in document


async def test_a_published_upload_is_shown_to_readers_of_its_layer_only(
    services: Services, tmp_path: Path
) -> None:
    said = {"visibility": Visibility.RESTRICTED, "closure": CLOSURE}
    options = IngestOptions(crs="EPSG:4326", said=said)
    result = await ingest_file(services, OPERATOR, geojson(tmp_path, 3), options)
    other = staff("khac", 1, "so_tnmt", Role.PUBLISHER)
    async with transaction(services.pool) as conn:
        upload = await store.by_id(conn, UUID(result.upload))
        assert len(shown(await upload_preview(conn, upload, OPERATOR, Witness()))) == 3
        with pytest.raises(NotFound, match="no layer"):
            await upload_preview(conn, upload, other, Witness())


async def test_rows_that_came_later_are_not_shown_as_the_uploads_own(
    services: Services, tmp_path: Path
) -> None:
    first = IngestOptions(crs="EPSG:4326")
    again = IngestOptions(crs="EPSG:4326", mode=Mode.REPLACE)
    result = await ingest_file(services, OPERATOR, geojson(tmp_path, 3), first)
    await ingest_file(services, OPERATOR, geojson(tmp_path, 9), again)
    async with transaction(services.pool) as conn:
        upload = await store.by_id(conn, UUID(result.upload))
        with pytest.raises(Conflict, match="has changed since"):
            await upload_preview(conn, upload, OPERATOR, Witness())
