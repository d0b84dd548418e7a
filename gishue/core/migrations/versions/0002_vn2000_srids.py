"""The VN-2000 TM-3 zones that PostGIS lacks, before the first layer table."""

from gishue.core.migrations.step import run_file

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Apply the step."""
    run_file("0002_vn2000_srids")
