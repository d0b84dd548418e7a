"""The cache is bounded in bytes, whatever is put in."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tiles.cache import ByteCache


@dataclass(frozen=True)
class Thing:
    size: int


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 60))))
def test_it_never_holds_more_than_it_may(puts: list[tuple[int, int]]) -> None:
    cache = ByteCache[int, Thing](100)
    last: dict[int, int] = {}
    for key, size in puts:
        cache.put(key, Thing(size))
        last[key] = size
        assert cache.held_bytes <= 100
        assert cache.get(key) == Thing(size)
    kept = {key: cache.get(key) for key in last}
    assert sum(thing.size for thing in kept.values() if thing) == cache.held_bytes
    assert all(thing is None or thing.size == last[key] for key, thing in kept.items())


def test_what_was_used_longest_ago_goes_first() -> None:
    cache = ByteCache[str, Thing](100)
    cache.put("old", Thing(40))
    cache.put("new", Thing(40))
    assert cache.get("old")
    cache.put("newest", Thing(40))
    assert cache.get("new") is None
    assert cache.get("old") == Thing(40)


def test_what_is_larger_than_the_cache_pushes_nothing_out() -> None:
    cache = ByteCache[str, Thing](100)
    cache.put("small", Thing(40))
    cache.put("huge", Thing(101))
    assert cache.get("huge") is None
    assert cache.get("small") == Thing(40)
    assert len(cache) == 1


def test_dropping_gives_the_room_back() -> None:
    cache = ByteCache[str, Thing](100)
    cache.put("a", Thing(60))
    cache.drop("a")
    cache.drop("a")
    assert (cache.held_bytes, len(cache)) == (0, 0)


def test_a_smaller_bound_holds_at_once_and_lets_the_oldest_go() -> None:
    cache = ByteCache[str, Thing](100)
    cache.put("a", Thing(40))
    cache.put("b", Thing(40))
    cache.limit(60)
    assert list(cache) == ["b"]
    assert cache.held_bytes == 40
