"""The listening socket: what every connection inherits from it."""

import socket

from gishue.server.listening import listen


def test_no_connection_waits_for_an_acknowledgement_before_it_sends() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
