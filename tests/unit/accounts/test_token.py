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


def _signed(payload: object, **header: str) -> str:
    claims = payload if isinstance(payload, dict) else {}
    return jwt.encode({"alg": "RS256", "kid": "k"} | header, claims, KEY, algorithms=["RS256"])


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
    read = token.read(_signed(claims | {"typ": "Bearer"}), KEYS)
    if holds:
        token.check_access(read, EXPECTED)
    else:
        with pytest.raises(TokenRefused, match="expired"):
            token.check_access(read, EXPECTED)


OURS: dict[str, object] = {
    "iss": EXPECTED.issuer,
    "aud": "gishue",
    "sub": "1",
    "iat": NOW - 9,
    "exp": NOW + 300,
}
KEYCLOAK: dict[str, object] = {
    "auth_time": NOW - 9,
    "jti": "onrtac:1",
    "azp": "gishue",
    "sid": "s1",
    "acr": "1",
    "email_verified": True,
    "preferred_username": "lan",
}
MOCK: dict[str, object] = {
    "aud": ["gishue"],
    "auth_time": NOW - 9,
    "preferred_username": "lan",
    "groups": ["gis"],
}
"""As oidc-provider-mock writes an ID token, without its nonce and at_hash."""

ID_TOKENS: dict[str, dict[str, object]] = {
    "Keycloak": KEYCLOAK | {"typ": "ID", "at_hash": "h", "nonce": "n"},
    "Keycloak, refreshed": KEYCLOAK | {"typ": "ID"},
    "Keycloak's without its type": KEYCLOAK | {"at_hash": "h"},
    "Keycloak's without any mark": KEYCLOAK,
    "with the type of an access token": KEYCLOAK | {"typ": "Bearer", "at_hash": "h"},
    "oidc-provider-mock": MOCK | {"at_hash": "h", "nonce": "n"},
    "oidc-provider-mock, refreshed": MOCK | {"at_hash": "h"},
    "oidc-provider-mock's without any mark": MOCK,
    "with a scope and a nonce": MOCK | {"scope": "openid", "nonce": "n"},
    "with a client and a hash": MOCK | {"client_id": "gishue", "c_hash": "h"},
    "with an empty scope": MOCK | {"scope": ""},
}
ACCESS_TOKENS: dict[str, dict[str, object]] = {
    "Keycloak": KEYCLOAK | {"typ": "Bearer", "scope": "openid profile"},
    "Keycloak before 25": KEYCLOAK | {"typ": "Bearer", "nonce": "n"},
    "Keycloak, of a service": {"typ": "Bearer", "azp": "hue-s", "client_id": "hue-s"},
    "WSO2 Identity Server": {"aut": "APPLICATION_USER", "client_id": "hue-s", "scope": "openid"},
    "Entra ID": {"azp": "hue-s", "scp": "read", "ver": "2.0"},
}


@pytest.mark.parametrize("claims", ID_TOKENS.values(), ids=ID_TOKENS.keys())
def test_an_id_token_is_no_access_token(claims: dict[str, object]) -> None:
    read = token.read(_signed(OURS | claims), KEYS)
    with pytest.raises(TokenRefused, match="another use"):
        token.check_access(read, EXPECTED)


@pytest.mark.parametrize("claims", ACCESS_TOKENS.values(), ids=ACCESS_TOKENS.keys())
def test_what_says_that_it_is_an_access_token_is_one(claims: dict[str, object]) -> None:
    token.check_access(token.read(_signed(OURS | claims), KEYS), EXPECTED)


@pytest.mark.parametrize("typ", ["at+jwt", "application/at+JWT"])
def test_the_type_in_the_header_makes_an_access_token_unless_a_mark_speaks_against_it(
    typ: str,
) -> None:
    token.check_access(token.read(_signed(OURS, typ=typ), KEYS), EXPECTED)
    for mark in ("nonce", "at_hash", "c_hash", "s_hash"):
        read = token.read(_signed(OURS | {mark: "x"}, typ=typ), KEYS)
        with pytest.raises(TokenRefused):
            token.check_access(read, EXPECTED)
