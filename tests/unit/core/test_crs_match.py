"""A declaration becomes a code by its numbers."""

from pathlib import Path

import pytest
from pyproj import CRS

from gishue.core.crs import accepted
from gishue.core.crs_match import How, match_wkt

LEGACY = Path(__file__).parents[2] / "data/legacy"
OFFICIAL = (
    "+proj=tmerc +lat_0=0 +lon_0=107 +k=0.9999 +x_0=500000 +y_0=0 +ellps=WGS84 "
    "+towgs84=-191.90441429,-39.30318279,-111.45032835,0.00928836,-0.01975479,0.00427372,"
    "0.252906278 +units=m +no_defs"
)


@pytest.mark.parametrize(
    ("name", "srid", "suspect"),
    [
        ("diem_xa_cu.prj", 9214, False),
        ("vn2000_noibo.prj", 9214, True),
        ("hn72_mui18.prj", 2044, False),
    ],
)
def test_prj_files_without_a_code_are_read_by_their_numbers(
    name: str, srid: int, suspect: bool
) -> None:
    found = match_wkt((LEGACY / name).read_text("ascii"))
    assert (found.srid, found.datum_suspect, found.how) == (srid, suspect, How.PARAMETERS)


@pytest.mark.parametrize("version", ["WKT1_GDAL", "WKT1_ESRI", "WKT2_2019"])
@pytest.mark.parametrize("srid", sorted(accepted()))
def test_every_accepted_system_is_known_by_its_own_text(srid: int, version: str) -> None:
    found = match_wkt(CRS.from_epsg(srid).to_wkt(version))
    assert (found.srid, found.datum_suspect) == (srid, False)


@pytest.mark.parametrize(
    ("declared", "srid", "suspect"),
    [
        ("EPSG:9214", 9214, False),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326, False),
        ("+init=epsg:9214 +type=crs", 9214, False),
        ("EPSG:9214+5727", 9214, False),
        ("EPSG:4979", 4326, False),
        (OFFICIAL, 9214, False),
        (OFFICIAL.split(" +towgs84")[0] + " +units=m", 9214, True),
        ("+proj=tmerc +lon_0=107.75 +k=0.9999 +x_0=500000 +datum=WGS84", 5899, True),
        ("+proj=utm +zone=48 +datum=WGS84", 32648, False),
        ("+proj=utm +zone=49 +ellps=WGS84 +towgs84=-191.904,-39.303,-111.45,0,0,0,0", 3406, False),
        ("+proj=longlat +datum=WGS84", 4326, False),
    ],
)
def test_other_ways_of_saying_it(declared: str, srid: int, suspect: bool) -> None:
    found = match_wkt(declared)
    assert (found.srid, found.datum_suspect) == (srid, suspect)


@pytest.mark.parametrize(
    "declared",
    [
        "",
        "auto",
        "nonsense",
        'PROJCS["cut',
        'LOCAL_CS["Nonearth",UNIT["Meter",1.0]]',
        "EPSG:6956",
        "EPSG:25832",
        "+proj=tmerc +lon_0=107 +k=0.9996 +x_0=500000 +datum=WGS84",
        "+proj=tmerc +lon_0=107 +k=0.9999 +x_0=0 +datum=WGS84",
        "+proj=tmerc +lon_0=107 +k=0.9999 +x_0=500000 +datum=WGS84 +units=us-ft",
        "+proj=tmerc +lon_0=105 +k=1 +x_0=500000 +ellps=krass",
        "+proj=longlat +ellps=krass",
    ],
)
def test_what_matches_nothing_counts_as_undeclared(declared: str) -> None:
    found = match_wkt(declared)
    assert found.srid is None
    assert found.reason
    assert found.reason_vi
