"""MapLibre styles: of one layer, and of whole maps.

Source: MapLibre Style Specification, version 8.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from gishue.core.errors import NotFound
from layers import style
from layers.layer import Layer, LayerKind
from tiles import dress
from tiles.dress import Dress
from tiles.tilejson import attribution, bounds, tile_url

SPRITE: Final = "maki"
"""The name of our sheet of signs; a style that draws one brings the sheet along."""
PICTURES: Final = 8
"""So many raster layers lie under the imagery map at most, the newest on top."""

_TILE_PX: Final = 256
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MapStyle:
    """A whole-map style: its ground colour, the layers that belong on it, and how they look there.

    ``on_pictures``: the newest raster layers are part of its ground.
    """

    title: str
    title_en: str
    ground: str
    shows: Callable[[Layer], bool]
    dress: Dress = dress.plain
    on_pictures: bool = False


def _vector(layer: Layer) -> bool:
    return layer.visible_by_default and layer.kind is LayerKind.VECTOR


def _for_operations(layer: Layer) -> bool:
    return layer.visible_by_default or (layer.kind is LayerKind.VECTOR and dress.is_live(layer))


MAP_STYLES: Final = MappingProxyType(
    {
        "base": MapStyle("Bản đồ nền", "Base map", "#f4f1ea", _vector),
        "base-dark": MapStyle("Bản đồ nền tối", "Dark base map", "#1c2530", _vector, dress.dark),
        "imagery": MapStyle(
            "Ảnh bay chụp", "Imagery", "#26313a", _vector, dress.over_pictures, on_pictures=True
        ),
        "ioc": MapStyle("Điều hành", "Operations", "#eef1f4", _for_operations, dress.backdrop),
    }
)


def layer_style(layer: Layer, origin: str, on: str = "base") -> dict[str, Any]:
    """Return a style that draws ``layer`` alone, over nothing, as it looks on the map ``on``.

    Raises:
        NotFound: there is no such map.
    """
    drawn = _drawn(map_named(on), layer)
    return _document(layer.title, origin, drawn) | {
        "metadata": {"gishue:layer": layer.slug, "gishue:revision": layer.revision},
        "sources": {layer.slug: source(layer, origin)},
        "layers": drawn,
    }


def layer_legend(layer: Layer, on: str = "base") -> list[dict[str, Any]]:
    """Return the legend items of ``layer`` in the colours that it has on the map ``on``."""
    wanted = map_named(on)
    return [dress.legend_item(wanted.dress, layer, item) for item in style.legend(layer)]


def map_style(
    name: str, layers: Sequence[Layer], origin: str, *, with_layers: bool = True
) -> dict[str, Any]:
    """Return the whole-map style ``name`` with those of ``layers`` that belong on it.

    Pictures lie lowest, areas and lines come in drawing order, labels after everything, so that
    text stays legible. Without layers the ground alone is left, to which pictures may belong.

    Raises:
        NotFound: there is no such style.
    """
    wanted = map_named(name)
    pictures = _pictures(layers) if wanted.on_pictures else []
    over = [layer for layer in layers if with_layers and wanted.shows(layer)]
    shown = [*pictures, *over]
    drawn = [part for layer in shown for part in _drawn(wanted, layer)]
    ground = {
        "id": "background",
        "type": "background",
        "paint": {"background-color": wanted.ground},
    }
    return _document(wanted.title, origin, drawn) | {
        "metadata": {"gishue:title_en": wanted.title_en},
        "sources": {layer.slug: source(layer, origin) for layer in shown},
        "layers": [
            ground,
            *[part for part in drawn if part["type"] != "symbol"],
            *[part for part in drawn if part["type"] == "symbol"],
        ],
    }


def _pictures(layers: Sequence[Layer]) -> list[Layer]:
    rasters = [layer for layer in layers if layer.kind is LayerKind.RASTER]
    return sorted(rasters, key=lambda layer: layer.published_at or _LONG_AGO)[-PICTURES:]


def _drawn(wanted: MapStyle, layer: Layer) -> list[dict[str, Any]]:
    return [wanted.dress(layer, part) for part in style.style_layers(layer)]


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


def _document(title: str, origin: str, drawn: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    has_signs = any("icon-image" in part.get("layout", {}) for part in drawn)
    sprite = {"sprite": f"{origin}/sprites/{SPRITE}"} if has_signs else {}
    return sprite | {
        "version": 8,
        "name": title,
        "glyphs": f"{origin}/fonts/{{fontstack}}/{{range}}.pbf",
    }
