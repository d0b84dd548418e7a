"""A table of features on the city's plane, as the generator hands it to the writers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sample import shapes as drawn
from sample.frame import VN2000_HUE

type Column = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Table:
    """Features of one layer: geometries in EPSG ``srid`` and columns of the same length."""

    shapes: Column
    columns: Mapping[str, Column]
    srid: int = VN2000_HUE

    def __len__(self) -> int:
        return len(self.shapes)

    def head(self, count: int) -> "Table":
        """Return the first ``count`` features."""
        columns = {name: values[:count] for name, values in self.columns.items()}
        return Table(self.shapes[:count], columns, self.srid)


def texts(values: list[str]) -> Column:
    """Return ``values`` as a column of text."""
    return np.array(values, dtype=object)


def table(shapes: Any, **columns: Any) -> Table:
    """Return a table; lists of text become text columns.

    Raises:
        ValueError: a column is not as long as the geometries.
    """
    made = {
        name: texts(values) if isinstance(values, list) and _is_text(values) else np.asarray(values)
        for name, values in columns.items()
    }
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = list(shapes)
    for name, values in made.items():
        if len(values) != len(geometry):
            raise ValueError(f"{name} has {len(values)} values for {len(geometry)} features")
    return Table(geometry, made)


def in_degrees(made: Table) -> Table:
    """Return ``made`` marked as longitude and latitude, EPSG:4326."""
    return Table(made.shapes, made.columns, 4326)


def joined(first: Table, *others: Table) -> Table:
    """Return the features of all tables, which share their columns, one after another."""
    everything = (first, *others)
    columns = {
        name: np.concatenate([part.columns[name] for part in everything]) for name in first.columns
    }
    return Table(np.concatenate([part.shapes for part in everything]), columns)


def points(coords: Any) -> Column:
    """Return (n, 2) coordinates as points."""
    return drawn.points(np.asarray(coords, dtype=np.float64).reshape(-1, 2))


def _is_text(values: list[Any]) -> bool:
    return any(isinstance(value, str) for value in values)
