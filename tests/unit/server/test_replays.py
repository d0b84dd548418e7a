"""Which requests are looked up among the answers that are given again."""

import pytest

from gishue.core.settings import Settings
from gishue.server.replays import Key, Replays

PATH = b"/tiles/cay_xanh/14/13087/7431.mvt?rev=3"
HOST = (b"host", b"gis.example.vn")
CITY = "https://hue.gov.vn"
GZIP = (b"accept-encoding", b"gzip, deflate, br")


def key(
    url: bytes, *said: tuple[bytes, bytes], is_trusted: bool = False, **settings: str
) -> Key | None:
    return Replays(Settings.model_validate(settings)).key(url, said, is_trusted=is_trusted)


def test_what_no_answer_depends_on_is_passed_over() -> None:
    plain = key(PATH, HOST, GZIP)
    assert plain is not None
    assert plain == key(PATH, HOST, GZIP, (b"user-agent", b"QGIS"), (b"accept-language", b"vi"))
    assert plain == key(PATH, HOST, (b"accept-encoding", b"GZIP;q=0.3"))
    assert plain == key(PATH, HOST, GZIP, (b"connection", b"Keep-Alive"))
    assert plain == key(PATH, HOST, GZIP, (b"origin", b"https://elsewhere.example"))


@pytest.mark.parametrize(
    "said",
    [
        (b"cookie", b"gishue=abc"),
        (b"cookie", b""),
        (b"authorization", b"Bearer abc"),
        (b"x-api-key", b"gh_abc"),
        (b"connection", b"close"),
        (b"connection", b"keep-alive, upgrade"),
        (b"upgrade", b"websocket"),
        (b"expect", b"100-continue"),
        (b"content-length", b"0"),
        (b"transfer-encoding", b"chunked"),
        (b"x-forwarded-host", b"evil.example"),
        (b"forwarded", b"for=192.0.2.1"),
        (b"host", b"other.example"),
        (b"accept-encoding", b"identity"),
        (b"x-nobody-knows", b"1"),
        (b"if-none-match", b'"' + b"x" * 2_000 + b'"'),
    ],
)
def test_what_an_answer_may_depend_on_goes_the_long_way(said: tuple[bytes, bytes]) -> None:
    assert key(PATH, HOST, GZIP, said, is_trusted=True) is None


@pytest.mark.parametrize(
    "url",
    [
        b"/api/v1/layers",
        b"http://gis.example.vn" + PATH,
        PATH + b"&key=gh_abc",
        PATH + b"&" + b"x" * 2_000,
    ],
)
def test_other_addresses_and_those_with_a_key_go_the_long_way(url: bytes) -> None:
    assert key(url, HOST, GZIP) is None


def test_answers_of_one_request_are_no_others() -> None:
    match = (b"if-none-match", b'"abc"')
    asked = [
        key(PATH, HOST, GZIP),
        key(PATH + b"4", HOST, GZIP),
        key(PATH, HOST),
        key(PATH, HOST, GZIP, match),
        key(PATH, (b"host", b"localhost"), GZIP),
        key(PATH, HOST, GZIP, (b"x-forwarded-proto", b"https"), is_trusted=True),
    ]
    assert None not in asked
    assert len(set(asked)) == len(asked)


def test_a_proxy_is_believed_only_where_it_is_trusted_and_one() -> None:
    said = [(b"x-forwarded-for", b"192.0.2.1"), (b"x-forwarded-proto", b"https")]
    assert key(PATH, HOST, GZIP, *said) == key(PATH, HOST, GZIP)
    hops = [(b"x-forwarded-for", b"192.0.2.1, 10.0.0.1"), (b"x-forwarded-proto", b"https")]
    assert key(PATH, HOST, GZIP, *hops, is_trusted=True) is None
    assert key(PATH, HOST, GZIP, *hops) == key(PATH, HOST, GZIP)


def test_origins_are_told_apart_where_some_are_listed() -> None:
    one = key(PATH, HOST, GZIP, (b"origin", b"https://hue.gov.vn"), cors_origins=CITY)
    assert one != key(
        PATH, HOST, GZIP, (b"origin", b"https://elsewhere.example"), cors_origins=CITY
    )
