"""MapLibre styles: of one layer, and of whole maps.

Source: MapLibre Style Specification, version 8.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from gishue.core.errors import NotFound
from layers import style
from layers.layer import Layer, LayerKind
from tiles.tilejson import attribution, bounds, tile_url

_TILE_PX: Final = 256


@dataclass(frozen=True, slots=True)
class MapStyle:
    """A whole-map style: its ground colour, and the layers that belong on it."""

    title: str
    title_en: str
    ground: str
    shows: Callable[[Layer], bool]


def _on_base(layer: Layer) -> bool:
    return layer.visible_by_default and layer.kind is LayerKind.VECTOR


def _on_imagery(layer: Layer) -> bool:
    return layer.visible_by_default or layer.kind is LayerKind.RASTER


def _on_ioc(layer: Layer) -> bool:
    return layer.visible_by_default


MAP_STYLES: Final = MappingProxyType(
    {
        "base": MapStyle("Bản đồ nền", "Base map", "#f4f1ea", _on_base),
        "base-dark": MapStyle("Bản đồ nền tối", "Dark base map", "#1c2530", _on_base),
        "imagery": MapStyle("Ảnh bay chụp", "Imagery", "#26313a", _on_imagery),
        "ioc": MapStyle("Điều hành", "Operations", "#eef1f4", _on_ioc),
    }
)


def layer_style(layer: Layer, origin: str) -> dict[str, Any]:
    """Return a style that draws ``layer`` alone, over nothing."""
    return _document(layer.title, origin) | {
        "metadata": {"gishue:layer": layer.slug, "gishue:revision": layer.revision},
        "sources": {layer.slug: source(layer, origin)},
        "layers": style.style_layers(layer),
    }


def map_style(name: str, layers: Sequence[Layer], origin: str) -> dict[str, Any]:
    """Return the whole-map style ``name`` with those of ``layers`` that belong on it.

    Areas and lines come in drawing order, labels after everything, so that text stays legible.

    Raises:
        NotFound: there is no such style.
    """
    wanted = map_named(name)
    shown = [layer for layer in layers if wanted.shows(layer)]
    drawn = [part for layer in shown for part in style.style_layers(layer)]
    ground = {
        "id": "background",
        "type": "background",
        "paint": {"background-color": wanted.ground},
    }
    return _document(wanted.title, origin) | {
        "metadata": {"gishue:title_en": wanted.title_en},
        "sources": {layer.slug: source(layer, origin) for layer in shown},
        "layers": [
            ground,
            *[part for part in drawn if part["type"] != "symbol"],
            *[part for part in drawn if part["type"] == "symbol"],
        ],
    }


def map_named(name: str) -> MapStyle:
    """Return the whole-map style of that name, or raise NotFound."""
    wanted = MAP_STYLES.get(name)
    if wanted is None:
        known = ", ".join(MAP_STYLES)
        raise NotFound(
            f"there is no map style {name!r}; there are {known}",
            vi=f"không có kiểu bản đồ {name!r}; hiện có {known}",
        )
    return wanted


def source(layer: Layer, origin: str) -> dict[str, Any]:
    """Return the MapLibre source of ``layer``; its revision is in the address."""
    described: dict[str, Any] = {
        "type": str(layer.kind),
        "tiles": [tile_url(layer, origin)],
        "bounds": bounds(layer),
        "minzoom": layer.minzoom,
        "maxzoom": layer.maxzoom,
        "attribution": attribution(layer),
    }
    return described | ({"tileSize": _TILE_PX} if layer.kind is LayerKind.RASTER else {})


def _document(title: str, origin: str) -> dict[str, Any]:
    return {
        "version": 8,
        "name": title,
        "glyphs": f"{origin}/fonts/{{fontstack}}/{{range}}.pbf",
    }
