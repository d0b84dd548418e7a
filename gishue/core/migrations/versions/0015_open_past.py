"""Since when a layer is open: what it held before stays closed."""

from gishue.core.migrations.step import run_file

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Apply the step."""
    run_file("0015_open_past")
