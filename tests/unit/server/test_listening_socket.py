"""The listening socket: what every connection inherits from it, and who reaches it."""

import socket
import subprocess
import sys

import pytest

from gishue.server.listening import NoSuchAddress, PortTaken, listen

WITHOUT_IPV6 = """
import ctypes, platform, socket, struct
from gishue.server.listening import listen

# A seccomp filter: socket(AF_INET6, ...) fails as on a kernel that was started without IPv6.
number = {"x86_64": 41, "aarch64": 198}[platform.machine()]
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
EAFNOSUPPORT, ALLOW = 0x00050000 | 97, 0x7FFF0000
steps = [
    (LOAD, 0, 0, 0), (EQUAL, 0, 3, number), (LOAD, 0, 0, 16), (EQUAL, 0, 1, 10),
    (RETURN, 0, 0, EAFNOSUPPORT), (RETURN, 0, 0, ALLOW),
]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
program = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.create_string_buffer(program), 0, 0) == 0, ctypes.get_errno()
try:
    socket.socket(socket.AF_INET6)
except OSError as error:
    assert error.errno == 97
else:
    raise SystemExit("the kernel still speaks IPv6")
with listen("::", 0) as listener:
    with socket.create_connection(("127.0.0.1", listener.getsockname()[1]), timeout=5):
        print(socket.AddressFamily(listener.family).name)
"""


def test_no_connection_waits_for_an_acknowledgement_before_it_sends() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("host", ["::", ""])
@pytest.mark.parametrize("to", ["127.0.0.1", "::1"])
def test_one_listener_takes_ipv6_and_ipv4(host: str, to: str) -> None:
    with listen(host, 0) as listener:
        port = listener.getsockname()[1]
        with socket.create_connection((to, port), timeout=5) as asked:
            accepted, _ = listener.accept()
            with accepted:
                accepted.sendall(b"here")
            assert asked.recv(4) == b"here"


def test_a_machine_without_ipv6_is_served_over_ipv4() -> None:
    script = [sys.executable, "-c", WITHOUT_IPV6]
    done = subprocess.run(script, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.strip() == "AF_INET", done.stderr


def test_a_port_taken_on_ipv6_alone_is_taken() -> None:
    with socket.create_server(("::", 0), family=socket.AF_INET6) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match="is taken"):
            listen("::", port)


def test_an_address_of_another_machine_is_refused_in_words() -> None:
    with pytest.raises(NoSuchAddress, match="choose another --host"):
        listen("192.0.2.1", 0)
