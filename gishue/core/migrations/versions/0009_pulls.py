"""Sources that are fetched at set times."""

from gishue.core.migrations.step import run_file

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply the step."""
    run_file("0009_pulls")
