"""A filter as it was written, CQL2 text or JSON, as one small tree; looked at before it is parsed.

The tree is CQL2 JSON (OGC 21-065r2): ``{"op": …, "args": […]}``, ``{"property": …}`` and literals.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import cql2

from gishue.core.errors import BadRequest
from gishue.core.vietnamese import vn_number

MAX_BYTES: Final = 8_192
MAX_DEPTH: Final = 32
MAX_NODES: Final = 500
LANGUAGES: Final = ("cql2-text", "cql2-json")

type Node = Any

_QUOTED: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"")
_MINUSES: Final = re.compile(r"-\s*-")
_LONG_NUMBER: Final = re.compile(r"(?<![\w.])\d{16,}(?![\w.])")


def tree(text: str, language: str = "cql2-text") -> Node:
    """Return the filter as a tree.

    Raises:
        BadRequest: it is too long or too deep, or cannot be read.
    """
    if language not in LANGUAGES:
        raise BadRequest(
            f"filter-lang {language[:40]!r} is not known; write cql2-text or cql2-json",
            vi=f"không có filter-lang {language[:40]!r}; hãy viết cql2-text hoặc cql2-json",
        )
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise _too_much()
    node = _from_text(text) if language == "cql2-text" else _from_json(text)
    for depth, position in enumerate_nodes(node):
        if depth > MAX_DEPTH or position > MAX_NODES:
            raise _too_much()
    return node


def _from_text(text: str) -> Node:
    """Return the tree of CQL2 text.

    The parser descends as deep as the text does and would end the process: what nests is counted
    first. It reads numbers as floats, so whole ones beyond 15 digits are refused.
    """
    bare = _QUOTED.sub("''", text)
    if _MINUSES.search(bare) or _depth(bare) > MAX_DEPTH:
        raise _too_much()
    if _LONG_NUMBER.search(bare):
        raise BadRequest(
            "a number in a text filter has at most 15 digits; take cql2-json for longer ones",
            vi="số trong bộ lọc dạng chữ có tối đa 15 chữ số; số dài hơn hãy dùng cql2-json",
        )
    try:
        return cql2.parse_text(text).to_json()
    except (ValueError, cql2.ParseError, cql2.ValidationError) as error:
        raise _unreadable(str(error)) from error


def _from_json(text: str) -> Node:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise _unreadable(str(error)) from error


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _depth(bare: str) -> int:
    depth = deepest = 0
    for sign in bare:
        if sign in "([":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in ")]":
            depth -= 1
    return deepest


def enumerate_nodes(node: Node) -> Iterator[tuple[int, int]]:
    """Yield depth and running number of every node, without recursion."""
    waiting: list[tuple[int, Node]] = [(1, node)]
    position = 0
    while waiting:
        depth, one = waiting.pop()
        position += 1
        yield depth, position
        if isinstance(one, dict):
            waiting += [(depth + 1, child) for child in one.values()]
        elif isinstance(one, list):
            waiting += [(depth, child) for child in one]


def _too_much() -> BadRequest:
    return BadRequest(
        f"the filter is too long or nested too deep: at most {MAX_BYTES:,} bytes, "
        f"{MAX_DEPTH} levels, {MAX_NODES} parts",
        vi=f"bộ lọc quá dài hoặc lồng quá sâu: tối đa {vn_number(MAX_BYTES)} byte, "
        f"{MAX_DEPTH} tầng, {MAX_NODES} phần",
    )


def _unreadable(reason: str) -> BadRequest:
    found = re.search(r"--> \d+:(\d+)", reason)
    where = f" at character {found[1]}" if found else ""
    vi_where = f" ở ký tự {found[1]}" if found else ""
    return BadRequest(
        f"the filter cannot be read{where}; write for example dien_tich > 100 AND ten LIKE 'An%'",
        vi=f"không đọc được bộ lọc{vi_where}; hãy viết ví dụ dien_tich > 100 AND ten LIKE 'An%'",
    )
