"""Where each finding of an upload lies."""

from gishue.core.migrations.step import run_file

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply the step."""
    run_file("0006_finding_places")
