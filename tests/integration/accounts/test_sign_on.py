"""Accounts of the sign-on and the rules over claims, on a real database."""

import asyncio
from typing import Any

import pytest

from gishue.accounts import claim_rules, sign_on, store, units
from gishue.accounts.claim_rule import ClaimRule
from gishue.accounts.unit import Unit, UnitKind
from gishue.core.actor import Role
from gishue.core.db import Connection, transaction
from gishue.core.errors import Conflict, InvalidInput, NotFound
from layers.services import Services

ISSUER = "https://sso.hue.example/realms/hue"


async def _rule(
    conn: Connection, value: str, role: Role, unit: str | None = None, position: int = 100
) -> ClaimRule:
    return await claim_rules.add(conn, ClaimRule(0, position, "groups", value, unit, role))


async def _tree(conn: Connection) -> None:
    for unit in (
        Unit("hue", "Huế", kind=UnitKind.CITY),
        Unit("so_xd", "Sở Xây dựng", parent="hue"),
        Unit("phong_cx", "Phòng Cây xanh", parent="so_xd", kind=UnitKind.DIVISION),
    ):
        await units.put(conn, unit)


async def test_rules_are_listed_in_order_of_position_and_removed_by_number(
    conn: Connection,
) -> None:
    await _tree(conn)
    last = await _rule(conn, "b", Role.VIEWER, position=200)
    first = await _rule(conn, "a", Role.EDITOR, "so_xd", position=1)
    assert await claim_rules.all_rules(conn) == [first, last]
    with pytest.raises(Conflict):
        await _rule(conn, "a", Role.VIEWER, "so_xd")
    with pytest.raises(InvalidInput):
        await _rule(conn, "a*b", Role.VIEWER)
    await claim_rules.remove(conn, first.id)
    with pytest.raises(NotFound):
        await claim_rules.remove(conn, first.id)
    assert await claim_rules.all_rules(conn) == [last]


async def test_roles_by_claims_reach_the_units_below_and_those_given_here_stay(
    conn: Connection,
) -> None:
    await _tree(conn)
    await _rule(conn, "/xd", Role.EDITOR, "so_xd")
    first = await sign_on.signed_in(conn, ISSUER, "1", {"groups": ["/xd"], "email": "a@b.vn"})
    assert dict(first.roles) == {"so_xd": Role.EDITOR, "phong_cx": Role.EDITOR}
    await store.give(conn, first.account_id or 0, Role.PUBLISHER, "phong_cx")
    then = await sign_on.signed_in(conn, ISSUER, "1", {"groups": []})
    assert dict(then.roles) == {"phong_cx": Role.PUBLISHER}
    assert then.account_id == first.account_id


async def test_a_role_taken_at_the_issuer_is_written_into_the_audit(conn: Connection) -> None:
    await _tree(conn)
    await _rule(conn, "/xd", Role.EDITOR, "so_xd")
    for groups in (["/xd"], ["/xd"], []):
        await sign_on.signed_in(conn, ISSUER, "1", {"groups": groups})
    asked = "SELECT detail FROM gis.audit_pending WHERE act = 'role.claim' ORDER BY entry"
    said = [row[0] for row in await (await conn.execute(asked)).fetchall()]
    assert said == [
        {"before": [], "after": ["editor so_xd"]},
        {"before": ["editor so_xd"], "after": []},
    ]


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"preferred_username": "Nguyễn.Đức Lan"}, "nguyen.duc-lan"),
        ({"preferred_username": "...", "email": "Lan@Hue.vn"}, "lan@hue.vn"),
        ({"preferred_username": "admin"}, "sso"),
        ({"preferred_username": "x" * 300}, "x" * 56),
        ({"preferred_username": ["lan"], "email": None}, "sso"),
        ({"preferred_username": "日本"}, "sso"),
        ({}, "sso"),
    ],
)
async def test_a_name_is_made_that_an_account_may_have(
    conn: Connection, claims: dict[str, Any], name: str
) -> None:
    assert (await sign_on.signed_in(conn, ISSUER, "1", claims)).name == name
    assert (await sign_on.signed_in(conn, ISSUER, "2", claims)).name == f"{name}-2"
    assert (await sign_on.signed_in(conn, "https://khac.example", "1", claims)).name == f"{name}-3"


async def test_two_first_sign_ins_of_a_person_at_once_make_one_account(services: Services) -> None:
    async def enter() -> int | None:
        async with transaction(services.pool) as conn:
            claims = {"preferred_username": "lan", "sub": "1"}
            return (await sign_on.signed_in(conn, ISSUER, "1", claims)).account_id

    numbers = await asyncio.gather(*(enter() for _ in range(6)))
    assert len(set(numbers)) == 1


async def test_many_first_sign_ins_of_one_name_get_names_of_their_own(services: Services) -> None:
    async def enter(subject: str) -> str:
        async with transaction(services.pool) as conn:
            claims = {"preferred_username": "lan", "sub": subject}
            return (await sign_on.by_token(conn, ISSUER, claims)).name

    names = await asyncio.gather(*(enter(str(number)) for number in range(6)))
    assert sorted(names) == ["lan", "lan-2", "lan-3", "lan-4", "lan-5", "lan-6"]


async def test_a_token_names_no_unit_that_is_closed_or_not_there(conn: Connection) -> None:
    await _tree(conn)
    await _rule(conn, "/{unit}", Role.EDITOR)
    claims = {"sub": "1", "groups": ["/so_xd", "/khong_co", "/x" * 99, "/a\x00b"]}
    actor = await sign_on.by_token(conn, ISSUER, claims)
    assert dict(actor.roles) == {"so_xd": Role.EDITOR, "phong_cx": Role.EDITOR}
    await units.set_active(conn, "so_xd", is_active=False)
    assert dict((await sign_on.by_token(conn, ISSUER, claims)).roles) == {}
