"""Units, roles, keys and claims."""

from gishue.core.migrations.step import run_file

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply the step."""
    run_file("0011_units_and_roles")
