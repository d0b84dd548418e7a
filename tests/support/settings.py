"""Settings of a test: what it says, and nothing from a ``.env`` that lies about."""

from pathlib import Path
from typing import Any

from gishue.core.settings import Settings


def settings_in(data_dir: Path, **said: Any) -> Settings:
    """Return settings over ``data_dir``."""
    return Settings(data_dir=data_dir, _env_file=None, **said)  # pyright: ignore[reportCallIssue]  pydantic-settings' own argument
