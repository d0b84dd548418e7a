"""Which hosts this instance may ask: a list that the operator wrote, checked again by address.

A name is resolved once, its addresses are judged, and the connection goes to the address that was
judged: what a name says a moment later changes nothing. No redirect is followed.
"""

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import SplitResult, urlsplit

import anyio
import httpcore

from gishue.core.errors import InvalidInput
from gishue.core.settings import Settings

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address
type Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_PORTS: Final = {"http": 80, "https": 443}


class NotApproved(InvalidInput):
    """The address is not on the operator's list of sources."""

    slug = "source-not-approved"
    title = "Source not on the approved list"
    title_vi = "Nguồn không có trong danh sách được duyệt"


@dataclass(frozen=True, slots=True)
class Approved:
    """``hosts``: names, or names with a port; ``networks``: private addresses they may have."""

    hosts: frozenset[str]
    networks: tuple[Network, ...]

    @classmethod
    def of(cls, settings: Settings) -> "Approved":
        """Return what the operator set."""
        hosts = frozenset(_words(settings.pull_hosts.lower()))
        return cls(
            hosts, tuple(ipaddress.ip_network(one) for one in _words(settings.pull_networks))
        )

    def check(self, url: str) -> str:
        """Return ``url`` if its host is on the list.

        Raises:
            NotApproved: it is not, or it is no plain http or https address.
        """
        parts = _parts(url)
        host = (parts.hostname or "").lower()
        named = f"[{host}]" if ":" in host else host
        port = parts.port or _PORTS[parts.scheme]
        is_usual = port == _PORTS[parts.scheme]
        if f"{named}:{port}" in self.hosts or (is_usual and named in self.hosts):
            return url
        shown = named if is_usual else f"{named}:{port}"
        raise NotApproved(
            f"{shown} is not on the list of approved sources; ask the operator to "
            "add it to GISHUE_PULL_HOSTS",
            vi=f"{shown} không có trong danh sách nguồn được duyệt; hãy đề nghị "
            "người vận hành thêm vào GISHUE_PULL_HOSTS",
        )

    def allows(self, address: Address) -> bool:
        """Return whether a connection may go to ``address``: public, or in a listed network."""
        mapped = getattr(address, "ipv4_mapped", None)
        real: Address = mapped or address
        if any(real.version == network.version and real in network for network in self.networks):
            return True
        return real.is_global and not real.is_multicast


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects by address, after ``approved`` has judged each address of the name."""

    def __init__(self, approved: Approved) -> None:
        self._approved = approved
        self._plain = cast(httpcore.AsyncNetworkBackend, httpcore.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of ``host`` that is allowed."""
        addresses = [one for one in await _resolved(host, port) if self._approved.allows(one)]
        if not addresses:
            raise NotApproved(
                f"{host} has no address that may be asked (private addresses need "
                "GISHUE_PULL_NETWORKS)",
                vi=f"{host} không có địa chỉ nào được phép truy cập (địa chỉ nội bộ cần khai báo "
                "GISHUE_PULL_NETWORKS)",
            )
        return await self._plain.connect_tcp(
            str(addresses[0]), port, timeout, local_address, socket_options
        )

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: sources are never sockets of this machine."""
        raise httpcore.ConnectError("no local sockets")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await anyio.sleep(seconds)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _no_address() from error
    has_credentials = parts.username is not None or parts.password is not None
    odd = any(char.isspace() or not char.isprintable() for char in url)
    if parts.scheme not in _PORTS or not parts.hostname or has_credentials or odd or port == 0:
        raise _no_address()
    return parts


def _no_address() -> NotApproved:
    return NotApproved(
        "a source is an http or https address without a user name in it",
        vi="nguồn phải là địa chỉ http hoặc https, không chứa tên đăng nhập",
    )


async def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError("no such host") from error
    return [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]


def _words(said: str) -> list[str]:
    return [word for word in said.replace(",", " ").split() if word]
