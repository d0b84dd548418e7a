"""Rules over claims in PostgreSQL. The caller opens the transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gishue.accounts.claim_rule import ClaimRule, Granted, check, granted
from gishue.core import audit
from gishue.core.actor import OPERATOR, Actor, Role
from gishue.core.audit import Object
from gishue.core.db import Connection
from gishue.core.errors import Conflict, NotFound
from gishue.core.sql import load

_SQL = load("gishue.accounts", "claim_rule")


async def all_rules(conn: Connection) -> list[ClaimRule]:
    """Return every rule, in the order in which they are looked at."""
    return [_rule(row) for row in await (await conn.execute(_SQL["all"])).fetchall()]


async def add(conn: Connection, rule: ClaimRule, *, by: Actor = OPERATOR) -> ClaimRule:
    """Add a rule, whose id is given here; it counts from the next sign-in on.

    Raises:
        InvalidInput: it cannot be read.
        Conflict: there is one for this claim, value and unit.
    """
    check(rule)
    values = {"position": rule.position, "claim": rule.claim, "value": rule.value}
    values |= {"unit": rule.unit, "role": rule.role}
    row = await (await conn.execute(_SQL["add"], values)).fetchone()
    if row is None:
        raise Conflict(
            "there is a rule for this claim, value and unit; remove it first",
            vi="đã có quy tắc cho thuộc tính, giá trị và đơn vị này; hãy xóa quy tắc cũ trước",
        )
    said = {"claim": rule.claim, "value": rule.value, "role": str(rule.role)}
    await audit.record(
        conn, by, "claim_rule.add", Object("claim_rule", str(row[0]), rule.unit), said
    )
    return replace(rule, id=row[0])


async def remove(conn: Connection, rule_id: int, *, by: Actor = OPERATOR) -> None:
    """Remove a rule; what it gave goes at the next sign-in.

    Raises:
        NotFound: there is none of that id.
    """
    row = await (await conn.execute(_SQL["remove"], {"id": rule_id})).fetchone()
    if row is None:
        raise NotFound(f"there is no claim rule {rule_id}", vi=f"không có quy tắc số {rule_id}")
    on = Object("claim_rule", str(rule_id), row[0])
    said = {"claim": row[1], "value": row[2], "role": str(row[3])}
    await audit.record(conn, by, "claim_rule.remove", on, said)


async def grants(conn: Connection, claims: Mapping[str, Any]) -> Granted:
    """Return what ``claims`` give in the units that are there."""
    rules = await all_rules(conn)
    rows = await (await conn.execute(_SQL["units"])).fetchall() if rules else []
    return granted(rules, claims, frozenset(row[0] for row in rows))


def _rule(row: Sequence[Any]) -> ClaimRule:
    *values, role = row
    return ClaimRule(*values, role=Role(role))
