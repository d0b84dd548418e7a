"""Answers to visitors that are given again below the application, while they stay the same.

An answer is kept with its head as it left, under everything of a request that it may depend on. A
request that says anything else is not looked up: it goes the long way, and so does every request
with a credential, of a name that is counted by a rate, or for what is not to be replayed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gishue.core.settings import Settings
from gishue.server import areas
from gishue.server.origins import Origins
from gishue.server.proxies import Proxies
from tiles.answer import takes_gzip
from tiles.cache import ByteCache
from tiles.replay import OFFERED, Replay

ASKED: Final = "replay_key"
"""Where the key of a request stands in its state."""
REPLAYS: Final = "replays"
"""Where the replays of a process stand in the state of its lifespan."""
_AREA: Final = b"/tiles/"
_KEPT_BYTES: Final = 16 << 20
_LONGEST: Final = 1_024
"""Bytes of one field or address; who writes more goes the long way."""
_DECIDING: Final = frozenset(
    {
        b"host",
        b"accept-encoding",
        b"if-none-match",
        b"origin",
        b"connection",
        b"x-request-id",
        b"x-forwarded-for",
        b"x-forwarded-proto",
    }
)
_PASSED_OVER: Final = frozenset(
    {
        b"accept",
        b"accept-language",
        b"cache-control",
        b"dnt",
        b"if-modified-since",
        b"pragma",
        b"priority",
        b"referer",
        b"save-data",
        b"sec-ch-ua",
        b"sec-ch-ua-mobile",
        b"sec-ch-ua-platform",
        b"sec-fetch-dest",
        b"sec-fetch-mode",
        b"sec-fetch-site",
        b"sec-fetch-storage-access",
        b"sec-fetch-user",
        b"sec-gpc",
        b"te",
        b"traceparent",
        b"tracestate",
        b"user-agent",
        b"via",
        b"x-real-ip",
        b"x-requested-with",
    }
)
"""Fields that no answer of a tile depends on. A field that is not listed is not passed over."""
_READ: Final = _DECIDING | _PASSED_OVER
_NEVER_AGAIN: Final = frozenset({b"ratelimit", b"set-cookie", b"transfer-encoding", b"connection"})
"""Fields of answers that are for one request alone."""


class Key(NamedTuple):
    """What of a request its answer depends on, beside what the answer is made of."""

    url: bytes
    host: bytes
    is_packed: bool
    known: bytes
    scheme: bytes
    origin: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """The head of an answer, without its date and the id of its request, and its replay."""

    status: int
    head: bytes
    door: str
    replay: Replay

    @property
    def size(self) -> int:
        """Bytes that keeping it costs, roughly."""
        return len(self.head) + 1_000


class Replays:
    """The answers of one process that are given again; used by one event loop only."""

    def __init__(self, settings: Settings) -> None:
        self._proxies = Proxies.parse(settings.trusted_proxies)
        self._tells_origins = bool(Origins.parse(settings.cors_origins).listed)
        self._kept = ByteCache[Key, Kept](_KEPT_BYTES)

    def trust(self, peer: str) -> bool:
        """Return whether what ``peer`` says of others is believed."""
        return self._proxies.trust(peer)

    def key(
        self, url: bytes, said: Sequence[tuple[bytes, bytes]], *, is_trusted: bool
    ) -> Key | None:
        """Return the key of a GET, None where it is to go the long way.

        Args:
            url: as it stands in the request.
            said: the header fields, their names in small letters.
            is_trusted: whether what they say of a proxy's caller is believed.
        """
        if not url.startswith(_AREA) or len(url) > _LONGEST or b"key" in url.partition(b"?")[2]:
            return None
        given = dict(said)
        if len(given) != len(said) or not given.keys() <= _READ:
            return None
        if given.get(b"connection", b"keep-alive").lower() != b"keep-alive":
            return None
        known = given.get(b"if-none-match", b"")
        origin = given.get(b"origin", b"") if self._tells_origins else b""
        scheme = _forwarded(given) if is_trusted else b""
        host, packs = given.get(b"host", b""), given.get(b"accept-encoding", b"")
        if scheme is None or max(map(len, (host, packs, known, origin, scheme))) > _LONGEST:
            return None
        return Key(url, host, _packs(packs), known, scheme, origin)

    def find(self, key: Key) -> Kept | None:
        """Return what is kept under ``key``; whether it still holds, its replay tells."""
        return self._kept.get(key)

    def keep(self, key: Key, start: Message, replay: Replay, path: str) -> None:
        """Keep an answer whose head was the message ``start``, unless it is for one request."""
        fields: list[tuple[bytes, bytes]] = list(start.get("headers", ()))
        if not fields or fields[-1][0] != b"x-request-id" or start["status"] >= 400:
            return
        if any(name in _NEVER_AGAIN for name, _ in fields):
            return
        head = b"".join(b"%b: %b\r\n" % pair for pair in fields[:-1])
        self._kept.put(key, Kept(start["status"], head, areas.door(path), replay))


def replaying(app: ASGIApp, replays: Replays) -> ASGIApp:
    """Return ``app``, its answers kept in ``replays`` where they were looked for and offered."""

    async def around(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            scope["state"][REPLAYS] = replays
        key: Key | None = scope["state"].get(ASKED) if scope["type"] == "http" else None
        if key is None:
            await app(scope, receive, send)
            return
        start: Message = {}

        async def noting(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            await send(message)

        await app(scope, receive, noting)
        state: Mapping[str, Any] = scope["state"]
        if OFFERED in state:
            replays.keep(key, start, state[OFFERED], scope["path"])

    return around


def _forwarded(given: Mapping[bytes, bytes]) -> bytes | None:
    """Return the scheme that one proxy tells; None where several hops are to be weighed."""
    scheme = given.get(b"x-forwarded-proto", b"")
    is_one = b"," not in scheme and b"," not in given.get(b"x-forwarded-for", b"")
    return scheme if is_one else None


@lru_cache(maxsize=256)
def _packs(said: bytes) -> bool:
    return takes_gzip(said.decode("latin-1"))
