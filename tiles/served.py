"""Which tiles a layer has: their formats, its zooms, its bounds. Pure."""

from typing import Final

from gishue.core.bounds import Bounds
from layers.layer import Layer, LayerKind
from tiles.grid import NoTile, Tile, check_tile, meets

VECTOR_FORMATS: Final = frozenset({"mvt"})
RASTER_FORMATS: Final = frozenset({"webp", "png", "jpg"})


def check_served(layer: Layer, tile: Tile, format_: str) -> None:
    """Raise NoTile unless ``layer`` has ``tile`` in that format (its body may be empty)."""
    check_kind(layer, tile, format_)
    check_inside(layer, tile, layer.bounds)


def check_kind(layer: Layer, tile: Tile, format_: str) -> None:
    """Raise NoTile unless ``layer`` has tiles of that format, and of the zoom of ``tile``."""
    formats = VECTOR_FORMATS if layer.kind is LayerKind.VECTOR else RASTER_FORMATS
    if format_ not in formats:
        known = ", ".join(sorted(formats))
        raise NoTile(
            f"layer {layer.slug!r} is a {layer.kind} layer: its tiles are {known}",
            vi=f"lớp {layer.slug!r} chỉ có ô bản đồ dạng {known}",
        )
    check_tile(tile)
    if not layer.minzoom <= tile.z <= layer.maxzoom:
        raise _beyond(layer, tile)


def check_inside(layer: Layer, tile: Tile, held: Bounds | None) -> None:
    """Raise NoTile unless ``tile`` meets what ``layer`` holds, in EPSG:4326."""
    if held is not None and not meets(tile, held):
        raise _beyond(layer, tile)


def _beyond(layer: Layer, tile: Tile) -> NoTile:
    at = f"{tile.z}/{tile.x}/{tile.y}"
    return NoTile(
        f"tile {at} is beyond the bounds or zooms of layer {layer.slug!r}",
        vi=f"ô {at} nằm ngoài phạm vi hoặc mức thu phóng của lớp {layer.slug!r}",
    )
