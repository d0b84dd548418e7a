import json

import pytest

from conversion.options import IngestOptions, slug_of
from gishue.core.access import Visibility
from layers.description import Description
from layers.layer import check_slug
from layers.publish import Mode
from tests.support.closing import CLOSURE


def test_options_come_back_from_their_stored_form() -> None:
    options = IngestOptions(
        layer="duong",
        description=Description(
            "Đường phố", visibility=Visibility.INTERNAL, unit="so_xd", closure=CLOSURE
        ),
        said={"title": "Đường", "visibility": Visibility.RESTRICTED, "closure": CLOSURE},
        crs="EPSG:9214",
        mode=Mode.REPLACE,
        fields={"TEN": ("Tên", "Name")},
        publish=False,
    )
    stored = json.loads(json.dumps(options.as_dict()))
    assert IngestOptions.from_dict(stored) == options


@pytest.mark.parametrize(
    ("filename", "slug"),
    [
        ("Ranh giới phường.shp", "ranh_gioi_phuong"),
        ("C:\\Bản đồ\\ĐƯỜNG (2025).zip", "duong_2025"),
        ("2025.gpkg", "lop_2025"),
        ("…….gpkg", "lop"),
        ("đ" * 200 + ".zip", "d" * 56),
    ],
)
def test_a_file_name_becomes_a_slug_that_may_name_a_layer(filename: str, slug: str) -> None:
    assert check_slug(slug_of(filename)) == slug
