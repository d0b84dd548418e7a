"""What commands print: one JSON value for programs, or plain lines for people."""

import dataclasses
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any


def show_json(value: Any) -> None:
    """Print ``value`` as JSON on standard output."""
    print(json.dumps(value, default=plain, ensure_ascii=False, indent=2))


def show_rows(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print rows as a table with a head, columns as wide as they need."""
    cells = [[str(row.get(name, "") or "") for name in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    for line in [list(columns), *cells]:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))


def show_pairs(pairs: Mapping[str, Any]) -> None:
    """Print ``name  value`` lines."""
    width = max(map(len, pairs), default=0)
    for name, value in pairs.items():
        print(f"{name.ljust(width)}  {value}")


def complain(problem: Mapping[str, Any], *, as_json: bool) -> None:
    """Say on standard error what was refused: in English and Vietnamese, with its slug."""
    if as_json:
        print(json.dumps(problem, default=plain, ensure_ascii=False), file=sys.stderr)
        return
    slug = str(problem["type"]).rpartition("/")[2]
    print(f"gishue: {problem['detail']} [{slug}]", file=sys.stderr)
    if problem.get("detail_vi") and problem["detail_vi"] != problem["detail"]:
        print(f"gishue: {problem['detail_vi']}", file=sys.stderr)


def plain(value: Any) -> Any:
    """Return ``value`` as something JSON knows."""
    described = getattr(value, "as_dict", None)
    if callable(described):
        return described()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, frozenset | set | tuple):
        return sorted(value) if isinstance(value, frozenset | set) else list(value)
    return str(value)
