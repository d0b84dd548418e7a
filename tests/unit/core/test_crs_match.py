"""A declaration becomes a code by its numbers."""

from pathlib import Path

import pytest
from pyproj import CRS

from gishue.core.crs import accepted
from gishue.core.crs_match import How, match_wkt
from gishue.core.crs_mistake import Mistake

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


def wkt(
    name: str = "VN_2000_TM3_107.0",
    geographic: str = "GCS_VN_2000",
    datum: str = "D_Vietnam_2000",
    *,
    meridian: float = 107,
    scale: float = 0.9999,
    origin: tuple[float, float] = (500_000, 0),
    shift: str = "",
    unit: str = '"Meter",1.0',
    tail: str = "",
) -> str:
    """Return a definition as ESRI, QGIS and MapInfo write it."""
    return (
        f'PROJCS["{name}",GEOGCS["{geographic}",DATUM["{datum}",'
        f'SPHEROID["WGS_1984",6378137.0,298.257223563]{shift}],PRIMEM["Greenwich",0.0],'
        'UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
        f'PARAMETER["False_Easting",{origin[0]}],PARAMETER["False_Northing",{origin[1]}],'
        f'PARAMETER["Central_Meridian",{meridian}],PARAMETER["Scale_Factor",{scale}],'
        f'PARAMETER["Latitude_Of_Origin",0.0],UNIT[{unit}]{tail}]'
    )


LAW = "-191.90441429,-39.30318279,-111.45032835,-0.00928836,0.01975479,-0.00427372"
MAPINFO_104 = wkt("unnamed", "unnamed", "WGS_1984")

HEALED = [
    ("GCS_VN-2000", wkt(geographic="GCS_VN-2000", datum="D_VN-2000"), 9214, False),
    ("Vietnam_2000", wkt(geographic="Vietnam_2000", datum="Vietnam_2000"), 9214, False),
    ("VN2000 Hue", wkt("VN2000 Hue", "VN2000", "VN2000"), 9214, False),
    ("ESRI zone", wkt("VN_2000_TM-3_Zone_482", meridian=105), 5897, False),
    ("ESRI UTM", wkt("VN_2000_UTM_Zone_48N", meridian=105, scale=0.9996), 3405, False),
    ("QGIS custom", wkt("VN2000 Hue", tail=',AUTHORITY["USER","100000"]'), 9214, False),
    ("law's signs", wkt("x", "x", "unknown", shift=f",TOWGS84[{LAW},0.252906278]"), 9214, False),
    (
        "scale written as a factor",
        wkt("x", "x", "unknown", shift=f",TOWGS84[{LAW},1.000000252906278]"),
        9214,
        False,
    ),
    ("MapInfo datum 104", MAPINFO_104, 9214, True),
    ("no shift", "+proj=tmerc +lon_0=107 +k=0.9999 +x_0=500000 +ellps=WGS84", 9214, True),
    ("geographic", 'GEOGCS["GCS_VN-2000",' + wkt(datum="D_VN-2000").split(",", 2)[2], 4756, False),
]


@pytest.mark.parametrize(
    ("declared", "srid", "suspect"), [case[1:] for case in HEALED], ids=[c[0] for c in HEALED]
)
def test_definitions_known_to_be_bad_are_healed_to_their_code(
    declared: str, srid: int, suspect: bool
) -> None:
    if srid == 4756:
        declared = declared.split(',PROJECTION["')[0]
    found = match_wkt(declared)
    assert (found.srid, found.datum_suspect, found.unit_m) == (srid, suspect, 1.0)


@pytest.mark.parametrize(
    "name",
    [
        "EPSG::9214",
        "urn:ogc:def:crs:EPSG::9214",
        "urn:ogc:def:crs:EPSG:6.18.3:9214",
        "urn:x-ogc:def:crs:EPSG:9214",
        "urn:ogc:def:crs,crs:EPSG::9214,crs:EPSG::5727",
        "http://www.opengis.net/gml/srs/epsg.xml#9214",
        "http://www.opengis.net/def/crs/EPSG/0/9214",
    ],
)
def test_the_names_of_geojson_and_gml_are_read(name: str) -> None:
    assert match_wkt(name).srid == 9214


def test_a_shift_with_the_laws_own_signs_is_told() -> None:
    declared = OFFICIAL.replace("0.00928836,-0.01975479,0.00427372", "-0.00928836,0.01975479,0")
    found = match_wkt(declared)
    assert found.srid == 9214
    assert found.near is not None
    assert found.near.mistake is Mistake.TURNED
    assert match_wkt(OFFICIAL).near is None


# The distances: knowledge of the five points in Huế, measured against EPSG:6960.
@pytest.mark.parametrize(
    ("declared", "srids", "mistake", "least_m", "most_m"),
    [
        (wkt(scale=0.9996), (9214,), Mistake.SCALE, 538, 555),
        (wkt(scale=1.0), (9214,), Mistake.SCALE, 175, 190),
        ("EPSG:6956", (5896,), Mistake.WITHDRAWN, 5e5, 8e5),
        ("EPSG:6957", (5897,), Mistake.WITHDRAWN, 5e5, 8e5),
        ("EPSG:6958", (5898,), Mistake.WITHDRAWN, 5e5, 8e5),
        ("EPSG:6959", (5899,), Mistake.WITHDRAWN, 5e5, 8e5),
        (wkt(origin=(0, 500_000), meridian=107.75), (5899,), Mistake.WITHDRAWN, 5e5, 8e5),
        (wkt(meridian=107.45), (5899,), Mistake.MINUTES, 31_000, 33_000),
        (
            wkt("VN-2000 / UTM zone 48N", "WGS 84", "WGS_1984", meridian=105, scale=0.9996),
            (3405, 32648),
            Mistake.NAME,
            220,
            230,
        ),
    ],
)
def test_usual_mistakes_name_what_was_meant(
    declared: str, srids: tuple[int, ...], mistake: Mistake, least_m: float, most_m: float
) -> None:
    found = match_wkt(declared)
    assert found.srid is None
    assert found.near is not None
    assert (found.near.srids, found.near.mistake) == (srids, mistake)
    assert least_m < found.near.off_m < most_m
    assert found.reason
    assert found.reason_vi


@pytest.mark.parametrize(("unit", "unit_m"), [("mm", 0.001), ("cm", 0.01), ("km", 1000.0)])
def test_a_declared_unit_that_is_no_metre_comes_with_the_code(unit: str, unit_m: float) -> None:
    found = match_wkt(OFFICIAL.replace("+units=m", f"+units={unit}"))
    assert (found.srid, found.unit_m) == (9214, unit_m)
