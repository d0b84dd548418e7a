"""A real issuer on loopback (oidc-provider-mock), what it signs, and the way through it."""

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey
from oidc_provider_mock import run_server_in_thread

CLIENT_ID = "gishue"
SITE = "http://localhost"


@dataclass(frozen=True, slots=True)
class MockIssuer:
    """The address of a running issuer; whom it knows is told over its own HTTP."""

    url: str

    def know(self, subject: str, **claims: Any) -> None:
        """Let the issuer know somebody and what it says of them."""
        httpx.put(f"{self.url}/users/{subject}", json=claims).raise_for_status()

    def let_in(self, address: str, subject: str) -> str:
        """Sign in at the issuer's own page; return the address it sends the browser back to."""
        answer = httpx.post(address, data={"sub": subject})
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def id_tokens(self, subject: str) -> list[str]:
        """Return the ID token that signing in gives, and the one that renewing it gives."""
        said = httpx.get(f"{self.url}/.well-known/openid-configuration").json()
        back = f"{SITE}/auth/callback"
        asked = {"client_id": CLIENT_ID, "response_type": "code", "redirect_uri": back}
        asked |= {"scope": "openid profile", "nonce": "n", "state": "s"}
        page = httpx.get(said["authorization_endpoint"], params=asked)
        code = query_of(self.let_in(str(page.url), subject))["code"]
        form = {"client_id": CLIENT_ID, "client_secret": "bí mật", "redirect_uri": back}
        given = httpx.post(
            said["token_endpoint"], data=form | {"grant_type": "authorization_code", "code": code}
        ).json()
        renewing = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"]}
        renewed = httpx.post(said["token_endpoint"], data=form | renewing).json()
        return [given["id_token"], renewed["id_token"]]

    def turn_away(self, address: str) -> str:
        """Refuse at the issuer's own page; return the address it sends the browser back to."""
        answer = httpx.post(address, data={"action": "deny"})
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]


@contextmanager
def mock_issuer(port: int = 0) -> Generator[MockIssuer]:
    """Run an issuer that takes any client, on a free port of this machine."""
    before = os.environ.get("AUTHLIB_INSECURE_TRANSPORT")
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback has no https
    try:
        with run_server_in_thread(port=port, require_nonce=True) as server:
            yield MockIssuer(f"http://localhost:{server.server_port}")
    finally:
        if before is None:
            del os.environ["AUTHLIB_INSECURE_TRANSPORT"]


def query_of(address: str) -> dict[str, str]:
    """Return the query of an address, each name once."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def path_of(address: str) -> str:
    """Return the path and the query of an address."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def sign(claims: Mapping[str, Any], key: RSAKey, **header: str) -> str:
    """Return a token of these claims, signed by ``key``."""
    said = {"alg": "RS256", "kid": str(key.kid)} | header
    return jwt.encode(said, dict(claims), key, algorithms=[said["alg"]])
