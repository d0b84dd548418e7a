"""Accounts, sessions and keys on a real database."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from gishue.accounts import keys, sessions, store, units
from gishue.accounts.account import WeakPassword
from gishue.accounts.unit import Unit, UnitKind
from gishue.core.access import Act
from gishue.core.actor import OPERATOR, Actor, Limits, Role
from gishue.core.db import Connection
from gishue.core.errors import Conflict, InvalidInput, NotFound, NotSignedIn

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
PASSWORD = "Sông Hương 1833"


async def _id(conn: Connection) -> int:
    return (await store.by_name(conn, "lan")).id


async def test_the_right_password_signs_in_with_the_roles_it_holds(conn: Connection) -> None:
    await store.add(conn, "lan", PASSWORD, role=Role.EDITOR)
    actor = await store.check(conn, "lan", PASSWORD, NOW)
    assert actor is not None
    assert (actor.is_staff, actor.unit, dict(actor.roles)) == (True, None, {"": Role.EDITOR})


async def test_a_wrong_password_and_an_unknown_name_are_told_alike(conn: Connection) -> None:
    await store.add(conn, "lan", PASSWORD)
    assert await store.check(conn, "lan", "sai mật khẩu", NOW) is None
    assert await store.check(conn, "khong-co", PASSWORD, NOW) is None


async def test_an_account_rests_after_many_wrong_passwords(conn: Connection) -> None:
    await store.add(conn, "lan", PASSWORD)
    for _ in range(store.FAILURES):
        await store.check(conn, "lan", "sai mật khẩu", NOW)
    assert await store.check(conn, "lan", PASSWORD, NOW) is None
    later = NOW + timedelta(seconds=store.LOCK_S + 1)
    assert await store.check(conn, "lan", PASSWORD, later) is not None


async def test_a_name_is_taken_once(conn: Connection) -> None:
    await store.add(conn, "lan", PASSWORD)
    with pytest.raises(Conflict):
        await store.add(conn, "lan", PASSWORD)


async def test_a_short_password_is_refused(conn: Connection) -> None:
    with pytest.raises(WeakPassword):
        await store.add(conn, "lan", "ngan")


async def test_a_session_ends_when_idle_and_when_closed(conn: Connection) -> None:
    await store.add(conn, "lan", PASSWORD)
    opened = await sessions.open_(conn, await _id(conn), NOW, hours=8)
    known = await sessions.find(conn, opened.token, NOW + timedelta(minutes=29), 30)
    assert known is not None
    assert known.actor == await store.check(conn, "lan", PASSWORD, NOW)
    assert await sessions.find(conn, opened.token, NOW + timedelta(minutes=61), 30) is None
    assert await sessions.find(conn, opened.token, NOW + timedelta(hours=9), 600) is None
    await sessions.close(conn, opened.token)
    assert await sessions.find(conn, opened.token, NOW, 30) is None


async def test_the_cookie_itself_is_not_in_the_database(conn: Connection) -> None:
    await store.add(conn, "lan", PASSWORD)
    opened = await sessions.open_(conn, await _id(conn), NOW, hours=8)
    cur = await conn.execute("SELECT s::text FROM gis.session s")
    assert opened.token not in str(await cur.fetchall())


async def test_a_revoked_account_loses_its_sessions(conn: Connection) -> None:
    await store.add(conn, "lan", PASSWORD)
    opened = await sessions.open_(conn, await _id(conn), NOW, hours=8)
    await store.deactivate(conn, "lan")
    assert await sessions.find(conn, opened.token, NOW, 30) is None
    assert await store.check(conn, "lan", PASSWORD, NOW) is None


async def test_a_key_works_until_revoked_or_expired(conn: Connection) -> None:
    text = await keys.add(
        conn, "lgsp", role=Role.VIEWER, unit=None, expires_at=NOW + timedelta(days=1)
    )
    assert (await keys.bearer(conn, text, NOW)).actor.name == "lgsp"
    with pytest.raises(NotSignedIn):
        await keys.bearer(conn, text, NOW + timedelta(days=2))
    await keys.revoke(conn, text[3:11], OPERATOR)
    with pytest.raises(NotSignedIn):
        await keys.bearer(conn, text, NOW)


async def test_a_key_in_use_shows_when_it_was_used(conn: Connection) -> None:
    expires_at = NOW + timedelta(days=1)
    text = await keys.add(conn, "lgsp", role=Role.VIEWER, unit=None, expires_at=expires_at)
    assert [one.last_used_at for one in await keys.all_keys(conn)] == [None]
    for minute in (0, 0.5, 2):
        await keys.bearer(conn, text, NOW + timedelta(minutes=minute))
    assert [one.last_used_at for one in await keys.all_keys(conn)] == [NOW + timedelta(minutes=2)]


async def test_a_key_has_the_role_in_its_unit_and_below_and_nothing_beyond_its_limits(
    conn: Connection,
) -> None:
    await _tree(conn)
    limits = Limits(frozenset({"cay_xanh"}), frozenset({Act.READ}))
    text = await keys.add(
        conn, "bus", role=Role.EDITOR, unit="so-xd", expires_at=NOW + timedelta(1), limits=limits
    )
    actor = (await keys.bearer(conn, text, NOW)).actor
    assert dict(actor.roles) == {"so-xd": Role.EDITOR, "phong-cx": Role.EDITOR}
    assert actor.limits == limits


@pytest.mark.parametrize("text", ["", "gh_", "x" * 10_000, "gh_aaaaaaaa_" + "b" * 43])
async def test_what_is_no_key_of_ours_is_refused(conn: Connection, text: str) -> None:
    with pytest.raises(NotSignedIn):
        await keys.bearer(conn, text, NOW)


async def _tree(conn: Connection) -> None:
    for unit in (
        Unit("hue", "Huế", kind=UnitKind.CITY),
        Unit("so-xd", "Sở Xây dựng", parent="hue"),
        Unit("phong-cx", "Phòng Cây xanh", parent="so-xd", kind=UnitKind.DIVISION),
        Unit("so-yt", "Sở Y tế", parent="hue"),
    ):
        await units.put(conn, unit)


async def test_roles_are_inherited_downwards_and_the_highest_counts(conn: Connection) -> None:
    await _tree(conn)
    number = await store.add(conn, "lan", PASSWORD, unit="so-xd", role=Role.EDITOR)
    await store.give(conn, number, Role.VIEWER, "hue")
    await store.give(conn, number, Role.PUBLISHER, "phong-cx")
    actor = await store.actor_by_id(conn, number)
    assert actor is not None
    assert dict(actor.roles) == {
        "hue": Role.VIEWER,
        "so-yt": Role.VIEWER,
        "so-xd": Role.EDITOR,
        "phong-cx": Role.PUBLISHER,
    }


async def test_a_closed_unit_and_those_below_it_give_no_role(conn: Connection) -> None:
    await _tree(conn)
    number = await store.add(conn, "lan", PASSWORD, unit="hue", role=Role.VIEWER)
    await units.set_active(conn, "so-xd", is_active=False)
    actor = await store.actor_by_id(conn, number)
    assert actor is not None
    assert set(actor.roles) == {"hue", "so-yt"}


async def test_the_tree_has_one_top_and_no_circle(conn: Connection) -> None:
    await _tree(conn)
    wrong = (
        Unit("khac", "Khác", kind=UnitKind.CITY),
        Unit("so-xd", "Sở", parent="phong-cx"),
        Unit("moi", "Mới", parent="khong-co"),
        Unit("Sở", "Sở"),
    )
    for unit in wrong:
        with pytest.raises(InvalidInput):
            await units.put(conn, unit)
    with pytest.raises(psycopg.errors.CheckViolation):
        await conn.execute("UPDATE gis.unit SET parent = 'phong-cx' WHERE code = 'so-xd'")


async def test_the_last_administrator_of_the_city_stays(conn: Connection) -> None:
    number = await store.add(conn, "lan", PASSWORD, role=Role.CITY_ADMIN)
    with pytest.raises(Conflict):
        await store.deactivate(conn, "lan")
    with pytest.raises(Conflict):
        await store.take(conn, number, None)


async def test_an_invitation_is_taken_once_and_runs_out(conn: Connection) -> None:
    number = await store.add(conn, "lan", None, unit=None)
    assert await store.check(conn, "lan", "", NOW) is None
    lost = await store.invite(conn, number, by=OPERATOR, now=NOW)
    token = await store.invite(conn, number, by=OPERATOR, now=NOW)
    for wrong, when in ((lost, NOW), (token, NOW + timedelta(days=8)), ("x", NOW)):
        with pytest.raises(NotFound):
            await store.accept(conn, wrong, PASSWORD, when)
    assert (await store.accept(conn, token, PASSWORD, NOW)).name == "lan"
    assert await store.check(conn, "lan", PASSWORD, NOW) is not None
    with pytest.raises(NotFound):
        await store.accept(conn, token, "mật khẩu khác", NOW)


async def test_a_rotated_session_goes_on_under_another_token_and_unit(conn: Connection) -> None:
    await _tree(conn)
    await store.add(conn, "lan", PASSWORD, unit="hue", role=Role.VIEWER)
    opened = await sessions.open_(conn, await _id(conn), NOW, hours=8)
    fresh = await sessions.rotate(conn, opened.token, NOW, "so-yt")
    assert fresh.csrf != opened.csrf
    assert await sessions.find(conn, opened.token, NOW, 30) is None
    known = await sessions.find(conn, fresh.token, NOW, 30)
    assert known is not None
    assert known.actor.unit == "so-yt"


async def _kept(conn: Connection) -> dict[str, bool]:
    """Return each key's name, and whether whoever made it is gone."""
    return {key.name: key.maker_left for key in await keys.all_keys(conn)}


async def _key(conn: Connection, name: str, by: Actor, role: Role = Role.VIEWER) -> str:
    """Return the id of a new key of ``so_xd``."""
    until = NOW + timedelta(days=3_650)
    text = await keys.add(conn, name, role=role, unit="so_xd", expires_at=until, by=by)
    return (await keys.bearer(conn, text, NOW)).key_id


async def test_a_key_outlives_its_maker_and_the_list_says_so(conn: Connection) -> None:
    await units.put(conn, Unit("so_xd", "Sở Xây dựng"))
    await store.add(conn, "truong", PASSWORD, role=Role.CITY_ADMIN)
    await store.add(conn, "lan", PASSWORD, unit="so_xd", role=Role.UNIT_ADMIN)
    lan = await store.check(conn, "lan", PASSWORD, NOW)
    assert lan is not None
    made = await _key(conn, "of lan", lan)
    await _key(conn, "lan", OPERATOR)
    assert await _kept(conn) == {"of lan": False, "lan": False}
    await store.deactivate(conn, "lan")
    assert await _kept(conn) == {"of lan": True, "lan": False}
    assert await keys.living(conn, made, NOW) is not None
    await store.activate(conn, "lan")
    assert not (await _kept(conn))["of lan"]
    await store.give(conn, await _id(conn), Role.PUBLISHER, "so_xd")
    assert (await _kept(conn))["of lan"]


async def test_a_key_made_with_a_key_is_marked_once_that_one_is_revoked(conn: Connection) -> None:
    await units.put(conn, Unit("so_xd", "Sở Xây dựng"))
    first = await _key(conn, "first", OPERATOR, Role.UNIT_ADMIN)
    by = await keys.living(conn, first, NOW)
    assert by is not None
    await _key(conn, "second", by)
    assert not (await _kept(conn))["second"]
    await keys.revoke(conn, first, OPERATOR)
    assert await keys.living(conn, first, NOW) is None
    assert await _kept(conn) == {"first": False, "second": True}
