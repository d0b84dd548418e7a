"""A listening socket, and the server that answers on it."""

import contextlib
import socket

import uvicorn
from starlette.types import ASGIApp

from gishue.core.errors import Unavailable

DRAIN_S = 10
"""Seconds a stopping web process gives to the requests under way."""


class PortTaken(Unavailable):
    """Somebody listens on that port already."""

    slug = "port-taken"
    title = "Port taken"
    title_vi = "Cổng đang được dùng"


def serve(app: ASGIApp, host: str, port: int) -> None:
    """Serve ``app`` until told to stop.

    Raises:
        PortTaken: somebody listens there.
    """
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
        server.run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; ``::`` takes IPv4 too, or stands for 0.0.0.0 without IPv6.

    Raises:
        PortTaken: somebody listens there.
    """
    is_any = host in ("::", "")
    family = socket.AF_INET6 if ":" in host and socket.has_ipv6 else socket.AF_INET
    try:
        listener = socket.create_server(
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
    # Connections inherit it. Without, head and body of an answer wait for each other: 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _is_dual() -> bool:
    return socket.has_dualstack_ipv6()
