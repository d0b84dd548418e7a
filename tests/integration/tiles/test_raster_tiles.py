"""A GeoTIFF in VN-2000 comes in by the front door and lies, to half a pixel, where it belongs."""

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray
from PIL import Image
from pyproj import Transformer
from rasterio.errors import NotGeoreferencedWarning

from conversion.ingest import IngestResult, ingest_file
from conversion.inspect import inspect_file
from conversion.options import IngestOptions
from gishue.core.actor import OPERATOR
from gishue.core.errors import GishueError
from layers.layer import Layer, LayerKind
from tests.integration.tiles.conftest import Site, middle, path
from tests.support.city import NGO_MON
from tests.support.picture import HEIGHT, PIXEL_M, WIDTH, pixels, write_picture
from tiles.grid import Tile, column, row, tile_bounds

NGO_MON_LONLAT = Transformer.from_crs("EPSG:9214", "EPSG:4326", always_xy=True).transform(*NGO_MON)
COS_LAT = float(np.cos(np.radians(NGO_MON_LONLAT[1])))


async def _ingest(site: Site, file: Path, **options: Any) -> tuple[IngestResult, Layer]:
    services = site.tiles.services
    result = await ingest_file(services, OPERATOR, file, IngestOptions(layer="anh", **options))
    await site.reload()
    return result, services.registry.current.layers["anh"]


async def _picture(site: Site, layer: Layer, tile: Tile, extension: str) -> NDArray[np.uint8]:
    answer = await site.get(path(layer, tile, extension))
    assert answer.status_code == 200, answer.text
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGBA"))


async def _red_centre(site: Site, layer: Layer, z: int, extension: str) -> tuple[float, float]:
    """Return where the red square's middle is in the tiles, EPSG:3857."""
    lon, lat = NGO_MON_LONLAT
    home = Tile(z, int(column(lon, z)), int(row(lat, z)))
    found: list[tuple[float, float, float]] = []
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            tile = Tile(z, home.x + dx, home.y + dy)
            answer = await site.get(path(layer, tile, extension))
            if answer.status_code != 200:
                continue
            rgb = np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB")).astype(int)
            red = np.clip(rgb[..., 0] - rgb[..., 1] - 30, 0, None) * (rgb[..., 1] < 100)
            bounds = tile_bounds(tile)
            pixel = (bounds.xmax - bounds.xmin) / 256
            rows, columns = np.nonzero(red)
            found += [
                (
                    bounds.xmin + (c + 0.5) * pixel,
                    bounds.ymax - (r + 0.5) * pixel,
                    float(red[r, c]),
                )
                for r, c in zip(rows, columns, strict=True)
            ]
    weights = np.array([weight for _, _, weight in found])
    xs, ys = np.array([x for x, _, _ in found]), np.array([y for _, y, _ in found])
    return float((xs * weights).sum() / weights.sum()), float((ys * weights).sum() / weights.sum())


async def test_a_vn2000_picture_lies_within_half_a_pixel_of_its_place(
    site: Site, tmp_path: Path
) -> None:
    result, layer = await _ingest(site, write_picture(tmp_path / "anh_bay.tif"))

    assert (result.state, result.layer, layer.kind) == ("published", "anh", LayerKind.RASTER)
    assert (layer.source_crs, layer.srid) == ("EPSG:9214", 3857)
    to_mercator = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    expected = to_mercator.transform(*NGO_MON_LONLAT)
    for extension, z in (("webp", layer.maxzoom), ("png", layer.maxzoom), ("webp", 19)):
        x, y = await _red_centre(site, layer, z, extension)
        off_m = np.hypot(x - expected[0], y - expected[1]) * COS_LAT
        assert off_m < PIXEL_M / 2, (extension, z)


async def test_the_cog_is_aligned_lossy_webp_with_alpha(site: Site, tmp_path: Path) -> None:
    _, layer = await _ingest(site, write_picture(tmp_path / "anh_bay.tif"))
    assert layer.asset is not None
    with (
        site.tiles.services.blobs.file(layer.asset) as file,
        rasterio.open(file) as cog,
    ):
        assert cog.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert cog.profile["compress"] == "webp"
        assert cog.block_shapes[0] == (256, 256)
        assert cog.count == 4
        side = tile_bounds(Tile(layer.maxzoom, 0, 0))
        pixel = (side.xmax - side.xmin) / 256
        assert cog.res == pytest.approx((pixel, pixel))
        assert 1.25 * PIXEL_M / COS_LAT >= pixel > 1.25 * PIXEL_M / COS_LAT / 2
        for level in range(4):
            span = pixel * 256 * 2**level
            assert (cog.bounds.left + 20037508.342789244) / span == pytest.approx(
                round((cog.bounds.left + 20037508.342789244) / span), abs=1e-4
            )


async def test_what_is_transparent_stays_so_and_nothing_there_is_204(
    site: Site, tmp_path: Path
) -> None:
    _, layer = await _ingest(site, write_picture(tmp_path / "anh_bay.tif"))
    assert layer.bounds is not None
    near = await _picture(site, layer, middle(layer, 19), "webp")
    assert 0 < (near[..., 3] == 0).mean() < 1
    z = layer.maxzoom
    corner = Tile(z, int(column(layer.bounds.xmax, z)) - 1, int(row(layer.bounds.ymin, z)) - 1)

    answer = await site.get(path(layer, corner, "webp"))

    assert (answer.status_code, answer.content) == (204, b"")
    white = await _picture(site, layer, middle(layer, 19), "jpg")
    assert (white[near[..., 3] == 0][:, :3] > 235).mean() > 0.95


async def test_pictures_answer_304_404_and_the_right_kind(site: Site, tmp_path: Path) -> None:
    _, layer = await _ingest(site, write_picture(tmp_path / "anh_bay.tif"))
    tile = middle(layer, 19)
    for extension, kind in (("webp", "image/webp"), ("png", "image/png"), ("jpg", "image/jpeg")):
        answer = await site.get(path(layer, tile, extension))
        assert answer.headers["content-type"] == kind
        assert "content-encoding" not in answer.headers
        again = await site.get(path(layer, tile, extension), if_none_match=answer.headers["etag"])
        assert again.status_code == 304
    assert (await site.get(path(layer, tile, "mvt"))).status_code == 404
    deeper = Tile(layer.maxzoom + 1, 0, 0)
    assert (await site.get(path(layer, deeper, "webp"))).status_code == 404
    document = (await site.get("/tiles/anh/tilejson.json")).json()
    assert "vector_layers" not in document
    assert document["tiles"][0].endswith("{y}.webp?rev=1")
    assert (document["minzoom"], document["maxzoom"]) == (layer.minzoom, layer.maxzoom)


@pytest.mark.parametrize("case", ["grey", "grey nodata", "rgb nodata", "palette", "rotated"])
async def test_every_kind_of_8_bit_picture_is_drawn(site: Site, tmp_path: Path, case: str) -> None:
    file = _odd_picture(tmp_path / "anh_bay.tif", case)

    _, layer = await _ingest(site, file)

    z = 18
    lon, lat = NGO_MON_LONLAT
    at_x, at_y = column(lon, z), row(lat, z)
    drawn = await _picture(site, layer, Tile(z, int(at_x), int(at_y)), "png")
    colour = drawn[int(at_y % 1 * 256), int(at_x % 1 * 256)]
    wanted = {"palette": (200, 30, 30, 255), "rgb nodata": (230, 20, 20, 255)}
    expected = np.array(wanted.get(case, (250, 250, 250, 255)), int)
    assert (abs(colour.astype(int) - expected) <= 12).all(), colour
    if "nodata" in case:
        assert (drawn[..., 3] == 0).any()


def _odd_picture(file: Path, case: str) -> Path:
    whole = pixels()
    square = whole[0] == 230
    grey = np.where(square, 250, np.where(whole[3] == 0, 0, 120)).astype(np.uint8)[np.newaxis]
    match case:
        case "grey nodata":
            return write_picture(file, grey, nodata=0)
        case "rgb nodata":
            return write_picture(file, whole[:3], nodata=0, compress="deflate")
        case "palette":
            write_picture(file, square.astype(np.uint8)[np.newaxis])
            with rasterio.open(file, "r+") as target:
                target.write_colormap(1, {0: (10, 60, 10, 255), 1: (200, 30, 30, 255)})
            return file
        case "rotated":
            return _turned(file, square)
        case _:
            return write_picture(file, grey)


def _turned(file: Path, square: NDArray[np.bool_]) -> Path:
    """Write the grey picture turned by 20° round Ngọ Môn."""
    from rasterio.transform import Affine

    grey = np.where(square, 250, 120).astype(np.uint8)[np.newaxis]
    write_picture(file, grey)
    with rasterio.open(file, "r+") as target:
        easting, northing = NGO_MON
        turn = Affine.translation(easting, northing) @ Affine.rotation(20)
        turn = turn @ Affine.translation(-easting, -northing)
        target.transform = turn @ target.transform
    return file


async def test_a_picture_without_a_crs_is_asked_about_and_told(site: Site, tmp_path: Path) -> None:
    file = write_picture(tmp_path / "anh_bay.tif", crs=None)
    with pytest.raises(GishueError) as refused:
        await _ingest(site, file)
    assert "EPSG:9214" in refused.value.detail
    assert "anh" not in site.tiles.services.registry.current.layers

    _, layer = await _ingest(site, file, crs="EPSG:9214")

    assert layer.source_crs == "EPSG:9214"


async def test_inspect_tells_what_the_picture_is(site: Site, tmp_path: Path) -> None:
    file = write_picture(tmp_path / "anh_bay.tif")
    settings = site.tiles.services.settings

    said = (await inspect_file(file, IngestOptions(), settings)).as_dict()

    assert (said["kind"], said["driver"]) == ("geotiff", "GTiff")
    assert (said["width"], said["height"], said["bands"]) == (WIDTH, HEIGHT, 4)
    assert said["crs"]["taken"] == "EPSG:9214"
    assert json.dumps(said)


_HEIGHTS = np.linspace(0, 9, 64 * 64, dtype=np.float32).reshape(1, 64, 64)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("heights", "format-later"),
        ("five bands", "format-later"),
        ("no place", "broken-file"),
        ("too large", "beyond-limit"),
        ("cut off", "broken-file"),
    ],
)
async def test_what_cannot_be_drawn_is_refused_in_one_sentence(
    site: Site, tmp_path: Path, name: str, slug: str
) -> None:
    file = _bad_picture(tmp_path / "anh_bay.tif", name)

    with pytest.raises(GishueError) as refused:
        await _ingest(site, file)

    assert refused.value.slug == slug
    assert str(tmp_path) not in refused.value.detail
    assert refused.value.detail_vi != refused.value.detail
    await site.reload()
    assert "anh" not in site.tiles.services.registry.current.layers


def _bad_picture(file: Path, name: str) -> Path:
    match name:
        case "heights":
            return write_picture(file, _HEIGHTS)
        case "five bands":
            return write_picture(file, np.zeros((5, 64, 64), np.uint8))
        case "no place":
            with pytest.warns(NotGeoreferencedWarning):
                return write_picture(file, transform=rasterio.Affine.identity())
        case "too large":
            return _hollow(file, (40_000, 40_000))
        case _:
            write_picture(file)
            file.write_bytes(file.read_bytes()[:200_000])
            return file


def _hollow(file: Path, shape: Sequence[int]) -> Path:
    """Write a file of a few bytes that claims a billion pixels."""
    height, width = shape
    profile: dict[str, Any] = {"driver": "GTiff", "width": width, "height": height, "count": 3}
    profile |= {"dtype": "uint8", "crs": "EPSG:9214", "sparse_ok": True, "bigtiff": "yes"}
    profile |= {"transform": rasterio.Affine(0.05, 0, 560000, 0, -0.05, 1820000), "tiled": True}
    with rasterio.open(file, "w", **profile):
        pass
    return file
