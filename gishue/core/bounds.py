"""A box in a named CRS: ``(xmin, ymin, xmax, ymax)``."""

from typing import Final, NamedTuple, Self

from gishue.core.errors import BadRequest


class Bounds(NamedTuple):
    """A box; longitude or easting first, latitude or northing second."""

    xmin: float
    ymin: float
    xmax: float
    ymax: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the box written as ``xmin,ymin,xmax,ymax``.

        Raises:
            BadRequest: not four finite numbers in that order.
        """
        try:
            xmin, ymin, xmax, ymax = (float(part) for part in text.split(","))
        except ValueError as error:
            raise BadRequest(
                f"bbox {text!r} is not four numbers: xmin,ymin,xmax,ymax",
                vi=f"bbox {text!r} không phải bốn số: xmin,ymin,xmax,ymax",
            ) from error
        if not (xmin <= xmax and ymin <= ymax):
            raise BadRequest(
                f"bbox {text!r} is upside down: xmin,ymin,xmax,ymax",
                vi=f"bbox {text!r} bị ngược: xmin,ymin,xmax,ymax",
            )
        return cls(xmin, ymin, xmax, ymax)

    def meets(self, other: "Bounds") -> bool:
        """Return whether the two boxes share a point."""
        return (
            self.xmin <= other.xmax
            and other.xmin <= self.xmax
            and self.ymin <= other.ymax
            and other.ymin <= self.ymax
        )

    def holds(self, other: "Bounds") -> bool:
        """Return whether the other box lies within this one."""
        return (
            self.xmin <= other.xmin
            and other.xmax <= self.xmax
            and self.ymin <= other.ymin
            and other.ymax <= self.ymax
        )

    def has_within(self, other: "Bounds") -> bool:
        """Return whether the other box lies within this one and touches none of its sides."""
        return (
            self.xmin < other.xmin
            and other.xmax < self.xmax
            and self.ymin < other.ymin
            and other.ymax < self.ymax
        )

    def union(self, other: "Bounds") -> "Bounds":
        """Return the smallest box that holds both."""
        return Bounds(
            min(self.xmin, other.xmin),
            min(self.ymin, other.ymin),
            max(self.xmax, other.xmax),
            max(self.ymax, other.ymax),
        )


CITY: Final = Bounds(107.0, 15.98, 108.2, 16.76)
"""Where the city is, EPSG:4326."""
COUNTRY: Final = Bounds(102.0, 5.0, 118.0, 24.0)
"""Where the country is, with Hoàng Sa and Trường Sa, EPSG:4326."""
WORLD: Final = Bounds(-180.0, -90.0, 180.0, 90.0)
"""Everywhere, EPSG:4326."""
