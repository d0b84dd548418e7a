"""Run the steps that a database has not taken yet."""

from importlib.resources import files

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from psycopg.rows import TupleRow
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

_LOCK = 7_700


def to_newest(url: str, newest: str = "head") -> str:
    """Bring the schema at ``url`` to its newest step, under a lock; return that step's name."""
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: _connect(url), poolclass=NullPool
    )
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.commit()
        config = _config()
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, newest)
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
            connection.commit()
        return (
            MigrationContext.configure(
                connection, opts={"version_table": "schema_step", "version_table_schema": "public"}
            ).get_current_revision()
            or ""
        )


def _connect(url: str) -> psycopg.Connection[TupleRow]:
    return psycopg.connect(url, autocommit=False)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("gishue.core.migrations")))
    config.set_main_option("path_separator", "os")
    return config
