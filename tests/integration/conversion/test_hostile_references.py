"""Files that point elsewhere: nothing of this machine is read, nobody is asked.

The last tests read the same files with the same library and no walls, and there the secret comes
out and the listener is asked: so it is the walls that hold.
"""

import io
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable, Generator
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely

from conversion.formats import FORMATS
from tests.support.hostile import Canary, assert_harmless, canary, read_bare, swallowed
from tests.support.upload import LEGACY, geojson, points, zipped

type Making = Callable[[Path, Canary], bytes]


@pytest.fixture(scope="module")
def watch() -> Generator[Canary]:
    """A secret and a listener; afterwards a good file still comes in."""
    with canary() as made:
        yield made
    assert len(swallowed(LEGACY / "nfd.geojson").rows) > 0


def vrt(source: str) -> bytes:
    return (
        f"<OGRVRTDataSource><OGRVRTLayer name='bi_mat'><SrcDataSource>{source}</SrcDataSource>"
        "<GeometryType>wkbPoint</GeometryType><GeometryField encoding='PointFromColumns' x='lon' "
        "y='lat'/></OGRVRTLayer></OGRVRTDataSource>"
    ).encode()


def linked(href: str) -> bytes:
    return geojson(points(5), {"type": "link", "properties": {"href": href, "type": "ogcwkt"}})


def gpkg(folder: Path, *statements: str) -> bytes:
    """Return a GeoPackage of three points after some SQL was run in it."""
    path = folder / "made.gpkg"
    path.unlink(missing_ok=True)
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.asarray(shapely.points(np.full((3, 2), (107.5, 16.4))))),
        field_data=[],
        fields=[],
        geometry_type="Point",
        crs="EPSG:4326",
        layer="diem",
        driver="GPKG",
    )
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA trusted_schema = ON")
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return path.read_bytes()


def kml(body: str, head: str = "") -> bytes:
    space = "http://www.opengis.net/kml/2.2"
    inside = f"<Document>{body}</Document>"
    return f"<?xml version='1.0'?>{head}<kml xmlns='{space}'>{inside}</kml>".encode()


PLACEMARK = (
    "<Placemark><name>{}</name><Point><coordinates>107.5,16.4</coordinates></Point></Placemark>"
)


def entity(target: str) -> str:
    return f"<!DOCTYPE kml [<!ENTITY x SYSTEM '{target}'>]>"


def gml(head: str, name: str, location: str = "") -> bytes:
    place = f" xsi:schemaLocation='http://a {location}'" if location else ""
    return (
        f"<?xml version='1.0'?>{head}<a:FeatureCollection xmlns:a='http://a' "
        f"xmlns:gml='http://www.opengis.net/gml' xmlns:xlink='http://www.w3.org/1999/xlink' "
        f"xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'{place}><gml:featureMember><a:diem>"
        f"<a:ten>{name}</a:ten><a:g><gml:Point srsName='EPSG:4326'><gml:coordinates>16.4,107.5"
        "</gml:coordinates></gml:Point></a:g></a:diem></gml:featureMember></a:FeatureCollection>"
    ).encode()


def link_in_zip(target: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        info = zipfile.ZipInfo("a.csv")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, target)
    return made.getvalue()


def tarred(kind: bytes, target: str) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        info = tarfile.TarInfo("a.csv")
        info.type, info.linkname = kind, target
        archive.addfile(info)
    return made.getvalue()


def neighbour(folder: Path, watch: Canary) -> bytes:
    secret = watch.file.read_bytes()
    return zipped({"a.geojson": vrt("bi_mat.csv"), "bi_mat.xyz": secret, "b.gpkg": vrt("0001.csv")})


SUFFIXES: list[str] = [one.extensions[0] for one in FORMATS] + [".vrt", ".json", ".xml", ".db"]

FILES: dict[str, tuple[str, Making]] = {
    **{
        f"a virtual dataset called {suffix}": (
            f"thu{suffix}",
            lambda _, watch: vrt(str(watch.file)),
        )
        for suffix in SUFFIXES
    },
    "a virtual dataset of the network": (
        "thu.xml",
        lambda _, watch: vrt(f"/vsicurl/{watch.url}/a.csv"),
    ),
    "a service description": (
        "thu.xml",
        lambda _, watch: (
            f"<OGRWFSDataSource><URL>{watch.url}/wfs</URL></OGRWFSDataSource>".encode()
        ),
    ),
    "a link to a CRS": ("thu.geojson", lambda _, watch: linked(f"{watch.url}/crs.wkt")),
    "a CRS in a file": ("thu.geojson", lambda _, watch: linked(f"file://{watch.file}")),
    "an entity in KML": (
        "thu.kml",
        lambda _, watch: kml(PLACEMARK.format("&x;"), entity(str(watch.file))),
    ),
    "an entity of the network": (
        "thu.kml",
        lambda _, watch: kml(PLACEMARK.format("&x;"), entity(f"{watch.url}/x")),
    ),
    "an entity in GML": ("thu.gml", lambda _, watch: gml(entity(f"file://{watch.file}"), "&x;")),
    "a schema elsewhere": (
        "thu.gml",
        lambda _, watch: gml("", "a", f"{watch.url}/a.xsd"),
    ),
    "a network link": (
        "thu.kml",
        lambda _, watch: kml(
            f"<NetworkLink><Link><href>{watch.url}/a.kml</href></Link></NetworkLink>"
            f"<GroundOverlay><Icon><href>{watch.url}/b.png</href></Icon></GroundOverlay>"
            + PLACEMARK.format("a")
        ),
    ),
    "a virtual table": (
        "thu.gpkg",
        lambda folder, watch: gpkg(
            folder,
            "PRAGMA writable_schema = ON",
            "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql) VALUES ('table', "
            f"'v', 'v', 0, 'CREATE VIRTUAL TABLE v USING VirtualOGR(''{watch.file}'')')",
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
            "VALUES ('v', 'attributes', 'v')",
        ),
    ),
    "a view that opens files": (
        "thu.gpkg",
        lambda folder, watch: gpkg(
            folder,
            f"CREATE VIEW v AS SELECT 1 AS fid, ogr_layer_Extent('{watch.file}') AS ten",
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
            "VALUES ('v', 'attributes', 'v')",
        ),
    ),
    "a linked table": (
        "thu.zip",
        lambda _, watch: zipped(
            {
                "a.tab": b'!table\n!version 900\n!charset Neutral\nDefinition Table\n  File "'
                + str(watch.file).encode()
                + b'"\n  Type LINKED Charset "Neutral"\n',
                "a.dat": b"",
                "a.map": b"",
                "a.id": b"",
            }
        ),
    ),
    "a neighbour in the archive": ("thu.zip", neighbour),
    "a link in a zip": ("thu.zip", lambda _, watch: link_in_zip(str(watch.file))),
    "a link in a tar": ("thu.tar.gz", lambda _, watch: tarred(tarfile.SYMTYPE, str(watch.file))),
    "a hard link in a tar": (
        "thu.tar.gz",
        lambda _, watch: tarred(tarfile.LNKTYPE, str(watch.file)),
    ),
    "a pipe in a tar": ("thu.tar.gz", lambda *_: tarred(tarfile.FIFOTYPE, "")),
    "a device in a tar": ("thu.tar.gz", lambda *_: tarred(tarfile.CHRTYPE, "")),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_points_elsewhere_shows_nothing(
    tmp_path: Path, watch: Canary, case: str
) -> None:
    name, make = FILES[case]
    path = tmp_path / name
    path.write_bytes(make(tmp_path, watch))
    assert_harmless(swallowed(path), path, watch)


LEAKING = (
    "a virtual dataset called .geojson",
    "a virtual dataset called .gpkg",
    "a virtual dataset called .shp",
    "a virtual dataset of the network",
    "a service description",
    "a link to a CRS",
)


@pytest.mark.parametrize("case", LEAKING)
def test_without_the_walls_the_same_file_leaks_or_asks(tmp_path: Path, case: str) -> None:
    name, make = FILES[case]
    with canary() as watch:
        path = tmp_path / name
        path.write_bytes(make(tmp_path, watch))
        said = read_bare(path)
    assert watch.word in said or str(watch.file) in said or watch.asked
