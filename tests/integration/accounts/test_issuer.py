"""What a process keeps of its issuer: asked for when it is wanted, and not too often."""

import asyncio
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey

from gishue.accounts.issuer import FRESH_S, PAUSE_S, STALE_S, Issuer
from gishue.accounts.token import TokenRefused
from gishue.cli.running import sign_on_word
from gishue.core.errors import Unavailable
from tests.support.issuer import CLIENT_ID
from tests.support.own_issuer import DISCOVERY, OwnIssuer, own_issuer
from tests.support.settings import settings_in


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def running() -> Generator[OwnIssuer]:
    """An issuer of the test's own."""
    with own_issuer() as issuer:
        yield issuer


def _known(running: OwnIssuer, clock: Clock) -> Issuer:
    said = {"oidc_issuer": running.url, "oidc_client_id": CLIENT_ID}
    return Issuer(settings_in(Path("var"), **said), clock)


async def test_many_who_want_the_keys_at_once_ask_for_them_once(running: OwnIssuer) -> None:
    issuer = _known(running, Clock())
    written = running.token(time.time())
    read = await asyncio.gather(*(issuer.read(written) for _ in range(20)))
    assert {one.claims["sub"] for one in read} == {running.claims(0)["sub"]}
    assert (running.asked["/jwks"], running.asked[DISCOVERY]) == (1, 1)


async def test_a_new_key_of_the_issuer_is_found_once_the_pause_is_over(running: OwnIssuer) -> None:
    clock = Clock()
    issuer = _known(running, clock)
    await issuer.read(running.token(time.time()))
    fresh = RSAKey.generate_key(2048, parameters={"kid": "rsa-2"})
    running.list_keys(running.key, fresh)
    written = running.sign(running.claims(time.time()), fresh)
    with pytest.raises(TokenRefused):
        await issuer.read(written)
    clock.now_s += PAUSE_S
    assert (await issuer.read(written)).claims["sub"]
    assert running.asked["/jwks"] == 2


async def test_a_withdrawn_key_counts_an_hour_more_and_not_longer(running: OwnIssuer) -> None:
    clock = Clock()
    issuer = _known(running, clock)
    written = running.token(time.time())
    await issuer.read(written)
    running.list_keys(running.curve_key)
    clock.now_s += FRESH_S - 1
    await issuer.read(written)
    clock.now_s += 2
    with pytest.raises(TokenRefused):
        await issuer.read(written)


async def test_an_issuer_that_is_away_is_asked_now_and_then_and_believed_a_day(
    running: OwnIssuer,
) -> None:
    clock = Clock()
    issuer = _known(running, clock)
    written = running.token(time.time())
    await issuer.read(written)
    running.is_up = False
    clock.now_s += FRESH_S + 1
    for _ in range(5):
        await issuer.read(written)
    assert (running.asked["/jwks"], running.asked[DISCOVERY]) == (2, 2)
    clock.now_s += STALE_S
    with pytest.raises(Unavailable):
        await issuer.read(written)
    running.is_up = True
    clock.now_s += PAUSE_S
    await issuer.read(written)


async def test_an_issuer_that_never_answered_is_not_waited_for_by_everybody(
    running: OwnIssuer,
) -> None:
    running.is_up = False
    issuer = _known(running, Clock())
    for _ in range(5):
        with pytest.raises(Unavailable):
            await issuer.read(running.token(time.time()))
    assert running.asked[DISCOVERY] == 1


def test_the_doctor_says_whether_the_issuer_answers(running: OwnIssuer) -> None:
    settings = settings_in(Path("var"), oidc_issuer=running.url, oidc_client_id=CLIENT_ID)
    assert sign_on_word(settings) == "ok"
    running.is_up = False
    assert "does not answer" in sign_on_word(settings)


async def test_a_shared_secret_among_the_keys_signs_nothing(running: OwnIssuer) -> None:
    oct_key = {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA", "kid": "oct"}
    listed = [oct_key, {"kty": "RSA"}, {"kty": "EC", "crv": "P-1"}, "x", None]
    running.say("/jwks", {"keys": [*listed, running.key.as_dict(private=False)]})
    issuer = _known(running, Clock())
    assert (await issuer.read(running.token(time.time()))).claims["sub"]
    running.say("/jwks", {"keys": listed})
    with pytest.raises(Unavailable):
        await _known(running, Clock()).read(running.token(time.time()))
