"""A finer place for addresses than their ward: a street or place of that name in the registry.

Runs over the staged table, on our side of the sandbox, for tables placed by address. Only open,
published layers are asked, so that nothing is told of layers that the uploader may not see.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from psycopg.sql import SQL, Identifier

from conversion.addresses import Match, is_inside, locate, wards
from conversion.table.addresses import ADDED
from gishue.core.db import Connection
from gishue.core.sql import load
from gishue.core.vietnamese import vn_key
from layers import search, tables
from layers.fields import Field

_SQL = load("conversion", "address_places")

BY_NAME: Final = "dia_danh"
"""The precision of a row that stands where a feature of its street's or place's name stands."""

_CHUNK: Final = 5_000
_WORDS: Final = (2, 6)
_LOOKED_AT: Final = 14

type Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the staged table keeps the address and what the reader found of it."""

    address: tuple[str, ...]
    ward: str
    name: str
    precision: str


def columns_of(
    plan: Mapping[str, Any], names: Sequence[str], fields: Sequence[Field]
) -> Columns | None:
    """Return the columns of a table that was placed by address, or None.

    Args:
        plan: what the reader of tables left of its first reading.
        names: the reader's columns as they became fields, in the order of the file.
        fields: those of the staged table; a mapping may have left some of them out.
    """
    kept = {field.name: field.column for field in fields}
    try:
        if plan["place"]["how"] != "address":
            return None
        positions = [int(one["position"]) for one in plan["columns"]]
        at = [positions.index(one) for one in plan["place"]["columns"]]
    except (KeyError, TypeError, ValueError):  # another reader's plan, or none of ours
        return None
    wanted = [*(names[one] for one in at), *names[-len(ADDED) :]]
    if not all(name in kept for name in wanted) or not at:
        return None
    *address, ward, name, precision, _ = (kept[name] for name in wanted)
    return Columns(tuple(address), ward, name, precision)


async def name_wards(conn: Connection, name: str, columns: Columns) -> None:
    """Write the names of wards beside their codes where the reader could not."""
    known = list(wards().values())
    statement = SQL(_SQL["name_wards"]).format(
        table=tables.staging(name), name=Identifier(columns.name), ward=Identifier(columns.ward)
    )
    values = {"codes": [one.code for one in known], "names": [one.name for one in known]}
    await conn.execute(statement, values)


async def refine(conn: Connection, name: str, srid: int, columns: Columns) -> int:
    """Name the wards of ``staging.<name>``, and move rows to the place that their address names.

    Returns how many were moved.

    ``srid`` is the table's. A row whose name stands nowhere in its ward keeps the ward's point.
    """
    await name_wards(conn, name, columns)
    table = tables.staging(name)
    listed = SQL(_SQL["addresses"]).format(
        table=table,
        address=SQL(", ").join(map(Identifier, columns.address)),
        ward=Identifier(columns.ward),
    )
    update = SQL(_SQL["move"]).format(table=table, precision=Identifier(columns.precision))
    last = moved = 0
    while True:
        cur = await conn.execute(listed, {"after": last, "limit": _CHUNK})
        rows = await cur.fetchall()
        if not rows:
            return moved
        last = rows[-1][0]
        found = await _found(conn, {int(row[0]): str(row[1]) for row in rows})
        if found:
            values = {
                "ids": list(found),
                "lons": [lon for lon, _ in found.values()],
                "lats": [lat for _, lat in found.values()],
                "srid": srid,
                "precision": BY_NAME,
            }
            await conn.execute(update, values)
            moved += len(found)


async def _found(conn: Connection, addresses: Mapping[int, str]) -> dict[int, Point]:
    """Return where the rows are whose address names a place of its ward."""
    matched = await asyncio.to_thread(_located, set(addresses.values()))
    keys = {text: list(_keys(one.rest)) for text, one in matched.items() if one is not None}
    known = await search.exact(conn, {key for some in keys.values() for key in some})
    places: dict[str, Point] = {}
    for text, some in keys.items():
        match = matched[text]
        point = None if match is None else _place(match, some, known)
        if point is not None:
            places[text] = point
    return {row: places[text] for row, text in addresses.items() if text in places}


def _located(texts: Collection[str]) -> dict[str, Match | None]:
    return {text: locate(text) for text in texts}


def _place(match: Match, keys: Sequence[str], known: Mapping[str, Sequence[Point]]) -> Point | None:
    """Return the place of the longest name that stands in the ward; of several, the middle one."""
    for key in keys:
        inside = [one for one in known.get(key, ()) if is_inside(match.ward, *one)]
        if inside:
            x = sum(lon for lon, _ in inside) / len(inside)
            y = sum(lat for _, lat in inside) / len(inside)
            return min(inside, key=lambda one: (one[0] - x) ** 2 + (one[1] - y) ** 2)
    return None


def _keys(rest: str) -> Iterator[str]:
    """Yield what may be a name in the part of an address before its ward, the longest first."""
    words = vn_key(rest).split()[-_LOOKED_AT:]
    least, most = _WORDS
    for length in range(min(most, len(words)), least - 1, -1):
        for start in range(len(words) - length + 1):
            key = " ".join(words[start : start + length])
            if not key.replace(" ", "").isdecimal():
                yield key
                yield f"duong {key}"
