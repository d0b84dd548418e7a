"""A layer that takes a deleted one's name goes on from its revision."""

from gishue.core.migrations.step import run_file

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply the step."""
    run_file("0005_former_slugs")
