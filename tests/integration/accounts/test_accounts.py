"""Accounts, sessions and keys on a real database."""

from datetime import UTC, datetime, timedelta

import pytest

from gishue.accounts import store
from gishue.accounts.account import WeakPassword
from gishue.core.actor import Role
from gishue.core.db import Connection
from gishue.core.errors import Conflict, NotSignedIn

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
PASSWORD = "Sông Hương 1833"


async def test_the_right_password_signs_in_with_the_roles_it_holds(conn: Connection) -> None:
    await store.add(conn, "lan", PASSWORD, roles=[Role.EDITOR])
    actor = await store.check(conn, "lan", PASSWORD, NOW)
    assert actor is not None
    assert actor.roles == {Role.VIEWER, Role.EDITOR}


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
    actor = await store.check(conn, "lan", PASSWORD, NOW)
    assert actor is not None
    opened = await store.open_session(conn, actor, NOW, hours=8)
    known = await store.session(conn, opened.token, NOW + timedelta(minutes=29), 30)
    assert known is not None
    assert known.actor == actor
    assert await store.session(conn, opened.token, NOW + timedelta(minutes=61), 30) is None
    assert await store.session(conn, opened.token, NOW + timedelta(hours=9), 600) is None
    await store.close_session(conn, opened.token)
    assert await store.session(conn, opened.token, NOW, 30) is None


async def test_the_cookie_itself_is_not_in_the_database(conn: Connection) -> None:
    await store.add(conn, "lan", PASSWORD)
    actor = await store.check(conn, "lan", PASSWORD, NOW)
    assert actor is not None
    opened = await store.open_session(conn, actor, NOW, hours=8)
    cur = await conn.execute("SELECT s::text FROM gis.session s")
    assert opened.token not in str(await cur.fetchall())


async def test_a_revoked_account_loses_its_sessions(conn: Connection) -> None:
    await store.add(conn, "lan", PASSWORD)
    actor = await store.check(conn, "lan", PASSWORD, NOW)
    assert actor is not None
    opened = await store.open_session(conn, actor, NOW, hours=8)
    await store.deactivate(conn, "lan")
    assert await store.session(conn, opened.token, NOW, 30) is None
    assert await store.check(conn, "lan", PASSWORD, NOW) is None


async def test_a_key_works_until_revoked_or_expired(conn: Connection) -> None:
    text = await store.add_key(conn, "lgsp", [Role.VIEWER], None, NOW + timedelta(days=1))
    assert (await store.actor_of_key(conn, text, NOW)).name == "lgsp"
    with pytest.raises(NotSignedIn):
        await store.actor_of_key(conn, text, NOW + timedelta(days=2))
    await store.revoke_key(conn, text[3:11])
    with pytest.raises(NotSignedIn):
        await store.actor_of_key(conn, text, NOW)


@pytest.mark.parametrize("text", ["", "gh_", "x" * 10_000, "gh_aaaaaaaa_" + "b" * 43])
async def test_what_is_no_key_of_ours_is_refused(conn: Connection, text: str) -> None:
    with pytest.raises(NotSignedIn):
        await store.actor_of_key(conn, text, NOW)
