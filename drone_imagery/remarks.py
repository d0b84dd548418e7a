"""What is to be said about the photos of a flight, gathered so that a person reads a few lines."""

from collections.abc import Mapping, Sequence

from conversion.findings.finding import Finding, Severity
from drone_imagery.camera import FocalSource
from drone_imagery.coverage import Coverage
from drone_imagery.flight import Shot
from drone_imagery.photo import HeightSource
from gishue.core.exif import TimeSource

_NAMED = 3

# What may be said of photos: how much it matters, English, Vietnamese. `{n}` counts them.
_SAID: dict[str, tuple[Severity, str, str]] = {
    "not-a-photo": (
        Severity.WARNING,
        "{n} files are no readable JPEG photos and were left out",
        "{n} tệp không phải ảnh JPEG đọc được, đã bỏ qua",
    ),
    "photo-twice": (
        Severity.WARNING,
        "{n} photos are copies of others and were left out",
        "{n} ảnh trùng nội dung với ảnh khác, đã bỏ qua",
    ),
    "no-position": (
        Severity.WARNING,
        "{n} photos do not know where they were taken and were left out",
        "{n} ảnh không có tọa độ, đã bỏ qua",
    ),
    "unsafe-xmp": (
        Severity.WARNING,
        "the XMP packet of {n} photos is damaged or declares entities; its angles are not used",
        "khối XMP của {n} ảnh bị hỏng hoặc khai báo thực thể; không dùng các góc trong đó",
    ),
    "no-attitude": (
        Severity.WARNING,
        "{n} photos do not say where the camera looked: a point, no footprint",
        "{n} ảnh không có góc máy: chỉ có điểm chụp, không có vùng phủ",
    ),
    "no-height": (
        Severity.WARNING,
        "{n} photos do not know their height above ground: a point, no footprint",
        "{n} ảnh không có độ cao so với mặt đất: chỉ có điểm chụp, không có vùng phủ",
    ),
    "no-focal-length": (
        Severity.WARNING,
        "the lens of {n} photos is not known: a point, no footprint",
        "không rõ ống kính của {n} ảnh: chỉ có điểm chụp, không có vùng phủ",
    ),
    "near-horizon": (
        Severity.INFO,
        "{n} photos look towards the horizon: a point, no footprint",
        "{n} ảnh chụp về phía chân trời: chỉ có điểm chụp, không có vùng phủ",
    ),
    "focal-by-35mm": (
        Severity.INFO,
        "the footprints of {n} photos use the 35 mm equivalent of the lens: about 10 % too large",
        "vùng phủ của {n} ảnh tính theo tiêu cự quy đổi 35 mm: có thể rộng hơn thực tế khoảng 10 %",
    ),
    "height-above-take-off": (
        Severity.INFO,
        "the height of {n} photos counts from the place of take-off, not from the ground below",
        "độ cao của {n} ảnh tính từ nơi cất cánh, không phải từ mặt đất bên dưới",
    ),
    "time-assumed": (
        Severity.INFO,
        "{n} photos do not name their time zone; Vietnam's (UTC+7) is assumed",
        "{n} ảnh không ghi múi giờ; coi là giờ Việt Nam (UTC+7)",
    ),
    "coverage-holes": (
        Severity.WARNING,
        "the photos leave {n} holes in the covered ground",
        "vùng chụp còn {n} khoảng trống",
    ),
}
REJECTED = frozenset({"not-a-photo", "photo-twice", "no-position"})


def remarks(shot: Shot) -> list[str]:
    """Return the codes of what is to be said about a shot."""
    photo, camera = shot.photo, shot.camera
    said = [
        ("no-attitude", photo.attitude is None),
        ("no-height", photo.height_m is None),
        ("no-focal-length", camera is None),
    ]
    codes = [code for code, holds in said if holds]
    if not codes and shot.ring is None:
        codes.append("near-horizon")
    if shot.ring and camera and camera.source is FocalSource.EQUIVALENT_35:
        codes.append("focal-by-35mm")
    if photo.height_source is HeightSource.TAKE_OFF:
        codes.append("height-above-take-off")
    if photo.time_source is TimeSource.ASSUMED:
        codes.append("time-assumed")
    return codes


def findings(remarked: Mapping[str, Sequence[str]], cover: Coverage | None) -> list[Finding]:
    """Return one finding per code with the names of a few photos it holds for."""
    found = [_finding(code, names) for code, names in remarked.items() if names]
    if cover is not None and cover.n_holes:
        severity, english, vietnamese = _SAID["coverage-holes"]
        n = cover.n_holes
        texts = english.format(n=n), vietnamese.format(n=n)
        found.append(Finding("coverage-holes", severity, *texts))
    return sorted(found, key=lambda one: list(_SAID).index(one.code))


def _finding(code: str, names: Sequence[str]) -> Finding:
    severity, english, vietnamese = _SAID[code]
    n = f"{len(names):,}"
    where = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
    return Finding(code, severity, english.format(n=n), vietnamese.format(n=n), where)
