"""Derived tables hold shapes as tiles draw them."""

from gishue.core.migrations.step import run_file

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Apply the step."""
    run_file("0022_drawn_tiers")
