"""What features show together: of each check data that break it, and data that only seem to."""

from collections.abc import Sequence

import pytest
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier, Placeholder

from conversion import store
from conversion.findings import checks, places
from conversion.findings.checks import FULL, Effort
from conversion.findings.finding import Finding, Severity
from conversion.findings.places import Place
from conversion.options import IngestOptions
from conversion.stream import Report
from conversion.upload import UploadId
from gishue.core import blobs
from gishue.core.actor import OPERATOR
from gishue.core.blobs import Blob
from layers import tables
from layers.fields import FieldType, build
from layers.layer import GeometryType
from layers.publish import Provenance, StagedTable

type Conn = AsyncConnection[TupleRow]
type Row = tuple[str | None, str | None, int | None]

X, Y = 561_000, 1_821_000
FIELDS = build(["mã", "tầng"], [FieldType.TEXT, FieldType.INTEGER])
CAME = Provenance("EPSG:9214", "", 0.0, "utf-8")


def box(x: float, y: float, width: float, height: float) -> str:
    """Return a rectangle as WKT, metres from a corner in Huế."""
    a, b, c, d = X + x, Y + y, X + x + width, Y + y + height
    return f"POLYGON (({a} {b}, {c} {b}, {c} {d}, {a} {d}, {a} {b}))"


def grid(side: int, size: float = 10.0) -> list[Row]:
    """Return ``side``² squares that share their borders, each with a code of its own."""
    cells = [(column, row) for row in range(side) for column in range(side)]
    return [(box(c * size, r * size, size, size), f"T{c}-{r}", c) for c, r in cells]


async def staged(conn: Conn, rows: Sequence[Row], kind: GeometryType, srid: int) -> StagedTable:
    """Fill a staging table with shapes (in ``srid``) and their two fields."""
    name = "u_checks"
    await tables.create_staging(conn, name, FIELDS, kind, srid)
    shape = SQL("ST_GeomFromText({}, {})").format(Placeholder(), Placeholder())
    if kind in (GeometryType.POLYGON, GeometryType.LINE):
        shape = SQL("ST_Multi({})").format(shape)
    statement = SQL("INSERT INTO {} (id, c1, c2, geom) VALUES (%s, %s, %s, {})").format(
        Identifier("staging", name), shape
    )
    async with conn.cursor() as cursor:
        values = [(at, code, number, wkt, srid) for at, (wkt, code, number) in enumerate(rows, 1)]
        await cursor.executemany(statement, values)
    await tables.index(conn, tables.staging(name))
    return StagedTable(name, FIELDS, kind, srid, CAME)


async def check(
    conn: Conn,
    rows: Sequence[Row],
    kind: GeometryType = GeometryType.POLYGON,
    *,
    srid: int = 9214,
    key: str = "",
    effort: Effort = FULL,
) -> tuple[dict[str, Finding], list[Place]]:
    """Return the findings by code, and the places."""
    upload_id = await an_upload(conn)
    table = await staged(conn, rows, kind, srid)
    found = await checks.check(conn, upload_id, table, Report(rows=len(rows)), key, effort=effort)
    kept = await places.page(conn, upload_id, limit=2_000)
    return {one.code: one for one in found}, kept


async def an_upload(conn: Conn) -> UploadId:
    blob = Blob("0" * 64, 1)
    await blobs.register(conn, blob, "thua_dat.shp", "application/octet-stream")
    return await store.create(conn, "thua_dat.shp", blob, IngestOptions(), OPERATOR)


async def test_a_clean_coverage_shows_nothing(conn: Conn) -> None:
    assert await check(conn, grid(12)) == ({}, [])


async def test_duplicates_are_found_however_the_outline_runs(conn: Conn) -> None:
    first = f"POLYGON (({X} {Y + 200}, {X + 9} {Y + 200}, {X + 5} {Y + 209}, {X} {Y + 200}))"
    turned = f"POLYGON (({X + 9} {Y + 200}, {X} {Y + 200}, {X + 5} {Y + 209}, {X + 9} {Y + 200}))"
    other = f"POLYGON (({X} {Y + 209}, {X + 9} {Y + 209}, {X + 5} {Y + 200}, {X} {Y + 209}))"
    cells: list[Row] = [(wkt, "ô", number) for wkt, _, number in grid(3)]
    found, kept = await check(conn, [*cells, (first, "a", 1), (turned, "b", 2), (first, "a", 1)])
    assert {code: one.count for code, one in found.items()} == {
        "duplicate_geometry": 2,
        "duplicate_row": 1,
    }
    assert [(one.code, one.feature_id, one.detail) for one in kept] == [
        ("duplicate_geometry", 11, {"same_as": 10}),
        ("duplicate_geometry", 12, {"same_as": 10}),
        ("duplicate_row", 12, {"same_as": 10}),
    ]
    assert all(one.geometry is not None for one in kept)
    # The same box without the same corners is no duplicate.
    found, _ = await check(conn, [(first, "a", 1), (other, "a", 1)])
    assert "duplicate_geometry" not in found


@pytest.mark.parametrize("twins", [None, [2, 3, 4, 10, 11]])
async def test_suspects_may_be_named_by_the_reader(conn: Conn, twins: list[int] | None) -> None:
    upload_id = await an_upload(conn)
    rows: list[Row] = [*grid(3), grid(3)[1], grid(3)[2]]
    table = await staged(conn, rows, GeometryType.POLYGON, 9214)
    found = await checks.check(conn, upload_id, table, Report(rows=11, twins=twins))
    counts = {one.code: one.count for one in found}
    assert (counts["duplicate_geometry"], counts["duplicate_row"]) == (2, 2)


async def test_rows_without_geometry_may_repeat_as_rows_only(conn: Conn) -> None:
    found, _ = await check(conn, [*grid(2), (None, "x", 1), (None, "x", 1), (None, "y", 1)])
    assert {code: one.count for code, one in found.items()} == {"duplicate_row": 1}


async def test_overlaps_beyond_the_tolerance_are_drawn_with_their_area(conn: Conn) -> None:
    rows: list[Row] = [*grid(4), (box(38, 0, 10, 5), "thừa", 1)]
    found, kept = await check(conn, rows)
    assert found["overlap"].count == 1
    assert "10.00 m²" in found["overlap"].message
    assert (kept[0].feature_id, kept[0].detail) == (4, {"other": 17, "area_m2": 10.0})
    assert kept[0].geometry is not None
    assert kept[0].geometry["type"] == "Polygon"
    # A border that is 5 mm off over 10 m is within the tolerance.
    assert await check(conn, [(box(0, 0, 10, 10), "a", 1), (box(9.995, 0, 10, 10), "b", 2)]) == (
        {},
        [],
    )


async def test_a_narrow_gap_is_found_and_a_yard_is_not(conn: Conn) -> None:
    ring = [box(0, 0, 30, 10), box(0, 20, 30, 10), box(0, 10, 10, 10), box(20, 10, 10, 10)]
    yard: list[Row] = [(wkt, f"{at}", at) for at, wkt in enumerate(ring)]
    assert await check(conn, yard) == ({}, [])
    filled: Row = (box(10, 10, 9.8, 10), "giữa", 9)
    found, kept = await check(conn, [*yard, filled])
    assert found["gap"].count == 1
    assert kept[0].detail["area_m2"] == pytest.approx(2.0, abs=0.001)
    assert set(kept[0].detail["beside"]) == {1, 2, 4, 5}


async def test_a_hole_of_one_polygon_alone_is_no_gap(conn: Conn) -> None:
    hole = f"({X + 4} {Y + 4}, {X + 4} {Y + 4.2}, {X + 8} {Y + 4.2}, {X + 4} {Y + 4})"
    assert await check(conn, [(box(0, 0, 10, 10)[:-1] + f", {hole})", "a", 1)]) == ({}, [])


async def test_degrees_are_measured_in_metres(conn: Conn) -> None:
    a = "POLYGON ((107.58 16.46, 107.581 16.46, 107.581 16.461, 107.58 16.461, 107.58 16.46))"
    b = a.replace("107.58 ", "107.5805 ").replace("107.581 ", "107.5815 ")
    found, kept = await check(conn, [(a, "a", 1), (b, "b", 2)], srid=4326)
    assert found["overlap"].count == 1
    # Half of 0.001° × 0.001°: 53.4 m × 110.6 m at 16.46° N.
    assert kept[0].detail["area_m2"] == pytest.approx(53.4 * 110.65, rel=0.005)


async def test_points_within_ten_centimetres_are_told(conn: Conn) -> None:
    rows: list[Row] = [
        (f"POINT ({X} {Y})", "a", 1),
        (f"POINT ({X + 0.06} {Y + 0.06})", "b", 2),
        (f"POINT ({X + 0.5} {Y})", "c", 3),
        (f"POINT ({X + 0.5} {Y})", "d", 3),
    ]
    found, kept = await check(conn, rows, GeometryType.POINT)
    assert {code: one.count for code, one in found.items()} == {
        "duplicate_geometry": 1,
        "near_duplicate_point": 1,
    }
    near = next(one for one in kept if one.code == "near_duplicate_point")
    assert (near.feature_id, near.detail["other"]) == (1, 2)
    assert near.detail["distance_m"] == pytest.approx(0.0849, abs=1e-4)
    far = [("POINT (107.58 16.46)", "a", 1), ("POINT (107.580002 16.46)", "b", 2)]
    assert await check(conn, far, GeometryType.POINT, srid=4326) == ({}, [])


async def test_the_fewer_of_mixed_types_are_listed(conn: Conn) -> None:
    line = f"LINESTRING ({X} {Y + 90}, {X + 9} {Y + 99})"
    rows: list[Row] = [*grid(2), (line, "đường", 1), (f"POINT ({X - 9} {Y})", "điểm", 2)]
    found, kept = await check(conn, rows, GeometryType.MIXED)
    assert (found["mixed_types"].count, found["mixed_types"].severity) == (2, Severity.INFO)
    assert [(one.feature_id, one.detail["type"]) for one in kept] == [
        (5, "LineString"),
        (6, "Point"),
    ]
    assert await check(conn, grid(2), GeometryType.MIXED) == ({}, [])


async def test_a_demanded_key_that_fails_is_an_error_with_its_rows(conn: Conn) -> None:
    rows = grid(4)
    for at, code in ((3, None), (4, ""), (5, rows[0][1])):
        rows[at] = (rows[at][0], code, 1)
    found, kept = await check(conn, rows, key="mã")
    assert {code: one.count for code, one in found.items()} == {
        "key_missing": 2,
        "key_duplicate": 1,
    }
    assert all(one.severity is Severity.ERROR for one in found.values())
    assert [(one.feature_id, one.detail.get("same_as")) for one in kept] == [
        (4, None),
        (5, None),
        (6, 1),
    ]
    assert await check(conn, grid(4), key="mã") == ({}, [])


async def test_a_field_named_as_a_key_is_told_only_where_most_values_differ(conn: Conn) -> None:
    rows = grid(5)
    rows[7] = (rows[7][0], rows[6][1], 1)
    found, _ = await check(conn, rows)
    assert {code: one.count for code, one in found.items()} == {"likely_key_duplicate": 1}
    assert found["likely_key_duplicate"].severity is Severity.WARNING
    kinds = [(wkt, f"loại {at % 5}", number) for at, (wkt, _, number) in enumerate(rows)]
    assert await check(conn, kinds) == ({}, [])


async def test_idle_fields_are_named(conn: Conn) -> None:
    rows: list[Row] = [(wkt, None, 7) for wkt, _, _ in grid(4)]
    found, _ = await check(conn, rows)
    assert set(found) == {"empty_column", "constant_column"}
    assert found["empty_column"].where == "mã"
    assert "'7'" in found["constant_column"].message
    rows[15] = (rows[15][0], "x", 8)
    assert (await check(conn, rows))[0] == {}


async def test_of_many_features_a_sample_is_held_against_all(conn: Conn) -> None:
    rows: list[Row] = [*grid(9), (box(1, 1, 2, 2), "trong", 1)]
    found, _ = await check(conn, rows, effort=Effort(pair_rows=50, sample_rows=40))
    assert found["overlap"].count == 1
    assert "41 of 82 features were checked" in found["overlap"].message


async def test_a_check_that_takes_too_long_is_given_up_and_said(conn: Conn) -> None:
    found, _ = await check(conn, grid(25), effort=Effort(timeout_s=0.001))
    assert set(found) == {"checks_unfinished"}
    assert "longer than 0.001 s" in found["checks_unfinished"].message
    timeout = await (await conn.execute("SHOW statement_timeout")).fetchone()
    assert timeout == ("0",)


async def test_checking_again_replaces_the_places(conn: Conn) -> None:
    upload_id = await an_upload(conn)
    rows: list[Row] = [*grid(2), grid(1)[0]]
    for _ in range(2):
        table = await staged(conn, rows, GeometryType.POLYGON, 9214)
        await checks.check(conn, upload_id, table, Report(rows=len(rows)))
    kept = await places.page(conn, upload_id, limit=100)
    assert len([one for one in kept if one.code == "duplicate_geometry"]) == 1
