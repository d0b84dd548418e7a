"""The sentences about a file itself and about what the conversion changed, in both languages."""

from collections.abc import Iterator

from conversion import reader_findings
from conversion.encoding import Encoding
from conversion.facts import Facts, read_notes
from conversion.finding import Finding, Severity
from conversion.stream import Report
from conversion.text_columns import TextPlan
from gishue.core.crs import operation

_PLAIN = (Encoding.ASCII, Encoding.UTF8)


def of_file(facts: Facts, dropped: int) -> Iterator[Finding]:
    """Say what is missing from the file or was left aside."""
    yield from reader_findings.of_notes(facts.notes)
    nulls = facts.types.get(0, 0)
    if nulls:
        yield Finding(
            "null_geometry",
            Severity.WARNING,
            f"{nulls:,} of {facts.rows:,} features have no readable geometry",
            f"{nulls:,} trong {facts.rows:,} đối tượng không có hình học đọc được",
        )
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
        before, after = guess.preview[0] if guess.preview else ("", "")
        yield Finding(
            "encoding_guessed",
            Severity.INFO,
            f"text read as {guess.encoding}: {before!r} → {after!r}",
            f"văn bản được đọc theo bảng mã {guess.encoding}: {before!r} → {after!r}",
            text.name_of(column),
        )


def reprojected(srid: int, target: int) -> Finding:
    """Say that the coordinates are kept in another system than they came in."""
    how = operation(srid)
    return Finding(
        "reprojected",
        Severity.INFO,
        f"moved from EPSG:{srid} to EPSG:{target}; {how.note}",
        f"đã chuyển từ EPSG:{srid} sang EPSG:{target}; {how.note_vi}",
    )


def of_conversion(report: Report, *, metres: bool) -> Iterator[Finding]:
    """Say what the second reading saw, and what had to be changed in the features."""
    yield from reader_findings.of_notes(read_notes(report.notes))
    done = report.geometry
    if done.repaired:
        change = abs(done.area_after - done.area_before)
        area = f"; area changed by {change:,.2f} m²" if metres else ""
        area_vi = f"; diện tích thay đổi {change:,.2f} m²" if metres else ""
        yield Finding(
            "geometry_repaired",
            Severity.WARNING,
            f"{done.repaired:,} invalid geometries were repaired{area}",
            f"đã sửa {done.repaired:,} hình học không hợp lệ{area_vi}",
        )
    if done.lost or done.unreadable:
        yield Finding(
            "geometry_lost",
            Severity.WARNING,
            f"{done.lost + done.unreadable:,} geometries could not be used and are empty now",
            f"{done.lost + done.unreadable:,} hình học không dùng được, nay để trống",
        )
    if done.flattened:
        yield Finding(
            "heights_dropped",
            Severity.INFO,
            f"heights of {done.flattened:,} geometries are not kept in a 2D layer",
            f"không giữ độ cao của {done.flattened:,} hình học trong lớp 2D",
        )
    yield from _of_text_changed(report)


def _of_text_changed(report: Report) -> Iterator[Finding]:
    if report.text.undecodable:
        yield Finding(
            "text_undecodable",
            Severity.WARNING,
            f"{report.text.undecodable:,} values hold bytes that are no text; shown as \ufffd",
            f"{report.text.undecodable:,} giá trị có byte không phải văn bản; hiện là \ufffd",
        )
    if report.text.nul:
        yield Finding(
            "nul_dropped",
            Severity.INFO,
            f"zero characters were dropped from {report.text.nul:,} values",
            f"đã bỏ ký tự NUL khỏi {report.text.nul:,} giá trị",
        )
