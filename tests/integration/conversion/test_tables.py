"""Tables through the whole way in: the sandbox, the decisions, the table, the layer."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from psycopg.sql import SQL, Identifier
from pyproj import Transformer

from conversion.ingest import ingest_file
from conversion.inspect import inspect_file
from conversion.options import IngestOptions
from conversion.refusal import NeedsAnswer, NotADataset
from gishue.core.actor import OPERATOR
from layers.description import Description
from layers.fields import FieldType
from layers.services import Services
from tests.support.upload import LEGACY, rows

STREETS = """ten,kinh_do,vi_do
Lê Lợi,107.5835,16.4575
Đường Nguyễn Huệ,107.5880,16.4580
Lê Lợi,108.2200,16.0600
Bến xe,107.6000,16.4450
Chợ,107.5890,16.4720
"""


async def values(services: Services, slug: str, *names: str) -> list[tuple[Any, ...]]:
    """Return fields of the layer by name, then longitude and latitude."""
    layer = services.registry.current.layers[slug]
    columns = [next(f.column for f in layer.fields if f.name == name) for name in names]
    query = SQL(
        "SELECT {}, round(ST_X(g)::numeric, 6)::float8, round(ST_Y(g)::numeric, 6)::float8"
        " FROM (SELECT *, ST_Transform(geom, 4326) AS g FROM {}) q ORDER BY id"
    ).format(SQL(", ").join(map(Identifier, columns)), Identifier("data", layer.table_name or ""))
    return await rows(services, query)


def codes(findings: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the codes of findings as they are stored."""
    return {str(one["code"]) for one in findings}


async def test_a_workbook_of_a_department_becomes_a_layer(services: Services) -> None:
    path = LEGACY / "bangke_toado.xlsx"
    result = await ingest_file(services, OPERATOR, path, IngestOptions())
    assert (result.state, result.features, result.crs) == ("published", 30, "EPSG:9214")
    said = codes(result.findings)
    assert {"header_found", "coordinates_from", "footer_dropped", "hidden_sheets"} <= said
    first = (await values(services, "bangke_toado", "STT", "Tọa độ / X (m)"))[0]
    assert first[:2] == (1, 1_822_731.605)
    # PROJ's own answer for Y (east) and X (north) of the row, EPSG:6960.
    lonlat = Transformer.from_crs(9214, 4326, always_xy=True).transform(561_120.211, 1_822_731.605)
    assert first[2:] == pytest.approx(lonlat, abs=1e-6)


async def test_addresses_stand_at_their_ward_or_at_the_street_they_name(
    services: Services, tmp_path: Path
) -> None:
    streets = tmp_path / "duong.csv"
    streets.write_text(STREETS, "utf-8")
    about = Description("Đường", search_field="ten")
    await ingest_file(
        services, OPERATOR, streets, IngestOptions(crs="EPSG:4326", description=about)
    )
    table = tmp_path / "co_so.csv"
    table.write_text(
        "ten\tdia_chi\n"
        "A\t12 Lê Lợi, Phường Vĩnh Ninh, Quận Thuận Hóa\n"
        "B\tsố 5 Nguyễn Huệ, P. Phú Nhuận, TP Huế\n"
        "C\t3 Lê Lợi, Xã Lộc An, Huyện Phú Lộc\n"
        "D\tkhông rõ ở đâu\n",
        "utf-8",
    )
    result = await ingest_file(services, OPERATOR, table, IngestOptions())
    assert (result.state, result.features) == ("published", 4)
    assert {"address_from", "address_refined", "address_unmatched"} <= codes(result.findings)
    found = await values(services, "co_so", "ten", "phuong_xa", "do_chinh_xac")
    assert found[0] == ("A", "Phường Thuận Hoá", "dia_danh", 107.5835, 16.4575)
    assert found[1] == ("B", "Phường Thuận Hoá", "dia_danh", 107.588, 16.458)
    assert found[2][:3] == ("C", "Xã Lộc An", "phuong_xa")
    assert found[3] == ("D", None, None, None, None)


async def test_wards_are_named_beside_addresses_in_a_legacy_encoding(
    services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "tcvn3.csv"
    lines = [f"{at};12 Lª Lîi, ph\xadêng VÜnh Ninh, quËn ThuËn Hãa" for at in range(1, 7)]
    path.write_text("\n".join(["STT;§Þa chØ", *lines]), "latin-1")
    await ingest_file(services, OPERATOR, path, IngestOptions(encoding="tcvn3"))
    found = await values(services, "tcvn3", "Địa chỉ", "phuong_xa")
    assert {one[:2] for one in found} == {
        ("12 Lê Lợi, phường Vĩnh Ninh, quận Thuận Hóa", "Phường Thuận Hoá")
    }


async def test_of_several_sheets_a_person_chooses_one(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "tram.xlsx"
    book = openpyxl.Workbook()
    for name in ("Trạm mưa", "Trạm nước"):
        sheet = book.create_sheet(name)
        sheet.append(["Tên", "Kinh độ", "Vĩ độ"])
        for at in range(6):
            sheet.append([f"{name} {at}", 107.5 + at / 50, 16.45])
    book.save(path)
    with pytest.raises(NeedsAnswer) as asked:
        await ingest_file(services, OPERATOR, path, IngestOptions())
    assert "Trạm nước" in str(asked.value.problem())
    options = IngestOptions(source_layer="Trạm nước", layer="tram_nuoc")
    await ingest_file(services, OPERATOR, path, options)
    assert (await values(services, "tram_nuoc", "Tên"))[0] == ("Trạm nước 0", 107.5, 16.45)


async def test_a_table_without_places_is_refused_with_the_way_out(
    services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "thong_ke.csv"
    path.write_text("nam,so\n2023,1\n2024,2\n", "utf-8")
    with pytest.raises(NotADataset, match="with x and y, or with address") as refused:
        await ingest_file(services, OPERATOR, path, IngestOptions())
    assert refused.value.problem()["code"] == "table-no-place"


async def test_a_long_text_is_inspected_by_parts(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "lon.csv"
    filling = "x" * 12_000
    with path.open("w", encoding="utf-8") as stream:
        stream.write("thua,lon,lat,ghi_chu\n")
        for at in range(5_600):
            stream.write(f"{at + 1},{107.5 + at / 40_000:.5f},16.45,{filling}\n")
    found = await inspect_file(path, IngestOptions(), services.settings)
    assert found.facts is not None
    assert 0 < found.facts.sampled < 500
    assert found.facts.rows == pytest.approx(5_600, rel=0.05)
    assert dict(found.facts.columns)["lon"] is FieldType.REAL
