"""A layer of the registry as pygeoapi wants to be told of it, and the little else it must know."""

from typing import Any

from gishue.core.bounds import Bounds
from layers.fields import FieldType
from layers.layer import GeometryType, Layer
from ogc import crs_uri

type Resource = dict[str, Any]

DEFAULT_ITEMS = 10
MAX_ITEMS = 10_000

_VIETNAM = Bounds(102.0, 6.0, 117.5, 23.5)
"""Where an empty layer will have its features, EPSG:4326."""

_TITLE = {"vi": "GISHue: dữ liệu không gian thành phố Huế", "en": "GISHue: map data of Huế city"}
_DESCRIPTION = {
    "vi": "Các lớp bản đồ của thành phố Huế theo chuẩn OGC API, dùng với QGIS, ArcGIS và GDAL.",
    "en": "The map layers of the city of Huế as OGC API services for QGIS, ArcGIS and GDAL.",
}

SCHEMA_OF: dict[FieldType, dict[str, str]] = {
    FieldType.TEXT: {"type": "string"},
    FieldType.INTEGER: {"type": "integer"},
    FieldType.REAL: {"type": "number"},
    FieldType.BOOLEAN: {"type": "boolean"},
    FieldType.DATE: {"type": "string", "format": "date"},
    FieldType.DATETIME: {"type": "string", "format": "date-time"},
}

GEOMETRY_FORMAT: dict[GeometryType, str] = {
    GeometryType.POINT: "geometry-point",
    GeometryType.LINE: "geometry-multilinestring",
    GeometryType.POLYGON: "geometry-multipolygon",
    GeometryType.MIXED: "geometry-any",
}


def config() -> dict[str, Any]:
    """Return the smallest configuration pygeoapi starts with; every request brings its own URL."""
    return {
        "server": {
            "bind": {"host": "localhost", "port": 0},
            "url": "/ogc",
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "gzip": False,
            "languages": ["vi", "en"],
            "pretty_print": False,
            "limits": {"default_items": DEFAULT_ITEMS, "max_items": MAX_ITEMS},
            "map": {"url": "", "attribution": ""},
            "admin": False,
        },
        "logging": {"level": "CRITICAL"},
        "metadata": {
            "identification": {
                "title": _TITLE,
                "description": _DESCRIPTION,
                "keywords": {"vi": ["Huế", "bản đồ"], "en": ["Huế", "maps"]},
                "url": "/",
            },
            "license": {},
            "provider": {"name": {"vi": "Thành phố Huế", "en": "City of Huế"}},
            "contact": {},
        },
        "resources": {},
    }


def resource(layer: Layer) -> Resource:
    """Return a layer as a pygeoapi collection.

    pygeoapi writes into the lists it is given, so they are made new for each call.
    """
    return {
        "type": "collection",
        "title": {"vi": layer.title, "en": layer.title_en or layer.title},
        "description": {
            "vi": layer.description or layer.title,
            "en": layer.description_en or layer.title_en or layer.title,
        },
        "keywords": _keywords(layer),
        "links": [],
        "extents": {"spatial": {"bbox": list(layer.bounds or _VIETNAM), "crs": crs_uri.CRS84.uri}},
        "providers": [
            {
                "type": "feature",
                "name": "ogc.provider.LayerProvider",
                "data": layer.slug,
                "id_field": "id",
                "storage_crs": crs_uri.storage(layer).uri,
                "crs": [named.uri for named in crs_uri.offered(layer)],
                "layer": layer,
            },
            {"type": "tile", "name": "ogc.provider.TileLinks", "data": layer.slug}
            | {"format": {"name": "mvt", "mimetype": "application/vnd.mapbox-vector-tile"}},
        ],
    }


def _keywords(layer: Layer) -> dict[str, list[str]]:
    simulated = layer.simulated
    return {
        "vi": [word for word in (layer.theme_title, layer.unit_title) if word]
        + ["dữ liệu mô phỏng"] * simulated,
        "en": [word for word in (layer.theme_title_en, layer.unit_title_en) if word]
        + ["simulated data"] * simulated,
    }
