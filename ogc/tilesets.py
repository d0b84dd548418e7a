"""Tile sets of a collection as OGC API Tiles describes them; the tiles are those of ``/tiles``."""

from typing import Any

from layers.layer import Layer
from ogc.asked import Asked

_QUAD = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
_MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
_TILING = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"


def listed(asked: Asked, layer: Layer) -> dict[str, Any]:
    """Return the list of the collection's tile sets: one."""
    here = f"{asked.base}/collections/{layer.slug}/tiles"
    return {
        "links": [{"rel": "self", "type": "application/json", "href": here, "title": layer.title}],
        "tilesets": [_summary(layer, f"{here}/WebMercatorQuad")],
    }


def described(asked: Asked, layer: Layer) -> dict[str, Any]:
    """Return the tile set in WebMercatorQuad, with the address its tiles are made from."""
    here = f"{asked.base}/collections/{layer.slug}/tiles/WebMercatorQuad"
    tiles = f"{asked.origin}/tiles/{layer.slug}"
    said = _summary(layer, here)
    said["links"] += [
        {
            "rel": "item",
            "type": "application/vnd.mapbox-vector-tile",
            "templated": True,
            "title": layer.title,
            "href": f"{tiles}/{{tileMatrix}}/{{tileCol}}/{{tileRow}}.mvt",
        },
        {
            "rel": "describedby",
            "type": "application/json",
            "title": "TileJSON",
            "href": f"{tiles}/tilejson.json",
        },
    ]
    said["layers"] = [{"id": layer.slug, "title": layer.title, "dataType": "vector"}]
    return said


def _summary(layer: Layer, here: str) -> dict[str, Any]:
    said: dict[str, Any] = {
        "title": layer.title,
        "dataType": "vector",
        "crs": _MERCATOR,
        "tileMatrixSetId": "WebMercatorQuad",
        "tileMatrixSetURI": _QUAD,
        "links": [
            {"rel": "self", "type": "application/json", "title": layer.title, "href": here},
            {"rel": _TILING, "type": "application/json", "title": "WebMercatorQuad", "href": _QUAD},
        ],
    }
    if layer.bounds is not None:
        box = layer.bounds
        corners = {"lowerLeft": [box.xmin, box.ymin], "upperRight": [box.xmax, box.ymax]}
        said["boundingBox"] = corners | {"crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
    return said
