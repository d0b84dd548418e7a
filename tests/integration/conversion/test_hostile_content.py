"""Files of a good form with bad content: databases that act, shapes that are none, text that bites.

What can be kept is kept exactly, what cannot is counted; nothing runs.
"""

import json
import sqlite3
import struct
from collections.abc import Generator
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely

from conversion.ingest import ingest_file
from conversion.options import IngestOptions
from gishue.core.actor import OPERATOR
from layers.services import Services
from tests.support.hostile import Canary, assert_harmless, canary, swallowed
from tests.support.upload import LEGACY, geojson, rows

ENDLESS = "WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM n) SELECT fid FROM n"


@pytest.fixture(scope="module")
def watch() -> Generator[Canary]:
    """A secret and a listener; afterwards a good file still comes in."""
    with canary() as made:
        yield made
    assert len(swallowed(LEGACY / "nfd.geojson").rows) > 0


def geopackage(path: Path, *statements: str, blob: bytes | None = None) -> None:
    """Write three points; then run statements in it, or replace the first shape's bytes."""
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.asarray(shapely.points(np.full((3, 2), (107.5, 16.4))))),
        field_data=[np.array(["a", "b", "c"], object)],
        fields=["ten"],
        geometry_type="Unknown",
        crs="EPSG:4326",
        layer="diem",
        driver="GPKG",
        layer_options={"SPATIAL_INDEX": "NO"},
    )
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
        if blob is not None:
            connection.execute("UPDATE diem SET geom = ? WHERE fid = 1", [blob])
    connection.close()


def registered(name: str) -> tuple[str, str]:
    """Return the statements that make a view look like a layer."""
    return (
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) "
        f"VALUES ('{name}', 'features', '{name}', 4326)",
        f"INSERT INTO gpkg_geometry_columns VALUES ('{name}', 'geom', 'POINT', 4326, 0, 0)",
    )


ACTING: dict[str, tuple[str, ...]] = {
    "an endless view": (
        f"CREATE VIEW v AS SELECT fid, NULL AS geom FROM ({ENDLESS})",
        *registered("v"),
    ),
    "an endless trigger": (
        f"CREATE TRIGGER t AFTER UPDATE ON diem BEGIN INSERT INTO diem (ten) {ENDLESS}; END",
    ),
    "an endless default": (
        f"CREATE VIEW w AS {ENDLESS}",
        "UPDATE gpkg_contents SET last_change = (SELECT 'x')",
    ),
    "a table that is a view": (
        "ALTER TABLE diem RENAME TO that",
        f"CREATE VIEW diem AS SELECT fid, geom, ten FROM that, ({ENDLESS})",
    ),
}


@pytest.mark.parametrize("case", ACTING)
def test_a_database_that_acts_is_only_read(tmp_path: Path, watch: Canary, case: str) -> None:
    path = tmp_path / "a.gpkg"
    geopackage(path, *ACTING[case])
    outcome = swallowed(path)
    assert_harmless(outcome, path, watch)
    assert outcome.slug in {"", "empty-file", "broken-file"}
    assert len(outcome.rows) in {0, 3}


def blob(wkb: bytes) -> bytes:
    """Return WKB as a GeoPackage stores it."""
    return b"GP\0\1" + struct.pack("<i", 4326) + wkb


def ring(*pairs: tuple[float, float]) -> bytes:
    return struct.pack("<BIII", 1, 3, 1, len(pairs)) + b"".join(
        struct.pack("<dd", *p) for p in pairs
    )


INF, NAN = float("inf"), float("nan")
SHAPES: dict[str, bytes] = {
    "not a number": blob(struct.pack("<BIdd", 1, 1, NAN, 16.4)),
    "endless": blob(ring((0, 0), (INF, 0), (1, 1), (0, 0))),
    "far beyond": blob(ring((0, 0), (1e300, 0), (1e300, 1e300), (0, 0))),
    "a count beyond the bytes": blob(struct.pack("<BIII", 1, 3, 1, 0xFFFFFFF0)),
    "parts beyond the bytes": blob(struct.pack("<BII", 1, 7, 0xFFFFFFF0)),
    "collections in collections": blob(struct.pack("<BII", 1, 7, 1) * 50_000),
    "an unknown type": blob(struct.pack("<BI", 1, 4_000_000_000)),
    "no header": b"\0" * 100,
    "rubbish": bytes(range(256)) * 40,
}


@pytest.mark.parametrize("case", SHAPES)
def test_a_shape_that_is_none_is_counted_and_the_others_stay(
    tmp_path: Path, watch: Canary, case: str
) -> None:
    path = tmp_path / "a.gpkg"
    geopackage(path, blob=SHAPES[case])
    outcome = swallowed(path)
    assert_harmless(outcome, path, watch)
    if outcome.slug:
        assert outcome.slug in {"broken-file", "outside-crs", "beyond-limit"}
        return
    shapes = shapely.from_wkb([one["geom"] for one in outcome.rows])
    assert [one["c1"] for one in outcome.rows] == ["a", "b", "c"]
    assert all(shape is not None for shape in shapes[1:])


BITING = [
    "<script>alert(1)</script>",
    '=HYPERLINK("http://x","y")',
    "{{7*7}}${7*7}",
    "javascript:alert(1)",
    "'; DROP TABLE gis.layer; --",
    "a\u202eb\u2066c",
    "\x1b[31m\x07\x7f",
    "a\0b",
    "\ud800x\udfff",
    "x" * 100_000,
]

NAMES = [
    "id",
    "geom",
    'a"; DROP TABLE gis.layer; --',
    "SELECT",
    "Tên",
    "Ten",
    "TÊN",
    "x" * 300,
    "<b>b</b>",
    " ",
]


async def test_biting_text_and_names_pass_unchanged_and_do_nothing(
    services: Services, tmp_path: Path
) -> None:
    body = json.loads(geojson([{"type": "Point", "coordinates": [107.5, 16.4]}]))
    body["features"][0]["properties"] = dict(zip(NAMES, BITING, strict=True))
    path = tmp_path / "cắn'; DROP TABLE x;.geojson"
    path.write_text(json.dumps(body), "ascii")
    result = await ingest_file(services, OPERATOR, path, IngestOptions(layer="can"))
    assert result.state == "published"
    codes = {one["code"] for one in result.findings}
    assert {"text_markup", "text_formula", "text_control", "text_replacement"} <= codes
    await services.registry.reload(services.pool)
    layer = services.registry.current.layers["can"]
    assert [field.column for field in layer.fields] == [f"c{n}" for n in range(1, 11)]
    assert len({field.name for field in layer.fields}) == len(NAMES)
    (stored,) = await rows(services, "SELECT count(*) FROM gis.layer")
    assert stored[0] == 1


@pytest.mark.parametrize("value", ["CAST(x'48ff41' AS TEXT)", "x'48ff41'"])
async def test_bytes_that_are_no_text_cost_their_signs_and_no_row(
    services: Services, tmp_path: Path, value: str
) -> None:
    path = tmp_path / "byte.gpkg"
    geopackage(path, f"UPDATE diem SET ten = {value} WHERE fid = 2")
    result = await ingest_file(services, OPERATOR, path, IngestOptions(layer="byte"))
    found = {one["code"]: one["message"] for one in result.findings}
    assert "text_undecodable" in found
    assert found["text_undecodable"].startswith("1 ")
    kept = {text for row in swallowed(path).rows for text in row.values() if isinstance(text, str)}
    assert kept == {"a", "H\ufffdA", "c"}


def test_an_honest_twin_keeps_every_character(tmp_path: Path, watch: Canary) -> None:
    said = ["Nguyễn Thị Ánh-Tuyết", "Đường 23/8 (mới)", "= 5 m", "a\tb", "“quận” – phường", "😀"]
    body = json.loads(geojson([{"type": "Point", "coordinates": [107.5, 16.4]}] * len(said)))
    for feature, text in zip(body["features"], said, strict=True):
        feature["properties"] = {"ten": text}
    path = tmp_path / "that.geojson"
    path.write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    outcome = swallowed(path)
    assert_harmless(outcome, path, watch)
    assert [one["c1"] for one in outcome.rows] == said
