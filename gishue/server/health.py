"""Alive, ready, measured: ``/healthz`` ``/readyz`` ``/metrics``."""

import asyncio
import io
import shutil
import time
from collections.abc import Awaitable, Callable
from functools import lru_cache, partial

import anyio
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from conversion import sandbox
from gishue.core import db, jobs
from gishue.core.blobs import Blobs
from gishue.core.errors import GishueError
from gishue.core.log import logger, pairs
from layers.services import Services

_LOG = logger(__name__)

MIN_FREE = 0.05
"""Share of the data disk that must be free."""
CHECK_S = 5.0
SANDBOX_S = 60.0
"""The sandbox is tried this often at most, seconds."""

_LAYERS = Gauge("gishue_layers", "Layers in the registry")
_WAITING = Gauge("gishue_jobs_waiting", "Jobs that wait")
_RUNNING = Gauge("gishue_jobs_running", "Jobs that run")
_OLDEST = Gauge("gishue_jobs_oldest_seconds", "Age of the oldest waiting job")
_WORKERS = Gauge("gishue_workers", "Workers with a recent heartbeat")

Check = Callable[[Services], Awaitable[str]]


def routes() -> list[BaseRoute]:
    """Return the routes of this module."""
    return [
        Route("/healthz", alive),
        Route("/readyz", ready),
        Route("/metrics", metrics),
    ]


async def alive(request: Request) -> Response:
    """Answer without asking anybody: the process runs."""
    return PlainTextResponse("ok\n")


async def ready(request: Request) -> Response:
    """Answer 200 when every part works, else 503 naming the parts that do not."""
    services: Services = request.app.state.services
    said = dict(
        zip(_CHECKS, await asyncio.gather(*map(partial(_ask, services), _CHECKS)), strict=True)
    )
    is_ready = all(word == "ok" for word in said.values())
    return JSONResponse({"ready": is_ready, "checks": said}, 200 if is_ready else 503)


async def metrics(request: Request) -> Response:
    """Return the figures of this process and of the queue, for Prometheus."""
    services: Services = request.app.state.services
    _LAYERS.set(len(services.registry.current.layers))
    async with db.transaction(services.pool) as conn:
        queue = await jobs.state(conn)
    _WAITING.set(queue.waiting)
    _RUNNING.set(queue.running)
    _OLDEST.set(queue.oldest_s)
    _WORKERS.set(queue.workers)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _ask(services: Services, name: str) -> str:
    try:
        return await asyncio.wait_for(_CHECKS[name](services), CHECK_S)
    except TimeoutError:
        return f"no answer within {CHECK_S:g} s"
    except GishueError as error:
        return error.detail
    except Exception as error:  # a check must answer, whatever broke: the cause is in the log
        _LOG.warning("check failed %s", pairs(check=name), exc_info=error)
        return "fails; see the log"


async def _database(services: Services) -> str:
    async with db.transaction(services.pool) as conn:
        step = await db.step(conn)
    newest = db.newest_step()
    return "ok" if step == newest else f"schema at {step or 'nothing'}, code at {newest}"


async def _registry(services: Services) -> str:
    return "ok" if services.registry.is_followed else "nobody follows the news; restart"


async def _objects(services: Services) -> str:
    await anyio.to_thread.run_sync(_put_and_look, services.blobs)
    return "ok"


def _put_and_look(blobs: Blobs) -> None:
    kept = blobs.put_stream(io.BytesIO(b"gishue"))
    with blobs.file(kept.sha256):
        pass


async def _disk(services: Services) -> str:
    usage = shutil.disk_usage(services.settings.root)
    share = usage.free / usage.total
    return "ok" if share >= MIN_FREE else f"only {share:.0%} of the disk is free"


async def _queue(services: Services) -> str:
    async with db.transaction(services.pool) as conn:
        queue = await jobs.state(conn)
    if queue.workers == 0:
        return "no worker runs"
    return "ok" if queue.oldest_s < 600 else f"a job has waited {queue.oldest_s:.0f} s"


async def _sandbox(services: Services) -> str:
    return await anyio.to_thread.run_sync(sandbox_word, int(time.monotonic() // SANDBOX_S))


@lru_cache(maxsize=1)
def sandbox_word(turn: int) -> str:
    """Return ok, or why no stranger's file can be opened; tried once a ``turn``."""
    try:
        sandbox.self_test()
    except GishueError as error:
        return error.detail
    return "ok"


_CHECKS: dict[str, Check] = {
    "database": _database,
    "registry": _registry,
    "objects": _objects,
    "disk": _disk,
    "queue": _queue,
    "sandbox": _sandbox,
}
