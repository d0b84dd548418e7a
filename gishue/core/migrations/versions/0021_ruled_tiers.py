"""Derived tables for who sees not all rows."""

from gishue.core.migrations.step import run_file

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Apply the step."""
    run_file("0021_ruled_tiers")
