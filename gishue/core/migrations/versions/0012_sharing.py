"""Why layers are closed, and what is shared of them."""

from gishue.core.migrations.step import run_file

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Apply the step."""
    run_file("0012_sharing")
