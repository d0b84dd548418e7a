"""The settings of the sign-on: a wrong one is told at start."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.support.settings import settings_in


@pytest.mark.parametrize(
    "said",
    [
        {"oidc_issuer": "http://sso.example", "oidc_client_id": "gishue"},
        {"oidc_issuer": "sso.example", "oidc_client_id": "gishue"},
        {"oidc_issuer": "https://", "oidc_client_id": "gishue"},
        {"oidc_issuer": "https://sso.example"},
        {"oidc_scopes": "profile"},
        {"oidc_leeway_s": 3_600},
    ],
)
def test_a_sign_on_that_cannot_be_safe_is_refused_at_start(said: dict[str, str | int]) -> None:
    with pytest.raises(ValidationError):
        settings_in(Path("var"), **said)


def test_the_secret_of_the_client_is_not_shown() -> None:
    settings = settings_in(Path("var"), oidc_client_secret="bí mật của Huế")
    assert "bí mật" not in repr(settings)
