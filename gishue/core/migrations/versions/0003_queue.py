"""The job queue: procrastinate's own schema, as its package of this release ships it."""

from procrastinate.schema import SchemaManager

from gishue.core.migrations.step import run

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply the step."""
    run(SchemaManager.get_schema())
