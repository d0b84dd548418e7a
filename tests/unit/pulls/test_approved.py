import ipaddress

import pytest

from gishue.cli.pulls import seconds
from gishue.core.errors import InvalidInput
from gishue.pulls.approved import Approved, NotApproved

LIST = Approved(
    frozenset({"ban-do.hue.gov.vn", "10.1.2.3:8080", "[fd00::7]:8080"}),
    (ipaddress.ip_network("10.1.2.0/24"),),
)


@pytest.mark.parametrize(
    "url",
    [
        "https://ban-do.hue.gov.vn/wfs?x=1",
        "http://BAN-DO.hue.gov.vn:80/a.zip",
        "http://10.1.2.3:8080/a.gpkg",
        "http://[fd00::7]:8080/a.gpkg",
    ],
)
def test_a_listed_host_may_be_asked(url: str) -> None:
    assert LIST.check(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://ban-do.hue.gov.vn.evil.example/",
        "https://ban-do.hue.gov.vn:8443/",
        "https://evil.example/?https://ban-do.hue.gov.vn/",
        "https://ban-do.hue.gov.vn@evil.example/",
        "https://user:pass@ban-do.hue.gov.vn/",
        "file:///etc/passwd",
        "ftp://ban-do.hue.gov.vn/",
        "http://10.1.2.3/",
        "http://ban-do.hue.gov.vn:0/",
        "http://ban-do.hue.gov.vn:99999/",
        "http://[::1/",
        "http:// ban-do.hue.gov.vn/",
        "http://ban-do.hue.gov.vn/\r\nX: 1",
        "",
    ],
)
def test_anything_else_is_not_asked(url: str) -> None:
    with pytest.raises(NotApproved) as caught:
        LIST.check(url)
    assert caught.value.detail_vi != caught.value.detail


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("10.1.3.3", False),
        ("127.0.0.1", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("169.254.169.254", False),
        ("192.168.1.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("fe80::1", False),
        ("100.64.0.1", False),
    ],
)
def test_an_address_is_public_or_in_a_listed_network(address: str, allowed: bool) -> None:
    assert LIST.allows(ipaddress.ip_address(address)) is allowed


@pytest.mark.parametrize("every", ["", "m", "1w", "-5m", "1.5h", "٣m"])
def test_an_interval_is_a_number_with_a_unit(every: str) -> None:
    with pytest.raises(InvalidInput):
        seconds(every)
