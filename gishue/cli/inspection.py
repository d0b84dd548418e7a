"""An inspection for a person at a terminal: what is in a file, how sure that is, what is asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from gishue.cli.output import show_pairs, show_rows

_WIDE = 100
_APART = ("findings", "questions", "fields", "crs", "points")


def show_inspection(found: Mapping[str, Any]) -> None:
    """Print an inspection: the file, its fields, its CRS with candidates, findings, questions."""
    show_pairs({name: one_line(value) for name, value in found.items() if name not in _APART})
    _section("fields / trường", [_field(field) for field in found.get("fields", [])])
    changed = list(_changed(found.get("fields", [])))
    _section("text before and after / chữ trước và sau khi sửa", changed)
    if "crs" in found:
        _crs(found["crs"])
    _said("findings / phát hiện", found["findings"])
    for question in found["questions"]:
        _asked(question)


def one_line(value: Any) -> str:
    """Return ``value`` on one line, cut where it grows long."""
    said = " ".join(str(value).split())
    return said if len(said) <= _WIDE else said[: _WIDE - 1] + "…"


def _section(name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        print(f"\n{name}")
        show_rows(rows, list(rows[0]))


def _field(field: Mapping[str, Any]) -> dict[str, str]:
    samples = " | ".join(str(value) for value in field.get("samples", []))
    return {
        "name": str(field["name"]),
        "type": str(field["type"]),
        "encoding": str(field.get("encoding", "")),
        "sure": str(field.get("confidence", "")),
        "samples": one_line(samples),
    }


def _changed(fields: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [
        {"name": str(field["name"]), "before": one_line(before), "after": one_line(after)}
        for field in fields
        for before, after in field.get("preview", [])
    ]


def _crs(crs: Mapping[str, Any]) -> None:
    turned = "columns turned / đổi cột" if crs.get("swapped") else ""
    scale = float(crs.get("scale", 1))
    scaled = f"multiplied by / nhân với {scale:g}" if scale != 1 else ""
    taken = " ".join(str(crs[name] or "") for name in ("taken", "title")).strip()
    print("\ncrs / hệ tọa độ")
    show_pairs(
        {
            "declared / khai báo": one_line(crs["declared"]) or "nothing / không",
            "taken / chọn": ", ".join(filter(None, [taken or "asked / hỏi lại", turned, scaled])),
        }
    )
    _section("candidates / các hệ có thể đúng", [_candidate(one) for one in crs["candidates"]])


def _candidate(one: Mapping[str, Any]) -> dict[str, str]:
    scale = float(one.get("scale", 1))
    named, roads = one.get("in_named_ward"), one.get("roads_m")
    return {
        "crs": one["crs"] + (" turned" if one["swapped"] else "") + f" ×{scale:g}" * (scale != 1),
        "title": str(one["title"]),
        "in city": f"{one['inside_city']:.0%}",
        "wards": str(one["wards"]),
        "in named ward": "" if named is None else f"{named:.0%}",
        "from roads": "" if roads is None else f"{roads:.1f} m",
        "apart": f"{one['distance_m']:,.0f} m",
        "file says": one_line(one.get("hint", "")),
    }


def _said(name: str, findings: Sequence[Mapping[str, Any]]) -> None:
    """Print findings in both languages, each with its advice beneath."""
    if findings:
        print(f"\n{name}")
    for one in findings:
        where = f" ({one['where']})" if one["where"] else ""
        print(f"{one['severity']}: {one['code']}{where}: {one['message']}")
        print(f"    {one['vi']}")
        if one.get("advice"):
            print(f"    → {one['advice']} / {one['advice_vi']}")


def _asked(question: Mapping[str, Any]) -> None:
    code = str(question["code"])
    fits = dict.fromkeys(str(one[code]) for one in question["candidates"] if one.get(code))
    print(f"\n? {question['message']} / {question['vi']}")
    print(f"  --{code.replace('_', '-')} {' | '.join(fits)}".rstrip())
