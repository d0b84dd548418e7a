"""The rates of this process: who pays, for which class of request, at which limit."""

import math
import time
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from starlette.requests import HTTPConnection

from gishue.core.actor import Actor
from gishue.core.address import network
from gishue.core.errors import TooManyRequests
from gishue.core.rates import Meter, Standing
from gishue.core.settings import Settings


class RouteClass(StrEnum):
    """What requests are counted together."""

    TILE = "tile"
    READ = "read"
    WRITE = "write"
    SIGN_IN = "sign-in"
    KEY = "key"


class Payer(NamedTuple):
    """Whose bucket a request is taken from. ``per_minute``: a rate of their own, for all."""

    name: str
    is_known: bool = False
    per_minute: int | None = None


class Rates:
    """The limits of the settings over the buckets of this process."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._meter = Meter(clock)
        self._limits = {
            (RouteClass.TILE, False): settings.rate_tiles,
            (RouteClass.TILE, True): settings.rate_tiles,
            (RouteClass.READ, False): settings.rate_reads,
            (RouteClass.READ, True): settings.rate_reads,
            (RouteClass.WRITE, False): settings.rate_visitor_writes,
            (RouteClass.WRITE, True): settings.rate_writes,
            (RouteClass.SIGN_IN, False): settings.rate_sign_ins,
            (RouteClass.SIGN_IN, True): settings.rate_sign_ins,
        }

    def take(self, kind: RouteClass, payer: Payer) -> tuple[str, Standing] | None:
        """Count one request; return the policy's name and its standing, None where there is none.

        Raises:
            TooManyRequests: the payer has none left.
        """
        if payer.per_minute is not None:
            kind, limit = RouteClass.KEY, payer.per_minute
        else:
            limit = self._limits[kind, payer.is_known]
        if limit == 0:
            return None
        standing = self._meter.take((kind, payer.name), limit)
        if not standing.is_allowed:
            raise too_many(kind, standing)
        return kind.value, standing

    def give_back(self, kind: RouteClass, payer: Payer) -> None:
        """Uncount the request that was counted last."""
        limit = self._limits[kind, payer.is_known]
        if limit:
            self._meter.give_back((kind, payer.name), limit)


def payer_of(actor: Actor, address: str, key_id: str | None, per_minute: int | None) -> Payer:
    """Return who pays: the key, the account, or the network of a visitor's address."""
    if key_id is not None:
        return Payer(f"key {key_id}", is_known=True, per_minute=per_minute)
    if actor.is_known:
        return Payer(f"{actor.kind} {actor.account_id or actor.name}", is_known=True)
    return Payer(network(address))


def rates_of(request: HTTPConnection) -> Rates:
    """Return the rates of this process."""
    return request.app.state.rates


def told(kind: str, standing: Standing) -> list[tuple[str, str]]:
    """Return the header fields that say how a bucket stands.

    Source: draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4.
    """
    return [
        ("ratelimit-policy", f'"{kind}";q={standing.per_minute};w=60'),
        ("ratelimit", f'"{kind}";r={standing.remaining};t={standing.full_s}'),
    ]


def too_many(kind: RouteClass, standing: Standing) -> TooManyRequests:
    """Return the refusal of one request too many."""
    wait_s = math.ceil(standing.retry_s)
    return TooManyRequests(
        f"more than {standing.per_minute:,} requests of the kind '{kind}' in a minute; "
        f"try again in {wait_s} s",
        vi=f"quá {standing.per_minute} yêu cầu loại '{kind}' trong một phút; "
        f"hãy thử lại sau {wait_s} giây",
        headers=[*told(kind, standing), ("retry-after", str(wait_s))],
    )
