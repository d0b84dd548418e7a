import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conversion.refusal import UnsafeArchive
from drone_imagery import store
from drone_imagery.ingest import FlightOptions, ingest_flight
from drone_imagery.pictures import NoPhotos
from drone_imagery.store import DuplicateFlight
from gishue.core.access import Visibility
from gishue.core.actor import ANONYMOUS, OPERATOR
from gishue.core.db import transaction
from gishue.core.errors import Forbidden, NotFound
from layers import feature_store
from layers import store as layer_store
from layers.closure import ClosureMissing
from layers.feature_store import FeatureQuery
from layers.layer import Layer, LayerState
from layers.services import Services
from tests.integration.drone_imagery.conftest import jpeg
from tests.support.closing import CLOSURE

BEACH = Path(__file__).parents[2] / "data" / "drone"
WHOLE_BEACH = Path(__file__).parents[3].parent / "shared" / "data" / "drone" / "brighton_beach"
"""All 18 photos, where the shared data lie beside the repository; three of them are in it."""

NGO_MON = (107.5776, 16.4677)


async def layer_of(services: Services, slug: str) -> Layer:
    async with transaction(services.pool) as conn:
        return await layer_store.by_slug(conn, slug)


async def features(services: Services, slug: str, srid: int = 4326) -> list[dict[str, Any]]:
    layer = await layer_of(services, slug)
    async with transaction(services.pool) as conn:
        found = await feature_store.page(conn, layer, FeatureQuery(limit=100, srid=srid))
    return [json.loads(text) for text in found.features]


def hue_flight(folder: Path, *, n: int = 3) -> Path:
    """Photos 40 m apart in a row eastwards from Ngọ Môn."""
    folder.mkdir(exist_ok=True)
    for number in range(n):
        lon = NGO_MON[0] + number * 40 / 106_763  # metres a degree at 16.4677° N (WGS 84)
        (folder / f"DJI_{number:04}.JPG").write_bytes(jpeg(lon, NGO_MON[1], yaw=number))
    return folder


@pytest.mark.parametrize(
    ("folder", "count"),
    [(BEACH, 3), *([(WHOLE_BEACH, 18)] if WHOLE_BEACH.is_dir() else [])],
    ids=lambda value: value.name if isinstance(value, Path) else str(value),
)
async def test_real_photos_become_points_and_footprints(
    services: Services, folder: Path, count: int
) -> None:
    options = FlightOptions(slug="beach", title="Bãi biển Brighton")
    result = await ingest_flight(services, OPERATOR, folder, options)
    assert result.summary["n_footprints"] == count
    assert result.layers == {"photos": "beach_photos", "footprints": "beach_footprints"}
    points = await features(services, "beach_photos")
    grounds = await features(services, "beach_footprints")
    assert len(points) == len(grounds) == count
    seen = {point["properties"]["photo"]: point for point in points}
    photo = seen["DJI_0024.JPG"]
    assert photo["geometry"]["coordinates"] == pytest.approx([-91.9936967, 46.8428646], abs=1e-6)
    said = photo["properties"]
    assert (said["heading_deg"], said["height_m"], said["camera"]) == (220.0, 39.9, "DJI FC300S")
    assert said["gsd_m"] == pytest.approx(0.0341, abs=1e-4)


async def test_a_flight_abroad_is_kept_in_wgs_84(services: Services) -> None:
    result = await ingest_flight(services, OPERATOR, BEACH, FlightOptions(slug="beach"))
    assert result.crs == "EPSG:4326"
    assert (await layer_of(services, "beach_photos")).srid == 4326


async def test_a_flight_over_the_city_is_kept_in_its_own_system(
    services: Services, tmp_path: Path
) -> None:
    folder = hue_flight(tmp_path / "ngo_mon")
    result = await ingest_flight(services, OPERATOR, folder)
    assert (result.flight, result.crs) == ("ngo_mon", "EPSG:9214")
    first = (await features(services, "ngo_mon_photos", srid=9214))[0]
    # knowledge/vietnam.md §2.4
    assert first["geometry"]["coordinates"] == pytest.approx([561476.476, 1821417.454], abs=0.01)


async def test_footprints_lie_on_the_ground_the_camera_saw(
    services: Services, tmp_path: Path
) -> None:
    await ingest_flight(services, OPERATOR, hue_flight(tmp_path / "ngo_mon", n=1))
    [ground] = await features(services, "ngo_mon_footprints", srid=9214)
    [[ring]] = ground["geometry"]["coordinates"]
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    # 100 m over 364.7 px (3648 px by the table, a tenth of the size): 150.0 m by 100.1 m
    assert max(xs) - min(xs) == pytest.approx(150.0, abs=0.5)
    assert max(ys) - min(ys) == pytest.approx(100.1, abs=0.5)
    assert (max(xs) + min(xs)) / 2 == pytest.approx(561476.476, abs=0.05)
    assert ground["properties"]["focal_source"] == "sensor-table"


async def test_the_flight_is_recorded_with_its_figures(services: Services, tmp_path: Path) -> None:
    await ingest_flight(services, OPERATOR, hue_flight(tmp_path / "ngo_mon"))
    async with transaction(services.pool) as conn:
        flight = await store.by_slug(conn, "ngo_mon")
        photos = await store.photos(conn, flight)
    assert flight.photo_count == len(photos) == 3
    # three of 150.0 × 100.1 m, 40 m apart: 230.0 × 100.1 m in all, each place seen 1.957 times
    assert flight.summary["coverage_ha"] == pytest.approx(2.302, abs=0.03)
    assert flight.summary["mean_overlap"] == pytest.approx(1.957, abs=0.02)
    assert flight.flown_from is not None
    assert flight.flown_from.isoformat() == "2025-07-01T02:30:00+00:00"
    photo, sha256 = photos[0]
    with services.blobs.file(sha256) as path:
        assert path.read_bytes() == (tmp_path / "ngo_mon" / photo.name).read_bytes()


async def test_a_zip_is_as_good_as_a_folder(services: Services, tmp_path: Path) -> None:
    folder = hue_flight(tmp_path / "photos")
    packed = tmp_path / "Bay chụp Ngọ Môn.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"Ảnh gốc/100MEDIA/{path.name}")
        archive.writestr("Ảnh gốc/ghi chú.txt", "ghi chú")
    result = await ingest_flight(services, OPERATOR, packed)
    assert result.flight == "bay_chup_ngo_mon"
    names = {
        one["properties"]["photo"] for one in await features(services, result.layers["photos"])
    }
    assert names == {f"Ảnh gốc/100MEDIA/DJI_{n:04}.JPG" for n in range(3)}


async def test_bad_files_are_named_and_the_rest_goes_in(services: Services, tmp_path: Path) -> None:
    folder = hue_flight(tmp_path / "ngo_mon")
    (folder / "copy.jpg").write_bytes((folder / "DJI_0000.JPG").read_bytes())
    (folder / "lost.jpg").write_bytes(jpeg())
    (folder / "torn.jpg").write_bytes(jpeg(*NGO_MON)[:150])
    (folder / "text.jpg").write_text("no picture")
    (folder / "bare.jpg").write_bytes(jpeg(NGO_MON[0] + 0.001, NGO_MON[1], xmp=False))
    result = await ingest_flight(services, OPERATOR, folder)
    assert result.summary["rejected"] == {"not-a-photo": 2, "photo-twice": 1, "no-position": 1}
    assert result.summary["n_images"] == 8
    assert len(await features(services, "ngo_mon_photos")) == 4
    assert len(await features(services, "ngo_mon_footprints")) == 3
    said = {finding["code"]: finding["where"] for finding in result.findings}
    assert said["not-a-photo"] == "text.jpg, torn.jpg"
    assert said["no-attitude"] == "bare.jpg"
    assert said["photo-twice"] in {"copy.jpg", "DJI_0000.JPG"}


async def test_photos_without_angles_become_points_alone(
    services: Services, tmp_path: Path
) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "a.jpg").write_bytes(jpeg(*NGO_MON, xmp=False))
    result = await ingest_flight(services, OPERATOR, tmp_path / "bare")
    assert result.layers == {"photos": "bare_photos"}
    assert result.summary["coverage_ha"] is None


async def test_a_flight_without_any_position_is_refused(services: Services, tmp_path: Path) -> None:
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost" / "a.jpg").write_bytes(jpeg())
    with pytest.raises(NoPhotos) as refusal:
        await ingest_flight(services, OPERATOR, tmp_path / "lost")
    assert refusal.value.extra["rejected"] == {"no-position": 1}
    with pytest.raises(NotFound):
        await layer_of(services, "lost_photos")


@pytest.mark.parametrize("name", ["empty", "notes.txt", "nowhere"])
async def test_what_holds_no_photo_is_refused(
    services: Services, tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(NoPhotos):
        await ingest_flight(services, OPERATOR, tmp_path / name)


async def test_a_hostile_archive_is_refused(services: Services, tmp_path: Path) -> None:
    packed = tmp_path / "a.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../etc/a.jpg", jpeg(*NGO_MON))
    with pytest.raises(UnsafeArchive):
        await ingest_flight(services, OPERATOR, packed)


async def test_a_link_in_the_folder_is_not_followed(services: Services, tmp_path: Path) -> None:
    folder = hue_flight(tmp_path / "ngo_mon", n=1)
    (tmp_path / "secret.jpg").write_bytes(jpeg(*NGO_MON, yaw=9))
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    result = await ingest_flight(services, OPERATOR, folder)
    assert result.summary["n_images"] == 1


async def test_a_taken_name_is_refused_before_any_work(services: Services, tmp_path: Path) -> None:
    folder = hue_flight(tmp_path / "ngo_mon", n=1)
    await ingest_flight(services, OPERATOR, folder)
    with pytest.raises(DuplicateFlight):
        await ingest_flight(services, OPERATOR, folder)


async def test_a_flight_replaced_leaves_no_trace_of_the_first(
    services: Services, tmp_path: Path
) -> None:
    await ingest_flight(services, OPERATOR, hue_flight(tmp_path / "a", n=3), FlightOptions("f"))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "a.jpg").write_bytes(jpeg(*NGO_MON, xmp=False))
    again = FlightOptions("f", replace=True)
    result = await ingest_flight(services, OPERATOR, tmp_path / "b", again)
    assert result.layers == {"photos": "f_photos"}
    assert len(await features(services, "f_photos")) == 1
    assert (await layer_of(services, "f_footprints")).state is LayerState.RETIRED
    async with transaction(services.pool) as conn:
        [flight] = await store.all_flights(conn)
    assert flight.photo_count == 1


async def test_a_visitor_brings_no_flight(services: Services, tmp_path: Path) -> None:
    with pytest.raises(Forbidden):
        await ingest_flight(services, ANONYMOUS, hue_flight(tmp_path / "ngo_mon", n=1))


async def test_a_flight_brought_in_again_stays_closed_until_it_is_opened(
    services: Services, tmp_path: Path
) -> None:
    folder = hue_flight(tmp_path / "bay")
    bare = FlightOptions(slug="bay", visibility=Visibility.RESTRICTED)
    with pytest.raises(ClosureMissing):
        await ingest_flight(services, OPERATOR, folder, bare)
    await ingest_flight(services, OPERATOR, folder, replace(bare, closure=CLOSURE))
    again = FlightOptions(slug="bay", replace=True)
    await ingest_flight(services, OPERATOR, folder, again)
    for kind in ("photos", "footprints"):
        layer = await layer_of(services, f"bay_{kind}")
        assert (layer.visibility, layer.closure) == (Visibility.RESTRICTED, CLOSURE)
    await ingest_flight(services, OPERATOR, folder, replace(again, visibility=Visibility.OPEN))
    layer = await layer_of(services, "bay_photos")
    assert (layer.visibility, layer.closure) == (Visibility.OPEN, None)
