"""Write the sample city as the files a department would send to GISHue's own front door.

``python -m sample.prepare --out DIR [--parcels N] [--small]``; ``city.json`` says how each file
is to be ingested, in order.
"""

import argparse
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sample import files, picture
from sample.frame import VN2000_HUE
from sample.generate import PARCELS, SEED, SMALL, generate, order_for
from sample.sources import features
from sample.table import Table

MANIFEST = Path(__file__).parent / "city.json"
PIXELS = 1500
SMALL_PIXELS = 300
HELD_IN_FULL = frozenset(
    {"mat_nuoc", "khong_gian_xanh", "kinh_thanh", "nen_khu_vuc", "bien_dao", "duong_sat", "cau"}
)


def prepare(out: Path, parcels: int = PARCELS, *, small: bool = False, seed: int = SEED) -> Path:
    """Write every input file and the manifest into ``out``; return the path of the manifest."""
    out.mkdir(parents=True, exist_ok=True)
    made = generate(order_for(SMALL if small else parcels), seed)
    if small:
        made = {
            slug: content if slug in HELD_IN_FULL else content.head(SMALL)
            for slug, content in made.items()
        }
    for slug, content in {**_real(), **made}.items():
        WRITERS[slug](out, content)
    size = SMALL_PIXELS if small else PIXELS
    picture.write(out / "binh_do_anh.tif", made, size, np.random.default_rng([seed, 20]))
    return Path(shutil.copyfile(MANIFEST, out / "city.json"))


def _real() -> dict[str, Table]:
    """Return the real open data as tables in longitude and latitude."""
    names = {
        "phuong_xa": "hue_wards_2025",
        "ranh_gioi_thanh_pho": "hue_city_2025",
        "dia_danh": "hue_places_osm_2017",
        "tinh_thanh": "vn_provinces_2025_simplified",
        "duong_chinh": "main_roads",
        "thuy_dien": "dams",
    }
    return {
        slug: files.from_features(
            [_kept(item.values) for item in features(name)],
            [item.geometry for item in features(name)],
        )
        for slug, name in names.items()
    }


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes without the one whose name no shapefile can hold."""
    return {name: value for name, value in values.items() if name != "province_code"}


def _wards(out: Path, made: Table) -> None:
    moved = files.in_crs(made, VN2000_HUE)
    files.tcvn3_shapefile_zip(out / "phuong_xa.zip", moved, "ranhgioi_phuongxa")


def _city(out: Path, made: Table) -> None:
    moved = files.in_crs(made, VN2000_HUE)
    path = out / "ranh_gioi_thanh_pho.zip"
    files.shapefile_zip(path, moved, "ranhgioi_tp", prj=files.PLAIN_PRJ)


def _places(out: Path, made: Table) -> None:
    files.geojson(out / "dia_danh.geojson", files.in_crs(made, VN2000_HUE), decomposed=True)


def _roads(out: Path, made: Table) -> None:
    files.geopackage(out / "duong_chinh.gpkg", files.in_crs(made, 3405), "giaothong")


def _dams(out: Path, made: Table) -> None:
    files.shapefile_zip(out / "thuy_dien.zip", files.in_crs(made, 32648), "thuydien")


def _packed(slug: str) -> Callable[[Path, Table], None]:
    return lambda out, made: files.geopackage(out / f"{slug}.gpkg", made, slug)


def _plain(slug: str, srid: int = 4326) -> Callable[[Path, Table], None]:
    return lambda out, made: files.geojson(out / f"{slug}.geojson", files.in_crs(made, srid))


def _zipped(slug: str, srid: int) -> Callable[[Path, Table], None]:
    return lambda out, made: files.shapefile_zip(
        out / f"{slug}.zip", files.in_crs(made, srid), slug
    )


WRITERS: dict[str, Callable[[Path, Table], None]] = {
    "phuong_xa": _wards,
    "ranh_gioi_thanh_pho": _city,
    "dia_danh": _places,
    "tinh_thanh": _plain("tinh_thanh"),
    "duong_chinh": _roads,
    "thuy_dien": _dams,
    "nen_khu_vuc": _plain("nen_khu_vuc"),
    "bien_dao": _plain("bien_dao"),
    "mat_nuoc": _packed("mat_nuoc"),
    "khong_gian_xanh": _plain("khong_gian_xanh", VN2000_HUE),
    "kinh_thanh": _plain("kinh_thanh"),
    "duong_sat": _zipped("duong_sat", 32648),
    "cau": _plain("cau"),
    "di_tich": _plain("di_tich"),
    "diem_noi_bat": _plain("diem_noi_bat"),
    "thua_dat": _packed("thua_dat"),
    "nha": _packed("nha"),
    "khu_dan_cu": _packed("khu_dan_cu"),
    "duong_pho": _packed("duong_pho"),
    "den_chieu_sang": _zipped("den_chieu_sang", VN2000_HUE),
    "cay_xanh": _packed("cay_xanh"),
    "truong_hoc": _zipped("truong_hoc", 32649),
    "co_so_y_te": _plain("co_so_y_te", VN2000_HUE),
    "tram_muc_nuoc": _packed("tram_muc_nuoc"),
    "so_lieu_muc_nuoc": _packed("so_lieu_muc_nuoc"),
}


def main() -> None:
    """Write the files and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("var/sample"))
    parser.add_argument("--parcels", type=int, default=PARCELS)
    parser.add_argument("--small", action="store_true", help="about 300 features per layer")
    asked = parser.parse_args()
    began = time.perf_counter()
    manifest = prepare(asked.out, asked.parcels, small=asked.small)
    print(f"{manifest} ({time.perf_counter() - began:.1f} s)")


if __name__ == "__main__":
    main()
