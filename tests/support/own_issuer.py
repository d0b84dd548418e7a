"""An issuer on loopback whose keys the test holds: it says and signs whatever it is told to."""

import base64
import hashlib
import hmac
import json
import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.support.issuer import CLIENT_ID

DISCOVERY = "/.well-known/openid-configuration"


class OwnIssuer:
    """What it answers by path, how often it was asked, and its keys."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = RSAKey.generate_key(2048, parameters={"kid": "rsa-1", "use": "sig"})
        self.curve_key = ECKey.generate_key("P-256", parameters={"kid": "ec-1"})
        self.asked: Counter[str] = Counter()
        self.forms: list[dict[str, str]] = []
        self.answers: dict[str, bytes] = {}
        self.is_up = True
        self.list_keys(self.key, self.curve_key)
        self.say(DISCOVERY, self.described())

    def described(self, **changed: Any) -> dict[str, Any]:
        """Return the discovery document."""
        said = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
        }
        return said | changed

    def say(self, path: str, body: Any) -> None:
        """Answer with this JSON from now on."""
        self.answers[path] = json.dumps(body).encode()

    def list_keys(self, *keys: RSAKey | ECKey) -> None:
        """List these keys as those that sign."""
        self.say("/jwks", {"keys": [key.as_dict(private=False) for key in keys]})

    def claims(self, now_s: float, **changed: Any) -> dict[str, Any]:
        """Return the claims of an access token as Keycloak writes it."""
        said = {
            "iss": self.url,
            "aud": [CLIENT_ID, "account"],
            "azp": "hue-s",
            "sub": "f3b1c6de-0000-4000-8000-000000000001",
            "typ": "Bearer",
            "iat": int(now_s),
            "exp": int(now_s) + 300,
            "jti": "a1",
            "preferred_username": "lan",
            "realm_access": {"roles": ["gis-viewer"]},
        } | changed
        return {name: value for name, value in said.items() if value is not None}

    def token(self, now_s: float, **changed: Any) -> str:
        """Return an access token."""
        return self.sign(self.claims(now_s, **changed))

    def sign(
        self,
        claims: dict[str, Any],
        key: RSAKey | ECKey | None = None,
        alg: str = "RS256",
        typ: str = "JWT",
    ) -> str:
        """Return a token of these claims."""
        used = key or self.key
        header = {"alg": alg, "kid": str(used.kid), "typ": typ}
        return jwt.encode(header, claims, used, algorithms=[alg])


def made_by_hand(claims: dict[str, Any], alg: str, secret: bytes = b"", kid: str = "rsa-1") -> str:
    """Return a token as an attacker makes it: no library signs with a public key, or not at all."""
    parts = [{"alg": alg, "kid": kid, "typ": "JWT"}, claims]
    text = ".".join(_base64url(json.dumps(part).encode()) for part in parts)
    mac = hmac.new(secret, text.encode(), hashlib.sha256).digest() if secret else b""
    return f"{text}.{_base64url(mac)}"


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@contextmanager
def own_issuer() -> Generator[OwnIssuer]:
    """Run such an issuer on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked[self.path] += 1
            body = issuer.answers.get(self.path)
            status = 200 if body is not None and issuer.is_up else 503
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(body if body is not None and issuer.is_up else b"away")

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            form = parse_qs(self.rfile.read(length).decode())
            issuer.forms.append({name: values[0] for name, values in form.items()})
            self.do_GET()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = OwnIssuer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
