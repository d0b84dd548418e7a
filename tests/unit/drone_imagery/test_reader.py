import random
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from drone_imagery.camera import FocalSource, camera_of
from drone_imagery.footprint import ground_polygon
from drone_imagery.photo import AltitudeSource, Attitude, HeightSource, Size
from drone_imagery.reader import NotAPhoto, read_photo
from gishue.core.exif import TimeSource

PHOTOS = Path(__file__).parents[2] / "data" / "drone"


def test_a_real_photo_tells_its_pose() -> None:
    with (PHOTOS / "DJI_0024.JPG").open("rb") as stream:
        photo = read_photo("DJI_0024.JPG", stream).photo
    # raw tags: 46° 50′ 34.3126″ N, 91° 59′ 37.308″ W, XMP packet in the file
    assert (photo.lat, photo.lon) == (pytest.approx(46.8428646), pytest.approx(-91.9936967))
    assert photo.attitude == Attitude(-140.0, -89.9, 0.0)
    assert (photo.height_m, photo.height_source) == (39.9, HeightSource.TAKE_OFF)
    assert (photo.altitude_m, photo.altitude_source) == (198.41, AltitudeSource.AIRCRAFT)
    assert (photo.make, photo.model) == ("DJI", "FC300S")
    assert photo.time_source is TimeSource.ASSUMED


def test_the_size_is_the_decoded_one_not_the_claimed_one() -> None:
    with (PHOTOS / "DJI_0024.JPG").open("rb") as stream:
        photo = read_photo("DJI_0024.JPG", stream).photo
    assert photo.size == Size(2000, 1125)
    assert photo.full_width_px == 4000


def test_a_real_photo_lands_on_ground_of_the_right_size() -> None:
    with (PHOTOS / "DJI_0025.JPG").open("rb") as stream:
        photo = read_photo("DJI_0025.JPG", stream).photo
    camera = camera_of(photo)
    assert camera is not None
    assert camera.source is FocalSource.SENSOR_TABLE
    ring = ground_polygon(photo, camera)
    assert ring is not None
    # 40.0 m over 1170 px: 68.4 m by 38.5 m (knowledge/drone-3d.md §2: 68.5 × 38.5 at 40 m)
    north_m = [(lat - 46.8427738612) * 111_151 for _, lat in ring]
    east_m = [(lon + 91.9938259444) * 76_287 for lon, _ in ring]
    side = [
        ((east_m[i + 1] - east_m[i]) ** 2 + (north_m[i + 1] - north_m[i]) ** 2) ** 0.5
        for i in range(2)
    ]
    assert side == [pytest.approx(68.4, abs=0.2), pytest.approx(38.5, abs=0.2)]


def test_a_hostile_packet_costs_the_angles_not_the_photo() -> None:
    out = BytesIO()
    packet = b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"
    Image.new("RGB", (8, 8)).save(out, "JPEG", xmp=packet)
    out.seek(0)
    reading = read_photo("a.jpg", out)
    assert reading.xmp_refusal is not None
    assert reading.photo.attitude is None


@pytest.mark.parametrize("body", [b"", b"no picture", b"\xff\xd8\xff\xe1" + bytes(40)])
def test_what_is_no_photo_is_named(body: bytes) -> None:
    with pytest.raises(NotAPhoto, match=r"a\.jpg"):
        read_photo("a.jpg", BytesIO(body))


def test_a_damaged_head_is_read_or_refused_never_a_crash() -> None:
    source = (PHOTOS / "DJI_0030.JPG").read_bytes()[:60_000]
    draw = random.Random(20250701)
    for _ in range(150):
        body = bytearray(source)
        for _ in range(draw.randint(1, 40)):
            body[draw.randrange(12_000)] = draw.randrange(256)
        try:
            read_photo("a.jpg", BytesIO(bytes(body)))
        except NotAPhoto:
            continue
