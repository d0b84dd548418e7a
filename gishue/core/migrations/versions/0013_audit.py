"""Who did what: an append-only, hash-chained record."""

from gishue.core.migrations.step import run_file

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Apply the step."""
    run_file("0013_audit")
