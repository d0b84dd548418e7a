"""Whether the rows of a staged table meet the schema of the layer they are meant for.

The only module that runs ``conversion/sql/domains.sql``. Nothing is changed: each row that breaks a
rule is counted, and kept as a place up to a limit.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from psycopg.sql import SQL, Identifier

from conversion.findings import places
from conversion.findings.finding import Finding, Severity
from conversion.findings.rules import finding
from conversion.findings.sightings import KEPT
from conversion.fitting import UNFIT
from conversion.upload import UploadId
from gishue.core.db import Connection
from gishue.core.sql import load
from layers import tables
from layers.fields import Field
from layers.publish import StagedTable
from layers.schema import FieldRule, LayerSchema

_SQL = load("conversion", "domains")

CODES = frozenset(
    {
        UNFIT,
        "value_missing",
        "value_not_listed",
        "value_out_of_range",
        "value_too_long",
        "value_not_unique",
    }
)


async def check(
    conn: Connection, upload_id: UploadId, staged: StagedTable, schema: LayerSchema
) -> list[Finding]:
    """Return a finding for each rule that rows of ``staged`` break, and keep the places.

    ``staged`` has the fields of ``schema``, in its order.
    """
    found: list[Finding] = []
    for rule, field in zip(schema.fields, staged.fields, strict=True):
        for code, values in _demands(rule):
            count = await _count(conn, upload_id, staged, field, code, values)
            if count:
                found.append(finding(code, count, field.name, field=field.title))
    await places.locate(conn, upload_id, tables.staging(staged.name))
    return weighed(found, schema)


def weighed(found: Sequence[Finding], schema: LayerSchema) -> list[Finding]:
    """Return the findings; what breaks a strict schema is an error and stops the publishing."""
    if not schema.strict:
        return list(found)
    return [replace(one, severity=Severity.ERROR) if one.code in CODES else one for one in found]


def _demands(rule: FieldRule) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the checks that a rule asks for, with their values."""
    if rule.required:
        yield "value_missing", {}
    if rule.values:
        yield "value_not_listed", {"values": rule.codes}
    if rule.minimum is not None or rule.maximum is not None:
        low = -math.inf if rule.minimum is None else rule.minimum
        high = math.inf if rule.maximum is None else rule.maximum
        yield "value_out_of_range", {"minimum": low, "maximum": high}
    if rule.max_length is not None:
        yield "value_too_long", {"length": rule.max_length}
    if rule.unique:
        yield "value_not_unique", {}


async def _count(
    conn: Connection,
    upload_id: UploadId,
    staged: StagedTable,
    field: Field,
    code: str,
    values: dict[str, Any],
) -> int:
    parts = {"table": tables.staging(staged.name), "column": Identifier(field.column)}
    statement = SQL(_SQL["kept"]).format(found=SQL(_SQL[code]).format(**parts))
    own = {"upload_id": upload_id, "code": code, "field": field.name, "kept": KEPT}
    row = await (await conn.execute(statement, own | values)).fetchone()
    return int(row[0]) if row is not None else 0
