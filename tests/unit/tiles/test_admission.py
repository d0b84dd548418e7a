"""The guard: one builder a key, few at once, a bounded queue, nothing stale in the cache."""

import asyncio
from dataclasses import dataclass, field

import pytest

from gishue.core.errors import Busy, InvalidInput
from tiles.admission import TileGuard
from tiles.cache import ByteCache


@dataclass(frozen=True)
class Thing:
    name: str
    size: int = 1


@dataclass
class Counts:
    builds: int = 0
    hits: int = 0
    refusals: int = 0

    def built(self, seconds: float) -> None:
        assert seconds >= 0
        self.builds += 1

    def cached(self) -> None:
        self.hits += 1

    def shed(self) -> None:
        self.refusals += 1


@dataclass
class Builder:
    """Builds when it is let; counts how many were at it at once."""

    go: asyncio.Event = field(default_factory=asyncio.Event)
    calls: int = 0
    at_once: int = 0
    most: int = 0

    async def __call__(self) -> Thing:
        self.calls += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        await self.go.wait()
        self.at_once -= 1
        return Thing(f"made {self.calls}")


def guard(
    counts: Counts, *, building: int = 8, waiting: int = 64, timeout_s: float = 5.0
) -> TileGuard[str, Thing]:
    return TileGuard(
        ByteCache[str, Thing](100), counts, building=building, waiting=waiting, timeout_s=timeout_s
    )


async def test_many_waiters_make_one_build() -> None:
    counts, build = Counts(), Builder()
    tiles = guard(counts)
    waiters = [asyncio.create_task(tiles.get("t", build)) for _ in range(500)]
    await asyncio.sleep(0)
    build.go.set()

    assert {thing.name for thing in await asyncio.gather(*waiters)} == {"made 1"}
    assert (await tiles.get("t", build)).name == "made 1"
    assert (build.calls, counts.builds, counts.hits) == (1, 1, 1)


async def test_only_so_many_are_built_at_once() -> None:
    build = Builder()
    tiles = guard(Counts(), building=3)
    waiters = [asyncio.create_task(tiles.get(str(i), build)) for i in range(10)]
    await asyncio.sleep(0.01)
    assert build.most == 3
    build.go.set()
    await asyncio.gather(*waiters)
    assert build.most == 3
    assert build.calls == 10


async def test_what_exceeds_the_queue_is_refused_at_once_and_welcome_later() -> None:
    counts, build = Counts(), Builder()
    tiles = guard(counts, waiting=2)
    waiters = [asyncio.create_task(tiles.get(str(i), build)) for i in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await tiles.get("late", build)
    assert counts.refusals == 1
    build.go.set()
    await asyncio.gather(*waiters)
    assert tiles.under_way == 0
    assert await tiles.get("late", build)


async def test_a_failure_reaches_all_and_frees_the_key() -> None:
    async def fail() -> Thing:
        raise InvalidInput("broken")

    tiles = guard(Counts())
    results = await asyncio.gather(
        *[tiles.get("t", fail) for _ in range(5)], return_exceptions=True
    )
    assert {type(result) for result in results} == {InvalidInput}
    build = Builder()
    build.go.set()
    assert await tiles.get("t", build) == Thing("made 1")


async def test_a_visitor_who_leaves_does_not_stop_the_build() -> None:
    build = Builder()
    tiles = guard(Counts())
    leaver = asyncio.create_task(tiles.get("t", build))
    stayer = asyncio.create_task(tiles.get("t", build))
    await asyncio.sleep(0)
    leaver.cancel()
    build.go.set()
    assert await stayer == Thing("made 1")
    assert build.calls == 1


async def test_the_last_visitor_who_leaves_stops_the_build() -> None:
    stopped = asyncio.Event()

    async def build() -> Thing:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            stopped.set()
            raise
        return Thing("late")

    tiles = guard(Counts())
    leavers = [asyncio.create_task(tiles.get("t", build)) for _ in range(3)]
    await asyncio.sleep(0.01)
    for leaver in leavers:
        assert tiles.under_way == 1
        leaver.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await asyncio.wait_for(stopped.wait(), 1)
    assert tiles.under_way == 0
    quick = Builder()
    quick.go.set()
    assert await tiles.get("t", quick) == Thing("made 1")


async def test_who_waits_too_long_is_refused_but_the_tile_is_kept() -> None:
    counts, build = Counts(), Builder()
    tiles = guard(counts, timeout_s=0.01)
    with pytest.raises(Busy):
        await tiles.get("t", build)
    build.go.set()
    while tiles.under_way:
        await asyncio.sleep(0)
    assert await tiles.get("t", build) == Thing("made 1")
    assert (build.calls, counts.hits, counts.refusals) == (1, 1, 1)


async def test_a_tile_read_before_it_was_forgotten_is_not_cached_after() -> None:
    old, new = Builder(), Builder()
    new.calls = 1
    new.go.set()
    tiles = guard(Counts())
    early = asyncio.create_task(tiles.get("t", old))
    await asyncio.sleep(0)
    tiles.forget("t")
    assert await tiles.get("t", new) == Thing("made 2")
    old.go.set()
    assert await early == Thing("made 1")
    assert await tiles.get("t", old) == Thing("made 2")
