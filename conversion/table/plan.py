"""What the first reading of a table decides and the second follows: sheet, columns, place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from conversion.table.csv import Dialect
from conversion.table.place import Place
from conversion.table.types import Kept


@dataclass(frozen=True, slots=True)
class TablePlan:
    """How one table is read.

    ``last``: number of the last row above the data. ``header``: the header's rows, to know them
    again where a printout repeats them. ``rows``: how many data rows there are; of a file that
    was ``is_sampled``, about how many.
    """

    sheet: str
    last: int
    header: tuple[tuple[str, ...], ...]
    columns: tuple[Kept, ...]
    place: Place
    rows: int
    srid: int = 0
    encoding: str = ""
    dialect: Dialect | None = None
    is_sampled: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        dialect = self.dialect
        return {
            "sheet": self.sheet,
            "last": self.last,
            "header": [list(row) for row in self.header],
            "columns": [column.as_dict() for column in self.columns],
            "place": self.place.as_dict(),
            "rows": self.rows,
            "srid": self.srid,
            "encoding": self.encoding,
            "is_sampled": self.is_sampled,
            "dialect": None
            if dialect is None
            else [dialect.encoding, dialect.separator, dialect.comma, dialect.skip],
        }

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Self:
        """Return the plan from JSON."""
        return cls(
            sheet=str(said["sheet"]),
            last=int(said["last"]),
            header=tuple(tuple(row) for row in said["header"]),
            columns=tuple(Kept.from_dict(dict(one)) for one in said["columns"]),
            place=Place.from_dict(said["place"]),
            rows=int(said["rows"]),
            srid=int(said["srid"]),
            encoding=str(said["encoding"]),
            is_sampled=bool(said["is_sampled"]),
            dialect=None if said["dialect"] is None else Dialect(*said["dialect"]),
        )


def header_key(values: Sequence[object]) -> tuple[str, ...]:
    """Return a row as it is compared with the header's rows."""
    return tuple("" if value is None else str(value).strip() for value in values)
