"""Which tiles are held in memory, by layer and address: what an edit touched is found at once."""

from collections.abc import Iterator

from gishue.core.bounds import Bounds
from layers.layer import LayerId
from tiles.grid import MARGIN, SLACK_M, Tile, tile_bounds, tile_range
from tiles.ready import TileKey


class HeldTiles:
    """The keys of held tiles. ``put`` and ``drop`` are called by the cache that holds them."""

    def __init__(self) -> None:
        self._held: dict[LayerId, dict[int, dict[tuple[int, int], set[TileKey]]]] = {}

    def put(self, key: TileKey) -> None:
        """Take note that the tile is held."""
        zooms = self._held.setdefault(key.layer_id, {})
        zooms.setdefault(key.z, {}).setdefault((key.x, key.y), set()).add(key)

    def drop(self, key: TileKey) -> None:
        """Take note that the tile is held no more."""
        zooms = self._held.get(key.layer_id, {})
        places = zooms.get(key.z, {})
        keys = places.get((key.x, key.y), set())
        keys.discard(key)
        if not keys:
            places.pop((key.x, key.y), None)
        if not places:
            zooms.pop(key.z, None)
        if not zooms:
            self._held.pop(key.layer_id, None)

    def of(self, layer: LayerId) -> list[TileKey]:
        """Return the held tiles of a layer."""
        zooms = self._held.get(layer, {})
        return [k for places in zooms.values() for keys in places.values() for k in keys]

    def showing(self, layer: LayerId, box: Bounds) -> list[TileKey]:
        """Return the held tiles of a layer that can show something in ``box``, EPSG:3857."""
        zooms = self._held.get(layer, {})
        return [
            key
            for z, places in zooms.items()
            for place in _places(z, box, places)
            for key in places.get(place, ())
        ]


def shows(key: TileKey, box: Bounds) -> bool:
    """Return whether the tile can show something in ``box``, EPSG:3857 in metres."""
    ground = tile_bounds(Tile(key.z, key.x, key.y))
    far = MARGIN * (ground.xmax - ground.xmin) + SLACK_M
    grown = Bounds(ground.xmin - far, ground.ymin - far, ground.xmax + far, ground.ymax + far)
    return grown.meets(box)


def _places(
    z: int, box: Bounds, held: dict[tuple[int, int], set[TileKey]]
) -> Iterator[tuple[int, int]]:
    """Return the addresses that meet ``box``: of those held, or all there are if they are few."""
    reached = tile_range(box, z, MARGIN)
    if reached.size > len(held):
        return (place for place in held if reached.holds(*place))
    return reached.tiles()
