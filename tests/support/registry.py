"""Layers for tests that need none in a database."""

from datetime import UTC, datetime

from gishue.core.access import Visibility
from layers.layer import GeometryType, Layer, LayerId, LayerKind, LayerState


def a_layer() -> Layer:
    """Return a vector layer without fields, as the registry would hold it."""
    nothing = dict.fromkeys(
        ("title_en", "description", "description_en", "theme_title", "theme_title_en"), ""
    )
    return Layer(
        id=LayerId(1),
        slug="lop",
        title="Lớp",
        **nothing,
        kind=LayerKind.VECTOR,
        theme="other",
        theme_position=0,
        unit=None,
        unit_title="",
        unit_title_en="",
        visibility=Visibility.OPEN,
        state=LayerState.PUBLISHED,
        revision=1,
        epoch=1,
        srid=9214,
        source_crs="EPSG:9214",
        operation="",
        accuracy_m=None,
        encoding="utf-8",
        geometry_type=GeometryType.MIXED,
        table_name=None,
        asset=None,
        feature_count=0,
        bounds=None,
        minzoom=0,
        maxzoom=14,
        licence="",
        source="",
        attribution="",
        simulated=False,
        draw_order=0,
        visible_by_default=True,
        search_field=None,
        style=None,
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
        published_at=None,
        fields=(),
    )
