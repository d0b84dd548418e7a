"""What of an address tells one visitor from another."""

from ipaddress import IPv6Address, ip_address
from typing import Final

_NETWORK_BITS: Final = 64
"""What one IPv6 customer gets at least (RFC 6177): its addresses count as one."""


def network(address: str) -> str:
    """Return what counts as one visitor: an IPv4 address, the /64 of an IPv6 address.

    >>> network("2001:db8::1") == network("2001:db8::ffff"), network("192.0.2.1")
    (True, '192.0.2.1')
    """
    if ":" not in address:
        return address
    try:
        found = ip_address(address)
    except ValueError:
        return address
    bits = 128 - _NETWORK_BITS
    return str(IPv6Address(int(found) >> bits << bits)) if found.version == 6 else address
