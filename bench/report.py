"""The page of the table of vector tiles: one file that needs nothing else, in two languages.

    python -m bench.report

Reads ``bench/results/vector.json``, and ``zooms.json`` beside it if there is one, and writes
``bench/results/report.html``. Each line has bars of what ours and the peer cost, and a mark at what
is asked: shorter is better, everywhere. Where a line asks for so many times less than the peer, the
mark is the peer's cost divided by it.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

from bench.table import PARTS, Said
from bench.vector import RESULT as TABLE
from bench.zooms import MOST_BYTES
from bench.zooms import RESULT as ZOOMS

RESULT: Final = TABLE.with_name("report.html")
STYLE: Final = Path(__file__).with_name("report.css")
ROOM: Final = 1.25
"""So much longer than the longest of ours and the limit is a track."""
_LEAST_SHOWN_PC: Final = 0.6

_TITLE: Final = Said("Ô bản đồ vector: hứa gì, đo được gì", "Vector tiles: promised and measured")
_SHORTER: Final = Said("Thanh càng ngắn càng tốt.", "A shorter bar is better.")
_HEADS: Final = (
    Said("Phép đo", "What"),
    Said("Chi phí một ô, một lượt", "Cost of a tile or request"),
    Said("Yêu cầu", "Asked"),
    Said("Đo được", "Measured"),
)
_ZOOM_HEADS: Final = (
    Said("Mức", "Zoom"),
    Said("Ô nặng nhất", "Heaviest tile"),
    Said("GISHue, một ô", "GISHue, a tile"),
    Said("tipg, một ô", "tipg, a tile"),
)
_KB: Final = Said("kB", "kB")._asdict()
_CPU: Final = Said("ms CPU", "ms CPU")._asdict()
_KEPT, _MISSED = Said("✓ đạt", "✓ kept"), Said("✗ chưa đạt", "✗ not kept")
_UNKNOWN: Final = Said("chưa có số đo", "no figure")


@dataclass(frozen=True)
class Bars:
    """Costs of one line in one unit; ``limit``: the most that is asked, ``end``: of the track."""

    ours: float
    limit: float
    peer: float | None
    end: float

    def percent(self, value: float) -> float:
        """Return how far along the track a cost reaches; the whole of it for what goes beyond."""
        return round(min(100.0, value / self.end * 100), 2)


def bars(line: Mapping[str, Any]) -> Bars | None:
    """Return the bars of a line that has a figure.

    The peer's bar sets the scale too unless it is more than twice as long as all else.
    """
    if line["measured"] is None:
        return None
    cost = line.get("cost")
    ours, peer = (cost["ours"], cost["peer"]) if cost else (line["measured"], None)
    limit = peer / line["asked"] if peer is not None else line["asked"]
    longest = max(ours, limit)
    if peer is not None and longest < peer <= 2 * longest:
        longest = peer
    return Bars(ours, limit, peer, longest * ROOM or 1.0)


def main() -> int:
    """Write the page; return 1 if there is no table yet."""
    if not TABLE.exists():
        print("there is no table yet: python -m bench.vector", file=sys.stderr)
        return 1
    zooms = json.loads(ZOOMS.read_text("utf-8")) if ZOOMS.exists() else None
    RESULT.write_text(page(json.loads(TABLE.read_text("utf-8")), zooms), "utf-8")
    return 0


def page(told: Mapping[str, Any], zooms: Mapping[str, Any] | None = None) -> str:
    """Return the whole page of a table; ``zooms``: the report of every zoom."""
    lines = told["lines"]
    parts = [(part, [one for one in lines if one["part"] == part.key]) for part in PARTS]
    sections = "".join(_section(part.said, some) for part, some in parts if some)
    return f"""<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GISHue · {escape(_TITLE.vi)} · {escape(_TITLE.en)}</title>
<style>
{STYLE.read_text("utf-8")}</style>
</head>
<body>
<input class="choice" type="radio" name="language" id="vi" checked>
<label class="choice" for="vi" lang="vi">Tiếng Việt</label>
<input class="choice" type="radio" name="language" id="en">
<label class="choice" for="en" lang="en">English</label>
<main>
<h1>{_both(_TITLE)}</h1>
{_about(told)}
{_tally(lines)}
{_legend()}
{sections}
{_zooms(zooms) if zooms else ""}
</main>
</body>
</html>
"""


def _about(told: Mapping[str, Any]) -> str:
    days = sorted({one["at"][:10] for one in told["lines"]})
    when = days[0] if len(days) == 1 else f"{days[0]} – {days[-1]}"
    machine = told.get("machine", {})
    cores, python = machine.get("cores", "?"), machine.get("python", "?")
    said = Said(
        f"Đo ngày {when}, {cores} lõi, Python {python}. CPU là của mọi tiến trình: máy chủ cùng "
        "PostgreSQL hoặc nginx của nó; máy hỏi không tính. Các bên được hỏi luân phiên. "
        "Tải máy là số tiến trình chờ lõi khi bắt đầu đo; nhiều hơn số lõi thì thời gian dài ra.",
        f"Measured {when}, {cores} cores, Python {python}. CPU is that of all processes: a server "
        "with its PostgreSQL or nginx; who asks is not counted. The sides are asked in turns. "
        "The load is how many processes wanted a core when a part began; beyond the cores all "
        "times grow.",
    )
    return f'<p class="faint">{_both(said)}</p>'


def _tally(lines: Sequence[Mapping[str, Any]]) -> str:
    kept = sum(one["ok"] for one in lines)
    said = Said(f"{kept} / {len(lines)} yêu cầu đạt", f"{kept} of {len(lines)} lines are kept")
    return f'<p class="tally"><strong>{_both(said)}</strong></p>'


def _legend() -> str:
    fill = '<svg aria-hidden="true"><rect class="{}" width="100%" height="100%"/></svg>'
    tick = '<svg aria-hidden="true"><line class="tick" x1="50%" x2="50%" y1="0" y2="100%"/></svg>'
    items = (
        (fill.format("fill-ours"), Said("GISHue, đạt", "GISHue, kept")),
        (fill.format("fill-miss"), Said("GISHue, chưa đạt", "GISHue, not kept")),
        (fill.format("fill-peer"), Said("bên so sánh", "the peer")),
        (tick, Said("nhiều nhất được phép", "the most that is asked")),
    )
    listed = "".join(f"<li>{mark}{_both(said)}</li>" for mark, said in items)
    return f'<ul class="legend">{listed}<li>{_both(_SHORTER)}</li></ul>'


def _section(title: Said, lines: Sequence[Mapping[str, Any]]) -> str:
    heads = "".join(f'<th scope="col">{_both(head)}</th>' for head in _HEADS)
    rows = "".join(_row(one) for one in lines)
    return (
        f"<h2>{_both(title)}</h2>\n<table><thead><tr>{heads}</tr></thead>"
        f"<tbody>\n{rows}</tbody></table>\n"
    )


def _zooms(report: Mapping[str, Any]) -> str:
    """Return the table of every zoom: the heaviest tile, CPU of a tile of ours and of tipg."""
    heads = "".join(f'<th scope="col">{_both(head)}</th>' for head in _ZOOM_HEADS)
    rows = "".join(_zoom(one) for one in report["zooms"])
    rows_told = report["rows"]
    title = Said(
        f"Từng mức của {_number(rows_told, 'vi')} thửa đất",
        f"Every zoom of {_number(rows_told, 'en')} parcels",
    )
    return (
        f"<h2>{_both(title)}</h2>\n<table><thead><tr>{heads}</tr></thead>"
        f"<tbody>\n{rows}</tbody></table>\n"
    )


def _zoom(one: Mapping[str, Any]) -> str:
    heaviest = one["most_bytes"] / 1000
    drawn = Bars(heaviest, MOST_BYTES / 1000, None, MOST_BYTES / 1000 * ROOM)
    fill = "fill-ours" if one["most_bytes"] < MOST_BYTES else "fill-miss"
    costs = [one["cpu_ms"], one.get("peer_cpu_ms")]
    told = [
        _each(lambda lang, cost=cost: _amount(cost, _CPU, lang)) if cost is not None else "–"
        for cost in costs
    ]
    cells = zip(_ZOOM_HEADS[2:], told, strict=True)
    numbers = "".join(f'<td class="number"{_heads(head)}>{cell}</td>' for head, cell in cells)
    bar = _bar("GISHue", heaviest, fill, drawn, _KB)
    return f'<tr><th scope="row">z{one["z"]}</th><td class="bars">{bar}</td>{numbers}</tr>\n'


def _row(line: Mapping[str, Any]) -> str:
    drawn = bars(line)
    chart = _chart(line, drawn) if drawn else f"<span>{_both(Said(**line['lacking']))}</span>"
    sign = {"at least": "≥", "at most": "≤", "below": "<"}[line["direction"]]
    asked = _each(lambda lang: f"{sign} {_amount(line['asked'], line['unit'], lang)}")
    return (
        f'<tr><th scope="row">{_both(Said(**line["what"]))}{_sample(line)}</th>'
        f'<td class="bars">{chart}</td>'
        f'<td class="number"{_heads(_HEADS[2])}>{asked}</td>'
        f'<td class="number"{_heads(_HEADS[3])}>{_measured(line)}</td></tr>\n'
    )


def _heads(head: Said) -> str:
    return f' data-vi="{escape(head.vi)}" data-en="{escape(head.en)}"'


def _sample(line: Mapping[str, Any]) -> str:
    """Return how often it was measured, and on how many rows."""
    if line["measured"] is None:
        return ""
    times, rows, load = line["times"], line["rows"], line.get("load")
    said = Said(
        f"đo {_number(times, 'vi')} lần, {_number(rows, 'vi')} hàng",
        f"measured {_number(times, 'en')} times, {_number(rows, 'en')} rows",
    )
    if load is not None:
        said = Said(
            f"{said.vi}, tải máy {_number(load, 'vi')}",
            f"{said.en}, machine load {_number(load, 'en')}",
        )
    note = line.get("note")
    more = f"<small>{_both(Said(**note))}</small>" if note else ""
    return f"<small>{_both(said)}</small>{more}"


def _measured(line: Mapping[str, Any]) -> str:
    if line["measured"] is None:
        return f'<span class="missed">{_both(_UNKNOWN)}</span>'
    told = _each(lambda lang: _amount(line["measured"], line["unit"], lang))
    spread = line.get("spread")
    between = (
        _each(lambda lang: f"{_number(spread[0], lang)} – {_number(spread[1], lang)}")
        if spread
        else ""
    )
    which, verdict = ("kept", _KEPT) if line["ok"] else ("missed", _MISSED)
    return (
        f'<span class="measured {which}">{told}</span>'
        f'<small class="{which}">{_both(verdict)}</small><small>{between}</small>'
    )


def _chart(line: Mapping[str, Any], drawn: Bars) -> str:
    unit = line["cost"]["unit"] if "cost" in line else line["unit"]
    fill = "fill-ours" if line["ok"] else "fill-miss"
    chart = _bar("GISHue", drawn.ours, fill, drawn, unit)
    if drawn.peer is not None:
        chart += _bar(line["peer"], drawn.peer, "fill-peer", drawn, unit)
    return chart


def _bar(name: str, value: float, fill: str, drawn: Bars, unit: Mapping[str, str]) -> str:
    """Return one bar; one that goes on beyond its track has a gap near its end."""
    reach = drawn.percent(value)
    width = max(reach, _LEAST_SHOWN_PC) if value else 0.0
    gap = (
        '<line class="gap" x1="93%" x2="91%" y1="-1" y2="110%"/>'
        '<line class="gap" x1="96%" x2="94%" y1="-1" y2="110%"/>'
        if value > drawn.end
        else ""
    )
    at = drawn.percent(drawn.limit)
    return (
        f'<div class="bar"><span>{escape(name)}</span><svg aria-hidden="true">'
        '<rect class="track" width="100%" height="100%" rx="2"/>'
        f'<rect class="{fill}" width="{width}%" height="100%" rx="2"/>{gap}'
        f'<line class="tick" x1="{at}%" x2="{at}%" y1="-3" y2="120%"/></svg>'
        f"<span>{_each(lambda lang: _amount(value, unit, lang))}</span></div>"
    )


def _amount(value: float, unit: Mapping[str, str], lang: str) -> str:
    return f"{_number(value, lang)} {escape(unit[lang])}"


def _number(value: float, lang: str) -> str:
    """Return a figure as the language writes it, with three digits where it is small.

    >>> _number(1234.5, "vi"), _number(1234.5, "en"), _number(0.069, "vi")
    ('1.234', '1,234', '0,069')
    """
    is_whole = float(value).is_integer() or abs(value) >= 100
    told = f"{value:,.0f}" if is_whole else f"{value:.3g}"
    return told.translate(str.maketrans(",.", ".,")) if lang == "vi" else told


def _each(say: Callable[[str], str]) -> str:
    return f'<span lang="vi">{say("vi")}</span><span lang="en">{say("en")}</span>'


def _both(said: Said) -> str:
    return f'<span lang="vi">{escape(said.vi)}</span><span lang="en">{escape(said.en)}</span>'


if __name__ == "__main__":
    sys.exit(main())
