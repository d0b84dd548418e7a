"""What the edges of the site cost a request: recognised, counted, bounded, its headers completed.

    python -m bench.edges [--rounds 40] [--requests 4000]

One process, no socket, no database: an endpoint that answers at once, bare and behind the rim, with
no limit counted and with each class's. The variants are asked in turns; figures are microseconds of
CPU a request, medians of the rounds. ``buckets``: one token taken, of a meter that is full.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, Final

from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gishue.core import log
from gishue.core.rates import Meter
from gishue.core.settings import Settings
from gishue.server.edges import Edges
from gishue.server.middleware import Rim

RESULT = Path(__file__).parent / "results" / "edges.json"
HEADERS: Final = [
    (b"host", b"gis.example.vn"),
    (
        b"user-agent",
        b"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/143.0 Safari/537.36",
    ),
    (b"accept", b"*/*"),
    (b"accept-language", b"vi,en;q=0.8"),
    (b"accept-encoding", b"gzip, deflate, br, zstd"),
    (b"referer", b"https://gis.example.vn/"),
    (b"sec-fetch-dest", b"empty"),
    (b"sec-fetch-mode", b"cors"),
    (b"sec-fetch-site", b"same-origin"),
    (b"connection", b"keep-alive"),
]
FORWARDED: Final = [(b"x-forwarded-for", b"198.51.100.9"), (b"x-forwarded-proto", b"https")]
type Pair = tuple[bytes, bytes]
TILE, READ = "/tiles/mo/14/13087/7431.mvt", "/ogc/collections"


async def endpoint(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer at once."""
    said = [(b"content-type", b"application/json"), (b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": said})
    await send({"type": "http.response.body", "body": b"{}"})


async def _receive() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _send(message: MutableMapping[str, Any]) -> None:
    pass


async def spent_us(
    app: ASGIApp, path: str, headers: list[tuple[bytes, bytes]], times: int
) -> float:
    """Return the CPU time of one request, in microseconds."""
    inside = Starlette()
    inside.state.services = None
    began = time.process_time_ns()
    for number in range(times):
        scope: Scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": b"",
            "scheme": "http",
            "server": ("127.0.0.1", 8000),
            "client": ("127.0.0.1", 40_000 + number % 100),
            "headers": list(headers),
            "app": inside,
            "state": {},
        }
        await app(scope, _receive, _send)
    return (time.process_time_ns() - began) / times / 1_000


async def _measured(rounds: int, times: int) -> dict[str, float]:
    many = 1_000_000_000
    off = Rim(endpoint, Edges.of(Settings(rate_reads=0)))
    on = Rim(endpoint, Edges.of(Settings(rate_reads=many, rate_tiles=many)))
    variants: dict[str, tuple[ASGIApp, str, list[Pair]]] = {
        "bare": (endpoint, TILE, HEADERS),
        "tile, not limited": (off, TILE, HEADERS),
        "tile, limited": (on, TILE, HEADERS),
        "tile, through a proxy": (off, TILE, HEADERS + FORWARDED),
        "read, not limited": (off, READ, HEADERS),
        "read, limited": (on, READ, HEADERS),
    }
    found: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, (app, path, headers) in variants.items():
            found[name].append(await spent_us(app, path, headers, times))
    return {name: round(statistics.median(each), 2) for name, each in found.items()}


def _bucket_us(times: int) -> float:
    meter = Meter(time.monotonic)
    for number in range(60_000):
        meter.take(number, 6_000)
    began = time.process_time_ns()
    for number in range(times):
        meter.take(number, 6_000)
    return round((time.process_time_ns() - began) / times / 1_000, 2)


def main() -> None:
    """Measure, print the figures, write ``bench/results/edges.json``."""
    parser = argparse.ArgumentParser(description="what the edges of the site cost a request")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--requests", type=int, default=4_000)
    asked = parser.parse_args()
    log.configure(50)
    figures: dict[str, Any] = {"rounds": asked.rounds, "requests": asked.requests}
    figures["us"] = asyncio.run(_measured(asked.rounds, asked.requests))
    figures["bucket_us"] = _bucket_us(100_000)
    print(json.dumps(figures, indent=1))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
