"""Units in PostgreSQL. The caller opens the transaction."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gishue.accounts.unit import Unit, UnitKind, check
from gishue.core import audit
from gishue.core.actor import OPERATOR, Actor
from gishue.core.audit import Object
from gishue.core.db import Connection
from gishue.core.errors import NotFound
from gishue.core.sql import load

_SQL = load("gishue.accounts", "unit")


async def all_units(conn: Connection) -> list[Unit]:
    """Return every unit, by code."""
    return [_unit(row) for row in await (await conn.execute(_SQL["all"])).fetchall()]


async def by_code(conn: Connection, code: str) -> Unit:
    """Return one unit.

    Raises:
        NotFound: there is none of that code.
    """
    row = await (await conn.execute(_SQL["one"], {"code": code})).fetchone()
    if row is None:
        raise _no_unit(code)
    return _unit(row)


async def put(conn: Connection, unit: Unit, *, by: Actor = OPERATOR) -> None:
    """Write a unit, new or changed.

    Raises:
        InvalidInput: it cannot stand so in the tree.
    """
    check(unit, {one.code: one for one in await all_units(conn)})
    values = {"code": unit.code, "title": unit.title, "title_en": unit.title_en}
    await conn.execute(_SQL["put"], values | {"parent": unit.parent, "kind": unit.kind})
    said = {"parent": unit.parent, "kind": str(unit.kind)}
    await audit.record(conn, by, "unit.put", _object(unit.code), said)


async def set_area(
    conn: Connection, code: str, area: Mapping[str, Any], *, by: Actor = OPERATOR
) -> None:
    """Write the ground of a unit: a GeoJSON polygon or multipolygon, longitude first."""
    await conn.execute(_SQL["set_area"], {"code": code, "area": json.dumps(area)})
    await audit.record(conn, by, "unit.area", _object(code))


async def set_active(conn: Connection, code: str, *, is_active: bool, by: Actor = OPERATOR) -> None:
    """Close a unit, or open it again: in a closed one nobody has a role.

    Raises:
        NotFound: there is none of that code.
    """
    values = {"code": code, "is_active": is_active}
    if await (await conn.execute(_SQL["set_active"], values)).fetchone() is None:
        raise _no_unit(code)
    await audit.record(conn, by, "unit.open" if is_active else "unit.close", _object(code))


def _object(code: str) -> Object:
    return Object("unit", code, code)


def _unit(row: Sequence[Any]) -> Unit:
    values = list(row)
    values[4] = UnitKind(values[4])
    return Unit(*values)


def _no_unit(code: str) -> NotFound:
    return NotFound(f"there is no unit {code!r}", vi=f"không có đơn vị {code!r}")
