"""One answer on its way out: its id, the header fields every answer has, log line and metrics."""

import os
import re
import time
from collections.abc import Iterable
from functools import lru_cache

from prometheus_client import Counter, Histogram
from starlette.types import Message, Scope, Send

from gishue.api.rates import told
from gishue.core.log import logger, pairs
from gishue.core.rates import Standing
from gishue.server import areas, policy
from gishue.server.origins import Origins

_LOG = logger("gishue.request")
_ID = re.compile(rb"[A-Za-z0-9_-]{8,64}")
_ANSWERS = Counter("gishue_http_answers", "Answers by door and status", ["door", "status"])
_SECONDS = Histogram("gishue_http_seconds", "Seconds to an answer's head, by door", ["door"])
_QUIET = frozenset({"tiles", "fonts", "static", "healthz", "readyz", "metrics"})

type Pair = tuple[bytes, bytes]


class Watch:
    """Adds headers to the answer's head and writes down what was answered."""

    def __init__(self, scope: Scope, given: dict[bytes, bytes], send: Send, to: Origins) -> None:
        self.request_id = request_id(given.get(b"x-request-id", b""))
        self.door = areas.door(scope["path"])
        self.is_known = False
        self.by_session = False
        self.is_preflight = False
        self.standing: tuple[str, Standing] | None = None
        self.status = 0
        self._scope = scope
        origin = given.get(b"origin")
        self._origin = origin.decode("latin-1").lower() if origin else ""
        self._origins = to
        self._send = send
        self._began = time.perf_counter()

    async def send(self, message: Message) -> None:
        """Pass on one message of the answer."""
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            message["headers"] = self._completed(message.get("headers", ()))
            self._write_down()
        await self._send(message)

    def _completed(self, said: Iterable[Pair]) -> list[Pair]:
        """Return the fields of the answer: what its room said, and what it left unsaid."""
        scope, kept = self._scope, list(said)
        is_open, cors = areas.is_open_area(scope["path"]), ()
        if not self.is_preflight:
            kept = [pair for pair in kept if not pair[0].startswith(b"access-control-")]
            is_read = is_open and not self.is_known and scope["method"] in ("GET", "HEAD")
            cors = self._origins.answer(self._origin, is_open_read=is_read)
        names = {name for name, _ in kept}
        is_https = scope["scheme"] == "https"
        is_shared = is_open and not self.by_session
        safe = policy.fields(self.door, is_shared=is_shared, is_https=is_https)
        kept += [pair for pair in safe if pair[0] not in names]
        kept += cors
        if self._origins.listed:
            kept = _varying(kept)
        if self.is_known and b"cache-control" not in names:
            kept.append((b"cache-control", b"private, no-cache"))
        if self.standing and b"ratelimit" not in names:
            kept += [(name.encode(), value.encode()) for name, value in told(*self.standing)]
        kept.append((b"x-request-id", self.request_id.encode()))
        return kept

    def _write_down(self) -> None:
        seconds = time.perf_counter() - self._began
        count(self.door, self.status, seconds)
        if self.door not in _QUIET or self.status >= 500:
            _LOG.info(
                pairs(
                    id=self.request_id,
                    method=self._scope["method"],
                    path=self._scope["path"],
                    status=self.status,
                    ms=round(seconds * 1000),
                )
            )


def request_id(asked: bytes) -> str:
    """Return the id that a request asks for, where it is a safe one, else a new one."""
    return asked.decode() if asked and _ID.fullmatch(asked) else os.urandom(16).hex()


def count(door: str, status: int, seconds: float) -> None:
    """Count one answer, and how long its head took."""
    _counter(door, status).inc()
    _histogram(door).observe(seconds)


@lru_cache(maxsize=512)
def _counter(door: str, status: int) -> Counter:
    return _ANSWERS.labels(door, status)


@lru_cache(maxsize=64)
def _histogram(door: str) -> Histogram:
    return _SECONDS.labels(door)


def _varying(fields: list[Pair]) -> list[Pair]:
    """Return the fields with ``Vary`` naming the origin: another one gets other fields."""
    said = b", ".join([value for name, value in fields if name == b"vary"] + [b"origin"])
    return [pair for pair in fields if pair[0] != b"vary"] + [(b"vary", said)]
