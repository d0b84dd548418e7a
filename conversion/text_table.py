"""The text of a file before and after, column by column, as a table for people."""

import html
from collections.abc import Mapping, Sequence
from typing import Any


def text_table(inspection: Mapping[str, Any]) -> str:
    """Return a table of the columns whose text changes, empty where none does."""
    rows = "".join(_row(field) for field in inspection.get("fields") or () if field.get("preview"))
    if not rows:
        return ""
    return (
        "<details><summary>Văn bản trước và sau / Text before and after</summary><table>"
        "<tr><th>Cột / Column</th><th>Bảng mã / Encoding</th><th>Căn cứ / Evidence</th>"
        f"<th>Trước → sau / Before → after</th></tr>{rows}</table></details>"
    )


def _row(field: Mapping[str, Any]) -> str:
    confidence = field.get("confidence")
    sure = "" if confidence is None else f" ({float(confidence):.2f})"
    evidence = html.escape(str(field.get("evidence", "")))
    evidence_vi = html.escape(str(field.get("evidence_vi", "")))
    return (
        f"<tr><td>{html.escape(str(field['name']))}</td>"
        f"<td>{html.escape(str(field.get('encoding', '')))}{sure}</td>"
        f"<td>{evidence_vi} <span>/ {evidence}</span></td><td>{_pairs(field['preview'])}</td></tr>"
    )


def _pairs(pairs: Sequence[Sequence[str]]) -> str:
    return "<br>".join(f"{_short(before)} → <b>{_short(after)}</b>" for before, after in pairs)


def _short(text: str) -> str:
    return html.escape(text if len(text) <= 60 else text[:59] + "…")
