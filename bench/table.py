"""The table of what vector tiles promise: what is asked of each line, and what came of it.

A line asks for a figure of ours: how many times less CPU than a peer, or milliseconds, bytes,
seconds. Lines beside a peer also tell what a tile or a request costs each of the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple


class Said(NamedTuple):
    """One text in both languages."""

    vi: str
    en: str


class Part(NamedTuple):
    """Lines that are measured together."""

    key: str
    said: Said


@dataclass(frozen=True)
class Line:
    """One line: ``at_least`` the limit or at most; ``below``: the limit itself is too much.

    ``cost``: the unit of what each of the two costs, where the line is beside a peer.
    """

    key: str
    part: str
    said: Said
    limit: float
    unit: Said
    at_least: bool = False
    below: bool = False
    peer: str = ""
    cost: Said | None = None

    def is_kept(self, measured: float) -> bool:
        """Return whether the figure is what is asked for."""
        if self.at_least:
            return measured >= self.limit
        return measured < self.limit if self.below else measured <= self.limit


@dataclass(frozen=True)
class Figure:
    """What came of one line; ``ours`` and ``peer``: what a tile or a request costs each."""

    measured: float
    times: int
    rows: int
    spread: tuple[float, float] | None = None
    ours: float | None = None
    peer: float | None = None
    note: Said | None = None


_TIMES: Final = Said("lần", "×")
_OF_NGINX: Final = Said("của nginx", "of nginx")
_CPU_MS: Final = Said("ms CPU", "ms CPU")
_CPU_US: Final = Said("µs CPU", "µs CPU")
_MS, _S = Said("ms", "ms"), Said("giây", "s")

PARTS: Final = (
    Part("near", Said("Ô tạo từ bảng gốc", "Tiles made from the base table")),
    Part("far", Said("Mức xa, z6–z12", "Far zooms, z6–z12")),
    Part("hits", Said("Ô có sẵn", "Ready tiles")),
    Part("edits", Said("Sửa rồi thấy", "From an edit to the tile")),
    Part("seed", Said("Tạo kho ô", "Seeding an archive")),
)

LINES: Final = (
    Line(
        "z16",
        "near",
        Said("z16, cùng nội dung: ít CPU hơn tipg", "z16, same content: less CPU than tipg"),
        2.4,
        _TIMES,
        at_least=True,
        peer="tipg",
        cost=_CPU_MS,
    ),
    Line(
        "z14",
        "near",
        Said("z14, cùng nội dung: ít CPU hơn tipg", "z14, same content: less CPU than tipg"),
        3.0,
        _TIMES,
        at_least=True,
        peer="tipg",
        cost=_CPU_MS,
    ),
    Line(
        "far_cpu",
        "far",
        Said(
            "mức lợi ít nhất: ít CPU hơn tipg",
            "the zoom that gains least: less CPU than tipg",
        ),
        20.0,
        _TIMES,
        at_least=True,
        peer="tipg",
        cost=_CPU_MS,
    ),
    Line(
        "far_bytes",
        "far",
        Said("ô nặng nhất", "the heaviest tile"),
        500.0,
        Said("kB", "kB"),
        below=True,
    ),
    Line(
        "far_p99",
        "far",
        Said("thời gian một ô khi đã ấm, p99", "time of a tile when warm, p99"),
        50.0,
        _MS,
        below=True,
    ),
    Line(
        "hit",
        "hits",
        Said(
            "từ bộ nhớ: hiệu suất so với tệp tĩnh", "from memory: efficiency beside a static file"
        ),
        0.35,
        _OF_NGINX,
        at_least=True,
        peer="nginx",
        cost=_CPU_US,
    ),
    Line(
        "behind",
        "hits",
        Said("sau bộ đệm nginx", "behind a cache of nginx"),
        0.95,
        _OF_NGINX,
        at_least=True,
        peer="nginx",
        cost=_CPU_US,
    ),
    Line(
        "archive",
        "hits",
        Said("đọc kho ô, không bộ nhớ", "read from the archive, no memory"),
        0.25,
        _OF_NGINX,
        at_least=True,
        peer="nginx",
        cost=_CPU_US,
    ),
    Line(
        "crowd_errors",
        "hits",
        Said("đám đông: lỗi kết nối, lượt bị từ chối", "a crowd of clients: failures and refusals"),
        0,
        Said("lỗi", "errors"),
    ),
    Line(
        "crowd_p99",
        "hits",
        Said("đám đông: thời gian chờ, p99", "a crowd of clients: time waited, p99"),
        5.0,
        _S,
    ),
    Line(
        "crowd_after",
        "hits",
        Said("đám đông đi: nhanh lại sau", "the crowd is gone: quick again after"),
        10.0,
        _S,
    ),
    Line("fresh_p50", "edits", Said("ô mới sau khi sửa, p50", "the fresh tile, p50"), 50.0, _MS),
    Line("fresh_p99", "edits", Said("ô mới sau khi sửa, p99", "the fresh tile, p99"), 500.0, _MS),
    Line("stale", "edits", Said("ô cũ", "stale tiles"), 0, Said("ô", "tiles")),
    Line(
        "seed_cpu",
        "seed",
        Said("z6–z14, cả bảng dẫn xuất: CPU", "z6–z14, derived tables included: CPU"),
        45.0,
        Said("giây CPU", "CPU s"),
    ),
    Line(
        "seed_mb",
        "seed",
        Said("z6–z14: bộ nhớ cao nhất", "z6–z14: peak memory"),
        300.0,
        Said("MB", "MB"),
    ),
)


def row(line: Line, figure: Figure | None, lacking: Said, at: str) -> dict[str, Any]:
    """Return a line with its figure, or with why it has none; ``at``: when, as in ISO 8601."""
    told: dict[str, Any] = {
        "key": line.key,
        "part": line.part,
        "what": line.said._asdict(),
        "asked": line.limit,
        "direction": "at least" if line.at_least else "below" if line.below else "at most",
        "unit": line.unit._asdict(),
        "peer": line.peer or None,
        "measured": None,
        "ok": False,
        "at": at,
    }
    if figure is None:
        return told | {"lacking": lacking._asdict()}
    told |= {
        "measured": figure.measured,
        "ok": line.is_kept(figure.measured),
        "times": figure.times,
        "rows": figure.rows,
        "spread": figure.spread,
        "note": figure.note._asdict() if figure.note else None,
    }
    if line.cost and figure.ours is not None and figure.peer is not None:
        told["cost"] = {"ours": figure.ours, "peer": figure.peer, "unit": line.cost._asdict()}
    return told


def merged(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return the table with the new lines in place of the old ones of the same key, in order."""
    known = {one["key"]: one for one in (*old, *new)}
    return [known[line.key] for line in LINES if line.key in known]
