"""Who really asks, where proxies stand between: the address, scheme and host of a request.

Only what a trusted proxy says is believed. Each hop appends the address that it saw, so the list
is read from its right end: the first address that is no trusted proxy's is the caller's, whatever
the caller wrote before it. Without trust the headers are dropped, so that nothing reads them later.

Source: RFC 7239 (Forwarded); the X-Forwarded-* fields have no standard.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, NamedTuple

from starlette.types import Scope

from gishue.core.errors import InvalidInput

_FORWARDED: Final = frozenset(
    {
        b"forwarded",
        b"x-forwarded-for",
        b"x-forwarded-proto",
        b"x-forwarded-host",
        b"x-forwarded-port",
        b"x-forwarded-prefix",
        b"x-forwarded-server",
        b"x-forwarded-scheme",
        b"x-forwarded-ssl",
        b"x-original-url",
        b"x-rewrite-url",
        b"x-original-host",
        b"x-real-ip",
    }
)
_MOST_HOPS: Final = 20
_PAIR = re.compile(r'\s*([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))\s*(;|,|$)')


class Hop(NamedTuple):
    """What one proxy saw of whoever asked it."""

    address: str
    scheme: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Proxies:
    """The networks whose word is taken."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, said: str) -> "Proxies":
        """Return the proxies of a setting.

        Raises:
            InvalidInput: something in it is no address or network.
        """
        try:
            names = [name.strip() for name in said.split(",")]
            return cls(tuple(ip_network(name, strict=False) for name in names if name))
        except ValueError as error:
            raise InvalidInput(
                f"GISHUE_TRUSTED_PROXIES: {error}; write addresses and networks such as 10.0.0.0/8",
                vi=f"GISHUE_TRUSTED_PROXIES: {error}; hãy ghi địa chỉ hoặc mạng như 10.0.0.0/8",
            ) from error

    def trust(self, address: str) -> bool:
        """Return whether a trusted proxy stands at ``address``."""
        found = parsed(address)
        return found is not None and any(found in network for network in self.networks)


def settle(scope: Scope, trusted: Proxies) -> None:
    """Write the caller's address, scheme and host into ``scope``, and drop what said so."""
    client = scope.get("client")
    peer = client[0] if client else ""
    found = parsed(peer)
    address = str(found) if found else peer
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    said = [pair for pair in headers if pair[0] in _FORWARDED]
    if said:
        scope["headers"] = [pair for pair in headers if pair[0] not in _FORWARDED]
        if trusted.trust(address):
            caller = _caller(address, _hops(_joined(said)), trusted)
            address = caller.address
            _apply(scope, caller)
    if client and address != client[0]:
        scope["client"] = (address, client[1] if address == str(found) else 0)


def _apply(scope: Scope, caller: Hop) -> None:
    if caller.scheme in ("http", "https"):
        scope["scheme"] = caller.scheme
    if caller.host:
        host = caller.host.encode("latin-1", "replace")
        others = [pair for pair in scope["headers"] if pair[0] != b"host"]
        scope["headers"] = [(b"host", host), *others]


def _caller(peer: str, hops: Sequence[Hop], trusted: Proxies) -> Hop:
    """Return the hop nearest to us that no trusted proxy stands at, or the first of all."""
    known = peer
    for hop in reversed(hops):
        found = parsed(hop.address)
        if found is None:  # "unknown", "_hidden", or nonsense: nothing before it is believed
            return hop._replace(address=known)
        known = str(found)
        if not trusted.trust(known):
            return hop._replace(address=known)
    first = hops[0] if hops else Hop(peer)
    return first._replace(address=known)


def _hops(said: Mapping[str, str]) -> Sequence[Hop]:
    """Return the hops as the fields name them, the farthest first.

    ``Forwarded`` is read only where there is no ``X-Forwarded-For``: a proxy that writes the one
    passes on what the caller made up in the other.
    """
    if "x-forwarded-for" not in said:
        if "forwarded" in said:
            return _forwarded(said["forwarded"])
        scheme, host = (
            _aligned(_listed(said.get(name, "")), 1)[0]
            for name in ("x-forwarded-proto", "x-forwarded-host")
        )
        return [Hop("unknown", scheme, host)]
    addresses = _listed(said["x-forwarded-for"])
    schemes = _aligned(_listed(said.get("x-forwarded-proto", "")), len(addresses))
    hosts = _aligned(_listed(said.get("x-forwarded-host", "")), len(addresses))
    hops = [Hop(*hop) for hop in zip(addresses, schemes, hosts, strict=True)]
    return hops[-_MOST_HOPS:]


def _forwarded(said: str) -> Sequence[Hop]:
    """Return the hops of ``Forwarded``; none of it is believed if it is malformed."""
    hops: list[Hop] = []
    pairs: dict[str, str] = {}
    at = 0
    while at < len(said):
        match = _PAIR.match(said, at)
        if match is None:
            return []
        name, quoted, plain, end = match.groups()
        pairs[name.lower()] = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain
        if end != ";":
            hops.append(_hop(pairs))
            pairs = {}
        at = match.end()
    return hops[-_MOST_HOPS:]


def _hop(pairs: Mapping[str, str]) -> Hop:
    address = pairs.get("for", "unknown")
    return Hop(address, pairs.get("proto", "").lower(), pairs.get("host", ""))


def _aligned(values: Sequence[str], count: int) -> Sequence[str]:
    """Return one value for each hop: as listed, or that of the proxy nearest to us for all."""
    if len(values) == count:
        return [value.lower() for value in values]
    return [values[-1].lower() if values else ""] * count


def _listed(said: str) -> list[str]:
    return [part.strip() for part in said.split(",")] if said.strip() else []


def _joined(said: Sequence[tuple[bytes, bytes]]) -> Mapping[str, str]:
    joined: dict[str, str] = {}
    for name, value in said:
        text, key = value.decode("latin-1"), name.decode("latin-1")
        joined[key] = f"{joined[key]}, {text}" if key in joined else text
    return joined


@lru_cache(maxsize=4096)
def parsed(said: str) -> IPv4Address | IPv6Address | None:
    """Return the address, without its port; an IPv4 one in IPv6 clothes (``::ffff:…``) is IPv4.

    >>> parsed("::ffff:192.0.2.1"), parsed("[2001:db8::1]:443"), parsed("unknown")
    (IPv4Address('192.0.2.1'), IPv6Address('2001:db8::1'), None)
    """
    if said.startswith("["):
        said = said[1:].partition("]")[0]
    elif said.count(":") == 1:
        said = said.partition(":")[0]
    try:
        found = ip_address(said)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if found.version == 6 else found
