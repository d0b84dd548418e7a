"""MapLibre expressions: where their values come out, and what may be done to these alone.

A string in an expression may be a colour, the name of a field or a value of one; by its place one
knows. Source: MapLibre Style Specification, version 8, "Expressions".
"""

from collections.abc import Callable, Sequence
from typing import Any

OUTPUTS = {"match": 3, "step": 2, "interpolate": 4, "interpolate-hcl": 4, "interpolate-lab": 4}
"""Where the first output of a branching expression stands; every second one is another."""


def is_output(expression: Sequence[Any], at: int) -> bool:
    """Return whether the part at ``at`` is a value that may come out of ``expression``."""
    name, last = expression[0], len(expression) - 1
    if name == "coalesce":
        return at > 0
    if name == "case":
        return at > 0 and (at == last or at % 2 == 0)
    first = OUTPUTS.get(name)
    if first is None or at < first:
        return False
    return (at - first) % 2 == 0 or (name == "match" and at == last)


def each_output(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return ``value`` with every plain value that may come out of it changed."""
    if not isinstance(value, list):
        return change(value)
    parts: list[Any] = value
    if not parts or not isinstance(parts[0], str):
        return parts
    return [
        each_output(part, change) if is_output(parts, at) else part for at, part in enumerate(parts)
    ]
