"""The sentences about a file's CRS, in both languages."""

from collections.abc import Sequence

from conversion.finding import Finding, Severity
from gishue.core.crs import accepted
from gishue.core.crs_match import CrsMatch


def undeclared() -> Finding:
    """Say that the file has no CRS."""
    return Finding(
        "crs_undeclared",
        Severity.INFO,
        "the file declares no CRS",
        "tệp không khai báo hệ tọa độ",
    )


def unmatched(match: CrsMatch) -> Finding:
    """Say that the declaration stands for no accepted code."""
    return Finding(
        "crs_unmatched",
        Severity.WARNING,
        f"the declared CRS is not used: {match.reason}",
        f"không dùng hệ tọa độ đã khai báo: {match.reason_vi}",
    )


def contradicted(srid: int) -> Finding:
    """Say that the coordinates cannot be what the file declares."""
    return Finding(
        "crs_declared_false",
        Severity.WARNING,
        f"the file declares EPSG:{srid}, but its coordinates would then lie outside Viet Nam",
        f"tệp khai báo EPSG:{srid}, nhưng như vậy tọa độ nằm ngoài Việt Nam",
    )


def datum_suspect(srid: int) -> Finding:
    """Say that the declared datum and the parameters do not belong together."""
    return Finding(
        "datum_suspect",
        Severity.WARNING,
        f"the parameters exist only in VN-2000, the datum is declared otherwise; taken as "
        f"EPSG:{srid}. Were the datum really WGS 84, everything would lie 225 m further",
        f"tham số chỉ có ở VN-2000 nhưng gốc khai báo khác; đã hiểu là EPSG:{srid}. "
        f"Nếu gốc đúng là WGS 84 thì mọi vị trí lệch 225 m",
    )


def outside_city(share: float, fitting: Sequence[int]) -> Finding:
    """Say that the declared CRS puts points outside the city, and which would not."""
    codes = ", ".join(f"EPSG:{srid}" for srid in dict.fromkeys(fitting))
    outside = f"{1 - share:.0%}"
    return Finding(
        "outside_city",
        Severity.WARNING,
        f"{outside} of the points lie outside the city" + (f"; {codes} would fit" * bool(codes)),
        f"{outside} số điểm nằm ngoài thành phố" + (f"; {codes} thì khớp" * bool(codes)),
    )


def outside_hue() -> Finding:
    """Say that the names belong to another province although the place fits."""
    return Finding(
        "outside_hue",
        Severity.WARNING,
        "the ward names belong to another province, none to Huế; choose the CRS",
        "tên xã, phường thuộc tỉnh khác, không có đơn vị nào của Huế; hãy chọn hệ tọa độ",
    )


def nowhere() -> Finding:
    """Say that no accepted system puts the points in the city."""
    return Finding(
        "crs_unknown",
        Severity.WARNING,
        "no accepted CRS puts the points in the city; choose the CRS",
        "không hệ tọa độ nào đưa các điểm vào thành phố; hãy chọn hệ tọa độ",
    )


def ambiguous(fitting: Sequence[int]) -> Finding:
    """Say that place and names do not leave one answer."""
    codes = ", ".join(f"EPSG:{srid}" for srid in dict.fromkeys(fitting))
    return Finding(
        "crs_ambiguous",
        Severity.WARNING,
        f"place and names do not settle the CRS; fitting: {codes}. Choose one",
        f"vị trí và tên gọi chưa đủ để xác định hệ tọa độ; khớp: {codes}. Hãy chọn một",
    )


def guessed(srid: int, share: float, wards: int, anchor: float | None) -> Finding:
    """Say which CRS was taken without a declaration, and why."""
    crs = accepted()[srid]
    named = "" if anchor is None else f", {anchor:.0%} in the ward they name"
    named_vi = "" if anchor is None else f", {anchor:.0%} đúng xã, phường mang tên"
    return Finding(
        "crs_guessed",
        Severity.INFO,
        f"taken as EPSG:{srid} ({crs.title_en}): {share:.0%} of the points in the city, "
        f"over {wards} wards{named}",
        f"hiểu là EPSG:{srid} ({crs.title_vi}): {share:.0%} số điểm trong thành phố, "
        f"trải trên {wards} xã, phường{named_vi}",
    )


def swapped(srid: int) -> Finding:
    """Say that the two coordinates stood in the other order and were turned."""
    return Finding(
        "axes_swapped",
        Severity.WARNING,
        f"the two coordinates are swapped for EPSG:{srid}; they were turned",
        f"hai cột tọa độ bị đảo so với EPSG:{srid}; đã đảo lại",
    )
