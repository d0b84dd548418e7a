"""Rows that a layer once had, and the field that names its features."""

from gishue.core.migrations.step import run_file

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply the step."""
    run_file("0008_history")
