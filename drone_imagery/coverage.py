"""How well a flight covers its ground: area, overlap and holes of the footprints."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Figures of a flight's footprints; ``outline`` in WGS 84 (lon, lat)."""

    area_ha: float
    mean_overlap: float
    n_holes: int
    outline: BaseGeometry


def coverage(rings: Sequence[Ring]) -> Coverage | None:
    """Return what the footprints ``rings`` (WGS 84, lon lat) cover; None without any.

    ``mean_overlap`` is the sum of the areas over the area of their union: how many photos
    show one place on average. Areas are measured in the local UTM zone.
    """
    if not rings:
        return None
    degrees = np.asarray(rings, dtype=np.float64)  # (ring, corner, lon and lat)
    lon, lat = degrees.reshape(-1, 2).mean(axis=0)
    forward = pyproj.Transformer.from_crs(4326, utm_srid(float(lon), float(lat)), always_xy=True)

    def inverse(metres: NDArray[np.float64]) -> NDArray[np.float64]:
        back = forward.transform(metres[:, 0], metres[:, 1], direction="INVERSE")
        return np.stack(back, axis=-1)

    flat = shapely.polygons(np.stack(forward.transform(degrees[..., 0], degrees[..., 1]), axis=-1))
    whole = shapely.union_all(flat)
    covered_m2 = float(shapely.area(whole))
    return Coverage(
        area_ha=covered_m2 / 10_000,
        mean_overlap=float(shapely.area(flat).sum()) / covered_m2,
        n_holes=int(shapely.get_num_interior_rings(shapely.get_parts(whole)).sum()),
        outline=shapely.transform(whole, inverse),
    )


def utm_srid(lon: float, lat: float) -> int:
    """Return the EPSG code of the WGS 84 UTM zone of a place, the polar zones aside."""
    zone = min(int((lon + 180) // 6) + 1, 60)
    return (32600 if lat >= 0 else 32700) + zone
