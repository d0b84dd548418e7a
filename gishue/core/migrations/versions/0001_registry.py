"""The registry of layers, its events, blobs and uploads."""

from gishue.core.migrations.step import run_file

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply the step."""
    run_file("0001_registry")
