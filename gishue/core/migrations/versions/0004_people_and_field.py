"""People, flights and field reports."""

from gishue.core.migrations.step import run_file

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply the step."""
    run_file("0004_people_and_field")
