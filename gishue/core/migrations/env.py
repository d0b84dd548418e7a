"""Alembic's entry: migrate over the connection that gishue.core.db hands in."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transaction_per_migration=True,
    version_table="schema_step",
    version_table_schema="public",
)
with context.begin_transaction():
    context.run_migrations()
