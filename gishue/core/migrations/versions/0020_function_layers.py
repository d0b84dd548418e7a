"""Functions of analysts that make tiles."""

from gishue.core.migrations.step import run_file

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Apply the step."""
    run_file("0020_function_layers")
