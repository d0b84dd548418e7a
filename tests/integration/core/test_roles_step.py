"""Whoever had a role before there were units has it still, after the columns of then are gone."""

import psycopg

from gishue.core import db
from gishue.core.migrations.run import to_newest

BEFORE = """
INSERT INTO gis.unit (code, title) VALUES ('so_xd', 'Sở Xây dựng');
INSERT INTO gis.account (name, unit, roles) VALUES
    ('quan-tri', NULL, '{admin}'), ('lan', 'so_xd', '{viewer,editor}'),
    ('xem', 'so_xd', '{viewer}'),
    ('truong', 'so_xd', '{admin,editor}'), ('khach', NULL, DEFAULT);
INSERT INTO gis.api_key (id, secret_sha256, name, unit, roles, expires_at) VALUES
    ('aaaaaaaa', '', 'lgsp', 'so_xd', '{editor}', '2027-01-01'),
    ('bbbbbbbb', '', 'ioc', NULL, '{admin}', '2027-01-01'),
    ('cccccccc', '', 'doc', 'so_xd', DEFAULT, '2027-01-01');
"""


def test_roles_of_people_and_keys_outlive_the_columns_they_stood_in(
    empty_database_url: str,
) -> None:
    assert to_newest(empty_database_url, "0010") == "0010"
    with psycopg.connect(empty_database_url) as conn:
        conn.execute(BEFORE.encode())
    db.migrate(empty_database_url)
    with psycopg.connect(empty_database_url) as conn:
        people = conn.execute(
            "SELECT a.name, r.unit, r.role FROM gis.account a, gis.roles_of(a.id) r ORDER BY 1"
        ).fetchall()
        keys = conn.execute("SELECT name, unit, role FROM gis.api_key ORDER BY id").fetchall()
        left = conn.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'gis' AND column_name = 'roles'"
        ).fetchall()
    assert people == [
        ("khach", "", "viewer"),
        ("lan", "so_xd", "publisher"),
        ("quan-tri", "", "city_admin"),
        ("truong", "", "city_admin"),
        ("xem", "so_xd", "viewer"),
    ]
    assert keys == [
        ("lgsp", "so_xd", "publisher"),
        ("ioc", None, "city_admin"),
        ("doc", "so_xd", "viewer"),
    ]
    assert left == []
