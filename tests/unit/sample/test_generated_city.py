"""The generated city: inside Huế, out of the water, and the same every time."""

import hashlib

import numpy as np
import shapely

from sample.generate import generate, order_for
from sample.ground import survey
from sample.sources import wards
from sample.table import Table

PARCELS = 6_000  # as in conftest


def digest(tables: dict[str, Table]) -> str:
    found = hashlib.sha256()
    for slug, content in tables.items():
        found.update(slug.encode())
        found.update(b"".join(shapely.to_wkb(content.shapes)))
        for name, values in content.columns.items():
            found.update(f"{name}{values.tolist()}".encode())
    return found.hexdigest()


def test_equal_seeds_give_equal_cities_and_others_do_not() -> None:
    first, again = generate(order_for(400), 7), generate(order_for(400), 7)
    assert digest(first) == digest(again)
    assert digest(first) != digest(generate(order_for(400), 8))


def test_exactly_as_many_parcels_as_ordered(city: dict[str, Table]) -> None:
    assert len(city["thua_dat"]) == PARCELS


def test_parcels_are_valid_and_lie_in_the_ward_they_name(city: dict[str, Table]) -> None:
    plots = city["thua_dat"]
    assert shapely.is_valid(plots.shapes).all()
    homes = {ward.code: ward for ward in wards()}
    for code in np.unique(plots.columns["ma_xa"]):
        mine = plots.columns["ma_xa"] == code
        ward = homes[str(code)]
        assert set(plots.columns["phuong"][mine]) == {ward.full_name}
        inside = shapely.area(shapely.intersection(plots.shapes[mine], ward.area))
        assert inside.sum() > 0.9999 * shapely.area(plots.shapes[mine]).sum()


def test_parcels_and_buildings_keep_out_of_the_water(city: dict[str, Table]) -> None:
    water = survey().water
    shapely.prepare(water)
    assert not shapely.intersects(water, city["thua_dat"].shapes).any()
    assert not shapely.intersects(water, city["nha"].shapes).any()


def test_parcels_do_not_overlap(city: dict[str, Table]) -> None:
    shapes = city["thua_dat"].shapes[:2000]
    assert shapely.union_all(shapes).area > 0.999 * shapely.area(shapes).sum()


def test_sheet_and_number_name_one_parcel_in_a_ward(city: dict[str, Table]) -> None:
    columns = city["thua_dat"].columns
    keys = set(zip(columns["ma_xa"], columns["so_to"], columns["so_thua"], strict=True))
    assert len(keys) == PARCELS


def test_areas_are_those_of_the_shapes(city: dict[str, Table]) -> None:
    plots = city["thua_dat"]
    assert np.abs(plots.columns["dien_tich"] - shapely.area(plots.shapes)).max() <= 0.051


def test_buildings_have_heights_above_their_base(city: dict[str, Table]) -> None:
    columns = city["nha"].columns
    assert (columns["height"] > columns["min_height"]).all()
    assert (columns["so_tang"] >= 1).all()
    assert not shapely.is_empty(city["nha"].shapes).any()


def test_lights_and_trees_are_on_dry_land(city: dict[str, Table]) -> None:
    water = survey().water
    for slug in ("den_chieu_sang", "cay_xanh"):
        points = shapely.get_coordinates(city[slug].shapes)
        assert not shapely.contains_xy(water, points[:, 0], points[:, 1]).any()


def test_every_ward_has_schools_and_a_health_station(city: dict[str, Table]) -> None:
    homes = {ward.full_name for ward in wards()}
    assert set(city["truong_hoc"].columns["phuong"]) == homes
    assert set(city["co_so_y_te"].columns["phuong"]) - {""} == homes


def test_a_station_shows_the_last_of_its_readings(city: dict[str, Table]) -> None:
    stations, readings = city["tram_muc_nuoc"], city["so_lieu_muc_nuoc"]
    assert len(readings) == 96 * len(stations)
    last = readings.columns["muc_nuoc_m"].reshape(-1, 96)
    assert (stations.columns["muc_nuoc_m"] == last[:, -1]).all()
    assert (stations.columns["cao_nhat_m"] == last.max(axis=1)).all()
    steps = np.diff(readings.columns["thoi_diem"].reshape(-1, 96), axis=1)
    assert set(steps.ravel()) == {np.timedelta64(15, "m")}
