"""Roles stand in memberships alone."""

from gishue.core.migrations.step import run_file

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Apply the step."""
    run_file("0016_post_roles")
