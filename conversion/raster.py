"""Pictures on their way in: what they are, which CRS they are in, and the COG made of them.

Opens nothing itself: :mod:`conversion.cog` does, in the sandbox.
"""

import asyncio
import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from conversion.crs import guess
from conversion.crs.candidate import CrsGuess
from conversion.dataset import Dataset
from conversion.options import AUTO
from conversion.refusal_codes import from_code
from conversion.sandbox import Limits, answer
from gishue.core.blobs import Blob, Blobs
from gishue.core.bounds import Bounds
from gishue.core.crs import accepted, operation, parse_crs, to_wgs84
from layers.publish import Provenance, StagedAsset

MEDIA_TYPE: Final = "image/tiff; application=geotiff; profile=cloud-optimized"
WEB_SRID: Final = 3857
_SPECK_PX: Final = 16
"""A picture smaller than this on the screen is not asked for."""


@dataclass(frozen=True, slots=True)
class RasterFacts:
    """What a picture says of itself; ``points`` (x, y) are a grid over it, corners included."""

    width: int
    height: int
    bands: int
    declared: str
    points: tuple[tuple[float, float], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the facts as they stand in an inspection."""
        xs, ys = zip(*self.points, strict=True)
        return {
            "driver": "GTiff",
            "width": self.width,
            "height": self.height,
            "bands": self.bands,
            "bounds": [min(xs), min(ys), max(xs), max(ys)],
        }


def inspect_raster(dataset: Dataset, limits: Limits) -> RasterFacts:
    """Read in the sandbox what a GeoTIFF is.

    Raises:
        GishueError: it is damaged, no picture, too large, or has no place on the ground.
    """
    job = {"act": "raster", "do": "inspect", "file": dataset.file}
    return _facts(answer(job, dataset.place, limits))


def crs_of(facts: RasterFacts, wanted: str, hints: Sequence[str] = ()) -> CrsGuess:
    """Return the CRS of a picture, or the question to ask; ``wanted`` is a code or ``auto``.

    A picture has no columns to turn and no numbers to multiply: such a guess is not taken.
    ``hints``: names that may speak of a CRS.
    """
    if wanted == AUTO:
        found = guess.guess(facts.declared, facts.points, hints=hints)
        as_it_is = not found.swapped and found.scale == 1
        return found if as_it_is else dataclasses.replace(found, taken=None)
    srid = parse_crs(wanted)
    found = guess.guess(wanted, facts.points)
    return dataclasses.replace(found, taken=srid, guessed=False, swapped=False, scale=1.0)


def crs_said(facts: RasterFacts, crs: CrsGuess) -> dict[str, Any]:
    """Return the decision about the CRS as it stands in an inspection."""
    return {
        "declared": facts.declared[:2000],
        "taken": f"EPSG:{crs.taken}" if crs.taken else None,
        "title": accepted()[crs.taken].title_en if crs.taken else "",
        "title_vi": accepted()[crs.taken].title_vi if crs.taken else "",
        "guessed": crs.guessed,
        "candidates": [candidate.as_dict() for candidate in crs.candidates],
    }


async def make_cog(
    store: Blobs, dataset: Dataset, facts: RasterFacts, srid: int, limits: Limits
) -> tuple[StagedAsset, Blob]:
    """Make and store the web-aligned COG of a picture in ``srid``; return it staged.

    Raises:
        GishueError: the picture is damaged, or needs more than one file may use.
    """
    with TemporaryDirectory(dir=store.scratch) as name:
        folder = Path(name)
        place = dataclasses.replace(dataset.place, out=folder)
        job = {"act": "raster", "do": "convert", "file": dataset.file, "srid": srid}
        said = await asyncio.to_thread(answer, job | {"folder": "/out"}, place, limits)
        made = folder / "cog.tif"
        if not made.is_file() or made.is_symlink():
            raise from_code("unreadable")
        blob = await asyncio.to_thread(store.put_file, made)
    zoom = min(max(int(said["zoom"]), 0), 24)
    how = operation(srid)
    came = Provenance(f"EPSG:{srid}", how.description, how.accuracy_m, "")
    least = _least_zoom(facts, zoom)
    return StagedAsset(blob.sha256, WEB_SRID, _bounds(facts, srid), came, least, zoom), blob


def _facts(said: Mapping[str, Any]) -> RasterFacts:
    try:
        facts = RasterFacts(
            width=int(said["width"]),
            height=int(said["height"]),
            bands=int(said["bands"]),
            declared=str(said["crs"]),
            points=tuple((float(x), float(y)) for x, y in said["points"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise from_code("unreadable") from error
    if len(facts.points) < 4 or not all(math.isfinite(v) for point in facts.points for v in point):
        raise from_code("raster-place")
    return facts


def _bounds(facts: RasterFacts, srid: int) -> Bounds:
    """Return the box round the picture, EPSG:4326; a turned picture lies inside it."""
    xs, ys = zip(*facts.points, strict=True)
    lons, lats = to_wgs84(srid).transform(xs, ys, errcheck=True)
    return Bounds(min(lons), min(lats), max(lons), max(lats))


def _least_zoom(facts: RasterFacts, zoom: int) -> int:
    """Return the zoom below which the picture is a speck."""
    halvings = math.ceil(math.log2(max(facts.width, facts.height, _SPECK_PX) / _SPECK_PX))
    return max(0, zoom - halvings)
