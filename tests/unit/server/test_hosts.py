"""The names that are answered."""

import pytest

from gishue.core.errors import BadRequest
from gishue.server.hosts import Hosts, WrongHost


def test_without_a_public_address_any_host_is_answered() -> None:
    for host in (b"gis.example.vn", b"10.0.0.1:8000", b"[2001:db8::1]:8000", b"a_b.local"):
        Hosts.parse("", "").check([host])


def test_with_a_public_address_only_that_and_this_machine() -> None:
    hosts = Hosts.parse("", "https://gis.example.vn")
    for host in (b"gis.example.vn", b"GIS.example.vn:443", b"gis.example.vn.", b"[::1]:8000"):
        hosts.check([host])
    for host in (b"evil.example", b"gis.example.vn.evil.example", b"xgis.example.vn"):
        with pytest.raises(WrongHost):
            hosts.check([host])


def test_a_list_takes_the_place_of_what_is_derived() -> None:
    hosts = Hosts.parse("gis.hue.gov.vn, *.example.vn", "https://other.vn")
    for host in (b"gis.hue.gov.vn", b"a.example.vn", b"a.b.example.vn"):
        hosts.check([host])
    for host in (b"other.vn", b"example.vn", b"localhost", b"badexample.vn"):
        with pytest.raises(WrongHost):
            hosts.check([host])


@pytest.mark.parametrize(
    "given",
    [
        [],
        [b""],
        [b"a.vn", b"b.vn"],
        [b"a.vn/x"],
        [b"a.vn@b.vn"],
        [b"a.vn:8000:1"],
        [b"a b"],
        [b"a.vn\r\n"],
        [b"a.vn:99999999"],
        ["huế.vn".encode()],
        [b"<script>"],
    ],
)
def test_what_is_no_single_host_is_refused(given: list[bytes]) -> None:
    with pytest.raises(BadRequest, match="Host"):
        Hosts.parse("", "").check(given)
