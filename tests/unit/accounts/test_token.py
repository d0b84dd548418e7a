"""Signed tokens: whatever is sent, the answer is a token or one clear refusal."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from gishue.accounts import token
from gishue.accounts.token import Expected, TokenRefused, UnknownSigner

KEY = RSAKey.generate_key(2048, parameters={"kid": "k"})
KEYS = KeySet([RSAKey.import_key(KEY.as_dict(private=False))])
NOW = 1_795_860_000
EXPECTED = Expected("https://sso.example", "gishue", NOW, 30)


def _signed(payload: object) -> str:
    claims = payload if isinstance(payload, dict) else {}
    return jwt.encode({"alg": "RS256", "kid": "k"}, claims, KEY, algorithms=["RS256"])


@given(st.text() | st.builds(".".join, st.lists(st.text(), min_size=2, max_size=6)))
def test_any_text_that_is_no_token_is_refused(written: str) -> None:
    with pytest.raises(TokenRefused) as caught:
        token.read(written, KEYS)
    assert caught.value.detail_vi != caught.value.detail


@given(
    st.dictionaries(
        st.sampled_from(["iss", "aud", "sub", "exp", "iat", "nbf", "azp", "typ", "jti", "events"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
            ),
            max_leaves=5,
        ),
    )
)
def test_genuine_claims_of_any_shape_are_taken_or_refused(claims: dict[str, object]) -> None:
    read = token.read(_signed(json.loads(json.dumps(claims))), KEYS)
    for check in (token.check_access, token.check_logout):
        with pytest.raises(TokenRefused):
            check(read, EXPECTED)


def test_an_unknown_key_is_told_apart_so_that_a_new_one_can_be_asked_for() -> None:
    other = RSAKey.generate_key(2048, parameters={"kid": "moi"})
    written = jwt.encode({"alg": "RS256", "kid": "moi"}, {}, other, algorithms=["RS256"])
    with pytest.raises(UnknownSigner):
        token.read(written, KEYS)


@pytest.mark.parametrize(("exp", "holds"), [(NOW - 29, True), (NOW - 30, False), (NOW + 1, True)])
def test_clocks_may_differ_by_the_leeway_and_no_more(exp: int, holds: bool) -> None:
    claims = {"iss": EXPECTED.issuer, "aud": "gishue", "sub": "1", "iat": NOW - 99, "exp": exp}
    read = token.read(_signed(claims), KEYS)
    if holds:
        token.check_access(read, EXPECTED)
    else:
        with pytest.raises(TokenRefused, match="expired"):
            token.check_access(read, EXPECTED)
