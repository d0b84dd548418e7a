"""Declared functions in PostgreSQL. The only module that runs ``layers/sql/function_layer.sql``.

The caller opens the transaction.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from psycopg.types.json import Jsonb

from gishue.core import audit, events
from gishue.core.access import Visibility
from gishue.core.actor import Actor
from gishue.core.audit import Object
from gishue.core.db import Connection
from gishue.core.errors import Conflict, InvalidInput
from gishue.core.sql import load
from layers import store
from layers.fields import FieldType
from layers.function_layer import SIGNATURE, FunctionLayer, Parameter, check, no_function

_SQL = load("layers", "function_layer")

EVENT = "function"
"""The kind of the event that tells every process to read the declarations anew."""


async def all_functions(conn: Connection) -> list[FunctionLayer]:
    """Return what is declared, by name."""
    return [_read(row) for row in await (await conn.execute(_SQL["all"])).fetchall()]


async def add(conn: Connection, layer: FunctionLayer, actor: Actor) -> None:
    """Declare a function that is there.

    Raises:
        InvalidInput: it is not, has another signature, may write, or is not soundly declared.
        Conflict: the name is taken.
    """
    check(layer)
    await store.check_unit(conn, layer.unit)
    await _check_there(conn, layer.function)
    said = asdict(layer) | {"by": actor.name, "visibility": str(layer.visibility)}
    said["parameters"] = Jsonb([asdict(one) for one in layer.parameters])
    if await (await conn.execute(_SQL["add"], said)).fetchone() is None:
        raise Conflict(
            f"a function layer {layer.name!r} is declared already; remove it first",
            vi=f"lớp tính toán {layer.name!r} đã được khai báo; hãy gỡ trước",
        )
    told = {"function": layer.function, "visibility": str(layer.visibility)}
    await audit.record(conn, actor, "function.add", of_function(layer), told)
    await events.record(conn, EVENT, {"name": layer.name})


async def remove(conn: Connection, name: str, actor: Actor) -> None:
    """Take a declaration back; the function itself stays.

    Raises:
        NotFound: nothing is declared so.
    """
    row = await (await conn.execute(_SQL["remove"], {"name": name})).fetchone()
    if row is None:
        raise no_function(name)
    await audit.record(
        conn, actor, "function.remove", Object("function", name, row[1]), {"function": row[0]}
    )
    await events.record(conn, EVENT, {"name": name})


def of_function(layer: FunctionLayer) -> Object:
    """Return a declared function as what was acted upon."""
    return Object("function", layer.name, layer.unit)


async def _check_there(conn: Connection, function: str) -> None:
    row = await (await conn.execute(_SQL["found"], {"function": function})).fetchone()
    if row is None:
        raise InvalidInput(
            f"there is no function analyst.{function[:60]}{SIGNATURE}",
            vi=f"không có hàm analyst.{function[:60]}{SIGNATURE}",
        )
    if not row[0]:
        raise InvalidInput(
            f"analyst.{function[:60]} is VOLATILE; declare it STABLE or IMMUTABLE: a tile writes "
            "nothing",
            vi=f"analyst.{function[:60]} là VOLATILE; hãy khai báo STABLE hoặc IMMUTABLE: ô bản đồ "
            "không ghi gì",
        )


def _read(row: Sequence[Any]) -> FunctionLayer:
    name, function, title, title_en, visibility, unit, parameters, minzoom, maxzoom, age = row
    return FunctionLayer(
        name=name,
        function=function,
        title=title,
        title_en=title_en,
        visibility=Visibility(visibility),
        unit=unit,
        parameters=tuple(
            Parameter(one["name"], FieldType(one["type"]), one["default"]) for one in parameters
        ),
        minzoom=minzoom,
        maxzoom=maxzoom,
        max_age_s=age,
    )
