"""CQL2 over PostGIS: what a filter chooses is what the words of the standard say."""

import json
import operator
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

from gishue.core.errors import BadRequest
from layers import feature_store, filter, tables
from layers.feature_store import FeatureQuery
from layers.fields import FieldType, build
from layers.layer import GeometryType
from tests.support.registry import a_layer

NAMES = ["tên", "a", "số thửa", "x", "y", "đúng", "ngày", "lúc"]
TYPES = [
    FieldType.TEXT,
    FieldType.TEXT,
    FieldType.INTEGER,
    FieldType.REAL,
    FieldType.INTEGER,
    FieldType.BOOLEAN,
    FieldType.DATE,
    FieldType.DATETIME,
]
FIELDS = build(NAMES, TYPES)
TEXTS = ["Phường Kim Long", "phường kim long", "An Cựu", "O'Brien", "50%", "a_b", 'dấu "kép"', ""]
DAYS = [date(2024, 1, 1) + timedelta(days=17 * step) for step in range(8)]
MOMENTS = [datetime(2024, 1, 1, 8, tzinfo=UTC) + timedelta(hours=99 * step) for step in range(8)]

type Row = tuple[Any, ...]


def made_rows() -> list[Row]:
    """Return 96 rows of the fields, one value in six empty."""
    chance = random.Random(20_260_301)
    pools: list[list[Any]] = [
        TEXTS,
        TEXTS,
        list(range(-3, 12)),
        [-2.5, 0.0, 0.1, 1.0, 3.75, 1e9],
        list(range(-3, 12)),
        [True, False],
        DAYS,
        MOMENTS,
    ]
    return [
        tuple(None if chance.random() < 1 / 6 else chance.choice(pool) for pool in pools)
        for _ in range(96)
    ]


ROWS = made_rows()


LAYER = replace(a_layer(), table_name="filtered", fields=FIELDS)
SHAPES = {
    1: "POINT(561800 1821600)",
    2: "POLYGON((561000 1821000,562000 1821000,562000 1822000,561000 1822000,561000 1821000))",
    3: "LINESTRING(560000 1821500,563000 1821500)",
    4: "POLYGON((570000 1821000,571000 1821000,571000 1822000,570000 1822000,570000 1821000))",
    5: "GEOMETRYCOLLECTION(POINT(561500 1821500),LINESTRING(561000 1821000,561900 1821900))",
    6: None,
}


@pytest.fixture
async def table(conn: AsyncConnection[TupleRow]) -> AsyncConnection[TupleRow]:
    """A connection to a table of the rows; the first six have a shape."""
    await tables.create_staging(conn, "filtered", FIELDS, GeometryType.MIXED, 9214)
    await conn.execute("ALTER TABLE staging.filtered SET SCHEMA data")
    columns = SQL(", ").join([Identifier(one.column) for one in FIELDS])
    insert = SQL(
        "INSERT INTO data.filtered (id, {}, geom)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, ST_GeomFromText(%s, 9214))"
    ).format(columns)
    async with conn.cursor() as cursor:
        rows = [(at, *row, SHAPES.get(at)) for at, row in enumerate(ROWS, start=1)]
        await cursor.executemany(insert, rows)
    return conn


async def chosen(
    conn: AsyncConnection[TupleRow], text: Any, language: str = "cql2-text", srid: int = 4326
) -> list[int]:
    """Return the ids that the filter chooses."""
    written = text if isinstance(text, str) else json.dumps(text)
    query = FeatureQuery(filter=filter.of(LAYER, written, language, srid))
    where, values = feature_store.predicate(LAYER, query)
    assert where is not None
    statement = SQL("SELECT t.id FROM data.filtered t WHERE {} ORDER BY 1").format(where)
    return [row[0] for row in await (await conn.execute(statement, values)).fetchall()]


# An oracle of our own: Python's three values (True, False, None) over the same tree.


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "t_after": operator.gt,
    "t_before": operator.lt,
    "t_equals": operator.eq,
}


def value(node: Any, row: Row) -> Any:
    if isinstance(node, dict) and "property" in node:
        return row[NAMES.index(node["property"])]
    if isinstance(node, dict) and "date" in node:
        return date.fromisoformat(node["date"])
    if isinstance(node, dict) and "timestamp" in node:
        return datetime.fromisoformat(node["timestamp"])
    if isinstance(node, dict):
        left, right = (value(one, row) for one in node["args"])
        if left is None or right is None:
            return None
        return {"+": left + right, "-": left - right, "*": left * right}[node["op"]]
    return node


def claim(node: Any, row: Row) -> bool | None:
    if node in (True, False):
        return bool(node)
    if "property" in node:
        return value(node, row)
    op, args = node["op"], node["args"]
    if op in ("and", "or"):
        parts = [claim(one, row) for one in args]
        decisive = op == "or"
        return decisive if decisive in parts else None if None in parts else not decisive
    if op == "not":
        inner = claim(args[0], row)
        return None if inner is None else not inner
    if op == "isNull":
        return value(args[0], row) is None
    if op == "between":
        low = claim({"op": ">=", "args": [args[0], args[1]]}, row)
        high = claim({"op": "<=", "args": [args[0], args[2]]}, row)
        return False if False in (low, high) else None if None in (low, high) else True
    if op == "in":
        same = [claim({"op": "=", "args": [args[0], one]}, row) for one in args[1]]
        return True if True in same else None if None in same else False
    left, right = value(args[0], row), value(args[1], row)
    if left is None or right is None:
        return None
    if op == "like":
        return left.startswith(right.removesuffix("%"))
    return COMPARE[op](left, right)


@dataclass
class Maker:
    """Random trees, the same for the same seed; at most five wildcards in one."""

    chance: random.Random
    likes: int = 0

    def tree(self, depth: int) -> Any:
        if depth == 0 or self.chance.random() < 0.25:
            return self.leaf()
        op = self.chance.choice(["and", "or", "not"])
        count = 1 if op == "not" else self.chance.randint(2, 4)
        return {"op": op, "args": [self.tree(depth - 1) for _ in range(count)]}

    def leaf(self) -> Any:
        at = self.chance.randrange(len(NAMES))
        name = {"property": NAMES[at]}
        if self.chance.random() < 0.1:
            return {"op": "isNull", "args": [name]}
        kind = TYPES[at]
        if kind is FieldType.BOOLEAN:
            return self.chance.choice([name, {"op": "=", "args": [name, True]}])
        if kind is FieldType.TEXT:
            return self.of_text(name)
        if kind is FieldType.DATE:
            return self.compared(name, [{"date": day.isoformat()} for day in DAYS], time=True)
        if kind is FieldType.DATETIME:
            moments = [{"timestamp": one.isoformat()} for one in MOMENTS]
            return self.compared(name, moments, time=True)
        numbers = [-1, 0, 1, 3.75, 7, {"op": "+", "args": [{"property": "y"}, 1]}]
        left = self.chance.choice([name, {"op": "*", "args": [name, {"property": "y"}]}])
        return self.compared(left, numbers)

    def of_text(self, name: Any) -> Any:
        if self.likes < 5 and self.chance.random() < 0.3:
            self.likes += 1
            start = self.chance.choice(["Phường", "phường", "An C", "O'", ""])
            return {"op": "like", "args": [name, f"{start}%"]}
        return self.compared(name, [*TEXTS, {"property": "a"}])

    def compared(self, left: Any, pool: list[Any], *, time: bool = False) -> Any:
        op = self.chance.choice(["=", "<>", "<", ">", "<=", ">=", "between", "in"])
        if time and self.chance.random() < 0.3:
            op = self.chance.choice(["t_after", "t_before", "t_equals"])
        if op == "between":
            return {"op": op, "args": [left, self.chance.choice(pool), self.chance.choice(pool)]}
        if op == "in":
            return {"op": op, "args": [left, self.chance.sample(pool, 3)]}
        return {"op": op, "args": [left, self.chance.choice(pool)]}


def trees(count: int) -> Iterator[Any]:
    chance = random.Random(1_815)
    for _ in range(count):
        yield Maker(chance).tree(3)


async def test_a_thousand_random_filters_choose_what_the_oracle_chooses(
    table: AsyncConnection[TupleRow],
) -> None:
    sizes: list[int] = []
    for tree in trees(1_000):
        expected = [at for at, row in enumerate(ROWS, start=1) if claim(tree, row)]
        assert await chosen(table, tree, "cql2-json") == expected, tree
        sizes.append(len(expected))
    telling = sum(0 < size < len(ROWS) for size in sizes)
    assert telling > 600, "a filter that takes all or nothing tells little"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S_INTERSECTS(geom, POINT(107.5806348329 16.4693412597))", [2]),
        ("S_INTERSECTS(geometry, BBOX(107.5, 16.4, 107.6, 16.5))", [1, 2, 3, 5]),
        ("S_WITHIN(geom, BBOX(107.65, 16.4, 107.70, 16.5))", [4]),
        ("S_CONTAINS(BBOX(107.65, 16.4, 107.70, 16.5), geom)", [4]),
        ("S_DISJOINT(geom, BBOX(107.65, 16.4, 107.70, 16.5))", [1, 2, 3, 5]),
        ("S_INTERSECTS(geom, BBOX(-180, -90, 180, 90))", [1, 2, 3, 4, 5]),
        ("S_INTERSECTS(geom, BBOX(16.4, 107.5, 16.5, 107.6))", []),
        ('geom IS NULL AND "tên" IS NOT NULL OR geom IS NOT NULL', None),
    ],
)
async def test_places_in_degrees_are_found_in_a_layer_in_metres(
    table: AsyncConnection[TupleRow], text: str, expected: list[int] | None
) -> None:
    found = await chosen(table, text)
    placeless = [at for at, row in enumerate(ROWS, start=1) if at > 5 and row[0] is not None]
    assert found == (expected if expected is not None else [1, 2, 3, 4, 5, *placeless])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S_TOUCHES(geom, LINESTRING(562000 1821000, 562000 1822000))", [2]),
        ("S_CROSSES(geom, LINESTRING(561850 1820500, 561850 1821700))", [2, 3]),
        ("S_OVERLAPS(geom, BBOX(570500, 1821500, 571500, 1822500))", [4]),
        ("S_EQUALS(geom, POINT(561800 1821600))", [1]),
        (
            "S_EQUALS(geom, POLYGON((570000 1821000, 571000 1821000, 571000 1822000,"
            " 570000 1822000, 570000 1821000)))",
            [4],
        ),
    ],
)
async def test_in_the_layers_own_system_edges_meet_exactly(
    table: AsyncConnection[TupleRow], text: str, expected: list[int]
) -> None:
    assert await chosen(table, text, srid=9214) == expected


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("a = 'An Cựu'", lambda row: row[1] == "An Cựu"),
        ("\"a\" = 'O''Brien'", lambda row: row[1] == "O'Brien"),
        ("CASEI(\"tên\") = CASEI('PHƯỜNG KIM LONG')", lambda row: "im" in (row[0] or "")),
        ("ACCENTI(CASEI(\"tên\")) LIKE accenti('phuong%')", lambda row: "im" in (row[0] or "")),
        ("a LIKE '50\\%'", lambda row: row[1] == "50%"),
        ("a LIKE 'a\\_b'", lambda row: row[1] == "a_b"),
        ("a LIKE 'a_b'", lambda row: row[1] == "a_b"),
        ('"đúng"', lambda row: row[5] is True),
        ("\"ngày\" = '2024-01-18'", lambda row: row[6] == DAYS[1]),
        ("\"lúc\" < DATE('2024-01-05')", lambda row: row[7] == MOMENTS[0]),
        ("x / y > 0", lambda row: row[3] and row[4] and row[3] / row[4] > 0),
        ('"số thửa" + 1 = 3 OR FALSE', lambda row: row[2] == 2),
        (
            "T_DURING(\"lúc\", INTERVAL('2024-01-03', '..'))",
            lambda row: row[7] and row[7] > datetime(2024, 1, 3, tzinfo=UTC),
        ),
        (
            "T_INTERSECTS(\"ngày\", INTERVAL('..', '2024-02-04'))",
            lambda row: row[6] and row[6] <= date(2024, 2, 4),
        ),
    ],
)
async def test_words_of_the_standard_choose(
    table: AsyncConnection[TupleRow], text: str, claimed: Any
) -> None:
    expected = [at for at, row in enumerate(ROWS, start=1) if claimed(row)]
    assert expected
    assert await chosen(table, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "khong_co = 1",
        "c1 = 'x'",
        "version > 0",
        "a = 5",
        "x LIKE '1%'",
        "a LIKE a",
        "a LIKE '%a%b%c%d%e%f%g%h%'",
        "a LIKE 'x\\'",
        "pg_sleep(5) = 1",
        "upper(a) = 'X'",
        "a = 'x'; DROP TABLE data.filtered",
        "\"ngày\" > DATE('2024-13-01')",
        "T_AFTER(a, DATE('2024-01-01'))",
        "S_INTERSECTS(geom, POINT(107.5))",
        "S_INTERSECTS(geom, GEOMETRYCOLLECTION(POINT(107 16)))",
        "S_INTERSECTS(geom, POLYGON((107 16, 108 16, 107 17)))",
        "S_INTERSECTS(POINT(107 16), POINT(107 16))",
        "x = 12345678901234567890",
        "",
        "a IN ()",
        "a = 'kh\u00f4ng đóng",
    ],
)
def test_what_is_not_known_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadRequest) as refused:
        filter.of(LAYER, text)
    assert refused.value.detail_vi != refused.value.detail
    assert not {"text", "number", "boolean"} & set(refused.value.detail_vi.split())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("(" * 33 + "a = 'x'" + ")" * 33, "cql2-text"),
        ("(" * 4_000 + "x = 1" + ")" * 4_000, "cql2-text"),
        ("x = " + "-" * 8_000 + "1", "cql2-text"),
        ("x = " + "- " * 3_000 + "1", "cql2-text"),
        ("x IN (" + "[" * 4_000 + "1", "cql2-text"),
        ("NOT " * 1_000 + "x = 1", "cql2-text"),
        (" OR ".join(["x = 1"] * 600), "cql2-text"),
        ("a = '" + "ô" * 5_000 + "'", "cql2-text"),
        ("[" * 8_000, "cql2-json"),
        ('{"op":"not","args":[' * 40 + "true" + "]}" * 40, "cql2-json"),
        ('{"op":"=","args":[{"property":"x"},NaN]}', "cql2-json"),
        ('{"op":"=","args":[{"property":["x"]},1]}', "cql2-json"),
        ('{"op":["="],"args":1}', "cql2-json"),
        ('{"op":"s_intersects","args":[{"property":"geom"},{"bbox":[1,2,3]}]}', "cql2-json"),
        ("x = 1", "ecql"),
    ],
)
def test_what_is_too_deep_or_no_filter_is_refused_and_nothing_breaks(
    text: str, language: str
) -> None:
    with pytest.raises(BadRequest):
        filter.of(LAYER, text, language)


async def test_numbers_beyond_the_range_are_no_error_of_the_server(
    table: AsyncConnection[TupleRow],
) -> None:
    big = {"op": "=", "args": [{"property": "số thửa"}, 10**30]}
    assert await chosen(table, big, "cql2-json") == []
    assert await chosen(table, "x / 0 = 1") == []


async def test_a_box_is_met_by_all_that_it_is_not_apart_from(
    table: AsyncConnection[TupleRow],
) -> None:
    chance = random.Random(5)
    insert = "INSERT INTO data.filtered (id, geom) VALUES (%s, ST_GeomFromText(%s, 9214))"
    async with table.cursor() as cursor:
        rows: list[tuple[int, str]] = []
        for at in range(1_000, 1_600):
            x, y = 562_000 + chance.gauss(0, 3_000), 1_821_000 + chance.gauss(0, 3_000)
            side = chance.choice([0.5, 20, 400])
            ring = f"{x} {y},{x + side} {y},{x + side} {y + side},{x} {y + side},{x} {y}"
            rows.append((at, f"POLYGON(({ring}))"))
        await cursor.executemany(insert, rows)
    sizes: list[int] = []
    for _ in range(60):
        west, south = 107.58 + chance.gauss(0, 0.03), 16.46 + chance.gauss(0, 0.03)
        wide, tall = (10 ** chance.uniform(-4, 0.3) for _ in "xy")
        box = f"BBOX({west}, {south}, {west + wide}, {south + tall})"
        met = await chosen(table, f"S_INTERSECTS(geom, {box})")
        assert met == await chosen(table, f"NOT S_DISJOINT(geom, {box})"), box
        sizes.append(len(met))
    assert sum(20 < size < 590 for size in sizes) > 15
