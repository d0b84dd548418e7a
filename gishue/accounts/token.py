"""The noun: a signed token of the issuer, and what each kind of it must say. No I/O.

Sources: RFC 7519 (JWT), RFC 8725 (best practices), RFC 9068 (access tokens), OpenID Connect
Back-Channel Logout 1.0, section 2.6 (logout tokens).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from gishue.core.errors import NotSignedIn

ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512"),
    *("PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512"),
)
"""Signatures by public keys alone: never ``none``, never a shared secret."""
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_MAX_AGE_S: Final = 300
"""Seconds after which a logout token is too old, whatever it says itself."""
_LONGEST: Final = 16_384
_LONGEST_TEXT: Final = 255
_ACCESS_TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt", "application/jwt"})
_LOGOUT_TYPES: Final = frozenset({"jwt", "logout+jwt", "application/logout+jwt"})
_OF_ID_TOKENS: Final = ("nonce", "at_hash", "c_hash", "s_hash")
_HASHES: Final = _OF_ID_TOKENS[1:]
_OF_ACCESS_TOKENS: Final = ("scope", "scp", "client_id")


class TokenRefused(NotSignedIn):
    """A token that does not hold: forged, run out, made elsewhere, or for something else."""

    slug = "token-refused"
    title = "Token refused"
    title_vi = "Mã truy cập không được chấp nhận"


class UnknownSigner(TokenRefused):
    """The key that a token names is not, or not yet, among those of the issuer."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say: who made it, for whom, and the time (seconds since 1970)."""

    issuer: str
    audience: str
    now: int
    leeway_s: int


@dataclass(frozen=True, slots=True)
class Logout:
    """Whom a logout token signs out: one session at the issuer, or all of a subject's."""

    subject: str | None
    sid: str | None
    jti: str


def read(written: str, keys: KeySet) -> jwt.Token:
    """Return the token ``written``, whose signature is the issuer's; its claims are unchecked.

    Raises:
        UnknownSigner: signed by a key that is not among ``keys``.
        TokenRefused: it is no token, or not one of the issuer.
    """
    if len(written) > _LONGEST:
        raise forged()
    try:
        token = jwt.decode(written, keys, algorithms=ALGORITHMS)
    except InvalidKeyIdError as error:
        raise UnknownSigner(*_FORGED, vi=_FORGED_VI) from error
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise forged() from error
    return token


def check_times(token: jwt.Token, expected: Expected, *essential: str) -> None:
    """Raise TokenRefused unless the issuer made the token and it holds now."""
    options: dict[str, jwt.ClaimsOption] = {name: {"essential": True} for name in essential}
    options["iss"] = {"essential": True, "value": expected.issuer}
    registry = jwt.JWTClaimsRegistry(expected.now, expected.leeway_s, **options)
    try:
        registry.validate(token.claims)
    except ExpiredTokenError as error:
        raise ran_out() from error
    except JoseError as error:
        raise foreign() from error


def check_access(token: jwt.Token, expected: Expected) -> None:
    """Raise TokenRefused unless ``token`` is an access token for us.

    One that names audiences must name ours; one that names none must have been given to us.
    An ID token is none: it travels through browsers and says who somebody is, not what they may.
    """
    check_times(token, expected, "exp", "iat", "sub")
    claims = token.claims
    parties = claims.get("aud") or claims.get("azp") or claims.get("client_id")
    is_ours = expected.audience in (parties if isinstance(parties, list) else [parties])
    is_typed = "events" not in claims and _type(token) in _ACCESS_TYPES
    if not is_ours or not is_typed or not _is_access(token) or text(claims, "sub") is None:
        raise foreign()


def _is_access(token: jwt.Token) -> bool:
    """Return whether a token says itself that it is an access token, and nothing against it.

    An ID token may lack all marks of its own (OpenID Connect Core 1.0, section 12.2: without nonce
    when refreshed), so what has no mark of an access token is none: the type of RFC 9068, the word
    ``Bearer`` of Keycloak, a scope or a client. Keycloak before 25 repeats the nonce in them.
    """
    claims = token.claims
    said = claims.get("typ")
    if said is not None:
        return said == "Bearer" and not any(name in claims for name in _HASHES)
    if any(name in claims for name in _OF_ID_TOKENS):
        return False
    is_of_rfc_9068 = _type(token).endswith("at+jwt")
    return is_of_rfc_9068 or any(text(claims, name) for name in _OF_ACCESS_TOKENS)


def check_logout(token: jwt.Token, expected: Expected) -> Logout:
    """Return whom ``token`` signs out.

    Raises:
        TokenRefused: it is no logout token for us, or an old one.
    """
    check_times(token, expected, "iat", "jti", "aud")
    claims = token.claims
    audience = claims["aud"]
    events = claims.get("events")
    is_logout = isinstance(events, Mapping) and isinstance(events.get(LOGOUT_EVENT), Mapping)
    subject, sid = text(claims, "sub"), text(claims, "sid")
    if (
        expected.audience not in (audience if isinstance(audience, list) else [audience])
        or not is_logout
        or "nonce" in claims
        or (subject is None and sid is None)
        or _type(token) not in _LOGOUT_TYPES
    ):
        raise foreign()
    if claims["iat"] < expected.now - LOGOUT_MAX_AGE_S - expected.leeway_s:
        raise ran_out()
    return Logout(subject, sid, str(claims["jti"]))


def text(claims: Mapping[str, Any], name: str) -> str | None:
    """Return the claim ``name`` if it is text such as names somebody or some session."""
    said = claims.get(name)
    is_text = isinstance(said, str) and 0 < len(said) <= _LONGEST_TEXT and said.isprintable()
    return said if is_text else None


def forged() -> TokenRefused:
    """Return the refusal of what the issuer did not sign."""
    return TokenRefused(*_FORGED, vi=_FORGED_VI)


def ran_out() -> TokenRefused:
    """Return the refusal of a token whose time is over."""
    return TokenRefused(
        "the token has expired; ask the city's sign-on for a new one",
        vi="mã truy cập đã hết hạn; hãy lấy mã mới từ hệ thống đăng nhập một lần",
    )


def foreign() -> TokenRefused:
    """Return the refusal of a genuine token that is for somebody or something else."""
    return TokenRefused(
        "the token was made by another issuer, for another service or for another use; "
        "ask the city's sign-on for one for this service",
        vi="mã truy cập do hệ thống khác cấp, hoặc cấp cho dịch vụ khác, mục đích khác; "
        "hãy lấy mã dành cho dịch vụ này",
    )


def _type(token: jwt.Token) -> str:
    said: Any = token.header.get("typ", "JWT")
    return said.lower() if isinstance(said, str) else ""


_FORGED: Final = ("the token was not signed by the city's sign-on, or was changed; sign in again",)
_FORGED_VI: Final = (
    "mã truy cập không do hệ thống đăng nhập một lần ký, hoặc đã bị sửa; hãy đăng nhập lại"
)
