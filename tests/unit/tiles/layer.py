"""A layer that exists in memory only."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from gishue.core.access import Visibility
from gishue.core.bounds import Bounds
from layers.fields import FieldType, build
from layers.layer import GeometryType, Layer, LayerId, LayerKind, LayerState

_NOW = datetime(2026, 1, 1, tzinfo=UTC)

PARCEL = Layer(
    id=LayerId(7),
    slug="thua_dat",
    title="Thửa đất",
    title_en="Parcels",
    description="",
    description_en="",
    kind=LayerKind.VECTOR,
    theme="land",
    theme_title="Đất đai",
    theme_title_en="Land",
    theme_position=1,
    unit=None,
    unit_title="",
    unit_title_en="",
    visibility=Visibility.OPEN,
    state=LayerState.PUBLISHED,
    revision=3,
    epoch=2,
    srid=9214,
    source_crs="EPSG:9214",
    operation="",
    accuracy_m=1.0,
    encoding="utf-8",
    geometry_type=GeometryType.POLYGON,
    table_name="l7_r3",
    asset=None,
    feature_count=1_000_000,
    bounds=Bounds(107.5, 16.4, 107.6, 16.5),
    minzoom=0,
    maxzoom=22,
    licence="",
    source="Sở Nông nghiệp và Môi trường",
    attribution="",
    simulated=True,
    draw_order=10,
    visible_by_default=True,
    search_field=None,
    style=None,
    updated_at=_NOW,
    published_at=_NOW,
    fields=build(
        ["tờ", "thửa", "diện tích", "loại đất", "chủ", "giá"],
        [
            FieldType.INTEGER,
            FieldType.INTEGER,
            FieldType.REAL,
            FieldType.TEXT,
            FieldType.TEXT,
            FieldType.REAL,
        ],
    ),
)


def parcel(**changes: Any) -> Layer:
    """Return the parcels, with changes."""
    return replace(PARCEL, **changes)


def orthophoto(**changes: Any) -> Layer:
    """Return a raster layer, with changes."""
    raster = {
        "slug": "anh_bay",
        "kind": LayerKind.RASTER,
        "geometry_type": None,
        "table_name": None,
        "asset": "0" * 64,
        "fields": (),
        "feature_count": 0,
    }
    return replace(PARCEL, **raster | changes)
