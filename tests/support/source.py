"""A source on the loopback: what it serves may change, and it counts what it is asked."""

import hashlib
import json
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(slots=True)
class Site:
    """Files by path, a WFS with one feature type, and every request line that came."""

    port: int = 0
    files: dict[str, bytes] = field(default_factory=dict[str, bytes])
    features: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    speaks_json: bool = True
    asked: list[str] = field(default_factory=list[str])
    conditional: int = 0

    @property
    def host(self) -> str:
        """Host and port, as they stand in the list of approved hosts."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        """Return the address of ``path``."""
        return f"http://{self.host}{path}"


@contextmanager
def served() -> Generator[Site]:
    """Lend a running site."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _answer(self, site)

        def log_message(self, format: str, *args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        site.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


def _answer(request: BaseHTTPRequestHandler, site: Site) -> None:
    site.asked.append(request.path)
    parts = urlsplit(request.path)
    if parts.path == "/wfs":
        _wfs(request, site, {n: v[0] for n, v in parse_qs(parts.query).items()})
    elif parts.path == "/moved":
        _send(request, 302, b"", {"location": "http://127.0.0.1:1/"})
    elif parts.path not in site.files:
        _send(request, 404, b"", {})
    else:
        body = site.files[parts.path]
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == etag:
            site.conditional += 1
            _send(request, 304, b"", {"etag": etag})
        else:
            _send(request, 200, body, {"etag": etag})


def _wfs(request: BaseHTTPRequestHandler, site: Site, asked: Mapping[str, str]) -> None:
    """Answer GetFeature as WFS 2.0 does: JSON by pages where it can, else an exception report."""
    if asked.get("outputFormat") == "application/json" and site.speaks_json:
        first, count = int(asked["startIndex"]), int(asked["count"])
        page = {
            "type": "FeatureCollection",
            "numberMatched": len(site.features),
            "features": site.features[first : first + count],
        }
        _send(request, 200, json.dumps(page).encode(), {"content-type": "application/json"})
    elif "outputFormat" in asked:
        _send(request, 400, b"<ows:ExceptionReport/>", {"content-type": "text/xml"})
    else:
        _send(request, 200, site.files["/gml"], {"content-type": "application/gml+xml"})


def _send(
    request: BaseHTTPRequestHandler, status: int, body: bytes, headers: Mapping[str, str]
) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("content-length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)
