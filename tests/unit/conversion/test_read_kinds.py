"""Each kind that GDAL or Parquet reads, read in this process: columns, layers, what is told."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio.raw
import pytest
import shapely
from pyarrow import parquet

from conversion.columns import as_type
from conversion.formats import Kind
from conversion.gdal import json_members
from conversion.gdal import parts as gdal_parts
from conversion.gdal.columns import layout
from conversion.reading import LayerHead, opened
from conversion.refusal import Refusal
from layers.fields import FieldType
from tests.support.upload import LEGACY

PLACES = [(107.58, 16.46), (107.59, 16.47), (107.6, 16.48)]
NAMES = ["Phường Phú Xuân", "Xã Phú Vang", "Phường Vỹ Dạ"]
POINTS = shapely.points(PLACES)


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader gave."""

    layers: list[LayerHead]
    layer: str
    crs: str
    rows: list[dict[str, Any]]
    shapes: Any
    notes: Mapping[str, Mapping[str, Any]]


def read(kind: Kind, path: Path, layer: str = "") -> Read:
    job = {"kind": kind.value, "file": str(path), "layer": layer, "plan": {}, "options": {}}
    with opened(job, 1_000) as reading:
        batches = list(reading.batches)
        rows = [row for batch in batches for row in _rows(batch, reading.columns)]
        shapes = [one for batch in batches for one in batch.columns[-1].to_pylist()]
        notes = {note.code: note.values for note in reading.notes}
        return Read(
            reading.layers, reading.layer, reading.crs, rows, shapely.from_wkb(shapes), notes
        )


def _rows(batch: pa.RecordBatch, columns: Any) -> Iterator[dict[str, Any]]:
    for at in range(batch.num_rows):
        yield {one.name: batch.column(one.position)[at].as_py() for one in columns}


def refused(kind: Kind, path: Path, layer: str = "") -> tuple[str, str]:
    with pytest.raises(Refusal) as caught:
        read(kind, path, layer)
    return caught.value.code, caught.value.where


def written(path: Path, driver: str, **options: Any) -> Path:
    """Return a file of GDAL's own making, with names and numbers."""
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(POINTS),
        field_data=[np.array(NAMES, object), np.array([1, 2, 1], np.int32)],
        fields=["tên", "loại"],
        geometry_type="Point",
        crs="EPSG:4326",
        driver=driver,
        **options,
    )
    return path


@pytest.mark.parametrize(
    ("kind", "name", "driver"),
    [
        (Kind.FLATGEOBUF, "a.fgb", "FlatGeobuf"),
        (Kind.GEOJSONSEQ, "a.geojsonl", "GeoJSONSeq"),
        (Kind.GML, "a.gml", "GML"),
        (Kind.MAPINFO_TAB, "a.tab", "MapInfo File"),
        (Kind.GEOPACKAGE, "a.gpkg", "GPKG"),
        (Kind.FILEGDB, "a.gdb", "OpenFileGDB"),
    ],
)
def test_what_gdal_wrote_comes_back(tmp_path: Path, kind: Kind, name: str, driver: str) -> None:
    options = {"ENCODING": "UTF-8"} if driver == "MapInfo File" else {}
    got = read(kind, written(tmp_path / name, driver, **options))
    places = {
        tuple(place): list(row.values())[-2:]
        for place, row in zip(
            shapely.get_coordinates(got.shapes).round(6).tolist(), got.rows, strict=True
        )
    }
    said = zip(PLACES, NAMES, [1, 2, 1], strict=True)
    assert places == {place: [name, number] for place, name, number in said}


@pytest.mark.parametrize(
    ("kind", "name", "driver"),
    [
        (Kind.FLATGEOBUF, "a.fgb", "FlatGeobuf"),
        (Kind.GML, "a.gml", "GML"),
        (Kind.SPATIALITE, "a.sqlite", "SQLite"),
        (Kind.GEOPACKAGE, "a.gpkg", "GPKG"),
        (Kind.GEOJSON, "a.geojson", "GeoJSON"),
    ],
)
def test_a_time_is_the_instant_that_was_written(
    tmp_path: Path, kind: Kind, name: str, driver: str
) -> None:
    path = tmp_path / name
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(POINTS),
        field_data=[np.array(["2025-01-02T03:04:05"] * 3, "datetime64[ms]")],
        fields=["lúc"],
        gdal_tz_offsets={"lúc": np.array([100, 128, 100], np.uint8)},
        geometry_type="Point",
        crs="EPSG:4326",
        driver=driver,
    )
    job = {"kind": kind.value, "file": str(path), "layer": "", "plan": {}, "options": {}}
    with opened(job, 10) as reading:
        column = next(one for one in reading.columns if one.name == "lúc")
        assert column.type is FieldType.DATETIME
        batch = next(reading.batches)
        got = as_type(batch.column(column.position), FieldType.DATETIME).to_pylist()
    utc, east = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC), timedelta(hours=7)
    assert got == [utc, utc - east, utc]


@pytest.mark.parametrize("is_spatialite", ["YES", "NO"])
def test_of_sqlite_only_true_tables_are_offered(tmp_path: Path, is_spatialite: str) -> None:
    path = written(tmp_path / "a.sqlite", "SQLite", SPATIALITE=is_spatialite)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE VIEW mai_mai AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
            " SELECT i FROM n"
        )
        connection.execute("CREATE VIRTUAL TABLE tim USING fts5(a)")
    connection.close()
    got = read(Kind.SPATIALITE, path)
    assert got.layer == "a"
    assert [one.name for one in got.layers if one.name in {"mai_mai", "tim"}] == []
    assert [row["tên"] for row in got.rows] == NAMES


def test_a_database_of_plain_tables_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE danh_ba (ma text, ten text)")
        connection.execute("INSERT INTO danh_ba VALUES ('1', 'a')")
    connection.close()
    assert refused(Kind.SPATIALITE, path) == ("tables-only", "danh_ba")


def test_a_code_of_a_list_keeps_its_code_and_gets_its_label(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gpkg", "GPKG")
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "CREATE TABLE gpkg_data_columns(table_name TEXT NOT NULL, column_name TEXT NOT NULL,"
            " name TEXT, title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT);"
            "CREATE TABLE gpkg_data_column_constraints(constraint_name TEXT NOT NULL,"
            " constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,"
            " max NUMERIC, max_is_inclusive BOOLEAN, description TEXT);"
            "INSERT INTO gpkg_data_columns VALUES('a', 'loại', NULL, NULL, NULL, NULL, 'l');"
            "INSERT INTO gpkg_data_column_constraints VALUES"
            "('l', 'enum', '1', NULL, NULL, NULL, NULL, 'Đất ở'),"
            "('l', 'enum', '2', NULL, NULL, NULL, NULL, 'Đất lúa');"
        )
    connection.close()
    got = read(Kind.GEOPACKAGE, path)
    assert [(row["loại"], row["loại (nhãn)"]) for row in got.rows] == [
        (1, "Đất ở"),
        (2, "Đất lúa"),
        (1, "Đất ở"),
    ]
    assert got.notes == {"labels_added": {"columns": 1}}


def test_nested_properties_stay_as_text(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    properties = {"a": {"b": [1]}, "l": [1, 2], "s": ["đường"], "t": "12:30:00"}
    feature = {"type": "Feature", "properties": properties, "geometry": None}
    body = {"type": "FeatureCollection", "features": [feature]}
    path.write_text(json.dumps(body), "utf-8")
    [row] = read(Kind.GEOJSON, path).rows
    assert json.loads(row["a"]) == {"b": [1]}
    assert (json.loads(row["l"]), json.loads(row["s"])) == ([1, 2], ["đường"])


def a_geojson(values: list[Any], **more: Any) -> str:
    place = {"type": "Point", "coordinates": PLACES[0]}
    features = [
        {"type": "Feature", "properties": {"x": one, "mã": "007"}, "geometry": place}
        for one in values
    ]
    return json.dumps({"type": "FeatureCollection", **more, "features": features})


def test_values_of_several_types_are_told_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    crs = {"type": "name", "properties": {"x": "EPSG:4326", "name": "EPSG:4326"}}
    path.write_text(a_geojson([1, 2.5, "a", "7", True, {"b": 1}, [1], None], crs=crs), "utf-8")
    got = read(Kind.GEOJSON, path)
    said = {"field": "x", "texts": 2, "numbers": 2, "booleans": 1, "objects": 2}
    assert got.notes == {"values_of_several_types": said}
    assert [row["x"] for row in got.rows[:5]] == ["1", "2.5", "a", "7", "true"]


@pytest.mark.parametrize("values", [["1", "true"], [1, 2.5, None], [{"a": 1}, {"b": 2}], ["a"]])
def test_values_of_one_type_are_not_told_of(tmp_path: Path, values: list[Any]) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(a_geojson(values), "utf-8")
    assert read(Kind.GEOJSON, path).notes == {}


@pytest.mark.parametrize("size", [7, 40, 300])
def test_properties_across_two_chunks_are_counted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(json_members, "_CHUNK", size)
    path = tmp_path / "a.geojson"
    path.write_text(a_geojson([1, "a"] * 20), "utf-8")
    said = {"field": "x", "texts": 20, "numbers": 20, "booleans": 0, "objects": 0}
    assert read(Kind.GEOJSON, path).notes == {"values_of_several_types": said}


def test_text_after_a_zero_character_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(a_geojson(["tên\0đường", "\\u0000"]), "utf-8")
    got = read(Kind.GEOJSON, path)
    assert [row["x"] for row in got.rows] == ["tênđường", "\\u0000"]
    assert got.notes == {"zeros_left_out": {"count": 1}}


def test_a_ring_that_the_driver_takes_away_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    rings = [[[0, 0], [9, 0], [9, 9], [0, 0]], [[1, 0], [2, 0], [2, True], [1, 0]]]
    hole = {"type": "Polygon", "coordinates": rings}
    path.write_text(json.dumps({"type": "Feature", "properties": {"a": 1}, "geometry": hole}))
    got = read(Kind.GEOJSON, path)
    assert (got.rows, shapely.get_num_interior_rings(got.shapes).tolist()) == ([{"a": 1}], [0])
    assert got.notes == {"positions_unread": {"count": 1, "rows": "1"}}


def test_lines_that_are_no_features_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path / "a.geojsonl", "GeoJSONSeq")
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([lines[0], lines[1][:40], "", lines[2]]), "utf-8")
    got = read(Kind.GEOJSONSEQ, path)
    assert len(got.rows) == 2
    assert got.notes == {"lines_unreadable": {"lines": 1}}


def test_a_flatgeobuf_with_a_broken_index_is_read_from_its_start(tmp_path: Path) -> None:
    many = tmp_path / "a.fgb"
    pyogrio.raw.write(
        many,
        geometry=shapely.to_wkb(shapely.points(np.linspace((107.5, 16.4), (107.6, 16.5), 300))),
        field_data=[],
        fields=[],
        geometry_type="Point",
        crs="EPSG:4326",
        driver="FlatGeobuf",
    )
    body = bytearray(many.read_bytes())
    body[1_500:9_000] = b"\xff" * 7_500
    many.write_bytes(body)
    got = read(Kind.FLATGEOBUF, many)
    assert len(got.rows) == 300
    assert not shapely.is_missing(got.shapes).any()


def test_a_file_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    many = tmp_path / "a.fgb"
    pyogrio.raw.write(
        many,
        geometry=shapely.to_wkb(shapely.points(np.linspace((107.5, 16.4), (107.6, 16.5), 3_000))),
        field_data=[],
        fields=[],
        geometry_type="Point",
        crs="EPSG:4326",
        driver="FlatGeobuf",
        SPATIAL_INDEX="NO",
    )
    many.write_bytes(many.read_bytes()[:-40_000])
    got = read(Kind.FLATGEOBUF, many)
    assert 0 < len(got.rows) < 3_000
    assert got.notes == {"breaks_off": {"rows": len(got.rows)}}


@pytest.mark.parametrize(("index", "keep"), [("YES", 0.3), ("YES", 0.0005), ("NO", 0.0005)])
def test_a_flatgeobuf_cut_before_its_first_feature_is_called_cut_not_empty(
    tmp_path: Path, index: str, keep: float
) -> None:
    path = tmp_path / "a.fgb"
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(shapely.points(np.linspace((107.5, 16.4), (107.6, 16.5), 5_000))),
        field_data=[],
        fields=[],
        geometry_type="Point",
        crs="EPSG:4326",
        driver="FlatGeobuf",
        SPATIAL_INDEX=index,
    )
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    assert refused(Kind.FLATGEOBUF, path) == ("cut-off", "")


GPX = """<?xml version="1.0"?><gpx version="1.1" creator="x"
 xmlns="http://www.topografix.com/GPX/1/1">{}<trk><name>Tuần tra</name><trkseg>
 <trkpt lat="16.4" lon="107.5"/><trkpt lat="16.5" lon="107.6"/></trkseg></trk></gpx>"""


KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Schema name="a" id="a"><SimpleField name="id" type="int"/><SimpleField name="tên" type="string"/>
<SimpleField name="trống" type="string"/></Schema>{}</Document></kml>"""
MARK = """<Placemark {at}><name>{name}</name><ExtendedData><SchemaData schemaUrl="#a"><SimpleData
 name="id">{id}</SimpleData><SimpleData name="tên">{name2}</SimpleData></SchemaData></ExtendedData>
<Point><coordinates>107.5,16.4</coordinates></Point></Placemark>"""


def kml(path: Path, *marks: tuple[str, str, str]) -> Path:
    """Return a KML whose placemarks have these ids, names and values of the field "tên"."""
    body = [
        MARK.format(at=f'id="{at}"' if at else "", name=name, name2=other, id=number)
        for number, (at, name, other) in enumerate(marks, start=70)
    ]
    path.write_text(KML.format("".join(body)), "utf-8")
    return path


def test_a_name_that_repeats_a_field_and_ids_that_count_are_left_out_and_told(
    tmp_path: Path,
) -> None:
    got = read(Kind.KML, kml(tmp_path / "a.kml", ("ID_00", " A ", " A "), ("ID_01", "B", "B")))
    assert got.rows == [
        {"id": 70, "tên": "A", "trống": None},
        {"id": 71, "tên": "B", "trống": None},
    ]
    assert got.notes == {
        "names_left_out": {"field": "tên"},
        "ids_left_out": {"field": "id", "first": "ID_00"},
    }


@pytest.mark.parametrize("ids", [("nha.7", "nha.8"), ("a0", "b1"), ("a0", ""), ("a0", "a2")])
def test_names_and_ids_of_their_own_are_kept(tmp_path: Path, ids: tuple[str, str]) -> None:
    got = read(Kind.KML, kml(tmp_path / "a.kml", (ids[0], "A", "A"), (ids[1], "C", "B")))
    assert [row["id (KML)"] or "" for row in got.rows] == list(ids)
    assert [(row["name"], row["tên"], row["id"]) for row in got.rows] == [
        ("A", "A", 70),
        ("C", "B", 71),
    ]
    assert got.notes == {}


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        (["2024-02-29", ""], FieldType.DATE),
        (["2024-02-29T07:00:00+07:00", "2024-03-01T07:00Z"], FieldType.DATETIME),
        (["2024-02-29", "2024-02-29T07:00:00"], FieldType.TEXT),
        (["2024-02-30", "2024-02-29"], FieldType.TEXT),
        (["2024-02-29", "chưa rõ"], FieldType.TEXT),
        (["20240229", ""], FieldType.TEXT),
    ],
)
def test_texts_are_dates_where_a_format_has_none_and_every_value_is_one(
    tmp_path: Path, values: list[str], type_: FieldType
) -> None:
    path = kml(tmp_path / "a.kml", *(("", "x", value) for value in values))
    job = {"kind": Kind.KML, "file": str(path), "layer": "", "plan": {}, "options": {}}
    with opened(job, 1) as reading:
        column = next(one for one in reading.columns if one.name == "tên")
        got = [batch.column(column.position)[0].as_py() for batch in reading.batches]
    assert column.type is type_
    if type_ is FieldType.DATE:
        assert got == [date(2024, 2, 29), None]
    if type_ is FieldType.DATETIME:
        assert got == [datetime(2024, 2, 29, tzinfo=UTC), datetime(2024, 3, 1, 7, tzinfo=UTC)]


def test_a_track_is_taken_and_its_vertices_are_not_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.gpx"
    path.write_text(GPX.format(""), "utf-8")
    got = read(Kind.GPX, path)
    assert got.layer == "tracks"
    assert got.rows == [{"name": "Tuần tra"}]
    assert shapely.get_coordinates(got.shapes).tolist() == [[107.5, 16.4], [107.6, 16.5]]


@pytest.mark.parametrize("keep", [0.5, 0.97])
@pytest.mark.parametrize("kind", [Kind.GPX, Kind.GML, Kind.KML])
def test_xml_without_its_end_is_no_silent_success(tmp_path: Path, kind: Kind, keep: float) -> None:
    path = tmp_path / f"a.{kind}"
    if kind is Kind.GPX:
        path.write_text(GPX.format(""), "utf-8")
    else:
        written(path, {Kind.GML: "GML", Kind.KML: "LIBKML"}[kind])
    body = path.read_bytes().rstrip()
    path.write_bytes(body[: int(len(body) * keep)])
    assert refused(kind, path) == ("cut-off", "")


def topojson(path: Path, arcs: list[Any], count: int) -> Path:
    lines = [{"type": "LineString", "arcs": [0, -2], "properties": {"tên": "đường"}}] * count
    objects = {"duong": {"type": "GeometryCollection", "geometries": lines}}
    path.write_text(json.dumps({"type": "Topology", "objects": objects, "arcs": arcs}), "utf-8")
    return path


def test_topojson_is_read_through_its_arcs(tmp_path: Path) -> None:
    arcs = [[[107.5, 16.4], [107.6, 16.5]], [[107.7, 16.6], [107.6, 16.5]]]
    got = read(Kind.TOPOJSON, topojson(tmp_path / "a.topojson", arcs, 2))
    assert (got.layer, len(got.rows), got.rows[0]["tên"]) == ("duong", 2, "đường")
    expected = [[107.5, 16.4], [107.6, 16.5], [107.7, 16.6]]
    assert shapely.get_coordinates(got.shapes[0]).tolist() == expected


def test_topojson_that_multiplies_its_arcs_is_refused_unread(tmp_path: Path) -> None:
    long = [[107.5, 16.4]] * 10_000
    path = topojson(tmp_path / "a.topojson", [long, long], 1_100)
    assert refused(Kind.TOPOJSON, path) == ("too-many-vertices", "")


@pytest.mark.parametrize(
    "text", ['{"type":"Topology"}', '{"arcs":[],"objects":{"a":{"arcs":[7]}}}']
)
def test_a_broken_topojson_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.topojson"
    path.write_text(text)
    assert refused(Kind.TOPOJSON, path) == ("unreadable", "")


def test_a_cut_table_of_attributes_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "a.shp", "ESRI Shapefile")
    table = path.with_suffix(".dbf")
    table.write_bytes(table.read_bytes()[:-120])
    assert read(Kind.SHAPEFILE, path).notes["records_cut"] == {"records": 2}


def test_a_mif_that_ends_before_its_mid_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mif", "MapInfo File", ENCODING="UTF-8")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-2]))
    assert read(Kind.MAPINFO_MIF, path).notes == {"objects_missing": {"records": 1}}


@pytest.mark.parametrize(("held", "rows"), [(1000, 21), (700, 14)])
def test_a_mid_that_ends_before_its_mif_is_told(tmp_path: Path, held: int, rows: int) -> None:
    for part in (".mif", ".mid"):
        (tmp_path / f"a{part}").write_bytes((LEGACY / f"cot_moc{part}").read_bytes())
    table = tmp_path / "a.mid"
    table.write_bytes(table.read_bytes()[:held])
    found = read(Kind.MAPINFO_MIF, tmp_path / "a.mif")
    assert len(found.rows) == rows
    assert found.notes == {"records_missing": {"records": 40 - rows}}


def test_the_parts_of_a_collection_are_one_object(tmp_path: Path) -> None:
    path = tmp_path / "a.mif"
    path.write_text(
        'Version 650\nCharset "UTF-8"\nDelimiter ","\nColumns 1\n  Point Char (9)\nData\n\n'
        "Collection 2\nRegion 1\n3\n0 0\n1 0\n0 1\nPline 2\n0 0\n1 1\nNone\nText\n"
    )
    assert gdal_parts.mif_objects(path) == 3


@pytest.mark.parametrize("parts", [(".dbf",), (".dbf", ".shx")])
def test_shapes_beyond_the_last_record_are_kept_without_attributes(
    tmp_path: Path, parts: tuple[str, ...]
) -> None:
    path = written(tmp_path / "a.shp", "ESRI Shapefile")
    whole = read(Kind.SHAPEFILE, path)
    table = path.with_suffix(".dbf")
    held = bytearray(table.read_bytes())
    held[4:8] = (1).to_bytes(4, "little")
    table.write_bytes(held)
    if ".shx" in parts:
        path.with_suffix(".shx").unlink()
    found = read(Kind.SHAPEFILE, path)
    more = len(whole.rows) - 1
    assert found.notes["attributes_missing"] == {"records": more}
    assert shapely.equals(found.shapes, whole.shapes).all()
    assert found.rows == [whole.rows[0], *[dict.fromkeys(whole.rows[0])] * more]


PRJ_THAT_FAIL = {
    "not closed": b'PROJCS["x"',
    "very long": b'PROJCS["x"' * 20_000,
    "cut": b'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.2',
    "without a base": b'PROJCS["x",PROJECTION["y"]]',
}


@pytest.mark.parametrize("has_index", [True, False])
@pytest.mark.parametrize("case", PRJ_THAT_FAIL)
def test_a_prj_at_which_the_driver_fails_is_handed_on_as_text(
    tmp_path: Path, case: str, has_index: bool
) -> None:
    path = written(tmp_path / "a.shp", "ESRI Shapefile")
    path.with_suffix(".prj").write_bytes(PRJ_THAT_FAIL[case])
    if not has_index:
        path.with_suffix(".shx").unlink()
    got = read(Kind.SHAPEFILE, path)
    assert [number for _, number in map(dict.values, got.rows)] == [1, 2, 1]
    assert shapely.get_coordinates(got.shapes).tolist() == [list(one) for one in PLACES]
    assert got.crs == PRJ_THAT_FAIL[case].decode()[:4096]


@pytest.mark.parametrize(
    ("prj", "crs"),
    [(b"", ""), (bytes(40), ""), (b"EPSG:3405\r\n", "EPSG:3405"), (b"\xff\0a\x01", "\ufffd a")],
)
def test_a_prj_that_the_driver_passes_over_is_handed_on_as_text(
    tmp_path: Path, prj: bytes, crs: str
) -> None:
    path = written(tmp_path / "a.shp", "ESRI Shapefile")
    path.with_suffix(".prj").write_bytes(prj)
    got = read(Kind.SHAPEFILE, path)
    assert (got.crs, len(got.rows)) == (crs, 3)


def test_names_in_a_code_page_that_nobody_named_come_as_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.mif"
    path.write_bytes(
        'Version 300\nCharset "Neutral"\nDelimiter ","\nColumns 2\n  Teân Char (20)\n'
        "  Soá Integer\nData\n\nPoint 107.5 16.4\nPoint 107.6 16.5\n".encode("latin-1")
    )
    path.with_suffix(".mid").write_bytes('"Phuù",1\n"Vyõ Daï",2\n'.encode("latin-1"))
    assert read(Kind.MAPINFO_MIF, path).rows == [
        {"Teân": "Phuù", "Soá": 1},
        {"Teân": "Vyõ Daï", "Soá": 2},
    ]


def test_a_mif_without_its_mid_names_it(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mif", "MapInfo File", ENCODING="UTF-8")
    path.with_suffix(".mid").unlink()
    assert refused(Kind.MAPINFO_MIF, path) == ("missing-parts", ".MID")


@pytest.mark.parametrize("head", [b"!table\nOpen Table b\n", b"!table\nType LINKED\n"])
def test_a_table_that_points_elsewhere_is_refused(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "a.tab"
    path.write_bytes(head)
    assert refused(Kind.MAPINFO_TAB, path) == ("tab-not-native", "")


def test_two_geometries_of_a_feature_are_counted() -> None:
    mark = {"ARROW:extension:name": "geoarrow.wkb"}
    schema = pa.schema(
        [
            pa.field("ten", pa.string()),
            pa.field("tam", pa.binary(), metadata=mark),
            pa.field("cua", pa.binary(), metadata=mark),
        ]
    )
    found = layout(schema, {"fields": ["ten"]}, is_bytes=False)
    assert (found.geometry, [one.name for one in found.columns]) == (1, ["ten"])
    assert [note.code for note in found.notes] == ["geometries_left_out"]


ARC = """<gml:Curve srsName='EPSG:4326'><gml:segments><gml:Arc>
 <gml:posList>107.5 16.4 107.55 16.45 107.6 16.4</gml:posList></gml:Arc>
 </gml:segments></gml:Curve>"""
LINE = """<gml:LineString srsName='EPSG:4326'>
 <gml:coordinates>107.5,16.4 107.6,16.5</gml:coordinates></gml:LineString>"""


def test_arcs_become_short_lines_and_are_counted(tmp_path: Path) -> None:
    shapes = "".join(
        f"<gml:featureMember><ogr:a><ogr:duong>{one}</ogr:duong></ogr:a></gml:featureMember>"
        for one in (ARC, LINE)
    )
    path = tmp_path / "a.gml"
    path.write_text(
        "<?xml version='1.0'?><ogr:FeatureCollection xmlns:ogr='http://ogr.maptools.org/'"
        f" xmlns:gml='http://www.opengis.net/gml'>{shapes}</ogr:FeatureCollection>",
        "utf-8",
    )
    got = read(Kind.GML, path)
    assert got.notes == {"curves_straightened": {"features": 1}}
    assert shapely.get_type_id(got.shapes).tolist() == [1, 1]
    away = shapely.distance(shapely.points(shapely.get_coordinates(got.shapes[0])), CENTRE)
    assert np.allclose(away, 0.05, atol=1e-9)


CENTRE = shapely.points(107.55, 16.4)


def geoparquet(path: Path, geometry: pa.Array, geo: Mapping[str, Any] | None, **more: Any) -> Path:
    columns = {"tên": pa.array(NAMES), "số": pa.array([1, None, 3]), "geometry": geometry, **more}
    table = pa.table(columns)
    if geo is not None:
        table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    parquet.write_table(table, path)
    return path


WKB = pa.array(shapely.to_wkb(POINTS), pa.binary())
XY = pa.array([{"x": x, "y": y} for x, y in PLACES])
CRS = {"type": "GeographicCRS", "name": "WGS 84"}


@pytest.mark.parametrize(
    ("column", "said", "crs"),
    [
        (WKB, {"encoding": "WKB"}, "OGC:CRS84"),
        (WKB, {"encoding": "WKB", "crs": None}, ""),
        (WKB, {"encoding": "WKB", "crs": CRS}, json.dumps(CRS)),
        (XY, {"encoding": "point"}, "OGC:CRS84"),
    ],
)
def test_geoparquet_is_read(tmp_path: Path, column: pa.Array, said: Any, crs: str) -> None:
    geo = {"primary_column": "geometry", "columns": {"geometry": said}}
    bbox = pa.array([{"xmin": 0.0, "ymin": 0.0, "xmax": 1.0, "ymax": 1.0}] * 3)
    got = read(Kind.PARQUET, geoparquet(tmp_path / "a.parquet", column, geo, bbox=bbox))
    assert [row["tên"] for row in got.rows] == NAMES
    assert list(got.rows[0]) == ["tên", "số"]
    assert (got.crs, got.notes) == (crs, {})
    assert shapely.get_coordinates(got.shapes).tolist() == [list(one) for one in PLACES]


RING = [(107.5, 16.4), (107.6, 16.4), (107.6, 16.5), (107.5, 16.4)]


def test_nested_polygons_of_geoparquet_are_read(tmp_path: Path) -> None:
    ring = [{"x": x, "y": y} for x, y in RING]
    column = pa.array([[[ring]], None, [[ring], [ring]]])
    geo = {"primary_column": "geometry", "columns": {"geometry": {"encoding": "multipolygon"}}}
    got = read(Kind.PARQUET, geoparquet(tmp_path / "a.parquet", column, geo))
    assert shapely.is_missing(got.shapes).tolist() == [False, True, False]
    assert shapely.get_num_geometries(got.shapes).tolist() == [1, 0, 2]
    assert shapely.get_coordinates(got.shapes[0]).tolist() == [list(one) for one in RING]


@pytest.mark.parametrize(
    "geo",
    [
        None,
        {"primary_column": "khác", "columns": {"khác": {"encoding": "WKB"}}},
        {"primary_column": "tên", "columns": {"tên": {"encoding": "WKB"}}},
        {"primary_column": "geometry", "columns": {"geometry": {"encoding": "polygon"}}},
        {"columns": [1]},
    ],
)
def test_parquet_with_wrong_or_no_metadata_is_read_by_its_bytes(tmp_path: Path, geo: Any) -> None:
    got = read(Kind.PARQUET, geoparquet(tmp_path / "a.parquet", WKB, geo))
    assert (len(got.rows), got.crs) == (3, "")


def test_parquet_without_shapes_says_so(tmp_path: Path) -> None:
    path = geoparquet(tmp_path / "a.parquet", pa.array([b"abc", b"", None]), None)
    assert refused(Kind.PARQUET, path) == ("tables-only", "")


def test_nested_columns_of_parquet_stay_as_text_and_bytes_are_counted(tmp_path: Path) -> None:
    path = geoparquet(
        tmp_path / "a.parquet",
        WKB,
        None,
        d=pa.array([{"a": 1}, None, {"a": 2}]),
        z=pa.array([b"x"] * 3),
    )
    got = read(Kind.PARQUET, path)
    assert [row["d"] for row in got.rows] == ['{"a": 1}', None, '{"a": 2}']
    assert got.notes == {"columns_left_out": {"columns": 1}}


@pytest.mark.parametrize("keep", [20, 300])
def test_a_cut_parquet_is_refused(tmp_path: Path, keep: int) -> None:
    path = geoparquet(tmp_path / "a.parquet", WKB, None)
    path.write_bytes(path.read_bytes()[:keep])
    assert refused(Kind.PARQUET, path) == ("unreadable", "")


def test_metadata_beside_the_schema_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"geom": pa.array(shapely.to_wkb(POINTS), pa.binary())})
    crs = {"id": {"authority": "EPSG", "code": 9214}}
    column = {"encoding": "WKB", "geometry_types": [], "crs": crs}
    geo = {"version": "1.1.0", "primary_column": "geom", "columns": {"geom": column}}
    with parquet.ParquetWriter(path, table.schema) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({"geo": json.dumps(geo)})
    assert json.loads(read(Kind.PARQUET, path).crs) == crs


def test_times_with_and_without_a_zone_may_stand_in_one_column(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    texts = ["2026-03-01T01:00:00", "2026-03-01T23:30:00Z", "2026-03-01T12:00:00+07:00"]
    features = [
        {
            "type": "Feature",
            "properties": {"lúc": text},
            "geometry": {"type": "Point", "coordinates": place},
        }
        for text, place in zip(texts, PLACES, strict=True)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    job = {"kind": "geojson", "file": str(path), "layer": "", "plan": {}, "options": {}}
    with opened(job, 10) as reading:
        batch = next(reading.batches)
        got = as_type(batch.column(reading.columns[0].position), FieldType.DATETIME).to_pylist()
    assert [one.isoformat() for one in got] == [
        "2026-02-28T18:00:00+00:00",
        "2026-03-01T23:30:00+00:00",
        "2026-03-01T05:00:00+00:00",
    ]
