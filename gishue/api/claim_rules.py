"""HTTP for the rules that read units and roles from the claims of the sign-on."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from gishue.accounts import claim_rules
from gishue.accounts.claim_rule import ClaimRule
from gishue.api.deps import Administrator, TheServices
from gishue.core import paging
from gishue.core.actor import Role
from gishue.core.db import transaction
from layers import store as layer_store

router = APIRouter(tags=["sign-on"])


class NewClaimRule(BaseModel):
    """A rule to be added: whoever has `value` in `claim` has `role` in `unit`.

    `claim` is a path such as `realm_access.roles`; `value` is exact, ends in `*` for any text, or
    holds `{unit}` where the code of the unit stands. Rules are looked at in order of `position`;
    the first that gives a unit names the home of the person.
    """

    model_config = ConfigDict(extra="forbid")

    claim: Annotated[str, Field(min_length=1, max_length=200)]
    value: Annotated[str, Field(min_length=1, max_length=200)]
    role: Role
    unit: Annotated[str, Field(max_length=63)] | None = None
    position: Annotated[int, Field(ge=0, le=100_000)] = 100


class ClaimRuleShape(BaseModel):
    """A rule as lists show it."""

    id: int
    position: int
    claim: str
    value: str
    unit: str | None
    role: Role


@router.get("/claim-rules")
async def list_claim_rules(services: TheServices, actor: Administrator) -> dict[str, Any]:
    """List the rules in the order in which they are looked at."""
    async with transaction(services.pool) as conn:
        found = await claim_rules.all_rules(conn)
    return paging.page([ClaimRuleShape(**asdict(one)) for one in found], None)


@router.post("/claim-rules", status_code=201)
async def add_claim_rule(
    body: NewClaimRule, services: TheServices, actor: Administrator
) -> ClaimRuleShape:
    """Add a rule; it counts from each person's next sign-in on."""
    rule = ClaimRule(0, body.position, body.claim, body.value, body.unit, body.role)
    async with transaction(services.pool) as conn:
        await layer_store.check_unit(conn, body.unit)
        added = await claim_rules.add(conn, rule, by=actor)
    return ClaimRuleShape(**asdict(added))


@router.delete("/claim-rules/{rule_id}", status_code=204)
async def remove_claim_rule(
    rule_id: Annotated[int, Path(ge=1, le=2**63 - 1)], services: TheServices, actor: Administrator
) -> Response:
    """Remove a rule; what it gave goes at each person's next sign-in."""
    async with transaction(services.pool) as conn:
        await claim_rules.remove(conn, rule_id, by=actor)
    return Response(status_code=204)
