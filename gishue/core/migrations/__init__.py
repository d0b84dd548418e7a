"""The schema, step by step: Alembic runs plain SQL files, each once, never edited."""
