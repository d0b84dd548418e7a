"""The providers that pygeoapi asks about a layer; made in microseconds, they open nothing.

pygeoapi makes one per layer at every list of collections. The features themselves never pass
through it: ``ogc.features`` answers them.
"""

from typing import Any

from layers.layer import Layer
from ogc.config import SCHEMA_OF


class LayerProvider:
    """What pygeoapi may know of a layer's features: its fields."""

    type = "feature"
    id_field = "id"
    time_field = None
    properties: tuple[str, ...] = ()

    def __init__(self, provider_def: dict[str, Any]) -> None:
        self.layer: Layer = provider_def["layer"]

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        """The fields by name, as JSON Schema with their titles."""
        return {
            field.name: {"title": field.title, **SCHEMA_OF[field.type]}
            for field in self.layer.fields
        }


class TileLinks:
    """Says that a layer is drawn as vector tiles; the tiles are at ``/tiles``."""

    tile_type = "vector"

    def __init__(self, provider_def: dict[str, Any]) -> None:
        self.slug: str = provider_def["data"]
