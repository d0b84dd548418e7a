"""Where features were touched by edits."""

from gishue.core.migrations.step import run_file

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Apply the step."""
    run_file("0017_edits")
