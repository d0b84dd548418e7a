"""One answer on its way out: its id, the header fields every answer has, log line and metrics."""

import re
import time
import uuid
from collections.abc import Iterable

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
        asked_id = given.get(b"x-request-id", b"")
        self.request_id = asked_id.decode() if _ID.fullmatch(asked_id) else uuid.uuid4().hex
        self.is_known = False
        self.by_session = False
        self.is_preflight = False
        self.standing: tuple[str, Standing] | None = None
        self.status = 0
        self._scope = scope
        self._origin = given.get(b"origin", b"").decode("latin-1").lower()
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
        scope, path = self._scope, self._scope["path"]
        kept, cors = list(said), ()
        if not self.is_preflight:
            kept = [pair for pair in kept if not pair[0].startswith(b"access-control-")]
            cors = self._origins.answer(self._origin, scope["method"], path, is_known=self.is_known)
        names = {name for name, _ in kept}
        is_https = scope["scheme"] == "https"
        safe = policy.fields(path, is_https=is_https, by_session=self.by_session)
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
        door = areas.door(self._scope["path"])
        seconds = time.perf_counter() - self._began
        _ANSWERS.labels(door, self.status).inc()
        _SECONDS.labels(door).observe(seconds)
        if door not in _QUIET or self.status >= 500:
            _LOG.info(
                pairs(
                    id=self.request_id,
                    method=self._scope["method"],
                    path=self._scope["path"],
                    status=self.status,
                    ms=round(seconds * 1000),
                )
            )


def _varying(fields: list[Pair]) -> list[Pair]:
    """Return the fields with ``Vary`` naming the origin: another one gets other fields."""
    said = b", ".join([value for name, value in fields if name == b"vary"] + [b"origin"])
    return [pair for pair in fields if pair[0] != b"vary"] + [(b"vary", said)]
