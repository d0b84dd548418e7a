"""Named SQL statements: ``<package>/sql/<noun>.sql``, each after a line ``-- name: …``."""

import re
from functools import cache
from importlib.resources import files
from typing import LiteralString, cast

_NAME = re.compile(r"^--\s*name:\s*(\w+)\s*$", re.MULTILINE)


@cache
def load(package: str, noun: str) -> dict[str, LiteralString]:
    """Return the statements of ``<package>/sql/<noun>.sql`` by name.

    The text comes from a file of ours, never from a request: that is what the cast says.

    Raises:
        ValueError: the file holds no named statement, or a name twice.
    """
    text = files(package).joinpath("sql", f"{noun}.sql").read_text(encoding="utf-8")
    parts = _NAME.split(text)
    names, bodies = parts[1::2], parts[2::2]
    if not names or len(set(names)) != len(names):
        raise ValueError(f"{package}/sql/{noun}.sql names no statement, or one twice")
    pairs = zip(names, bodies, strict=True)
    return {name: cast("LiteralString", body.strip()) for name, body in pairs}
