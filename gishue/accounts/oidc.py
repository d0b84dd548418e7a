"""The way to the issuer and back: authorisation code with PKCE, state and nonce.

Sources: OpenID Connect Core 1.0, section 3.1; RFC 7636 (PKCE); RFC 9207 (issuer in the answer);
OpenID Connect RP-Initiated Logout 1.0.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwt import Token

from gishue.accounts import secret, token
from gishue.accounts.attempts import Attempt
from gishue.accounts.issuer import TIMEOUT_S, Issuer, Metadata, fetch_json
from gishue.accounts.sessions import SignOn
from gishue.core.errors import NotSignedIn, Unavailable
from gishue.core.log import logger, pairs

_LOG = logger(__name__)


class SignOnRefused(NotSignedIn):
    """The sign-in at the issuer did not come to an end, or not for this browser."""

    slug = "sign-on-refused"
    title = "City sign-on refused"
    title_vi = "Đăng nhập một lần không thành công"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in at the issuer, in which session there, and what it says of them."""

    issuer: str
    subject: str
    sid: str | None
    claims: Mapping[str, Any]


async def start(issuer: Issuer, redirect_uri: str, next_page: str) -> tuple[str, Attempt]:
    """Return the address at the issuer to send a browser to, and what must come back from there.

    Raises:
        Unavailable: the issuer does not answer.
    """
    metadata = await issuer.metadata()
    attempt = Attempt(secret.new_token(), secret.new_token(), secret.new_token(), next_page)
    async with _client(issuer, metadata, redirect_uri) as client:
        url, _ = client.create_authorization_url(
            metadata.authorization_endpoint,
            state=attempt.state,
            code_verifier=attempt.code_verifier,
            nonce=attempt.nonce,
        )
    return str(url), attempt


async def finish(
    issuer: Issuer, redirect_uri: str, code: str, attempt: Attempt, now_s: float
) -> Identity:
    """Take a code to the issuer and return who signed in.

    Raises:
        SignOnRefused: the code was used, ran out, or belongs to another sign-in.
        TokenRefused: what the issuer gave for it does not hold.
        Unavailable: the issuer does not answer.
    """
    metadata = await issuer.metadata()
    given = await _exchange(issuer, metadata, redirect_uri, code, attempt.code_verifier)
    read = await issuer.read(str(given.get("id_token", "")))
    _check_identity(read, issuer, given, attempt.nonce, int(now_s))
    claims = dict(read.claims)
    if metadata.userinfo_endpoint is not None:
        access = str(given.get("access_token", ""))
        more = await fetch_json(metadata.userinfo_endpoint, bearer=access)
        if more.get("sub") != claims["sub"]:
            raise token.foreign()
        claims = more | claims
    subject = token.text(claims, "sub")
    if subject is None:
        raise token.foreign()
    return Identity(metadata.issuer, subject, token.text(claims, "sid"), claims)


def check_answerer(metadata: Metadata, named: str | None) -> None:
    """Raise SignOnRefused unless the answer comes from our issuer, where it says so (RFC 9207)."""
    if named != metadata.issuer if named is not None else metadata.names_itself:
        raise strange()


async def sign_out_url(issuer: Issuer, at_issuer: SignOn, return_to: str) -> str | None:
    """Return where the session at the issuer ends too, None where the issuer offers no such page.

    No token goes with it: the issuer knows the browser by its own cookie, and may ask back.
    """
    try:
        metadata = await issuer.metadata()
    except Unavailable:
        return None
    endpoint = metadata.end_session_endpoint
    if endpoint is None or metadata.issuer != at_issuer.issuer:
        return None
    said = {"client_id": issuer.client_id, "post_logout_redirect_uri": return_to}
    if at_issuer.sid is not None:
        said["logout_hint"] = at_issuer.sid
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(said)}"


def strange() -> SignOnRefused:
    """Return the refusal of an answer that this browser's sign-in did not ask for."""
    return SignOnRefused(
        "this answer belongs to no sign-in of this browser, or was used; start signing in again",
        vi="phản hồi này không thuộc lần đăng nhập nào của trình duyệt, hoặc đã được dùng; "
        "hãy đăng nhập lại từ đầu",
    )


def denied(code: str) -> SignOnRefused:
    """Return the refusal of a sign-in that ended at the issuer with the error ``code``."""
    known = code if code.isidentifier() and len(code) <= 60 else "?"
    return SignOnRefused(
        f"the city's sign-on did not sign you in ({known}); try again or use a local account",
        vi=f"hệ thống đăng nhập một lần chưa cho đăng nhập ({known}); "
        "hãy thử lại hoặc dùng tài khoản nội bộ",
    )


def _client(issuer: Issuer, metadata: Metadata, redirect_uri: str) -> Any:
    client_secret = issuer.client_secret.get_secret_value() or None
    methods = metadata.token_auth_methods
    in_header = "client_secret_basic" in methods or "client_secret_post" not in methods
    how = "client_secret_basic" if in_header else "client_secret_post"
    client = AsyncOAuth2Client(
        issuer.client_id,
        client_secret,
        token_endpoint_auth_method="none" if client_secret is None else how,
        scope=issuer.scopes,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        timeout=TIMEOUT_S,
    )
    client.register_client_auth_method(("client_secret_basic", _basic))
    return client


def _basic(client: Any, method: str, uri: str, headers: Any, body: str) -> tuple[str, Any, str]:
    """Say who we are as RFC 6749, section 2.3.1, wants it; authlib leaves the encoding out."""
    pair = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
    headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    return uri, headers, body


async def _exchange(
    issuer: Issuer, metadata: Metadata, redirect_uri: str, code: str, code_verifier: str
) -> Mapping[str, Any]:
    try:
        async with _client(issuer, metadata, redirect_uri) as client:
            return await client.fetch_token(
                metadata.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=code_verifier,
            )
    except OAuthError as error:
        if error.error == "invalid_grant":
            raise strange() from error
        _LOG.warning("sign-on refuses us %s", pairs(error=str(error.error)))
        raise denied(str(error.error)) from error
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
        _LOG.warning("sign-on away %s", pairs(error=str(error)))
        raise Unavailable(
            "the city's sign-on broke off; try again in a moment, or use a local account",
            vi="hệ thống đăng nhập một lần ngắt giữa chừng; hãy thử lại sau giây lát, "
            "hoặc dùng tài khoản nội bộ",
        ) from error


def _check_identity(
    read: Token, issuer: Issuer, given: Mapping[str, Any], nonce: str, now: int
) -> None:
    """Raise TokenRefused unless ``read`` is the ID token of this very sign-in."""
    claims = CodeIDToken(
        read.claims,
        read.header,
        {
            "iss": {"essential": True, "value": issuer.issuer},
            "aud": {"essential": True, "value": issuer.client_id},
            "sub": {"essential": True},
        },
        {
            "nonce": nonce,
            "client_id": issuer.client_id,
            "access_token": given.get("access_token"),
        },
    )
    try:
        claims.validate(now, issuer.leeway_s)
    except ExpiredTokenError as error:
        raise token.ran_out() from error
    except (JoseError, TypeError, ValueError) as error:
        raise token.foreign() from error
