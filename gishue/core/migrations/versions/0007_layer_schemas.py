"""Field schemas that layers own, and the mappings that were used for them."""

from gishue.core.migrations.step import run_file

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply the step."""
    run_file("0007_layer_schemas")
