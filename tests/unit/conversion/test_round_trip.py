"""Each format out, read again by our own readers: the same features, NFC text, coordinates.

The writers run here in process, on files of the test's own; what the formats cannot hold is said
in the table they are made from, and checked beside it.
"""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyogrio.raw
import pytest
import shapely
from pyproj import CRS, Transformer

from conversion.export import fit, write_gdal
from conversion.export.crs import declared
from conversion.export.fit import clipped
from conversion.export.formats import BY_KEY, OUT, OutFormat, Systems
from conversion.export.refusals import loss_lines
from conversion.export.spec import Spec, Unwritable
from conversion.formats import Kind
from conversion.reading import opened
from gishue.core.crs import HUE, WGS84, accepted, to_wgs84
from layers.fields import FieldType
from layers.layer import GeometryType

KIND = {
    "gpkg": Kind.GEOPACKAGE,
    "shp": Kind.SHAPEFILE,
    "fgb": Kind.FLATGEOBUF,
    "parquet": Kind.PARQUET,
    "csv": Kind.CSV,
    "xlsx": Kind.XLSX,
    "kml": Kind.KML,
    "kmz": Kind.KML,
    "gml": Kind.GML,
    "tab": Kind.MAPINFO_TAB,
    "mif": Kind.MAPINFO_MIF,
    "dxf": Kind.DXF,
    "dgn": Kind.DGN,
}
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NAMES = ["Tên xã", "mã", "số thửa", "dien_tich_m2", "đã duyệt", "ngày", "lúc", "Tên xã cũ"]
WHEN = datetime(2024, 2, 29, 13, 14, 15, 123_000, UTC)
type Column = tuple[pa.DataType, list[Any]]
LONG = 0.1 + 0.2  # seventeen digits
COLUMNS: list[Column] = [
    (pa.large_string(), ["Phường Thủy Xuân", "Đường “" + "Ngọ Môn" * 50, None]),
    (pa.large_string(), ["00123", "=1+1", "#N/A"]),
    (pa.int64(), [7, None, 9_007_199_254_740_993]),
    (pa.float64(), [1_500_000_000.25, LONG, None]),
    (pa.bool_(), [True, None, False]),
    (pa.date32(), [date(2024, 2, 29), None, date(1975, 3, 26)]),
    (pa.timestamp("us", "UTC"), [WHEN, None, None]),
    (pa.large_string(), ["Hương Trà\nHuế", "", 'a,b;"c"\'d']),
]
WITH_HOLE: Any = shapely.box(561_500.25, 1_821_500.125, 561_540, 1_821_533.3).difference(
    shapely.box(561_510, 1_821_510, 561_520, 1_821_520)
)
SHAPES: dict[GeometryType, list[Any]] = {
    GeometryType.POINT: [
        shapely.Point(561_476.476_234_567, 1_821_417.454_345_678),
        shapely.Point(562_757.3963, 1_821_553.9430),
        None,
    ],
    GeometryType.LINE: [
        shapely.MultiLineString([[(561_476.4, 1_821_417.4), (561_480.123_456, 1_821_420.987_65)]]),
        None,
        shapely.MultiLineString(
            [[(562_000, 1_821_000), (562_003.5, 1_821_004)], [(563_000, 1_821_000), (1e6, 2e6)]]
        ),
    ],
    GeometryType.POLYGON: [
        shapely.MultiPolygon([WITH_HOLE]),
        None,
        shapely.MultiPolygon(
            [
                shapely.box(562_000, 1_821_000, 562_010, 1_821_010),
                shapely.box(562_020, 1_821_020, 562_033.333_333, 1_821_030),
            ]
        ),
    ],
}
WITH_FIELDS = [one for one in OUT if one.key in KIND and not one.is_drawing]
DRAWINGS = [one for one in OUT if one.is_drawing]


def system(out: OutFormat) -> int:
    return WGS84 if out.systems is Systems.LONLAT else HUE


def moved(shapes: list[Any], srid: int) -> list[Any]:
    def there(pairs: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.column_stack(to_wgs84(HUE).transform(pairs[:, 0], pairs[:, 1]))

    if srid == HUE:
        return shapes
    return [None if one is None else shapely.transform(one, there) for one in shapes]


def written(
    folder: Path,
    out: OutFormat,
    kind: GeometryType,
    shapes: list[Any],
    srid: int = HUE,
    fields: Mapping[str, Column] | None = None,
) -> tuple[Path, dict[str, int]]:
    """Return the main file of a layer with these shapes, and what the writer counted."""
    fields = fields or dict(zip(NAMES, COLUMNS, strict=True))
    path = folder / f"lop{out.packed or out.suffix}"
    present = [one for one in shapes if one is not None]
    west, south, east, north = shapely.total_bounds(present).tolist()
    extent = (west, south, east, north)
    spec = Spec(
        out.key, str(path), "lop", "Lớp thử", srid, str(kind), next(iter(fields)), extent,
        None in shapes,
    )  # fmt: skip
    arrays = [pa.array(values[: len(shapes)], type_) for type_, values in fields.values()]
    ids = pa.array(range(1, len(shapes) + 1), pa.int64())
    wkb = [None if one is None else shapely.to_wkb(one) for one in shapes]
    table = pa.table(
        [ids, *arrays, pa.array(wkb, pa.large_binary())], names=["fid", *fields, "geom"]
    )
    tally: dict[str, int] = {}
    rows = fit.fitted(out, iter(table.to_batches()), table.schema, tally)
    import_module(out.writer).write(spec, rows, tally)
    return path, tally


def a_job(out: OutFormat, path: Path, layer: str = "") -> dict[str, Any]:
    """Return what the reader is told of a file of ``out``."""
    return {
        "kind": KIND[out.key],
        "file": str(path),
        "layer": layer,
        "plan": {},
        "options": {"x": "", "y": "", "address": ""},
    }


def read(
    out: OutFormat, path: Path, layer: str = ""
) -> tuple[list[str], list[list[Any]], list[Any]]:
    """Return what our reader finds: names of columns, their values, the shapes."""
    with opened(a_job(out, path, layer), 1_000) as reading:
        batches = list(reading.batches)
        held = [
            [v for batch in batches for v in values(batch.column(one.position), reading.raw_text)]
            for one in reading.columns
        ]
        wkb = [one for batch in batches for one in batch.column(batch.num_columns - 1).to_pylist()]
        return [one.name for one in reading.columns], held, list(shapely.from_wkb(wkb))


def values(column: pa.Array, is_raw: bool) -> list[Any]:
    """Return a column's values; raw ones are UTF-8 of which each byte was made a letter."""
    held = column.to_pylist()
    if not is_raw:
        return held
    return [one.encode("latin-1").decode() if isinstance(one, str) else one for one in held]


def expected(out: OutFormat, at: int) -> list[Any]:
    """Return the values of a column as a file of ``out`` holds them."""
    type_, given = COLUMNS[at]
    result: list[Any] = []
    for value in given:
        held = value
        if isinstance(value, str):
            held = clipped(value, out.text_bytes) if out.text_bytes else value
            held = held if out.has_lines else held.replace("\n", " ")
            held = f"'{held}" if out.key == "csv" and held.startswith("=") else held
            held = held or None
        if value is None and not out.has_nulls and not pa.types.is_temporal(type_):
            held = None if pa.types.is_large_string(type_) else 0
        result.append(held)
    return result


def plain(value: Any, wanted: Any) -> Any:
    """Return a value read from a file as the type of the one that was written."""
    if value is None or value == "":
        return None
    if isinstance(wanted, bool):
        return bool(value)
    if isinstance(wanted, datetime):
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)
    if isinstance(wanted, date):
        return date.fromisoformat(value) if isinstance(value, str) else value
    return type(wanted)(value) if isinstance(wanted, int | float) else value


def parts(shape: Any) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the coordinates of each part, in an order that no format changes."""
    for part in shapely.get_parts(shapely.normalize(shapely.force_2d(shape))):
        yield shapely.get_coordinates(shapely.normalize(part))


def far_m(left: Any, right: Any, srid: int) -> float:
    """Return how far apart two shapes lie, in metres; they must have the same corners."""
    pairs = list(zip(parts(left), parts(right), strict=True))
    unit = 111_320 if srid == WGS84 else 1
    return max(float(np.abs(one - two).max()) for one, two in pairs) * unit


@pytest.fixture(autouse=True)
def _as_in_the_sandbox() -> Iterator[None]:
    """Give GDAL the option that readers have there; see ``conversion.confine``."""
    name = "OGR_FLATGEOBUF_STREAM_BASE_IMPL"
    pyogrio.set_gdal_config_options({name: "YES"})
    yield
    pyogrio.set_gdal_config_options({name: None})


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("out", WITH_FIELDS, ids=lambda one: one.key)
def test_what_goes_out_comes_in_again(out: OutFormat, kind: GeometryType, tmp_path: Path) -> None:
    srid = system(out)
    shapes = moved(SHAPES[kind], srid)
    path, tally = written(tmp_path, out, kind, shapes, srid)
    names, columns, found = read(out, path)
    for at, name in enumerate(fit.names(out, NAMES)):
        got = columns[names.index(name)]
        wanted = expected(out, at)
        near = 0.0 if out.digits >= 17 else 10.0 ** (1 - out.digits)
        close = [
            pytest.approx(one, rel=near, abs=0) if isinstance(one, float) else one for one in wanted
        ]
        assert [plain(v, w) for v, w in zip(got, wanted, strict=True)] == close, name
        assert all(unicodedata.is_normalized("NFC", v) for v in got if isinstance(v, str))
    for left, right in zip(shapes, found, strict=True):
        assert (left is None) == (right is None)
        if left is not None:
            assert far_m(left, right, srid) <= max(out.precision_m, 1e-8)
    assert tally.get("text-cut", 0) == (1 if out.text_bytes else 0)
    assert tally.get("empty-as-zero", 0) == (0 if out.has_nulls else 4)


# Names that drivers use themselves, codes that look like numbers, numbers that look whole.
FIELDS: dict[str, tuple[Column, FieldType]] = {
    "tên": ((pa.large_string(), ["Xã A", "Xã B", "Xã C"]), FieldType.TEXT),
    "id": ((pa.int64(), [5, 6, 3_000_000_000]), FieldType.INTEGER),
    "name": ((pa.large_string(), ["a", "b", None]), FieldType.TEXT),
    "description": ((pa.large_string(), ["x", "x", "x"]), FieldType.TEXT),
    "mã": ((pa.large_string(), ["001", "002", "010"]), FieldType.TEXT),
    "năm": ((pa.large_string(), ["2023", "2024", "2025"]), FieldType.TEXT),
    "số thửa": ((pa.int64(), [7, -8, None]), FieldType.INTEGER),
    "diện tích": ((pa.float64(), [1.0, None, 300.0]), FieldType.REAL),
    "duyệt": ((pa.bool_(), [True, False, True]), FieldType.BOOLEAN),
    "ngày": ((pa.date32(), [date(2024, 2, 29), None, date(1975, 3, 26)]), FieldType.DATE),
    "lúc": ((pa.timestamp("us", "UTC"), [WHEN, None, WHEN]), FieldType.DATETIME),
    "trống": ((pa.large_string(), [None, None, None]), FieldType.TEXT),
    "lon": ((pa.float64(), [1.5, 2.5, 3.5]), FieldType.REAL),
    "WKT": ((pa.large_string(), ["a", "b", "c"]), FieldType.TEXT),
}


@pytest.mark.parametrize("kind", [GeometryType.POINT, GeometryType.POLYGON])
@pytest.mark.parametrize("out", WITH_FIELDS, ids=lambda one: one.key)
def test_fields_come_in_again_with_their_names_and_types(
    out: OutFormat, kind: GeometryType, tmp_path: Path
) -> None:
    srid = system(out)
    shapes = moved(SHAPES[kind], srid)
    fields = {name: column for name, (column, _) in FIELDS.items()}
    path, _ = written(tmp_path, out, kind, shapes, srid, fields)
    wanted = list(zip(fit.names(out, list(FIELDS)), FIELDS.values(), strict=True))
    with opened(a_job(out, path), 2) as reading:
        got = [(one.name, one.type) for one in reading.columns]
    assert got == [(name, type_) for name, (_, type_) in wanted]


@pytest.mark.parametrize("key", ["csv", "xlsx"])
@pytest.mark.parametrize("srid", [HUE, WGS84])
def test_a_table_with_coordinates_of_its_own_keeps_them_apart_from_its_place(
    key: str, srid: int, tmp_path: Path
) -> None:
    names = ("lon", "lat") if srid == WGS84 else ("E", "N")
    fields: dict[str, Column] = {"tên": (pa.large_string(), ["a", "b"])}
    fields |= {name: (pa.float64(), [107.5, 16.5]) for name in names}
    shapes = moved(SHAPES[GeometryType.POINT][:2], srid)
    path, _ = written(tmp_path, BY_KEY[key], GeometryType.POINT, shapes, srid, fields)
    found, columns, placed = read(BY_KEY[key], path)
    assert found == list(fields)
    assert columns[1:] == [[107.5, 16.5]] * 2
    assert max(far_m(*pair, srid) for pair in zip(shapes, placed, strict=True)) == 0


@pytest.mark.parametrize("kind", [GeometryType.POINT, GeometryType.POLYGON])
def test_texts_that_look_like_numbers_stay_texts_in_a_csv_of_nothing_else(
    kind: GeometryType, tmp_path: Path
) -> None:
    fields: dict[str, Column] = {"năm": (pa.large_string(), ["2024", "2025", "1"])}
    path, _ = written(tmp_path, BY_KEY["csv"], kind, SHAPES[kind], HUE, fields)
    assert read(BY_KEY["csv"], path)[1] == [["2024", "2025", "1"]]


def test_a_kml_holds_every_kind_of_shape(tmp_path: Path) -> None:
    many = shapely.MultiPoint([(107.5, 16.4), (107.123_456_789_012_34, 16.5)])
    line = shapely.LineString([(107.5, 16.4), (107.6, 16.5)])
    shapes = [many, shapely.GeometryCollection([line, many.geoms[0]]), None]
    path, _ = written(tmp_path, BY_KEY["kml"], GeometryType.MIXED, shapes, WGS84)
    found = read(BY_KEY["kml"], path)[2]
    assert found[2] is None
    assert [one.geom_type for one in found[:2]] == ["MultiPoint", "GeometryCollection"]
    assert [far_m(*pair, WGS84) for pair in zip(shapes[:2], found[:2], strict=True)] == [0, 0]


@pytest.mark.parametrize("out", WITH_FIELDS, ids=lambda one: one.key)
def test_a_format_without_empty_values_says_how_many_it_filled(
    out: OutFormat, tmp_path: Path
) -> None:
    _, tally = written(tmp_path, out, GeometryType.POINT, SHAPES[GeometryType.POINT])
    said = [line for line in loss_lines(tally) if "empty values written as 0" in line]
    assert [line.partition(":")[0] for line in said] == ([] if out.has_nulls else ["4"])
    assert ("an empty value becomes 0" in out.lost) is not out.has_nulls


@pytest.mark.parametrize("out", DRAWINGS, ids=lambda one: one.key)
def test_a_drawing_keeps_shapes_and_labels(out: OutFormat, tmp_path: Path) -> None:
    points = SHAPES[GeometryType.POINT]
    path, tally = written(tmp_path, out, GeometryType.POINT, points)
    assert tally["without-geometry"] == 1
    names, columns, found = read(out, path, "LOP_NHAN" if out.key == "dxf" else "")
    label = COLUMNS[0][1][1].strip()
    first, second = columns[names.index("text")]
    assert first == "Phường Thủy Xuân"
    assert tally["text-cut"] == 1
    assert len(second) > 50
    assert label.startswith(second)
    for left, right in zip(points, found, strict=False):
        assert far_m(left, right, HUE) <= max(out.precision_m, 1e-8)


@pytest.mark.parametrize("out", DRAWINGS, ids=lambda one: one.key)
def test_in_a_drawing_areas_are_bound_to_their_labels_again(out: OutFormat, tmp_path: Path) -> None:
    areas = SHAPES[GeometryType.POLYGON]
    path, _ = written(tmp_path, out, GeometryType.POLYGON, areas)
    names, columns, found = read(out, path, "vung_kem_chu")
    at = columns[names.index("text")].index("Phường Thủy Xuân")
    outline = shapely.polygons(areas[0].geoms[0].exterior)
    assert far_m(outline, shapely.polygons(shapely.get_exterior_ring(found[at])), HUE) <= max(
        out.precision_m, 1e-8
    )


@pytest.mark.parametrize("key", ["tab", "mif"])
@pytest.mark.parametrize("srid", sorted(accepted()))
def test_a_mapinfo_file_keeps_the_datum_of_every_system(
    key: str, srid: int, tmp_path: Path
) -> None:
    gate = shapely.Point(*to_wgs84(srid).transform(107.5776, 16.4677, direction="INVERSE"))
    path, _ = written(tmp_path, BY_KEY[key], GeometryType.POINT, [gate], srid)
    meta, _, wkb, _ = pyogrio.raw.read(path)
    back = shapely.from_wkb(wkb[0])
    own = Transformer.from_crs(CRS.from_wkt(CRS(meta["crs"]).to_wkt()), WGS84, always_xy=True)
    lon, lat = own.transform(back.x, back.y)
    # The reader's own system: with a lost datum this would be 225 m off.
    assert np.hypot(lon - 107.5776, lat - 16.4677) * 111_320 < 0.01


@pytest.mark.parametrize("srid", sorted(set(accepted()) - {3857}))
def test_a_shapefile_says_its_system_so_that_its_code_is_found(srid: int, tmp_path: Path) -> None:
    gate = shapely.Point(*to_wgs84(srid).transform(107.5776, 16.4677, direction="INVERSE"))
    path, _ = written(tmp_path, BY_KEY["shp"], GeometryType.POINT, [gate], srid)
    assert CRS.from_wkt(path.with_suffix(".prj").read_text()).to_epsg(70) == srid
    assert path.with_suffix(".cpg").read_text() == "UTF-8"


@pytest.mark.parametrize("srid", [4326, 9214, 2044])
def test_another_library_finds_all_that_geoparquet_promises(srid: int, tmp_path: Path) -> None:
    shapes = (
        moved(SHAPES[GeometryType.POLYGON], srid) if srid == WGS84 else SHAPES[GeometryType.POLYGON]
    )
    path, _ = written(tmp_path, BY_KEY["parquet"], GeometryType.POLYGON, shapes, srid)
    frame = geopandas.read_parquet(path)
    assert frame.crs == CRS("OGC:CRS84" if srid == WGS84 else srid)
    assert frame.columns.tolist() == [*NAMES, "geometry"]
    assert shapely.equals_exact(frame.geometry[2], shapes[2])
    said = json.loads(pq.read_metadata(path).metadata[b"geo"])
    about = said["columns"]["geometry"]
    assert (said["version"], about["geometry_types"]) == ("1.1.0", ["MultiPolygon"])
    assert about["bbox"] == list(shapely.total_bounds([shapes[0], shapes[2]]))


@pytest.mark.parametrize("key", ["gpkg", "fgb", "gml"])
@pytest.mark.parametrize("srid", [2044, 3405, 4756, 9214, 32648])
def test_axes_stay_x_first_whatever_the_authority_says(key: str, srid: int, tmp_path: Path) -> None:
    gate = shapely.Point(*to_wgs84(srid).transform(107.5776, 16.4677, direction="INVERSE"))
    path, _ = written(tmp_path, BY_KEY[key], GeometryType.POINT, [gate], srid)
    meta, _, wkb, _ = pyogrio.raw.read(path)
    assert meta["crs"] == f"EPSG:{srid}" == declared(key, srid)
    back = shapely.from_wkb(wkb[0])
    assert (back.x, back.y) == pytest.approx((gate.x, gate.y), rel=1e-14)


def test_a_mixed_layer_becomes_one_shapefile_for_each_kind_of_shape(tmp_path: Path) -> None:
    shapes = [SHAPES[GeometryType.POINT][0], SHAPES[GeometryType.POLYGON][0], None]
    written(tmp_path, BY_KEY["shp"], GeometryType.MIXED, shapes)
    counted = {
        path.stem: (pyogrio.read_info(path)["geometry_type"], pyogrio.read_info(path)["features"])
        for path in tmp_path.glob("*.shp")
    }
    assert counted == {"lop_diem": ("Point", 2), "lop_vung": ("Polygon", 1)}


def test_tiles_hold_every_feature_once_at_the_deepest_zoom(tmp_path: Path) -> None:
    square = shapely.box(11_975_000, 1_857_000, 11_975_050, 1_857_050)
    shapes = [shapely.MultiPolygon([square]), shapely.MultiPolygon([square.buffer(20)])]
    path, _ = written(tmp_path, BY_KEY["pmtiles"], GeometryType.POLYGON, shapes, 3857)
    _, _, wkb, columns = pyogrio.raw.read(path)
    assert len(wkb) == 2
    assert sorted(columns[2]) == ["00123", "=1+1"]


def test_of_nothing_there_are_no_tiles(tmp_path: Path) -> None:
    spec = Spec("pmtiles", str(tmp_path / "lop.pmtiles"), "lop", "", 3857, "polygon")
    with pytest.raises(Unwritable, match="nothing-there"):
        write_gdal.write(spec, pa.RecordBatchReader.from_batches(pa.schema([]), []), {})


ALWAYS = [one for one in OUT if one.writer and one.key != "pmtiles"]


@pytest.mark.parametrize("out", ALWAYS, ids=lambda one: one.key)
def test_an_empty_layer_is_an_empty_file(out: OutFormat, tmp_path: Path) -> None:
    path = tmp_path / f"lop{out.packed or out.suffix}"
    spec = Spec(out.key, str(path), "lop", "Lớp thử", HUE, "polygon", "Tên xã")
    fields = [pa.field("fid", pa.int64())]
    fields += [pa.field(name, kind) for name, (kind, _) in zip(NAMES, COLUMNS, strict=True)]
    schema = pa.schema([*fields, pa.field("geom", pa.large_binary())])
    rows = fit.fitted(out, iter(()), schema, {})
    import_module(out.writer).write(spec, rows, {})
    assert path.exists()
