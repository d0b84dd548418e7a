"""Derived tables for far zooms, and what a layer says of its tiles itself."""

from gishue.core.migrations.step import run_file

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Apply the step."""
    run_file("0018_tiers")
