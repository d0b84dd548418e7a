"""How a rehearsal is printed: what a file would change in its layer."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from conversion.rehearsal import Rehearsal
from gishue.cli.output import show_json, show_pairs, show_rows
from layers.diff import Difference, RowChange, SchemaChange

_LONGEST = 40


def show_rehearsal(found: Rehearsal, *, as_json: bool) -> None:
    """Print what would change: counts, fields, the first rows with before and after."""
    if as_json:
        show_json(_as_dict(found))
        return
    show_pairs(_told(found))
    if found.rows:
        print()
        rows = [{"what": row.what, "key": _name(row), "change": _change(row)} for row in found.rows]
        show_rows(rows, ("what", "key", "change"))
        if found.more:
            print("…")
    if found.findings:
        print()
        show_rows(found.findings, ("code", "severity", "where", "message"))


def _as_dict(found: Rehearsal) -> dict[str, Any]:
    told: dict[str, Any] = {"layer": found.layer, "features": found.features}
    if found.diff is not None:
        told |= {"mode": found.diff.mode, "key": found.diff.key}
        told |= {"revision": found.diff.layer.revision, "counts": asdict(found.diff.counts)}
        told |= {"conflicts": found.diff.conflicts, "schema_change": asdict(found.diff.schema)}
        told |= {"items": [_row(row) for row in found.rows], "more": found.more}
    return told | {"findings": list(found.findings)}


def _row(row: RowChange) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in ("what", "id", "row", "key", "geometry_changed")}
    return shown | {"fields": [one._asdict() for one in row.fields]}


def _told(found: Rehearsal) -> dict[str, Any]:
    told: dict[str, Any] = {"layer": found.layer, "features": f"{found.features:,}"}
    if found.diff is None:
        return told | {"would": "make a new layer"}
    told |= {"key": found.diff.key or "- (the whole content)"}
    told |= {name: f"{count:,}" for name, count in asdict(found.diff.counts).items()}
    if found.diff.conflicts:
        told["refused"] = f"{found.diff.conflicts:,} rows have a key that is taken"
    return told | _schema(found.diff.schema)


def _schema(change: SchemaChange) -> dict[str, str]:
    """Return what differs in how the layer is made, by name."""
    said: dict[str, Sequence[str] | None] = {
        "fields added": change.added,
        "fields removed": change.removed,
        "fields retyped": change.retyped,
        "geometry": change.geometry,
        "crs": change.crs,
    }
    between = {"geometry": " → ", "crs": " → "}
    return {name: between.get(name, ", ").join(value) for name, value in said.items() if value}


def _name(row: RowChange) -> str:
    number = row.id if row.id is not None else row.row
    return str(row.key) if row.key is not None else f"#{number}"


def _change(row: RowChange) -> str:
    parts = [_difference(row, one) for one in row.fields]
    if row.geometry_changed:
        parts.append("geometry")
    return "; ".join(parts)


def _difference(row: RowChange, one: Difference) -> str:
    before, after = _cut(one.before), _cut(one.after)
    match row.what:
        case "added":
            return f"{one.field}: {after}"
        case "removed":
            return f"{one.field}: {before}"
        case _:
            return f"{one.field}: {before} → {after}"


def _cut(value: Any) -> str:
    said = "–" if value is None else str(value).replace("\n", " ")
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
