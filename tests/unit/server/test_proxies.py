"""Whom a request came from: nothing a stranger writes into its headers counts."""

from collections.abc import Sequence
from typing import Any

import pytest

from gishue.core.errors import InvalidInput
from gishue.server.proxies import Proxies, settle

TRUSTED = Proxies.parse("127.0.0.1, ::1, 10.0.0.0/8, 2001:db8:1::/48")
STRANGER = "198.51.100.9"

type Said = Sequence[tuple[str, str]]


def settled(peer: str, *said: tuple[str, str], trusted: Proxies = TRUSTED) -> dict[str, Any]:
    headers = [(b"host", b"inside:8000"), *((n.encode(), v.encode()) for n, v in said)]
    scope: dict[str, Any] = {
        "type": "http",
        "scheme": "http",
        "client": (peer, 40_000),
        "headers": headers,
    }
    settle(scope, trusted)
    return scope


def seen(peer: str, *said: tuple[str, str]) -> tuple[str, str, str]:
    scope = settled(peer, *said)
    return scope["client"][0], scope["scheme"], dict(scope["headers"])[b"host"].decode()


SPOOFS: list[Said] = [
    [("x-forwarded-for", "10.0.0.7"), ("x-forwarded-proto", "https")],
    [("x-forwarded-host", "evil.example")],
    [("forwarded", "for=10.0.0.7;proto=https;host=evil.example")],
    [("x-real-ip", "10.0.0.7"), ("x-original-url", "/api/v1/users")],
]


@pytest.mark.parametrize("said", SPOOFS)
def test_a_stranger_is_who_connects_whatever_they_write(said: Said) -> None:
    assert seen(STRANGER, *said) == (STRANGER, "http", "inside:8000")
    headers = settled(STRANGER, *said)["headers"]
    assert [name for name, _ in headers] == [b"host"]


def test_a_trusted_proxy_is_believed() -> None:
    said = (
        ("x-forwarded-for", STRANGER),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "gis.example.vn"),
    )
    assert seen("127.0.0.1", *said) == (STRANGER, "https", "gis.example.vn")


def test_ipv4_that_comes_through_an_ipv6_socket_is_ipv4() -> None:
    said = ("x-forwarded-for", STRANGER)
    assert seen("::ffff:127.0.0.1", said)[0] == STRANGER
    assert seen(f"::ffff:{STRANGER}")[0] == STRANGER


@pytest.mark.parametrize(
    ("chain", "caller"),
    [
        (f"10.9.9.9, {STRANGER}", STRANGER),
        (f"127.0.0.1, {STRANGER}, 10.0.0.2", STRANGER),
        (f"1.2.3.4, {STRANGER}, 10.0.0.2, 2001:db8:1::7", STRANGER),
        (f"{STRANGER}:4711, 10.0.0.2", STRANGER),
        ("[2001:db8:2::1]:443, 10.0.0.2", "2001:db8:2::1"),
        ("10.1.1.1, 10.0.0.2", "10.1.1.1"),
        ("unknown, 10.0.0.2", "10.0.0.2"),
        ("1.2.3.4, nonsense", "127.0.0.1"),
        ("", "127.0.0.1"),
        (", ".join(["1.2.3.4", *["10.0.0.2"] * 500]), "10.0.0.2"),
    ],
)
def test_the_nearest_hop_that_is_no_trusted_proxy_is_the_caller(chain: str, caller: str) -> None:
    assert seen("127.0.0.1", ("x-forwarded-for", chain))[0] == caller


def test_several_fields_are_one_list() -> None:
    said = (("x-forwarded-for", "1.2.3.4"), ("x-forwarded-for", STRANGER))
    assert seen("127.0.0.1", *said)[0] == STRANGER


def test_each_hop_has_its_own_scheme() -> None:
    outer_ends_tls = (
        ("x-forwarded-for", f"{STRANGER}, 10.0.0.2"),
        ("x-forwarded-proto", "https, http"),
    )
    assert seen("127.0.0.1", *outer_ends_tls)[1] == "https"
    made_up_before = (
        ("x-forwarded-for", f"10.0.0.3, {STRANGER}"),
        ("x-forwarded-proto", "https, http"),
    )
    assert seen("127.0.0.1", *made_up_before)[1] == "http"
    assert seen("127.0.0.1", ("x-forwarded-proto", "https"))[1] == "https"
    assert seen("127.0.0.1", ("x-forwarded-proto", "javascript"))[1] == "http"


def test_the_standard_field_is_read_the_same_way() -> None:
    said = (
        "forwarded",
        f'for=1.2.3.4;host=evil.example, For="{STRANGER}:80";Proto=https;host=gis.example.vn, '
        'for="[2001:db8:1::2]"',
    )
    assert seen("::1", said) == (STRANGER, "https", "gis.example.vn")


@pytest.mark.parametrize(
    "said", ["for=1.2.3.4;;", 'for="1.2.3.4', "for", "=", "for=1.2.3.4 host=x", "\x00"]
)
def test_a_malformed_field_is_not_believed(said: str) -> None:
    assert seen("127.0.0.1", ("forwarded", said))[::2] == ("127.0.0.1", "inside:8000")


def test_the_standard_field_is_not_believed_beside_the_one_the_proxy_writes() -> None:
    said = (("forwarded", "for=1.2.3.4;host=evil.example"), ("x-forwarded-for", STRANGER))
    assert seen("127.0.0.1", *said) == (STRANGER, "http", "inside:8000")


def test_without_proxies_nobody_is_believed() -> None:
    scope = settled("127.0.0.1", ("x-forwarded-for", STRANGER), trusted=Proxies.parse(""))
    assert scope["client"][0] == "127.0.0.1"


def test_a_setting_that_is_no_network_stops_the_start() -> None:
    with pytest.raises(InvalidInput, match="GISHUE_TRUSTED_PROXIES"):
        Proxies.parse("127.0.0.1, nginx")
