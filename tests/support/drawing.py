"""Small DXF drawings written from strings, and a cadastral sheet of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HUE_EAST, HUE_NORTH = 561_000.0, 1_821_000.0
"""A place in the middle of Hue in EPSG:9214, metres."""


def dxf(
    entities: Iterable[str],
    *,
    version: str = "AC1015",
    code_page: str = "ANSI_1252",
    units: int = 6,
    styles: Iterable[tuple[str, str]] = (),
    blocks: str = "",
) -> bytes:
    """Return a DXF with a header, text styles (name, font file), blocks and entities."""
    header = f"9\n$ACADVER\n1\n{version}\n9\n$DWGCODEPAGE\n3\n{code_page}\n"
    header += f"9\n$INSUNITS\n70\n{units}\n"
    table = "".join(
        f"0\nSTYLE\n2\n{name}\n70\n0\n40\n0.0\n41\n1.0\n50\n0.0\n71\n0\n42\n2.5\n3\n{font}\n4\n\n"
        for name, font in styles
    )
    body = (
        f"0\nSECTION\n2\nHEADER\n{header}0\nENDSEC\n"
        f"0\nSECTION\n2\nTABLES\n0\nTABLE\n2\nSTYLE\n70\n9\n{table}0\nENDTAB\n0\nENDSEC\n"
        f"0\nSECTION\n2\nBLOCKS\n{blocks}0\nENDSEC\n"
        f"0\nSECTION\n2\nENTITIES\n{''.join(entities)}0\nENDSEC\n0\nEOF\n"
    )
    return body.encode("utf-8" if version >= "AC1021" else "latin-1")


class Handles:
    """Counts the handles of a drawing's entities."""

    def __init__(self) -> None:
        self.last = 0x100

    def __call__(self) -> str:
        """Return the next handle as a group."""
        self.last += 1
        return f"5\n{self.last:X}\n"


def line(at: str, layer: str, start: Sequence[float], end: Sequence[float]) -> str:
    """Return a LINE; ``at`` is its handle group."""
    return f"0\nLINE\n{at}8\n{layer}\n10\n{start[0]}\n20\n{start[1]}\n11\n{end[0]}\n21\n{end[1]}\n"


def text(at: str, layer: str, place: Sequence[float], said: str, style: str = "Standard") -> str:
    """Return a TEXT."""
    return (
        f"0\nTEXT\n{at}8\n{layer}\n10\n{place[0]}\n20\n{place[1]}\n40\n1.0\n1\n{said}\n7\n{style}\n"
    )


def polyline(at: str, layer: str, points: Sequence[Sequence[float]], *, closed: bool = True) -> str:
    """Return a LWPOLYLINE; a third number of a point is its bulge."""
    body = "".join(
        f"10\n{p[0]}\n20\n{p[1]}\n" + (f"42\n{p[2]}\n" if len(p) > 2 else "") for p in points
    )
    return f"0\nLWPOLYLINE\n{at}8\n{layer}\n90\n{len(points)}\n70\n{int(closed)}\n{body}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A cadastral sheet: ``columns`` × ``rows`` parcels of 20 m × 30 m, each side a line.

    ``scale``: drawing units in a metre. ``open_sides``: those that stop two metres short.
    """

    columns: int = 4
    rows: int = 3
    scale: float = 1.0
    open_sides: frozenset[int] = frozenset()

    def place(self, column: float, row: float) -> tuple[float, float]:
        """Return a corner of the sheet's grid, in drawing units."""
        return (
            (HUE_EAST + 20 * column) * self.scale,
            (HUE_NORTH + 30 * row) * self.scale,
        )

    def entities(self) -> list[str]:
        """Return sides on RANH_THUA and labels on NHAN_THUA: code, number over area."""
        at = Handles()
        drawn = [*self._sides(at)]
        for row in range(self.rows):
            for column in range(self.columns):
                number = row * self.columns + column + 1
                code = ("ODT", "LUC", "CLN")[number % 3]
                labels = ((code, 0.2, 0.5), (str(number), 0.6, 0.6), ("600.0", 0.6, 0.4))
                drawn += [
                    text(at(), "NHAN_THUA", self.place(column + dx, row + dy), said)
                    for said, dx, dy in labels
                ]
        return drawn

    def _sides(self, at: Handles) -> Iterable[str]:
        sides = [
            (self.place(c, r), self.place(c + 1, r))
            for r in range(self.rows + 1)
            for c in range(self.columns)
        ]
        sides += [
            (self.place(c, r), self.place(c, r + 1))
            for r in range(self.rows)
            for c in range(self.columns + 1)
        ]
        for which, (start, end) in enumerate(sides):
            far = 2.0 * self.scale if which in self.open_sides else 0.0
            is_level = start[1] == end[1]
            short = (end[0] - far, end[1]) if is_level else (end[0], end[1] - far)
            yield line(at(), "RANH_THUA", start, short)
