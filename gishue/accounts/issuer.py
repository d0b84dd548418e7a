"""The issuer of the sign-on as this process knows it: its endpoints and keys, kept a while."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from joserfc.jwt import Token

from gishue.accounts import token
from gishue.core.errors import Unavailable
from gishue.core.log import logger, pairs
from gishue.core.settings import Settings

_LOG = logger(__name__)

TIMEOUT_S: Final = 5.0
"""Longest that one question to the issuer may take, seconds."""
FRESH_S: Final = 3_600.0
"""How long what the issuer said is not asked again, seconds."""
STALE_S: Final = 86_400.0
"""How long it still counts where the issuer does not answer, seconds."""
PAUSE_S: Final = 15.0
"""Between two questions for the same, at least, seconds: unknown keys cost the issuer no more."""
_LARGEST: Final = 1 << 20
_PATH: Final = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the issuer says of itself (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    token_auth_methods: tuple[str, ...]
    names_itself: bool


class Issuer:
    """The issuer of the settings. One a process."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.url = settings.oidc_issuer
        self.client_id = settings.oidc_client_id
        self.client_secret = settings.oidc_client_secret
        self.scopes = settings.oidc_scopes
        self.audience = settings.oidc_audience or settings.oidc_client_id
        self.leeway_s = settings.oidc_leeway_s
        self._metadata = _Kept(self._discover, clock)
        self._keys = _Kept(self._load_keys, clock)

    async def metadata(self) -> Metadata:
        """Return what the issuer says of itself.

        Raises:
            Unavailable: it does not answer, or not as an issuer.
        """
        return await self._metadata.get()

    async def read(self, text: str) -> Token:
        """Return a token whose signature is the issuer's; a new key is asked for once.

        Raises:
            TokenRefused: the issuer did not sign it.
            Unavailable: its keys cannot be had.
        """
        try:
            return token.read(text, await self._keys.get())
        except token.UnknownSigner:
            return token.read(text, await self._keys.renewed())

    def expected(self, audience: str, now_s: float) -> token.Expected:
        """Return what a token for ``audience`` must say at ``now_s``, seconds since 1970."""
        return token.Expected(self.issuer, audience, int(now_s), self.leeway_s)

    @property
    def issuer(self) -> str:
        """The issuer's name in its tokens: as it writes it itself, once it has answered."""
        known = self._metadata.value
        return known.issuer if known is not None else self.url

    async def _discover(self) -> Metadata:
        said = await fetch_json(self.url.rstrip("/") + _PATH)
        return _metadata(said, self.url)

    async def _load_keys(self) -> KeySet:
        said = await fetch_json((await self.metadata()).jwks_uri)
        return _public_keys(said)


class _Kept[Value]:
    """One document of the issuer: fetched when it is wanted, by one of those who want it."""

    def __init__(self, fetch: Callable[[], Awaitable[Value]], clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = asyncio.Lock()
        self._fetched_s = 0.0
        self._tried_s: float | None = None
        self.value: Value | None = None

    async def get(self) -> Value:
        """Return the document; an old one while the issuer does not answer.

        Raises:
            Unavailable: there is none.
        """
        age_s = self._clock() - self._fetched_s
        value = self.value
        if value is not None and (age_s < FRESH_S or (self._lock.locked() and age_s < STALE_S)):
            return value
        return await self._asked()

    async def renewed(self) -> Value:
        """Return the document as it is now, or as it was a few seconds ago."""
        return await self._asked()

    async def _asked(self) -> Value:
        async with self._lock:
            tried_s = self._tried_s
            if tried_s is None or self._clock() - tried_s >= PAUSE_S:
                await self._ask()
            if self.value is None or self._clock() - self._fetched_s >= STALE_S:
                raise _away()
            return self.value

    async def _ask(self) -> None:
        self._tried_s = self._clock()
        try:
            self.value = await self._fetch()
        except Unavailable as error:
            _LOG.warning("sign-on away %s", pairs(error=str(error.__cause__ or error.detail)))
        else:
            self._fetched_s = self._clock()


async def fetch_json(url: str, *, bearer: str | None = None) -> dict[str, Any]:
    """Return the JSON object at ``url``; ``bearer``: a token to show there.

    Raises:
        Unavailable: it is not there in time, too large, or no JSON object.
    """
    headers = {"accept": "application/json"}
    if bearer is not None:
        headers["authorization"] = f"Bearer {bearer}"
    try:
        async with (
            asyncio.timeout(TIMEOUT_S),
            httpx2.AsyncClient(timeout=TIMEOUT_S) as client,
            client.stream("GET", url, headers=headers) as response,
        ):
            response.raise_for_status()
            said = json.loads(await _body(response))
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, RecursionError) as error:
        raise _away() from error
    if not isinstance(said, dict):
        raise _away()
    return said


async def _body(response: httpx2.Response) -> bytes:
    parts: list[bytes] = []
    async for part in response.aiter_bytes():
        parts.append(part)
        if sum(map(len, parts)) > _LARGEST:
            raise ValueError(f"more than {_LARGEST} bytes at {response.url}")
    return b"".join(parts)


def _metadata(said: Mapping[str, Any], url: str) -> Metadata:
    """Return the metadata, if they are of the issuer at ``url`` and as safe as it."""
    named = said.get("issuer")
    if not isinstance(named, str) or named.rstrip("/") != url.rstrip("/"):
        raise _away() from ValueError(f"the document at {url} is of the issuer {named!r}")
    methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    is_local = urlsplit(url).scheme == "http"

    def endpoint(name: str) -> str | None:
        address = said.get(name)
        if address is None:
            return None
        schemes = ("https", "http") if is_local else ("https",)
        if not isinstance(address, str) or urlsplit(address).scheme not in schemes:
            raise _away() from ValueError(f"{name} of {url} is not reached over https")
        return address

    def needed(name: str) -> str:
        address = endpoint(name)
        if address is None:
            raise _away() from ValueError(f"{url} names no {name}")
        return address

    return Metadata(
        issuer=named,
        authorization_endpoint=needed("authorization_endpoint"),
        token_endpoint=needed("token_endpoint"),
        jwks_uri=needed("jwks_uri"),
        userinfo_endpoint=endpoint("userinfo_endpoint"),
        end_session_endpoint=endpoint("end_session_endpoint"),
        token_auth_methods=tuple(map(str, methods)),
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _public_keys(said: Mapping[str, Any]) -> KeySet:
    """Return the keys that may sign; shared secrets have no place in a public list."""
    listed: object = said.get("keys")
    found = [_public_key(one) for one in (listed if isinstance(listed, list) else [])]
    keys: list[Key] = [one for one in found if one is not None]
    if not keys:
        raise _away() from ValueError("the issuer lists no key that may sign")
    return KeySet(keys)


def _public_key(said: object) -> RSAKey | ECKey | None:
    if not isinstance(said, dict) or said.get("use", "sig") != "sig":
        return None
    kinds = {"RSA": RSAKey, "EC": ECKey}
    try:
        return kinds[said["kty"]].import_key(said)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _away() -> Unavailable:
    return Unavailable(
        "the city's sign-on does not answer; try again in a moment, or use a local account",
        vi="hệ thống đăng nhập một lần của thành phố không phản hồi; hãy thử lại sau giây lát, "
        "hoặc dùng tài khoản nội bộ",
    )
