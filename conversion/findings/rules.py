"""What the checks find: every rule by its code, and the finding it words.

The reference page of findings is written from here.
"""

from typing import Final

from conversion.findings.finding import Finding
from conversion.findings.geometry_rules import GEOMETRY_RULES
from conversion.findings.value_rules import VALUE_RULES
from gishue.core.vietnamese import vn_number

RULES: Final = {rule.code: rule for rule in (*GEOMETRY_RULES, *VALUE_RULES)}


def finding(code: str, count: int = 0, where: str = "", **values: str | float) -> Finding:
    """Return the finding of ``code`` about ``count`` features, worded with ``values``.

    >>> finding("sliver", 3).message
    '3 polygons are slivers: tiny, narrow and long'
    """
    rule = RULES[code]
    told = values | {"count": count}
    words = {name: _written(value) for name, value in told.items()}
    words_vi = {name: _written_vi(value) for name, value in told.items()}
    return Finding(
        code,
        rule.severity,
        rule.message.format_map(words),
        rule.vi.format_map(words_vi),
        where,
        rule.advice,
        rule.advice_vi,
        count,
    )


def _written(value: str | float) -> str:
    """Return a value as sentences show it: whole numbers in groups of three, areas in full m²."""
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def _written_vi(value: str | float) -> str:
    """Return a value as Vietnamese sentences show it."""
    if isinstance(value, str):
        return value
    return vn_number(value, None if isinstance(value, int) else 2)
