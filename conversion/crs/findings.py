"""The sentences about a file's CRS, in both languages."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

from conversion.crs.candidate import CrsCandidate
from conversion.crs.hints import Hints
from conversion.findings.finding import Finding, Severity
from gishue.core.crs import accepted
from gishue.core.crs_match import CrsMatch
from gishue.core.vietnamese import vn_number

_UNITS: Final = {
    0.001: ("millimetres", "milimét"),
    0.01: ("centimetres", "xentimét"),
    1000.0: ("kilometres", "kilômét"),
    0.3048: ("feet", "foot"),
    1e-6: ("millionths of a degree", "phần triệu độ"),
    1e-7: ("ten-millionths of a degree", "phần mười triệu độ"),
    180 / math.pi: ("radians", "radian"),
}


def undeclared() -> Finding:
    """Say that the file has no CRS."""
    return Finding(
        "crs_undeclared",
        Severity.INFO,
        "the file declares no CRS",
        "tệp không khai báo hệ tọa độ",
    )


def unmatched(match: CrsMatch) -> Finding:
    """Say that the declaration stands for no accepted code, and how far off it would be."""
    off = round(match.near.off_m) if match.near is not None else 0
    near = f"; believed, it would be some {off:,} m off" if off else ""
    near_vi = f"; nếu tin theo thì lệch khoảng {vn_number(off)} m" if off else ""
    return Finding(
        "crs_unmatched",
        Severity.WARNING,
        f"the declared CRS is not used: {match.reason}{near}",
        f"không dùng hệ tọa độ đã khai báo: {match.reason_vi}{near_vi}",
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


def ambiguous(fitting: Sequence[CrsCandidate]) -> Finding:
    """Say that place and names do not leave one answer, and how far the answers lie apart."""
    codes = ", ".join(_apart(candidate) for candidate in fitting)
    if len(fitting) == 1:
        return _only_one(codes)
    return Finding(
        "crs_ambiguous",
        Severity.WARNING,
        f"place and names do not settle the CRS; fitting: {codes}. Choose one",
        f"vị trí và tên gọi chưa đủ để xác định hệ tọa độ; khớp: {codes}. Hãy chọn một",
        "",
        "look at the preview: it draws every candidate on the map",
        "hãy mở bản xem trước: mỗi phương án được vẽ trên bản đồ",
    )


def _only_one(code: str) -> Finding:
    return Finding(
        "crs_ambiguous",
        Severity.WARNING,
        f"only {code} puts the points in the city, but so few places may lie there by chance; "
        "please confirm it",
        f"chỉ {code} đưa các điểm vào thành phố, nhưng quá ít vị trí nên có thể là ngẫu nhiên; "
        "hãy xác nhận",
        "",
        "look at the preview: are the points where they belong?",
        "hãy mở bản xem trước: các điểm có nằm đúng chỗ không?",
    )


def _apart(candidate: CrsCandidate) -> str:
    metres = round(candidate.distance_m)
    return f"EPSG:{candidate.srid}" + (f" ({metres:,} m)" if metres else "")


def guessed(taken: CrsCandidate) -> Finding:
    """Say which CRS was taken without a declaration, and why."""
    crs = accepted()[taken.srid]
    evidence, evidence_vi = _evidence(taken)
    return Finding(
        "crs_guessed",
        Severity.INFO,
        f"taken as EPSG:{taken.srid} ({crs.title_en}): {evidence}",
        f"hiểu là EPSG:{taken.srid} ({crs.title_vi}): {evidence_vi}",
    )


def _evidence(taken: CrsCandidate) -> tuple[str, str]:
    """Return what speaks for a candidate, in English and Vietnamese."""
    said = [f"{taken.share:.0%} of the points in the city, over {taken.wards} wards"]
    vi = [f"{taken.share:.0%} số điểm trong thành phố, trải trên {taken.wards} xã, phường"]
    if taken.anchor is not None:
        said.append(f"{taken.anchor:.0%} in the ward they name")
        vi.append(f"{taken.anchor:.0%} đúng xã, phường mang tên")
    if taken.roads_m is not None:
        said.append(f"{taken.roads_m:.1f} m from the nearest road (median)")
        vi.append(f"cách đường gần nhất {taken.roads_m:.1f} m (trung vị)")
    if taken.hint:
        said.append(f"the file says {taken.hint!r}")
        vi.append(f"tệp ghi {taken.hint!r}")
    return ", ".join(said), ", ".join(vi)


def of_declaration(match: CrsMatch, srid: int, hints: Hints) -> Iterator[Finding]:
    """Say what is doubtful about a declaration that is taken."""
    if match.datum_suspect:
        yield datum_suspect(srid)
    if match.near is not None:
        yield healed(srid, match.near.off_m)
    if match.unit_m != 1:
        yield unit_mistaken(match.unit_m)
    if hints.srids and srid not in hints.srids:
        yield Finding(
            "crs_hint_differs",
            Severity.WARNING,
            f"the file declares EPSG:{srid}, but its titles say {hints.quote!r}",
            f"tệp khai báo EPSG:{srid} nhưng tiêu đề, tên tệp lại ghi {hints.quote!r}",
            "",
            "compare with the base map before publishing",
            "hãy đối chiếu với bản đồ nền trước khi công bố",
        )


def healed(srid: int, off_m: float) -> Finding:
    """Say that the declared datum shift is not the official one and was not used."""
    return Finding(
        "crs_healed",
        Severity.INFO,
        f"the declared datum shift is up to {off_m:.1f} m off; the official one of EPSG:{srid} "
        "is used",
        f"tham số chuyển đổi khai báo lệch đến {off_m:.1f} m; đã dùng bộ chính thức của "
        f"EPSG:{srid}",
    )


def datum_confirmed(candidate: CrsCandidate) -> Finding:
    """Say that roads confirm VN-2000 where the datum is declared as WGS 84."""
    roads = candidate.roads_m or 0.0
    return Finding(
        "datum_confirmed",
        Severity.INFO,
        f"the datum is declared as WGS 84, but as EPSG:{candidate.srid} the points lie on the "
        f"roads ({roads:.1f} m); taken as VN-2000",
        f"gốc khai báo là WGS 84, nhưng theo EPSG:{candidate.srid} các điểm nằm đúng trên đường "
        f"({roads:.1f} m); đã hiểu là VN-2000",
    )


def as_declared(candidate: CrsCandidate, rival_m: float) -> Finding:
    """Say that the points lie on the roads under a declaration that is no accepted system."""
    roads = candidate.roads_m or 0.0
    return Finding(
        "crs_not_accepted",
        Severity.WARNING,
        f"read as declared the points lie on the roads ({rival_m:.1f} m), read as "
        f"EPSG:{candidate.srid} they do not ({roads:.1f} m); but the declared system is not taken",
        f"theo đúng khai báo, các điểm nằm trên đường ({rival_m:.1f} m), theo "
        f"EPSG:{candidate.srid} thì không ({roads:.1f} m); nhưng hệ khai báo không được nhận",
        "",
        "save the file again in EPSG:9214 or EPSG:4326, for example with QGIS",
        "hãy lưu lại tệp theo EPSG:9214 hoặc EPSG:4326, ví dụ bằng QGIS",
    )


def hint_contradicted(hints: Hints, fitting: Sequence[int]) -> Finding:
    """Say that the titles name a system in which the points do not lie in the city."""
    codes = ", ".join(f"EPSG:{srid}" for srid in dict.fromkeys(fitting))
    return Finding(
        "crs_hint_contradicted",
        Severity.WARNING,
        f"the titles say {hints.quote!r}, but only these put the points in the city: {codes}",
        f"tiêu đề, tên tệp ghi {hints.quote!r}, nhưng chỉ các hệ sau đưa điểm vào thành phố: "
        f"{codes}",
    )


def unit_mistaken(scale: float) -> Finding:
    """Say that the coordinates were in another unit and were multiplied."""
    unit, unit_vi = _UNITS.get(scale, ("another unit", "đơn vị khác"))
    return Finding(
        "unit_mistaken",
        Severity.WARNING,
        f"the coordinates are in {unit}; they were multiplied by {scale:g}",
        f"tọa độ ghi theo {unit_vi}; đã nhân với {scale:g}",
    )


def of_reading(taken: CrsCandidate) -> Iterator[Finding]:
    """Say what was done to the coordinates so that they lie in place."""
    if taken.swapped:
        yield swapped(taken.srid)
    if taken.scale != 1:
        yield unit_mistaken(taken.scale)


def swapped(srid: int) -> Finding:
    """Say that the two coordinates stood in the other order and were turned."""
    return Finding(
        "axes_swapped",
        Severity.WARNING,
        f"the two coordinates are swapped for EPSG:{srid}; they were turned",
        f"hai cột tọa độ bị đảo so với EPSG:{srid}; đã đảo lại",
    )
