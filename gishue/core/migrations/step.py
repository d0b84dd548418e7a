"""Run one SQL file of a migration as it stands, without bind-parameter parsing."""

from importlib.resources import files

from alembic import op
from psycopg import Connection


def run_file(name: str) -> None:
    """Execute ``migrations/sql/<name>.sql`` in Alembic's transaction."""
    run(files("gishue.core.migrations").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8"))


def run(statements: str) -> None:
    """Execute ``statements`` in Alembic's transaction."""
    driver = op.get_bind().connection.driver_connection
    if not isinstance(driver, Connection):
        raise TypeError(f"migrations need psycopg, not {type(driver).__name__}")
    driver.execute(statements.encode())
