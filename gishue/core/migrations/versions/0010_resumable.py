"""Uploads that come in pieces."""

from gishue.core.migrations.step import run_file

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply the step."""
    run_file("0010_resumable")
