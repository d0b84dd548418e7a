"""The reader of tables: CSV, TSV, XLSX, XLS and ODS whose rows say where they lie.

The first reading finds the header, the columns' types and the place, passes over all rows to be
sure, and leaves its decisions as a plan; the second follows it. Rows come in batches, so that a
delimited text of any length needs no more memory than a short one. Runs inside the sandbox.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from conversion.arrow import pc
from conversion.formats import Kind
from conversion.reading import MAX_COLUMNS, Column, LayerHead, Note, Reading
from conversion.refusal import Refusal
from conversion.table import addresses, csv, own, package, sample, shapes
from conversion.table import header as table_header
from conversion.table import notes as table_notes
from conversion.table.choice import Found, choose, placed_sheets, unique, words_of
from conversion.table.place import Place
from conversion.table.plan import TablePlan, header_key
from conversion.table.rows import Row, Sheet, Value, batched, is_empty
from conversion.table.types import Profile, as_array, decide

_SAMPLE: Final = 2_000
_CELLS: Final = 400_000
_TABLE: Final = "table"
_READERS: Final[Mapping[Kind, str]] = {
    Kind.XLSX: "conversion.table.xlsx",
    Kind.XLS: "conversion.table.xls",
    Kind.ODS: "conversion.table.ods",
}
_WGS84: Final = "EPSG:4326"


@dataclass(frozen=True, slots=True)
class _Source:
    """The sheets of a file, and what is to be said of the file as a whole."""

    sheets: list[Sheet]
    notes: list[Note]


@contextmanager
def open_reading(job: Mapping[str, Any], batch_rows: int) -> Generator[Reading]:
    """Lend the table that ``job`` names; see ``conversion.reading.opened``.

    Raises:
        Refusal: it cannot be opened, or no sheet has rows that say where they lie.
    """
    path, times = Path(job["file"]), 1.0
    if job.get("sample") and Kind(job["kind"]) is Kind.CSV and sample.is_large(path):
        path, times = sample.cut(path)
    with _opened(path, Kind(job["kind"]), job["plan"]) as source:
        if job["plan"]:
            plan = TablePlan.from_dict(job["plan"])
            sheet = _named(source.sheets, plan.sheet)
            yield _reading(job, sheet, plan, batch_rows, source.notes, [plan.sheet], ())
            return
        sheets = source.sheets if times == 1 else list(map(sample.regular, source.sheets))
        found, without = placed_sheets(sheets, job["options"])
        taken = choose(found, str(job.get("layer") or ""))
        plan = _planned(taken, times)
        notes = [*source.notes, *table_notes.of_start(taken.header, plan, taken.names, without)]
        names = [one.sheet.name for one in found]
        yield _reading(job, taken.sheet, plan, batch_rows, notes, names, words_of(taken))


@contextmanager
def _opened(path: Path, kind: Kind, plan: Mapping[str, Any]) -> Generator[_Source]:
    if kind is Kind.CSV:
        dialect = TablePlan.from_dict(plan).dialect if plan else None
        yield _Source([csv.sheet(path, _TABLE, dialect)], [])
        return
    uncomputed = 0 if kind is Kind.XLS else package.check(path)
    # Only the one library that is needed: each costs a tenth of a second of every start.
    with import_module(_READERS[kind]).sheets(path) as (sheets, hidden):
        yield _Source(sheets, list(table_notes.of_file(hidden, uncomputed)))


def _named(sheets: Sequence[Sheet], name: str) -> Sheet:
    for one in sheets:
        if one.name == name:
            return one
    raise Refusal("no-such-layer")


def _planned(found: Found, times: float) -> TablePlan:
    """Pass over all rows, and return what each column turns out to hold.

    ``times``: how many times as long as the rows at hand the file is, if they are a sample.
    """
    header = tuple(header_key(row) for row in found.header.rows)
    seen = _Profiles()
    left_out = own.repeating(found.sheet, found.names, found.sample, found.place)
    for rows in batched(_data(found.sheet, found.header.last, header, found.place), _SAMPLE):
        seen.add(rows)
        if left_out and _unread(rows, found.place):
            left_out = ()
    if not seen.rows:
        raise Refusal("no-features")
    headed = len(found.header.names)
    seen.widen(headed)
    names = unique((*found.names, *[""] * (len(seen.columns) - len(found.names))))
    sheet = found.sheet
    kept = tuple(
        decide(
            profile,
            at,
            names[at],
            typed=sheet.is_typed,
            comma=sheet.comma,
            quoted=sheet.quoted.get(at),
        )
        for at, profile in enumerate(seen.columns)
        if at not in left_out and (profile.seen or (at < headed and found.header.names[at]))
    )
    srid, encoding = 0, ""
    if found.place.how == "shape":
        at = found.place.columns[0]
        srid = shapes.srid_of([_at(row.values, at) for row in found.sample])
    if found.place.how == "address":
        encoding = addresses.encoding_of(found.sample, found.place)
    return TablePlan(
        sheet=sheet.name,
        last=found.header.last,
        header=header,
        columns=kept,
        place=found.place,
        rows=round(seen.rows * times),
        srid=srid,
        encoding=encoding,
        dialect=sheet.dialect if isinstance(sheet.dialect, csv.Dialect) else None,
        is_sampled=times > 1,
    )


class _Profiles:
    """The profiles of all columns, grown as wider rows are met."""

    def __init__(self) -> None:
        self.columns: list[Profile] = []
        self.rows = 0

    def add(self, rows: Sequence[Row]) -> None:
        self.rows += len(rows)
        width = max(len(row.values) for row in rows)
        self.widen(width)
        for profile, values in zip(self.columns, _transposed(rows, width), strict=False):
            profile.add(values)

    def widen(self, width: int) -> None:
        if width > MAX_COLUMNS:
            raise Refusal("too-many-columns")
        self.columns += [Profile() for _ in range(width - len(self.columns))]


def _reading(
    job: Mapping[str, Any],
    sheet: Sheet,
    plan: TablePlan,
    batch_rows: int,
    notes: list[Note],
    names: Sequence[str],
    hints: Sequence[str],
) -> Reading:
    is_part = plan.is_sampled and not job["plan"]
    crs = _crs(plan, hints)
    if plan.place.degrees and crs == _WGS84 and not plan.srid and hints:
        notes.append(Note("degrees_wgs84"))
    columns = [Column(at, one.name, one.type) for at, one in enumerate(plan.columns)]
    if plan.place.how == "address":
        columns += addresses.added_columns(len(columns))
    return Reading(
        driver=str(job["kind"]).upper(),
        layers=[LayerHead(name) for name in names],
        layer=plan.sheet,
        crs=crs,
        columns=columns,
        batches=_batches(sheet, plan, batch_rows, [] if is_part else notes),
        rows=plan.rows,
        raw_text=sheet.raw_text,
        plan=plan.as_dict(),
        notes=notes,
        hints=list(hints),
        is_sampled=is_part,
    )


def _crs(plan: TablePlan, hints: Sequence[str]) -> str:
    """Return the system that the table itself tells: an SRID, or degrees that nothing else names.

    Degrees in VN-2000 lie 225 m from those in WGS 84, so a title that says so leaves it open.
    """
    if plan.srid:
        return f"EPSG:{plan.srid}"
    is_vietnamese = any(table_notes.VN_2000.search(hint) for hint in hints)
    if plan.place.how == "address" or (plan.place.degrees and not is_vietnamese):
        return _WGS84
    return ""


def _batches(
    sheet: Sheet, plan: TablePlan, batch_rows: int, notes: list[Note]
) -> Iterator[pa.RecordBatch]:
    """Yield the rows in the plan's types, the geometry last; then say what was left out."""
    tally = table_notes.Tally()
    size = max(1, min(batch_rows, _CELLS // max(1, len(plan.columns))))
    rows = _data(sheet, plan.last, plan.header, plan.place, tally)
    check = sample.Check(sheet, plan) if plan.is_sampled else None
    for chunk in batched(rows, size):
        yield _batch(chunk, sheet, plan, tally, check)
    tally.joined += sorted(sheet.joined)
    notes += tally.notes(plan.place)


def _batch(
    rows: Sequence[Row],
    sheet: Sheet,
    plan: TablePlan,
    tally: "table_notes.Tally",
    check: "sample.Check | None",
) -> pa.RecordBatch:
    width = max((column.position for column in plan.columns), default=0) + 1
    values = _transposed(rows, max(width, 1 + max(plan.place.columns)))
    if check is not None:
        check.look(rows, values)
    arrays = [as_array(values[column.position], column) for column in plan.columns]
    if plan.place.how == "address":
        found = addresses.matches(rows, plan.place, plan.encoding)
        arrays += addresses.added(found, raw=sheet.raw_text)
        geometry = addresses.geometry(found)
    else:
        geometry = _geometry(plan.place, values)
        if check is not None:
            check.place(values, geometry)
    absent = pc.is_null(geometry).to_pylist()
    tally.unread += [row.number for row, lost in zip(rows, absent, strict=True) if lost]
    arrays.append(geometry)
    return pa.RecordBatch.from_arrays(arrays, names=[f"f{at}" for at in range(len(arrays))])


def _unread(rows: Sequence[Row], place: Place) -> bool:
    """Return whether a row says of its place what cannot be read."""
    values = _transposed(rows, 1 + max(place.columns))
    absent = pc.is_null(_geometry(place, values)).to_pylist()
    said = zip(*(values[at] for at in place.columns), strict=True)
    return any(
        lost and not all(map(is_empty, cells)) for lost, cells in zip(absent, said, strict=True)
    )


def _geometry(place: Place, values: Sequence[Sequence[Value]]) -> pa.Array:
    first = values[place.columns[0]]
    if place.how == "xy":
        return shapes.from_columns(first, values[place.columns[1]])
    if place.how == "pair":
        return shapes.from_pairs(first, turned=place.turned)
    return shapes.from_texts(first)


def _data(
    sheet: Sheet,
    last: int,
    header: Sequence[tuple[str, ...]],
    place: Place,
    tally: "table_notes.Tally | None" = None,
) -> Iterator[Row]:
    """Yield the data rows: without totals and signatures that have no place, or a header again."""
    first_cells = {row[0] for row in header if row}
    for row in sheet.rows():
        if row.number <= last:
            continue
        if table_header.is_footer(row.values) and not _has_place(row.values, place):
            if tally is not None:
                tally.footers.append(row.number)
        elif _first(row.values) in first_cells and header_key(row.values) in header:
            if tally is not None:
                tally.headers.append(row.number)
        else:
            yield row


def _first(values: Sequence[Value]) -> str:
    return "" if not values or values[0] is None else str(values[0]).strip()


def _has_place(values: Sequence[Value], place: Place) -> bool:
    if place.how == "address":
        return addresses.matches([Row(0, values)], place, "")[0] is not None
    columns = [[_at(values, at)] for at in range(1 + max(place.columns))]
    return bool(_geometry(place, columns).is_valid()[0].as_py())


def _at(values: Sequence[Value], position: int) -> Value:
    return values[position] if position < len(values) else None


def _transposed(rows: Sequence[Row], width: int) -> list[Sequence[Value]]:
    """Return the values of ``rows`` column by column, empty where a row is shorter."""
    full = [
        row.values if len(row.values) == width else [*row.values[:width], *_gap(row, width)]
        for row in rows
    ]
    return list(zip(*full, strict=True))


def _gap(row: Row, width: int) -> list[Value]:
    return [None] * (width - len(row.values))
