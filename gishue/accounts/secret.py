"""Secrets: passwords by argon2id, random tokens by SHA-256 (they need no slow hash)."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

COST: Final = RFC_9106_LOW_MEMORY
"""64 MiB, three passes, four lanes."""
_KEY = re.compile(r"gh_([A-Za-z0-9_-]{8})_([A-Za-z0-9_-]{43})")


@dataclass(slots=True)
class _Work:
    hasher: PasswordHasher


_WORK = _Work(PasswordHasher.from_parameters(COST))


def work_at(cost: Parameters) -> None:
    """Hash at another cost from now on: tests, which hash thousands, take the lightest there is."""
    _WORK.hasher = PasswordHasher.from_parameters(cost)
    _nobody.cache_clear()


class NewKey(NamedTuple):
    """A key as it is shown once, and what is kept of it."""

    text: str
    id: str
    secret_sha256: bytes


def hash_password(password: str) -> str:
    """Return the argon2id hash; costs about 50 ms, call it in a thread."""
    return _WORK.hasher.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Return whether they belong together; an absent hash costs the same time."""
    try:
        return (
            _WORK.hasher.verify(password_hash or _nobody(), password) and password_hash is not None
        )
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """Return the hash that stands in where there is no account: checking it costs the same."""
    return _WORK.hasher.hash(secrets.token_urlsafe(16))


def made_up_password() -> str:
    """Return a random password for a person to copy, 96 bits."""
    return secrets.token_urlsafe(12)


def new_token() -> str:
    """Return 256 random bits for a cookie."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


def new_key() -> NewKey:
    """Return a new API key ``gh_<8>_<43>``."""
    key_id, secret = secrets.token_urlsafe(6), secrets.token_urlsafe(32)
    return NewKey(f"gh_{key_id}_{secret}", key_id, digest(secret))


def split_key(text: str) -> tuple[str, str] | None:
    """Return (id, secret) of a key's text, or None if it has not a key's shape."""
    match = _KEY.fullmatch(text)
    return (match[1], match[2]) if match else None


def is_secret(kept: bytes, secret: str) -> bool:
    """Return whether ``secret`` is the one kept, in constant time."""
    return hmac.compare_digest(kept, digest(secret))
