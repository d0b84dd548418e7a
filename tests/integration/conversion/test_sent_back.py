"""Every format that carries fields, sent back: the same features, fields, types and places."""

import json
from pathlib import Path
from typing import Any

from psycopg.sql import SQL, Composed, Identifier

from conversion.export import fit
from conversion.export.export import export_file
from conversion.export.formats import OUT, OutFormat, Systems
from conversion.ingest import ingest_file
from conversion.options import IngestOptions
from gishue.core.actor import OPERATOR
from layers.fields import FieldType
from layers.layer import Layer
from layers.services import Services
from tests.support.upload import rows

PROPERTIES: dict[str, list[Any]] = {
    "tên": ["Xã Phú Vang", "Phường Vỹ Dạ", "Phường Thủy Xuân"],
    "mã": ["001", "002", "010"],
    "số thửa": [7, 8, 3_000_000_000],
    "diện tích": [0.1 + 0.2, 120.5, 1 / 3],
    "duyệt": [True, False, True],
    "ngày": ["2024-02-29", "1975-03-26", "2025-07-01"],
    "lúc": ["2024-02-29T13:14:15Z", "2024-03-01T00:00:00Z", "2025-07-01T07:00:00+07:00"],
}
TYPES = [
    FieldType.TEXT,
    FieldType.TEXT,
    FieldType.INTEGER,
    FieldType.REAL,
    FieldType.BOOLEAN,
    FieldType.DATE,
    FieldType.DATETIME,
]
PLACES = [(107.58, 16.46), (107.581234567, 16.4612345678), (107.59, 16.47)]
WITH_FIELDS = [one for one in OUT if not one.is_drawing and one.key != "pmtiles"]
TOLD = {"gml": {"ids_left_out"}, "kml": {"names_left_out"}, "kmz": {"names_left_out"}} | {
    key: {"place_not_kept"} for key in ("csv", "xlsx")
}


def a_file(folder: Path) -> Path:
    """Return a GeoJSON with a field of every type."""
    features = [
        {
            "type": "Feature",
            "properties": {name: values[at] for name, values in PROPERTIES.items()},
            "geometry": {"type": "Point", "coordinates": place},
        }
        for at, place in enumerate(PLACES)
    ]
    path = folder / "goc.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


async def test_each_format_brings_back_features_fields_and_places(
    services: Services, tmp_path: Path
) -> None:
    await ingest_file(services, OPERATOR, a_file(tmp_path), IngestOptions(layer="goc"))
    first = services.registry.current.layers["goc"]
    assert [field.type for field in first.fields] == TYPES
    for out in WITH_FIELDS:
        sent = tmp_path / f"{out.key}{out.suffix}"
        await export_file(services, first, sent, out=out)
        crs = "EPSG:4326" if out.systems is Systems.LONLAT else f"EPSG:{first.srid}"
        options = IngestOptions(layer=f"ve_{out.key}", crs=crs)
        told = await ingest_file(services, OPERATOR, sent, options)
        assert (told.state, told.features) == ("published", 3), out.key
        again = services.registry.current.layers[f"ve_{out.key}"]
        names = fit.names(out, [field.name for field in first.fields])
        got = [(field.name, field.type) for field in again.fields]
        assert got == list(zip(names, TYPES, strict=True)), out.key
        codes = {one["code"] for one in told.findings}
        assert codes & {"ids_left_out", "names_left_out", "place_not_kept"} == TOLD.get(
            out.key, set()
        )
        (same,) = await rows(services, compared(first, again, out))
        assert same[:2] == (3, True), out.key
        assert same[2] < 0.001, out.key


def compared(first: Layer, again: Layer, out: OutFormat) -> Composed:
    """Return a query: how many features, whether all values are the same, how far they lie apart.

    Features are known by their code: FlatGeobuf puts them in an order of its own.
    """
    pairs = [
        SQL("a.{} = b.{}" if near == 0 else "abs(a.{} / b.{} - 1) < {}").format(
            Identifier(own.column), Identifier(other.column), *([near] if near else [])
        )
        for own, other in zip(first.fields, again.fields, strict=True)
        for near in [0.0 if out.digits >= 17 or own.type is not FieldType.REAL else 1e-14]
    ]
    return SQL(
        "SELECT count(*), bool_and({same}), max(ST_Distance(ST_Transform(a.geom, 9214),"
        " ST_Transform(b.geom, 9214))) FROM data.{a} a JOIN data.{b} b ON a.{code} = b.{other_code}"
    ).format(
        same=SQL(" AND ").join(pairs),
        a=Identifier(first.table_name or ""),
        b=Identifier(again.table_name or ""),
        code=Identifier(first.fields[1].column),
        other_code=Identifier(again.fields[1].column),
    )
