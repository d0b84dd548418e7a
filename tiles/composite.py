"""Several layers in one tile: each made and kept as its own, then joined.

MVT is a protobuf message whose layers may be written one after the other, so that the bytes of
two tiles in a row are one tile of both. Source: Mapbox Vector Tile 2.1, section 4.1.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from anyio import to_thread

from gishue.core.bounds import Bounds
from gishue.core.errors import BadRequest
from layers.layer import Layer, LayerKind
from tiles.grid import NoTile, Tile
from tiles.query import TileQuery
from tiles.ready import ReadyTile, unzipped, zipped
from tiles.service import TileService, ask_tile, get_tile
from tiles.tilejson import attribution, tilejson

MOST: Final = 16
"""Layers that one tile may join."""


def slugs_in(text: str) -> list[str]:
    """Return the slugs written with commas between them.

    Raises:
        BadRequest: there are too many, or one stands there twice.
    """
    slugs = text.split(",")
    if len(slugs) > MOST or len(set(slugs)) < len(slugs):
        raise BadRequest(
            f"one tile joins at most {MOST} layers, each named once",
            vi=f"một ô bản đồ gộp tối đa {MOST} lớp, mỗi lớp nêu một lần",
        )
    return slugs


def check_vector(layers: Sequence[Layer]) -> None:
    """Raise BadRequest unless all are vector layers: pictures are not joined."""
    for layer in layers:
        if layer.kind is not LayerKind.VECTOR:
            raise BadRequest(
                f"layer {layer.slug!r} is a {layer.kind} layer; only vector layers are joined",
                vi=f"lớp {layer.slug!r} là lớp ảnh; chỉ gộp được các lớp vectơ",
            )


async def composite_tile(
    tiles: TileService, layers: Sequence[Layer], tile: Tile, query: TileQuery | None
) -> ReadyTile:
    """Return the tile of all ``layers``, in their order; those that do not reach there are empty.

    Nothing of it can be old: what is kept is found by the ETags of the parts.

    Raises:
        NoTile: none of them reaches there.
        BadRequest, NotKept, Busy, Unavailable: as one of them refuses.
    """
    found = await asyncio.gather(*[_part(tiles, layer, tile, query) for layer in layers])
    parts = [part for part in found if part is not None]
    if not parts:
        at = f"{tile.z}/{tile.x}/{tile.y}"
        raise NoTile(
            f"tile {at} is beyond the bounds or zooms of these layers",
            vi=f"ô {at} nằm ngoài phạm vi hoặc mức thu phóng của các lớp này",
        )
    key = tuple(f"{part.digest}{part.note}" for part in parts)
    ready = tiles.queries.cache.get(key)
    if ready is None:
        ready = await to_thread.run_sync(joined, parts, limiter=tiles.threads)
        tiles.queries.cache.put(key, ready)
    return ready


def joined(parts: Sequence[ReadyTile]) -> ReadyTile:
    """Return the tile of the layers of all ``parts``."""
    notes = "; ".join(dict.fromkeys(part.note for part in parts if part.note))
    filled = [part for part in parts if part.body]
    if len(filled) == 1:
        return filled[0]._replace(note=notes)
    return zipped(b"".join(unzipped(part) for part in filled), notes)


async def _part(
    tiles: TileService, layer: Layer, tile: Tile, query: TileQuery | None
) -> ReadyTile | None:
    try:
        if query is not None:
            return await ask_tile(tiles, layer, tile, query)
        return await get_tile(tiles, layer, tile, "mvt")
    except NoTile:
        return None


def composite_tilejson(layers: Sequence[Layer], origin: str) -> dict[str, Any]:
    """Return the TileJSON document of all ``layers`` in one tile."""
    parts = [tilejson(layer, origin) for layer in layers]
    west, south, east, north = _all_around([Bounds(*part["bounds"]) for part in parts])
    slugs = ",".join(layer.slug for layer in layers)
    revisions = ",".join(str(layer.revision) for layer in layers)
    epochs = sum(layer.epoch for layer in layers)
    zooms = [layer.minzoom for layer in layers], [layer.maxzoom for layer in layers]
    named = dict.fromkeys(attribution(layer) for layer in layers)
    return parts[0] | {
        "tiles": [f"{origin}/tiles/{slugs}/{{z}}/{{x}}/{{y}}.mvt?rev={revisions}"],
        "name": ", ".join(layer.title for layer in layers),
        "description": "",
        "attribution": "; ".join(name for name in named if name),
        "version": f"{epochs}.{sum(layer.revision for layer in layers)}.0",
        "minzoom": min(zooms[0]),
        "maxzoom": max(zooms[1]),
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, parts[0]["center"][2]],
        "vector_layers": [one for part in parts for one in part["vector_layers"]],
    }


def _all_around(boxes: Sequence[Bounds]) -> Bounds:
    first, *others = boxes
    for box in others:
        first = first.union(box)
    return first
