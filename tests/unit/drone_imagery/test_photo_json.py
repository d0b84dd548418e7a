import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drone_imagery.photo import AltitudeSource, Attitude, HeightSource, Photo, Size
from drone_imagery.photo_json import photo_from_json, photo_json
from gishue.core.exif import TimeSource

numbers = st.floats(-1e6, 1e6)
sizes = st.integers(1, 100_000)
photos = st.builds(
    Photo,
    name=st.just("a.jpg"),
    size=st.builds(Size, sizes, sizes),
    lon=st.none() | numbers,
    lat=st.none() | numbers,
    altitude_m=st.none() | numbers,
    altitude_source=st.none() | st.sampled_from(AltitudeSource),
    height_m=st.none() | numbers,
    height_source=st.none() | st.sampled_from(HeightSource),
    attitude=st.none() | st.builds(Attitude, numbers, numbers, numbers),
    taken_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    time_source=st.none() | st.sampled_from(TimeSource),
    make=st.none() | st.just("DJI"),
    model=st.none() | st.just("FC6310"),
    orientation=st.integers(1, 8),
    focal_mm=st.none() | numbers,
    f35_mm=st.none() | numbers,
    calibrated_fx_px=st.none() | numbers,
    full_width_px=st.none() | sizes,
)


@given(photos)
def test_a_photo_comes_back_as_it_went(photo: Photo) -> None:
    said = json.loads(json.dumps(photo_json(photo)))
    assert photo_from_json(photo.name, said) == photo


@pytest.mark.parametrize(
    "change",
    [
        {"lon": float("nan")},
        {"lon": "107"},
        {"lon": True},
        {"size": [4000]},
        {"size": [0, 10]},
        {"size": None},
        {"attitude": [1, 2]},
        {"attitude": [1, 2, None]},
        {"taken_at": "2025-07-01T09:00:00"},
        {"taken_at": "yesterday"},
        {"time_source": "guess"},
        {"orientation": "1"},
    ],
)
def test_an_answer_that_is_not_ours_is_refused(change: dict[str, Any]) -> None:
    photo = Photo("a.jpg", Size(10, 10), taken_at=datetime(2025, 7, 1, tzinfo=UTC))
    with pytest.raises(ValueError):
        photo_from_json("a.jpg", photo_json(photo) | change)


def test_a_missing_member_is_refused() -> None:
    said = photo_json(Photo("a.jpg", Size(10, 10)))
    del said["model"]
    with pytest.raises(ValueError, match="not a photo of ours"):
        photo_from_json("a.jpg", said)


def test_control_characters_in_a_name_become_spaces() -> None:
    said = photo_json(Photo("a.jpg", Size(10, 10), model="FC\x1b[31m6310\u202e"))
    assert photo_from_json("a.jpg", said).model == "FC [31m6310"
