"""Who sent a file or began a pull, and who made a key."""

from gishue.core.migrations.step import run_file

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Apply the step."""
    run_file("0014_senders")
