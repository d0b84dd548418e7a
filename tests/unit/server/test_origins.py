"""Which pages of other origins may read what."""

import pytest

from gishue.core.errors import Forbidden, InvalidInput
from gishue.server.areas import is_open_area
from gishue.server.origins import Origins

CITY = "https://hue.gov.vn"
ELSEWHERE = "https://elsewhere.example"
LISTED = Origins.parse(f"{CITY}, http://localhost:5173/")


def said(origins: Origins, origin: str, path: str, *, is_known: bool) -> dict[bytes, bytes]:
    is_open_read = is_open_area(path) and not is_known
    return dict(origins.answer(origin, is_open_read=is_open_read))


@pytest.mark.parametrize(
    "path", ["/tiles/a/1/0/0.mvt", "/ogc/", "/files/a/a.gpkg", "/api/v1/layers"]
)
@pytest.mark.parametrize("origin", [ELSEWHERE, "null", ""])
def test_open_data_is_read_from_everywhere_without_credentials(path: str, origin: str) -> None:
    fields = said(LISTED, origin, path, is_known=False)
    assert fields[b"access-control-allow-origin"] == b"*"
    assert b"access-control-allow-credentials" not in fields


@pytest.mark.parametrize(
    "origin", [ELSEWHERE, "null", "", f"{CITY}.evil.example", "http://hue.gov.vn"]
)
def test_what_a_credential_opens_is_not_read_from_elsewhere(origin: str) -> None:
    assert said(LISTED, origin, "/api/v1/layers", is_known=True) == {}
    assert said(Origins(), origin, "/api/v1/layers", is_known=True) == {}


@pytest.mark.parametrize("path", ["/", "/login", "/api/v1/me", "/api/v1/session"])
def test_pages_and_sessions_are_not_read_from_elsewhere(path: str) -> None:
    assert said(LISTED, ELSEWHERE, path, is_known=False) == {}


def test_a_listed_origin_acts_with_the_persons_session() -> None:
    fields = said(LISTED, CITY, "/api/v1/me", is_known=True)
    assert fields[b"access-control-allow-origin"] == CITY.encode()
    assert fields[b"access-control-allow-credentials"] == b"true"
    preflight = LISTED.preflight(CITY, "PATCH", "/api/v1/layers/a")
    assert preflight["access-control-allow-origin"] == CITY
    assert "PATCH" in preflight["access-control-allow-methods"]
    assert "x-csrf-token" in preflight["access-control-allow-headers"]


def test_others_may_only_announce_reads() -> None:
    open_ = LISTED.preflight(ELSEWHERE, "GET", "/ogc/collections")
    assert open_["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in open_
    for wanted, path in (("POST", "/api/v1/layers"), ("GET", "/api/v1/me"), ("PROPFIND", "/ogc")):
        with pytest.raises(Forbidden, match="GISHUE_CORS_ORIGINS"):
            LISTED.preflight(ELSEWHERE, wanted, path)


@pytest.mark.parametrize(
    "said", ["*", "null", "hue.gov.vn", "https://hue.gov.vn/map", "https://*.vn"]
)
def test_what_is_no_single_origin_stops_the_start(said: str) -> None:
    with pytest.raises(InvalidInput, match="no origin"):
        Origins.parse(said)
