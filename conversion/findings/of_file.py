"""The sentences about a file itself and about what the conversion changed, in both languages."""

from collections.abc import Iterator, Sequence

from conversion.facts import Facts, read_notes
from conversion.findings import of_reader
from conversion.findings.finding import Finding, Severity
from conversion.findings.rules import RULES, finding
from conversion.stream import Report
from conversion.text.columns import TextPlan
from conversion.text.encoding import Encoding
from gishue.core.crs import operation
from layers.fields import Field

_PLAIN = (Encoding.ASCII, Encoding.UTF8)


def of_file(facts: Facts, dropped: int) -> Iterator[Finding]:
    """Say what is missing from the file or was left aside."""
    yield from of_reader.of_notes(facts.notes)
    nulls = facts.types.get(0, 0)
    if nulls and not facts.sampled:
        yield finding("null_geometry", nulls, rows=facts.rows)
    if dropped:
        yield Finding(
            "members_left_out",
            Severity.INFO,
            f"{dropped} other members of the archive are left aside",
            f"bỏ qua {dropped} thành phần khác trong tệp nén",
        )


def of_text(text: TextPlan) -> Iterator[Finding]:
    """Say which columns are decoded, and show one value before and after."""
    for column, guess in text.guesses.items():
        if guess.encoding in _PLAIN:
            continue
        first = guess.preview[0] if guess.preview else ("", "")
        before, after = map(_shown, first)
        yield Finding(
            "encoding_guessed",
            Severity.INFO,
            f"text read as {guess.encoding}: “{before}” → “{after}”",
            f"văn bản được đọc theo bảng mã {guess.encoding}: “{before}” → “{after}”",
            text.name_of(column),
        )


def _shown(text: str) -> str:
    """Return a value as a sentence shows it: signs that print nothing as a dot, long ones cut."""
    return "".join(sign if sign.isprintable() else "·" for sign in text)[:80]


def reprojected(srid: int, target: int) -> Finding:
    """Say that the coordinates are kept in another system than they came in."""
    how = operation(srid)
    return Finding(
        "reprojected",
        Severity.INFO,
        f"moved from EPSG:{srid} to EPSG:{target}; {how.note}",
        f"đã chuyển từ EPSG:{srid} sang EPSG:{target}; {how.note_vi}",
    )


def of_conversion(report: Report, fields: Sequence[Field]) -> Iterator[Finding]:
    """Say what the second reading saw, feature by feature, and what had to be changed."""
    yield from of_reader.of_notes(read_notes(report.notes))
    for code in RULES:
        for column, count in sorted(report.seen.counts.get(code, {}).items(), key=_position):
            at = int(column)
            if 0 <= at <= len(fields):
                yield _seen(report, code, count, fields[at - 1].name if at else "", at)
    tallies = {
        "heights_dropped": report.geometry.flattened,
        "text_undecodable": report.text.undecodable,
        "nul_dropped": report.text.nul,
    }
    yield from (finding(code, count) for code, count in tallies.items() if count)


def _position(pair: tuple[str, int]) -> int:
    return int(pair[0])


def _seen(report: Report, code: str, count: int, name: str, column: int) -> Finding:
    values: dict[str, str | float] = {"field": name, "rows": report.rows}
    if code == "geometry_repaired":
        done = report.geometry
        values |= {"before": done.area_before, "after": done.area_after}
    if code == "field_truncated":
        kept = (one for one in report.seen.kept if (one.code, one.column) == (code, column))
        values["bytes"] = next((one.detail.get("bytes", "–") for one in kept), "–")
    return finding(code, count, name, **values)
