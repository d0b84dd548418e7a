"""The long-running processes of an instance, each started by one command."""

import asyncio
import contextlib
import socket

import psycopg
import uvicorn
from starlette.types import ASGIApp

from gishue import worker
from gishue.accounts import secret
from gishue.accounts import store as accounts
from gishue.core.actor import Role
from gishue.core.errors import Unavailable
from gishue.core.log import logger
from gishue.core.settings import Settings
from gishue.server.app import make_app
from layers.services import open_services
from tiles.app import make_app as make_tiles_app

_LOG = logger(__name__)

ADMIN = "admin"
DRAIN_S = 10
"""Seconds a stopping web process gives to the requests under way."""


class PortTaken(Unavailable):
    """Somebody listens on that port already."""

    slug = "port-taken"
    title = "Port taken"
    title_vi = "Cổng đang được dùng"


def serve_web(settings: Settings, url: str, host: str, port: int) -> None:
    """Serve every door until told to stop."""
    _serve(make_app(settings, url), host, port)


def serve_tiles(settings: Settings, url: str, host: str, port: int) -> None:
    """Serve the open layers' tiles until told to stop."""
    _serve(make_tiles_app(settings, url), host, port)


async def work(settings: Settings, url: str) -> None:
    """Work off jobs until told to stop."""
    async with open_services(settings, url) as services:
        await worker.run(services)


async def ensure_administrator(settings: Settings, url: str) -> str | None:
    """Make the account ``admin`` if nobody can administer; return a password made up for it.

    The password is ``GISHUE_ADMIN_PASSWORD`` where that is set (and None is returned).
    """
    given = settings.admin_password.get_secret_value()
    made = None if given else secret.made_up_password()
    async with await psycopg.AsyncConnection.connect(url) as conn:
        if await accounts.has_administrator(conn):
            return None
        await accounts.add(conn, ADMIN, given or made or "", roles=[Role.ADMIN])
    return made


def _serve(app: ASGIApp, host: str, port: int) -> None:
    listener = listen(host, port)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_S,
        timeout_keep_alive=30,
        proxy_headers=True,
    )
    server = uvicorn.Server(config)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(server.serve([listener]))


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; ``::`` takes IPv4 too, or stands for 0.0.0.0 without IPv6.

    Raises:
        PortTaken: somebody listens there.
    """
    is_any = host in ("::", "")
    family = socket.AF_INET6 if ":" in host and socket.has_ipv6 else socket.AF_INET
    try:
        return socket.create_server(
            (host, port), family=family, backlog=2048, dualstack_ipv6=is_any and _is_dual()
        )
    except OSError as error:
        if is_any and family is socket.AF_INET6:
            return listen("0.0.0.0", port)  # noqa: S104  a machine without IPv6
        raise PortTaken(
            f"port {port} is taken; choose another: PORT={port + 1} make run, "
            f"or gishue up --port {port + 1}",
            vi=f"cổng {port} đang được dùng; hãy chọn cổng khác: PORT={port + 1} make run, "
            f"hoặc gishue up --port {port + 1}",
        ) from error


def _is_dual() -> bool:
    return socket.has_dualstack_ipv6()
