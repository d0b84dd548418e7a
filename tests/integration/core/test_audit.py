"""The audit: entries come with their change, are chained in order, and show every tampering."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest
from psycopg import AsyncConnection, sql
from psycopg.rows import TupleRow

from gishue.core import audit, audit_chain, audit_witness, db
from gishue.core.actor import ANONYMOUS, OPERATOR, Actor, ActorKind, Origin, Role
from gishue.core.audit import Entry, Object, Result
from gishue.core.audit_chain import Broken, Head, Verdict
from gishue.core.audit_witness import Witness
from gishue.core.db import Connection, Pool, transaction
from gishue.core.errors import GishueError
from layers.services import Services
from tests.support.settings import settings_in

LAN = Actor(ActorKind.ACCOUNT, "lan", 7, "so_xd", {"so_xd": Role.UNIT_ADMIN})
LAYER = Object("layer", "thua_dat", "so_tnmt")


async def _write(pool: Pool, count: int, actor: Actor = LAN) -> None:
    for number in range(count):
        async with transaction(pool) as conn:
            await audit.record(conn, actor, "layer.described", LAYER, {"revision": number})


async def _verdict(pool: Pool, known: Head | None = None) -> Verdict:
    await audit_chain.seal(pool, wait=True)
    async with transaction(pool) as conn:
        return await audit_chain.verify(conn, known)


async def _broken(pool: Pool, known: Head | None = None) -> Broken:
    broken = (await _verdict(pool, known)).broken
    assert broken is not None
    return broken


async def _force(pool: Pool, *statements: LiteralString) -> None:
    """Run statements as a superuser who has switched the triggers off."""
    async with transaction(pool) as conn:
        await conn.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            await conn.execute(statement)


async def _count(pool: Pool, table: str) -> int:
    async with transaction(pool) as conn:
        counted = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("gis", table))
        row = await (await conn.execute(counted)).fetchone()
    assert row is not None
    return int(row[0])


async def test_an_entry_says_who_did_what_to_what_from_where(services: Services) -> None:
    actor = Actor(
        ActorKind.KEY,
        "lgsp",
        unit="so_xd",
        roles={"so_xd": Role.EDITOR},
        key_id="abcd1234",
        origin=Origin("api", "192.0.2.7", "req-00000001"),
    )
    async with transaction(services.pool) as conn:
        await audit.record(conn, actor, "key.make", LAYER, {"days": 3}, result=Result.FAILED)
    assert await audit_chain.seal(services.pool, wait=True) == 1
    async with transaction(services.pool) as conn:
        (link,) = [link async for link in audit_chain.walk(conn)]
    said = link.sealed.as_dict()
    assert said.pop("at") <= said.pop("sealed_at")
    assert said == {
        "seq": 1,
        "entry": 1,
        "prev": "00" * 32,
        "actor_kind": "key",
        "actor_name": "lgsp",
        "account_id": None,
        "key_id": "abcd1234",
        "unit": "so_xd",
        "act": "key.make",
        "object_kind": "layer",
        "object": "thua_dat",
        "object_unit": "so_tnmt",
        "door": "api",
        "address": "192.0.2.7",
        "request_id": "req-00000001",
        "result": "failed",
        "detail": {"days": 3},
    }


async def test_the_hash_can_be_made_by_anybody_with_sha256(services: Services) -> None:
    """Worked out here from the columns as psql shows them, without our code."""
    await _write(services.pool, 2)
    await audit_chain.seal(services.pool, wait=True)
    async with await AsyncConnection.connect(services.url) as conn:
        cur = await conn.execute("SELECT to_jsonb(a) FROM gis.audit a ORDER BY seq")
        rows = [row[0] for row in await cur.fetchall()]
    prev = "00" * 32
    for row in rows:
        stored = row.pop("hash").removeprefix("\\x")
        assert row.pop("prev").removeprefix("\\x") == prev
        for name in ("at", "sealed_at"):
            moment = row[name].removesuffix("+00:00")
            whole, _, part = moment.partition(".")
            row[name] = f"{whole}.{part.ljust(6, '0')}+00:00"
        text = json.dumps(
            row | {"prev": prev}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        assert hashlib.sha256(text.encode()).hexdigest() == stored
        prev = stored


async def test_an_entry_is_committed_with_its_change_or_not_at_all(services: Services) -> None:
    async with transaction(services.pool) as conn:
        await audit.record(conn, LAN, "layer.published", LAYER)
        await conn.rollback()
    await _write(services.pool, 1)
    assert (await _verdict(services.pool)).entries == 1


async def test_the_chain_of_concurrent_writers_and_sealers_holds(services: Services) -> None:
    writers, each = 8, 25
    sealing = [audit_chain.seal(services.pool) for _ in range(40)]
    await asyncio.gather(*(_write(services.pool, each) for _ in range(writers)), *sealing)
    verdict = await _verdict(services.pool)
    assert (verdict.entries, verdict.broken) == (writers * each, None)
    assert await _count(services.pool, "audit_pending") == 0


async def test_a_long_transaction_holds_nobody_up_and_comes_after(services: Services) -> None:
    async with transaction(services.pool) as long:
        await audit.record(long, LAN, "layer.replaced", LAYER)
        await asyncio.wait_for(_write(services.pool, 3), 2)
        assert await asyncio.wait_for(audit_chain.seal(services.pool, wait=True), 2) == 3
    assert await audit_chain.seal(services.pool, wait=True) == 1
    async with transaction(services.pool) as conn:
        chain = [link.sealed async for link in audit_chain.walk(conn)]
    assert [one.entry.act for one in chain[-2:]] == ["layer.described", "layer.replaced"]
    last, long_one = chain[-2:]
    assert last.entry.at is not None
    assert long_one.entry.at is not None
    assert long_one.entry.at < last.entry.at
    assert (await _verdict(services.pool)).broken is None


async def test_what_is_committed_survives_a_crash_before_it_was_sealed(
    own_database_url: str, services: Services
) -> None:
    async with await psycopg.AsyncConnection.connect(own_database_url) as conn:
        await audit.record(conn, LAN, "layer.published", LAYER)
        await conn.commit()
        row = await (await conn.execute("SELECT pg_backend_pid()")).fetchone()
        assert row is not None
        async with transaction(services.pool) as other:
            await other.execute("SELECT pg_terminate_backend(%s)", row)
        with pytest.raises(psycopg.OperationalError):
            await conn.execute("SELECT 1")
    verdict = await _verdict(services.pool)
    assert (verdict.entries, verdict.broken) == (1, None)


async def test_a_sealer_killed_half_way_leaves_the_entries_for_the_next(
    services: Services,
) -> None:
    await _write(services.pool, 5)
    with pytest.raises(psycopg.OperationalError):
        async with services.pool.connection() as conn:
            await _seal_and_die(conn, services)
    verdict = await _verdict(services.pool)
    assert (verdict.entries, verdict.broken) == (5, None)


async def _seal_and_die(conn: AsyncConnection[TupleRow], services: Services) -> None:
    await conn.execute("SELECT seq FROM gis.audit_head FOR UPDATE")
    await conn.execute(
        "INSERT INTO gis.audit SELECT 1, entry, at, actor_kind, actor_name, account_id, key_id,"
        " unit, act, object_kind, object, object_unit, door, address, request_id, result, detail,"
        " at, decode(repeat('00', 32), 'hex'), decode(repeat('01', 32), 'hex')"
        " FROM gis.audit_pending ORDER BY entry LIMIT 1"
    )
    async with await AsyncConnection.connect(services.url, autocommit=True) as other:
        await other.execute("SELECT pg_terminate_backend(%s)", (conn.info.backend_pid,))
    await conn.execute("SELECT 1")


REFUSED: Sequence[LiteralString] = (
    "UPDATE gis.audit SET actor_name = 'ai'",
    "DELETE FROM gis.audit",
    "TRUNCATE gis.audit",
    "UPDATE gis.audit_pending SET actor_name = 'ai'",
    "TRUNCATE gis.audit_pending",
    "DELETE FROM gis.audit_pending",
    "UPDATE gis.audit_head SET seq = 0",
    "DELETE FROM gis.audit_head",
    "TRUNCATE gis.audit_head",
)


@pytest.mark.parametrize("statement", REFUSED)
async def test_the_database_refuses_to_change_what_is_written(
    services: Services, statement: LiteralString
) -> None:
    await _write(services.pool, 2)
    await audit_chain.seal(services.pool, wait=True)
    async with transaction(services.pool) as conn:
        await audit.record(conn, LAN, "layer.described", LAYER)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await conn.execute(statement)
        await conn.rollback()


async def test_a_role_that_is_no_superuser_has_not_even_the_right(services: Services) -> None:
    async with transaction(services.pool) as conn:
        row = await (
            await conn.execute(
                "SELECT relacl::text FROM pg_class WHERE oid = 'gis.audit'::regclass"
            )
        ).fetchone()
    assert row is not None
    (owner,) = [part for part in row[0].strip("{}").split(",") if not part.startswith("=")]
    held = owner.partition("=")[2].partition("/")[0]
    assert set("ar") <= set(held)
    assert not set("wdD") & set(held)


_SWAP: LiteralString = """
    WITH a AS (SELECT * FROM gis.audit WHERE seq = 3), b AS (SELECT * FROM gis.audit WHERE seq = 4)
    UPDATE gis.audit t SET act = s.act, detail = s.detail, at = s.at, prev = s.prev, hash = s.hash
      FROM (SELECT 3 AS to, b.* FROM b UNION ALL SELECT 4, a.* FROM a) s WHERE t.seq = s.to
"""
_RENUMBER: tuple[LiteralString, ...] = (
    "UPDATE gis.audit SET seq = seq + 1000 WHERE seq >= 3",
    "UPDATE gis.audit SET seq = seq - 999 WHERE seq > 1000",
)
_FORGE: LiteralString = """
    INSERT INTO gis.audit
    SELECT 3, entry + 100, at, actor_kind, 'ai', account_id, key_id, unit, act, object_kind, object,
           object_unit, door, address, request_id, result, detail, sealed_at, hash,
           decode(repeat('ab', 32), 'hex')
      FROM gis.audit WHERE seq = 2
"""
_ADD: LiteralString = """
    INSERT INTO gis.audit
    SELECT 7, entry + 100, at, actor_kind, 'ai', account_id, key_id, unit, act, object_kind, object,
           object_unit, door, address, request_id, result, detail, sealed_at, hash,
           decode(repeat('ab', 32), 'hex')
      FROM gis.audit WHERE seq = 6
"""
TAMPERED: dict[str, tuple[tuple[LiteralString, ...], int]] = {
    "a name": (("UPDATE gis.audit SET actor_name = 'ai' WHERE seq = 4",), 4),
    "a detail": (("UPDATE gis.audit SET detail = detail || '{\"revision\": 9}' WHERE seq = 2",), 2),
    "a time": (("UPDATE gis.audit SET at = at - interval '1 day' WHERE seq = 1",), 1),
    "a null": (("UPDATE gis.audit SET object_unit = NULL WHERE seq = 5",), 5),
    "a hash": (("UPDATE gis.audit SET hash = decode(repeat('ab', 32), 'hex') WHERE seq = 3",), 3),
    "one gone": (("DELETE FROM gis.audit WHERE seq = 3",), 3),
    "the first gone": (("DELETE FROM gis.audit WHERE seq = 1",), 1),
    "the last gone": (("DELETE FROM gis.audit WHERE seq = 6",), 6),
    "all gone": (("DELETE FROM gis.audit",), 1),
    "two changed places": ((_SWAP,), 3),
    "one gone, the rest moved up": (
        (
            "DELETE FROM gis.audit WHERE seq = 3",
            "UPDATE gis.audit SET seq = seq - 1 WHERE seq = 4",
            "UPDATE gis.audit SET seq = seq - 1 WHERE seq = 5",
            "UPDATE gis.audit SET seq = seq - 1 WHERE seq = 6",
        ),
        3,
    ),
    "one put in": ((*_RENUMBER, _FORGE), 3),
    "one added": ((_ADD,), 7),
}


@pytest.mark.parametrize("what", list(TAMPERED))
async def test_verification_finds_the_first_entry_that_was_touched(
    services: Services, what: str
) -> None:
    statements, seq = TAMPERED[what]
    await _write(services.pool, 6)
    assert (await _verdict(services.pool)).broken is None
    await _force(services.pool, *statements)
    assert (await _broken(services.pool)).seq == seq


async def test_a_chain_written_anew_is_found_by_a_head_exported_before(
    services: Services,
) -> None:
    """Whoever owns the database can rehash everything; only what left the house tells."""
    await _write(services.pool, 6)
    known = (await _verdict(services.pool)).head
    await _force(
        services.pool,
        "INSERT INTO gis.audit_pending OVERRIDING SYSTEM VALUE SELECT entry, at, actor_kind, 'ai',"
        " account_id, key_id, unit, act, object_kind, object, object_unit, door, address,"
        " request_id, result, detail FROM gis.audit",
        "DELETE FROM gis.audit",
        "UPDATE gis.audit_head SET seq = 0, hash = decode(repeat('00', 32), 'hex')",
    )
    assert (await _verdict(services.pool)).broken is None
    assert (await _broken(services.pool, known)).seq == 6
    assert (await _broken(services.pool, Head(9, bytes(32)))).seq == 7


async def test_an_exported_head_still_holds_when_the_chain_has_grown(services: Services) -> None:
    await _write(services.pool, 3)
    known = (await _verdict(services.pool)).head
    await _write(services.pool, 3)
    verdict = await _verdict(services.pool, known)
    assert (verdict.entries, verdict.broken) == (6, None)


async def test_more_than_a_batch_is_sealed_at_once(services: Services) -> None:
    async with transaction(services.pool) as conn:
        entries = [audit.entry(LAN, "layer.described", LAYER) for _ in range(2_500)]
        await audit.write(conn, entries)
    assert await audit_chain.seal(services.pool, wait=True) == 2_500
    assert (await _verdict(services.pool)).entries == 2_500


def test_a_citizen_is_not_named_and_a_visitor_has_no_address() -> None:
    moved = Actor(ActorKind.ACCOUNT, "lan", 7, "so_xd")
    assert audit.entry(moved, "session.sign_in").actor_name == "lan"
    citizen = Actor(ActorKind.ACCOUNT, "nguyen.van.a", 12, origin=Origin("api", "192.0.2.9"))
    said = audit.entry(citizen, "session.sign_in")
    assert (said.actor_name, said.account_id, said.address) == ("", 12, "")
    visitor = Actor(ANONYMOUS.kind, ANONYMOUS.name, origin=Origin("files", "192.0.2.9"))
    assert audit.entry(visitor, "layer.download", LAYER).address == ""
    refused = audit.entry(visitor, "layer.read", LAYER, result=Result.REFUSED)
    assert refused.address == "192.0.2.9"


def test_a_fraction_is_no_detail() -> None:
    """PostgreSQL and Python may write it differently, and the hash would not come out."""
    with pytest.raises(TypeError, match="whole numbers"):
        audit.entry(LAN, "layer.described", LAYER, {"area": 0.5})  # pyright: ignore[reportArgumentType]  what is tested


def test_the_same_is_noted_once_in_ten_minutes() -> None:
    seconds = [0.0]
    witness = Witness(clock=lambda: seconds[0])
    for seconds[0] in (0.0, 1.0, 599.0):
        witness.note(LAN, "layer.read", LAYER)
    assert len(witness.waiting) == 1
    witness.note(LAN, "layer.read", Object("layer", "other", None))
    witness.note(LAN, "layer.read", LAYER, result=Result.REFUSED)
    assert len(witness.waiting) == 3
    seconds[0] = 600.0
    witness.note(LAN, "layer.read", LAYER)
    assert len(witness.waiting) == 4


def test_the_memory_of_what_was_noted_is_bounded() -> None:
    witness = Witness()
    for number in range(audit_witness.REMEMBERED + 500):
        witness.note(LAN, "layer.read", Object("layer", f"l{number}"))
    assert len(witness.noted) == audit_witness.REMEMBERED
    assert len(witness.waiting) == audit_witness.WAITING
    assert witness.lost == audit_witness.REMEMBERED + 500 - audit_witness.WAITING


async def test_what_was_noted_is_written_and_what_was_lost_is_told(services: Services) -> None:
    witness = Witness()
    witness.note(LAN, "layer.read", LAYER)
    witness.lost = 3
    assert await audit_witness.write(witness, services.pool) == 2
    assert (len(witness.waiting), witness.lost) == (0, 0)
    await audit_chain.seal(services.pool, wait=True)
    async with transaction(services.pool) as conn:
        chain = [link.sealed.entry async for link in audit_chain.walk(conn)]
    assert [(one.act, dict(one.detail)) for one in chain] == [
        ("layer.read", {}),
        ("audit.lost", {"count": 3}),
    ]


async def test_a_process_writes_and_seals_by_itself(services: Services) -> None:
    services.witness.note(LAN, "layer.read", LAYER)
    await _write(services.pool, 1, OPERATOR)
    for _ in range(40):
        await asyncio.sleep(0.1)
        if await _count(services.pool, "audit") == 2:
            break
    assert await _count(services.pool, "audit_pending") == 0
    async with transaction(services.pool) as conn:
        chain = [link.sealed async for link in audit_chain.walk(conn)]
    for one in chain:
        assert one.entry.at is not None
        assert one.sealed_at - one.entry.at < timedelta(seconds=4)


async def test_a_process_that_ends_leaves_nothing_unwritten(
    own_database_url: str, services: Services
) -> None:
    witness = Witness()
    async with audit_witness.keeping(witness, services.pool):
        witness.note(LAN, "layer.read", LAYER)
    assert await _count(services.pool, "audit") == 1


async def test_what_cannot_be_written_waits_for_the_database(
    services: Services, tmp_path: Path
) -> None:
    witness = Witness()
    witness.note(LAN, "layer.read", LAYER)
    away = db.pool("postgresql://localhost:1/none", settings_in(tmp_path, pool_timeout_s=0.2))
    async with away:
        with pytest.raises(GishueError):
            await audit_witness.write(witness, away)
    assert len(witness.waiting) == 1
    assert await audit_witness.write(witness, services.pool) == 1


async def test_what_is_noted_while_a_write_is_held_up_comes_after_it_and_is_seen(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness, gate, real = Witness(), asyncio.Event(), audit.write

    async def held_up(conn: Connection, entries: Sequence[Entry]) -> None:
        if entries[0].act == "first.act":
            await gate.wait()
        await real(conn, entries)

    monkeypatch.setattr(audit, "write", held_up)
    witness.note(LAN, "first.act", LAYER)
    beat = asyncio.create_task(audit_witness.write(witness, services.pool))
    while witness.waiting:
        await asyncio.sleep(0.01)
    witness.note(LAN, "second.act", LAYER)
    reader = asyncio.create_task(audit_witness.settle(witness, services.pool))
    await asyncio.sleep(0.5)
    gate.set()
    assert await beat == 1
    await reader
    async with transaction(services.pool) as conn:
        acts = [link.sealed.entry.act async for link in audit_chain.walk(conn)]
    assert acts == ["first.act", "second.act"]
