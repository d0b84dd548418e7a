"""Drawings through the whole way in: the sandbox, the decisions, the table, the layer."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from psycopg.sql import SQL, Identifier
from pyproj import Transformer

from conversion.findings import places
from conversion.ingest import ingest_file
from conversion.options import IngestOptions
from conversion.refusal import BrokenFile, NeedsAnswer
from conversion.upload import UploadId
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from layers.layer import GeometryType
from layers.services import Services
from tests.support.drawing import HUE_EAST, HUE_NORTH, Handles, Sheet, dxf, text
from tests.support.upload import LEGACY, rows


async def stored(services: Services, slug: str, *names: str) -> list[tuple[Any, ...]]:
    """Return fields of a layer by their names, then what ``ST_Area`` says of each geometry."""
    layer = services.registry.current.layers[slug]
    columns = [next(f.column for f in layer.fields if f.name == name) for name in names]
    listed = SQL("").join(SQL("{}, ").format(Identifier(column)) for column in columns)
    table = Identifier("data", layer.table_name or "")
    query = SQL("SELECT {} ST_Area(geom) FROM {} ORDER BY id").format(listed, table)
    return await rows(services, query)


async def test_a_cadastral_sheet_is_published_as_parcels(
    services: Services, tmp_path: Path
) -> None:
    at = Handles()
    at.last = 0x5000
    owner = text(at(), "CHU", Sheet().place(0.5, 0.8), "NguyÔn V¨n T\u00b5i")
    path = tmp_path / "to_ban_do_12.dxf"
    path.write_bytes(dxf([*Sheet().entities(), owner], styles=[("Standard", ".VnTime.ttf")]))
    options = IngestOptions(crs="EPSG:9214")
    result = await ingest_file(services, OPERATOR, path, options)
    assert (result.state, result.features, result.crs) == ("published", 12, "EPSG:9214")
    layer = services.registry.current.layers["to_ban_do_12"]
    assert layer.geometry_type is GeometryType.POLYGON
    found = await stored(services, "to_ban_do_12", "so_thua", "dien_tich", "loai_dat", "text")
    by_number = {row[0]: row for row in found}
    assert len(by_number) == 12
    assert by_number["1"][1:4] == (600.0, "LUC", "Nguyễn Văn Tài")
    assert all(row[4] == pytest.approx(600.0) for row in found)


async def test_gaps_and_lonely_texts_are_kept_with_their_places(
    services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "to_ho.dxf"
    path.write_bytes(dxf(Sheet(open_sides=frozenset({0})).entities()))
    result = await ingest_file(services, OPERATOR, path, IngestOptions(crs="EPSG:9214"))
    counts = {one["code"]: one["count"] for one in result.findings if one.get("count")}
    assert (counts["cad_gaps"], counts["cad_unbound_texts"]) == (1, 3)
    async with transaction(services.pool) as conn:
        found = await places.page(conn, UploadId(UUID(result.upload)), limit=50)
    gap = next(one for one in found if one.code == "cad_gaps")
    assert (gap.feature_id, gap.detail) == (None, {"layer": "RANH_THUA", "width_m": 2.0})
    assert gap.geometry is not None
    to_lon_lat = Transformer.from_crs(9214, 4326, always_xy=True, allow_ballpark=False)
    there = to_lon_lat.transform(HUE_EAST + 19, HUE_NORTH)
    assert gap.geometry["coordinates"] == pytest.approx(there, abs=1e-6)
    texts = [one.detail["text"] for one in found if one.code == "cad_unbound_texts"]
    assert sorted(texts) == ["1", "600.0", "LUC"]


async def test_wards_of_a_dgn_are_published_with_their_names(services: Services) -> None:
    result = await ingest_file(services, OPERATOR, LEGACY / "bandodiachinh.dgn", IngestOptions())
    assert (result.state, result.features, result.crs) == ("published", 15, "EPSG:9214")
    names = {row[0] for row in await stored(services, "bandodiachinh", "text")}
    assert {"Phường Phong Quảng", "Xã Quảng Điền", None} < names
    assert len(names - {None}) == 14


async def test_a_level_of_a_dgn_can_be_asked_for(services: Services) -> None:
    options = IngestOptions(source_layer="level_13", layer="ten_phuong")
    result = await ingest_file(services, OPERATOR, LEGACY / "bandodiachinh.dgn", options)
    assert (result.state, result.features) == ("published", 14)
    assert services.registry.current.layers["ten_phuong"].geometry_type is GeometryType.POINT


async def test_a_drawing_of_several_layers_without_parcels_asks_which_one(
    services: Services, tmp_path: Path
) -> None:
    at = Handles()
    drawn = [
        text(at(), layer, (HUE_EAST + n, HUE_NORTH), f"{layer} {n}")
        for n in range(3)
        for layer in ("TEN_DUONG", "TEN_CHO")
    ]
    path = tmp_path / "ten.dxf"
    path.write_bytes(dxf(drawn))
    with pytest.raises(NeedsAnswer) as asked:
        await ingest_file(services, OPERATOR, path, IngestOptions(crs="EPSG:9214"))
    assert "layer" in str(asked.value) or "lớp" in str(asked.value)


async def test_a_broken_dwg_is_refused_with_the_way_out(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "hong.dwg"
    path.write_bytes(b"AC1018" + bytes(range(256)) * 40)
    with pytest.raises(BrokenFile, match="RECOVER"):
        await ingest_file(services, OPERATOR, path, IngestOptions())
