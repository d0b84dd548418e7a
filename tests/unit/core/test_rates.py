"""Token buckets: a burst passes, a stream is held to the rate, memory is bounded."""

from hypothesis import given
from hypothesis import strategies as st

from gishue.core.rates import Meter


class Clock:
    """Time as a test moves it."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_full_bucket_lets_a_minutes_worth_pass_at_once_and_no_more() -> None:
    meter = Meter(Clock())
    allowed = [meter.take("a", 30).is_allowed for _ in range(40)]
    assert allowed == [True] * 30 + [False] * 10


def test_what_is_told_is_what_is_left() -> None:
    clock = Clock()
    meter = Meter(clock)
    assert [meter.take("a", 3).remaining for _ in range(4)] == [2, 1, 0, 0]
    refused = meter.take("a", 3)
    assert (refused.retry_s, refused.full_s) == (20, 60)
    clock.now += refused.retry_s - 1
    assert not meter.take("a", 3).is_allowed
    clock.now += 1
    assert meter.take("a", 3).is_allowed


@given(
    per_minute=st.integers(1, 100_000),
    pauses=st.lists(st.floats(0, 30), min_size=1, max_size=300),
)
def test_no_more_pass_in_any_time_than_the_burst_and_the_rate(
    per_minute: int, pauses: list[float]
) -> None:
    clock = Clock()
    meter = Meter(clock)
    began, passed = clock.now, 0
    for pause in pauses:
        clock.now += pause
        passed += meter.take("a", per_minute).is_allowed
        assert passed <= per_minute + (clock.now - began) * per_minute / 60 + 1e-3


def test_one_who_asks_too_often_takes_nothing_from_others() -> None:
    meter = Meter(Clock())
    while meter.take("loud", 5).is_allowed:
        pass
    assert meter.take("quiet", 5).remaining == 4


def test_a_token_given_back_is_there_again() -> None:
    meter = Meter(Clock())
    for _ in range(100):
        assert meter.take("a", 2).is_allowed
        meter.give_back("a", 2)
    assert [meter.take("a", 2).is_allowed for _ in range(3)] == [True, True, False]


def test_only_so_many_buckets_are_remembered_the_busy_ones_among_them() -> None:
    meter = Meter(Clock(), room=100)
    for number in range(10_000):
        meter.take("busy", 20_000)
        meter.take(number, 10)
    assert len(meter) == 100
    assert meter.take("busy", 20_000).remaining == 20_000 - 10_001
