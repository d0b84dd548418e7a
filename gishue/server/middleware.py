"""Around every request: its id, its actor, safe headers, one log line and the metrics."""

import re
import time
import uuid

from prometheus_client import Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gishue.api.problem import answer
from gishue.core.errors import GishueError
from gishue.core.log import logger, pairs
from gishue.server.recognise import recognise

_LOG = logger("gishue.request")
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_ANSWERS = Counter("gishue_http_answers", "Answers by door and status", ["door", "status"])
_SECONDS = Histogram("gishue_http_seconds", "Seconds to an answer's head, by door", ["door"])
_DOORS = frozenset(
    {"api", "tiles", "ogc", "files", "styles", "fonts", "static", "healthz", "readyz", "metrics"}
)
_QUIET = frozenset({"tiles", "fonts", "static", "healthz", "readyz", "metrics"})

SAFE_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "geolocation=(self), camera=(self)",
}


class Rim:
    """The outermost of our own layers; plain ASGI, so that streams stay streams."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Recognise the actor, then pass the request on with a watching ``send``."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        watch = _Watch(request, send)
        request.state.request_id = watch.request_id
        try:
            known = await recognise(request.app.state.services, request, request.method)
        except GishueError as error:
            await answer(error, request)(scope, receive, watch.send)
            return
        request.state.actor, request.state.csrf = known
        await self._app(scope, receive, watch.send)


class _Watch:
    """Adds headers to the answer's head and writes down what was answered."""

    def __init__(self, request: Request, send: Send) -> None:
        given = request.headers.get("x-request-id", "")
        self.request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        self._request = request
        self._send = send
        self._began = time.perf_counter()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self.request_id
            for name, value in SAFE_HEADERS.items():
                headers.setdefault(name, value)
            self._write_down(int(message["status"]))
        await self._send(message)

    def _write_down(self, status: int) -> None:
        first = self._request.url.path.split("/", 2)[1]
        door = first if first in _DOORS else "page"
        seconds = time.perf_counter() - self._began
        _ANSWERS.labels(door, status).inc()
        _SECONDS.labels(door).observe(seconds)
        if door not in _QUIET or status >= 500:
            _LOG.info(
                pairs(
                    id=self.request_id,
                    method=self._request.method,
                    path=self._request.url.path,
                    status=status,
                    ms=round(seconds * 1000),
                )
            )
