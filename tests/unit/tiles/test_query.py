"""Questions of tiles: equal ones are one, and what cannot be read is refused."""

import pytest

from gishue.core.errors import BadRequest
from tests.unit.tiles.layer import orthophoto, parcel
from tiles.query import TileQuery, asked_fields, check, read_query, written


@pytest.mark.parametrize(
    "asked", [{}, {"rev": "3"}, {"filter": ""}, {"at": ""}, {"filter-lang": "x"}]
)
def test_who_asks_nothing_gets_the_tile_as_it_is(asked: dict[str, str]) -> None:
    assert read_query(asked) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"filter": "thửa<5"}, {"filter": " ( thửa  < 5.0 ) ", "filter-lang": "cql2-text"}),
        (
            {"filter": "thửa < 5"},
            {"filter": '{"args": [{"property": "thửa"}, 5.0], "op": "<"}'},
        ),
        ({"fields": "tờ,thửa"}, {"fields": ' thửa ,"tờ",tờ,,'}),
        ({"at": "2026-03-01T08:00:00+07:00"}, {"at": "2026-03-01T01:00:00Z"}),
    ],
)
def test_equal_questions_have_one_key(one: dict[str, str], other: dict[str, str]) -> None:
    first, second = read_query(one), read_query(other)
    assert first is not None
    assert second is not None
    assert first == second
    assert first.key == second.key


def test_other_questions_have_other_keys() -> None:
    asked = [
        {"fields": ""},
        {"fields": "a"},
        {"fields": '"a,b"'},
        {"fields": "a,b"},
        {"filter": "a = 1"},
        {"filter": "a = '1'"},
        {"filter": "a = 1", "fields": ""},
        {"at": "2026-01-01"},
    ]
    keys = {query.key for query in map(read_query, asked) if query is not None}
    assert len(keys) == len(asked)


def test_a_masked_field_is_unknown() -> None:
    layer = parcel(fields=parcel().fields[:2])
    for query in (
        TileQuery(fields=("giá",)),
        TileQuery(filter='{"op":"isNull","args":[{"property":"giá"}]}'),
    ):
        with pytest.raises(BadRequest, match="no property 'giá'"):
            check(layer, query)
    chosen = asked_fields(layer, TileQuery(fields=("thửa", "tờ")))
    assert chosen == layer.fields


def test_a_picture_is_asked_nothing() -> None:
    with pytest.raises(BadRequest):
        check(orthophoto(), TileQuery(fields=()))


def test_a_query_is_written_as_it_was_asked() -> None:
    asked = {"key": "secret", "rev": "3", "filter": "a = 'b&c'", "fields": ""}
    assert written(asked) == "filter=a+%3D+%27b%26c%27&fields="
