"""The answer of the CRS detective: the candidates with what speaks for them, taken or asked."""

from dataclasses import dataclass
from typing import Any, Final

from conversion.findings.finding import Finding
from gishue.core.crs import accepted

FITS_FROM: Final = 0.98
"""Share of the points that must lie in the city or within 2 km of it."""


@dataclass(frozen=True, slots=True)
class CrsCandidate:
    """One system in one column order and unit, and what speaks for it.

    ``share`` of the points lies in the city, over ``wards`` wards; ``anchor`` of the features that
    name a ward lie in it (None: no names). ``scale``: what the coordinates are multiplied by first,
    1 unless their unit is mistaken. ``roads_m``: how far the points lie from the nearest road, the
    median (None: not compared). ``hint``: what the file's titles and names say for it.
    ``distance_m`` is how far the points move against the first candidate. Candidates of one
    ``rank`` cannot be told apart.
    """

    srid: int
    swapped: bool
    share: float
    wards: int
    anchor: float | None
    scale: float = 1.0
    roads_m: float | None = None
    hint: str = ""
    rank: int = 1
    distance_m: float = 0.0

    @property
    def fits(self) -> bool:
        """Whether the points lie in the city."""
        return self.share >= FITS_FROM

    def as_dict(self) -> dict[str, Any]:
        """Return the candidate as it stands in the questions of an upload."""
        crs = accepted()[self.srid]
        return {
            "crs": f"EPSG:{self.srid}",
            "title": crs.title_en,
            "title_vi": crs.title_vi,
            "swapped": self.swapped,
            "scale": self.scale,
            "inside_city": round(self.share, 3),
            "wards": self.wards,
            "in_named_ward": None if self.anchor is None else round(self.anchor, 3),
            "roads_m": None if self.roads_m is None else round(self.roads_m, 1),
            "hint": self.hint,
            "rank": self.rank,
            "distance_m": round(self.distance_m, 1),
        }


@dataclass(frozen=True, slots=True)
class CrsGuess:
    """The answer: ``taken`` or, where it is None, a question with ``candidates``.

    ``guessed`` is False where the file's own declaration was taken. ``swapped``: the first column
    of the file is the northing or latitude. ``scale``: what makes metres (or degrees) of the
    file's numbers.
    """

    taken: int | None
    candidates: tuple[CrsCandidate, ...]
    findings: tuple[Finding, ...]
    guessed: bool = False
    swapped: bool = False
    scale: float = 1.0

    @property
    def asks(self) -> bool:
        """Whether a person must choose."""
        return self.taken is None

    @property
    def is_doubtful(self) -> bool:
        """Whether roads could tell more: it asks, or its datum is suspect."""
        return self.asks or any(finding.code == "datum_suspect" for finding in self.findings)
