"""Step 0014 finds out whose the work on the way is, where rows kept no more than a name."""

from typing import Any

import psycopg
import pytest

from gishue.core import db
from gishue.core.migrations.run import to_newest

BEFORE = """
INSERT INTO gis.blob (sha256, size) VALUES (repeat('0', 64), 1);
INSERT INTO gis.account (name) VALUES ('lan'), ('bus');
INSERT INTO gis.api_key (id, secret_sha256, name, made_by, created_at, expires_at) VALUES
    ('aaaaaaaa', '', 'lgsp', 'lan', '2026-01-01', '2027-01-01'),
    ('bbbbbbbb', '', 'bus', 'operator', '2026-01-01', '2027-01-01'),
    ('cccccccc', '', 'bus', 'bus', '2026-01-01', '2027-01-01'),
    ('dddddddd', '', 'late', 'nobody', '2026-03-01', '2027-01-01');
"""
SENT = (
    ("lan", 1, ("account", None)),
    ("lgsp", None, ("key", "aaaaaaaa")),
    ("bus", None, ("key", None)),  # one of two
    ("late", None, ("key", None)),  # made after the file was sent
    ("gone", None, ("key", None)),
    ("operator", None, ("operator", None)),
    ("lgsp", 1, ("account", None)),  # a person called like a key
)
INTO = {
    "upload": "INSERT INTO gis.upload (filename, sha256, size, actor, account_id, created_at)"
    " VALUES ('a', repeat('0', 64), 1, %s, %s, '2026-02-01')",
    "pull": "INSERT INTO gis.pull (url, kind, layer, every_s, actor, account_id, created_at)"
    " VALUES ('http://a', 'file', 'a', 60, %s, %s, '2026-02-01')",
    "resumable": "INSERT INTO gis.resumable (length, filename, actor, account_id, created_at)"
    " VALUES (1, 'a', %s, %s, '2026-02-01')",
}


def _rows(conn: psycopg.Connection[Any], statement: str) -> list[tuple[Any, ...]]:
    return conn.execute(statement.encode()).fetchall()


@pytest.fixture
def before(empty_database_url: str) -> str:
    """A database as it was at step 0013, with work on the way."""
    assert to_newest(empty_database_url, "0013") == "0013"
    with psycopg.connect(empty_database_url) as conn:
        conn.execute(BEFORE.encode())
        for statement in INTO.values():
            for actor, account_id, _ in SENT:
                conn.execute(statement.encode(), (actor, account_id))
    return empty_database_url


def test_a_sender_is_known_by_a_name_that_only_one_key_had_and_by_no_other(before: str) -> None:
    db.migrate(before)
    with psycopg.connect(before) as conn:
        for table in INTO:
            found = _rows(conn, f"SELECT actor, account_id, actor_kind, key_id FROM gis.{table}")
            expected = [(actor, number, *known) for actor, number, known in SENT]
            assert sorted(found, key=str) == sorted(expected, key=str), table
        makers = _rows(conn, "SELECT id, made_by_account FROM gis.api_key ORDER BY id")
        lan = _rows(conn, "SELECT id FROM gis.account WHERE name = 'lan'")[0][0]
    assert makers == [("aaaaaaaa", lan), ("bbbbbbbb", None), ("cccccccc", None), ("dddddddd", None)]


def test_an_operators_name_is_no_proof_where_a_key_bears_it(before: str) -> None:
    with psycopg.connect(before) as conn:
        conn.execute("UPDATE gis.api_key SET name = 'operator' WHERE id = 'aaaaaaaa'")
    db.migrate(before)
    with psycopg.connect(before) as conn:
        found = _rows(conn, "SELECT actor_kind, key_id FROM gis.upload WHERE actor = 'operator'")
    assert found == [("key", None)]
