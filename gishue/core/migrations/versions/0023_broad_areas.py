"""Tables of areas say how broad each is, and their rings run as those of a tile."""

from gishue.core.migrations.step import run_file

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Apply the step."""
    run_file("0023_broad_areas")
