"""How often somebody may ask: token buckets, each kept as one number, in bounded memory.

A bucket holds one minute's worth and refills steadily, so a burst passes and a stream is held to
the rate. What is kept of it is the time at which it will be full again.

Source: ITU-T I.371, generic cell rate algorithm (virtual scheduling).
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, NamedTuple

WINDOW_S: Final = 60


class Standing(NamedTuple):
    """How a bucket stands after it was asked. ``full_s``: until it is full, seconds."""

    is_allowed: bool
    per_minute: int
    remaining: int
    full_s: int
    retry_s: int
    """Seconds until the next request would be allowed; 0 where this one was."""


class Meter:
    """The buckets of one process, those not asked for longest forgotten first."""

    def __init__(self, clock: Callable[[], float], room: int = 50_000) -> None:
        self._clock = clock
        self._room = room
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, key: Hashable, per_minute: int) -> Standing:
        """Take one token from the bucket of ``key``, if there is one.

        >>> meter = Meter(lambda: 0.0)
        >>> [meter.take("a", 2).is_allowed for _ in range(3)]
        [True, True, False]
        """
        now, period = self._clock(), WINDOW_S / per_minute
        full_at = max(self._full_at.pop(key, now), now)
        missing = (full_at - now) / period
        is_allowed = missing <= per_minute - 1 + 1e-6  # floats: the last token is whole
        if is_allowed:
            full_at, missing = full_at + period, missing + 1
        self._full_at[key] = full_at
        if len(self._full_at) > self._room:
            self._full_at.popitem(last=False)
        return Standing(
            is_allowed,
            per_minute,
            max(0, math.floor(per_minute - missing + 1e-6)),
            math.ceil(full_at - now),
            0 if is_allowed else max(1, math.ceil((missing - per_minute + 1) * period)),
        )

    def give_back(self, key: Hashable, per_minute: int) -> None:
        """Put back the token that was taken last."""
        if key in self._full_at:
            self._full_at[key] -= WINDOW_S / per_minute
