"""A listening socket, and the server that answers on it."""

import contextlib
import errno
import socket
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from gishue.core.errors import Unavailable
from gishue.core.settings import Settings
from gishue.server.replays import Replays, replaying
from gishue.server.wire import Wire

DRAIN_S = 10
"""Seconds a stopping web process gives to the requests under way."""
_NO_IPV6: Final = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT})


class PortTaken(Unavailable):
    """Somebody listens on that port already."""

    slug = "port-taken"
    title = "Port taken"
    title_vi = "Cổng đang được dùng"


class NoSuchAddress(Unavailable):
    """This machine has no such address to listen on, or may not."""

    slug = "no-such-address"
    title = "Address not to be listened on"
    title_vi = "Không lắng nghe được ở địa chỉ này"


def serve(app: ASGIApp, settings: Settings, host: str, port: int) -> None:
    """Serve ``app`` until told to stop.

    Raises:
        PortTaken: somebody listens there.
        NoSuchAddress: the machine has no such address.
    """
    listener = listen(host, port)
    server = uvicorn.Server(configured(app, settings))
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def configured(app: ASGIApp, settings: Settings) -> uvicorn.Config:
    """Return how ``app`` is served."""
    return uvicorn.Config(
        replaying(app, Replays(settings)),
        http=Wire,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_S,
        timeout_keep_alive=30,
        # gishue.server.proxies reads them: to uvicorn, ::ffff:127.0.0.1 is not 127.0.0.1.
        proxy_headers=False,
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; ``::`` takes IPv4 too, or stands for 0.0.0.0 without IPv6.

    Raises:
        PortTaken: somebody listens there.
        NoSuchAddress: the machine has no such address.
    """
    is_any = host in ("::", "")
    family = socket.AF_INET6 if is_any or ":" in host else socket.AF_INET
    is_dual = is_any and socket.has_dualstack_ipv6()
    try:
        listener = socket.create_server(
            (host or "::", port), family=family, backlog=2048, dualstack_ipv6=is_dual
        )
    except OSError as error:
        if is_any and error.errno in _NO_IPV6:
            return listen("0.0.0.0", port)  # noqa: S104  a machine without IPv6
        raise _refused(host, port, error) from error
    # Connections inherit it. Without, head and body of an answer wait for each other: 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _refused(host: str, port: int, error: OSError) -> Unavailable:
    if error.errno != errno.EADDRINUSE:
        return NoSuchAddress(
            f"cannot listen on {host} port {port}: {error.strerror}; choose another --host",
            vi=f"không lắng nghe được ở {host} cổng {port}; hãy chọn --host khác",
        )
    return PortTaken(
        f"port {port} is taken; choose another: PORT={port + 1} make run, "
        f"or gishue up --port {port + 1}",
        vi=f"cổng {port} đang được dùng; hãy chọn cổng khác: PORT={port + 1} make run, "
        f"hoặc gishue up --port {port + 1}",
    )
