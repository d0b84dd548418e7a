"""Tile archives of layers, and what they have seen."""

from gishue.core.migrations.step import run_file

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Apply the step."""
    run_file("0019_archives")
