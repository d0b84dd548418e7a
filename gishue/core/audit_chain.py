"""The chain: entries sealed in order, each with the hash of the one before; and its verification.

Whoever seals holds the lock of the one row in ``gis.audit_head``; the writers of entries never
wait for it. An entry gets its place when it is sealed: one of a long transaction comes after
shorter ones that were committed before it, with the time at which it was written.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from gishue.core.audit import Sealed, read_entry
from gishue.core.db import Connection, Pool, transaction
from gishue.core.sql import load

_SQL = load("gishue.core", "audit")

BATCH: Final = 1_000
"""Entries sealed in one transaction."""
WALK: Final = 5_000
"""Entries in memory at once while the chain is walked."""
ZERO: Final = bytes(32)
"""What stands as the previous hash in the first entry."""


class Head(NamedTuple):
    """The newest entry of a chain, or of the part of it that was exported."""

    seq: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash.hex()}"


class Broken(NamedTuple):
    """The first place where the chain does not hold."""

    seq: int
    why: str
    why_vi: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found: how many entries hold, and where the first does not."""

    entries: int
    head: Head
    broken: Broken | None


class Link(NamedTuple):
    """A sealed entry as it is stored: the hash beside it may be a lie."""

    sealed: Sealed
    hash: bytes


async def seal(pool: Pool, *, wait: bool = False) -> int:
    """Chain what is committed and not sealed yet; return how many entries.

    ``wait``: for somebody else who is sealing; without it their work is left to them.
    """
    sealed = 0
    while True:
        async with transaction(pool) as conn:
            if await (await conn.execute(_SQL["any_pending"])).fetchone() is None:
                return sealed
            count = await _seal_batch(conn, wait=wait)
        sealed += count
        if count < BATCH:
            return sealed


async def head(conn: Connection) -> Head:
    """Return the newest entry of the chain; number 0 and zeros where there is none."""
    row = await (await conn.execute(_SQL["head"])).fetchone()
    return Head(int(row[0]), bytes(row[1])) if row else Head(0, ZERO)


async def walk(conn: Connection) -> AsyncIterator[Link]:
    """Yield the chain from its beginning, as of one moment."""
    async with conn.cursor(name="audit_walk") as cur:
        cur.itersize = WALK
        await cur.execute(_SQL["walk"])
        async for row in cur:
            yield read_link(row)


async def verify(conn: Connection, known: Head | None = None) -> Verdict:
    """Walk the chain and return what holds; ``known`` is a head that was exported earlier.

    The transaction is to begin with this call: the chain and its head are read as of one moment.
    """
    await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    end = await head(conn)
    at = Head(0, ZERO)
    async for link in walk(conn):
        broken = _fault(at, link, end, known)
        if broken is not None:
            return Verdict(at.seq, at, broken)
        at = Head(link.sealed.seq, link.hash)
    return Verdict(at.seq, at, _missing_end(at, end, known))


def read_link(row: Sequence[Any]) -> Link:
    """Return the stored entry of a row as ``audit.sql`` selects one."""
    seq, number, sealed_at, prev, hash_, *said = row
    return Link(Sealed(seq, number, read_entry(said), sealed_at, bytes(prev)), bytes(hash_))


async def _seal_batch(conn: Connection, *, wait: bool) -> int:
    found = await (await conn.execute(_SQL["lock_head" if wait else "try_head"])).fetchone()
    if found is None:
        return 0
    rows = await (await conn.execute(_SQL["pending"], {"limit": BATCH})).fetchall()
    if not rows:
        return 0
    seq, prev, now = int(found[0]), bytes(found[1]), found[2]
    chained: list[tuple[int, int, bytes, bytes]] = []
    for number, *said in rows:
        link = Sealed(seq + 1, number, read_entry(said), now, prev)
        seq, prev, before = link.seq, link.hash, prev
        chained.append((number, seq, before, prev))
    entries, seqs, prevs, hashes = (list(column) for column in zip(*chained, strict=True))
    values = {"entries": entries, "seqs": seqs, "prevs": prevs, "hashes": hashes}
    await conn.execute(_SQL["chain"], values | {"sealed_at": now, "seq": seq, "hash": prev})
    await conn.execute(_SQL["forget_pending"], {"entries": entries})
    return len(chained)


def _fault(at: Head, link: Link, end: Head, known: Head | None) -> Broken | None:
    """Return why ``link`` may not follow ``at``, or None."""
    seq = at.seq + 1
    if link.sealed.seq != seq:
        return Broken(seq, "the entry is missing", "thiếu bản ghi")
    if link.sealed.prev != at.hash:
        return Broken(
            seq,
            "it does not follow the entry before it: put in, moved, or the one before was changed",
            "không nối với bản ghi trước: bị chèn, đổi chỗ, hoặc bản ghi trước bị sửa",
        )
    if link.sealed.hash != link.hash:
        return Broken(seq, "the entry was changed", "bản ghi đã bị sửa")
    if known is not None and known.seq == seq and known.hash != link.hash:
        return Broken(
            seq,
            "the chain was written anew since the head was exported",
            "chuỗi đã bị viết lại sau khi xuất mã đầu chuỗi",
        )
    if seq > end.seq:
        return Broken(seq, "the entry was added at the end", "bản ghi bị thêm vào cuối chuỗi")
    return None


def _missing_end(at: Head, end: Head, known: Head | None) -> Broken | None:
    if end.seq > at.seq or (known is not None and known.seq > at.seq):
        return Broken(
            at.seq + 1, "entries are missing at the end", "thiếu các bản ghi ở cuối chuỗi"
        )
    if end.hash != at.hash:
        return Broken(
            max(at.seq, 1), "the kept head is of another chain", "đầu chuỗi đã lưu không khớp"
        )
    return None
