"""The table of vector tiles: every promised figure beside what was measured, and beside the peers.

    uv run --group bench python -m bench.vector [--rows 1000000] [--only PART] [--keep FOLDER]

Runs the measurements of ``bench.tiles``, ``bench.zooms``, ``bench.hits``, ``bench.edits`` and
``bench.tile_archive``, writes the result of each and the table into ``bench/results``. ``--only``
measures some parts anew and leaves the other lines with the time they were measured at; with
``--alone`` far zooms are read without tipg, which takes most of the time, and its line is left.
``--keep``: a folder in which the database stays, so that the parcels need not be laid again. A
line whose peer is not installed, or whose contents are not equal, says so and counts as not kept.
Times are those of a clock: each line tells how busy the machine was when its part began.

Peers: tipg of PyPI (``uv sync --group bench``), nginx and wrk of Debian (``apt-get install nginx
wrk``).
"""

import argparse
import json
import os
import platform
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from bench import edits, hits, servers, table, tile_archive, tiles, zooms
from bench.database import Place
from bench.table import Figure, Said

RESULT: Final = Path(__file__).parent / "results" / "vector.json"
NEAR_ROWS: Final = 100_000
"""Enough for the tiles of near zooms: each holds as much as in a larger block. Of fewer rows
derived tables are made at once, and no tile would hold what the peer's does."""
_NEEDS: Final = {"near": ("tipg",), "hits": ("nginx", "wrk")}
_ALL_FIELDS: Final = {"z14": "z14, ours four fields, tipg all"}
_UNITS: Final = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


@dataclass(frozen=True)
class Asked:
    """How much is measured, and where the database may stay."""

    rows: int
    rounds: int
    clients: int
    keep: Path | None
    alone: bool = False


def main() -> int:
    """Measure, print the table, write it; return 1 where a line is not kept."""
    options = _parser().parse_args()
    asked = Asked(options.rows, options.rounds, options.clients, options.keep, options.alone)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    told = _known()
    for part in options.only or [part.key for part in table.PARTS]:
        print(f"▸ {part}", file=sys.stderr, flush=True)
        told["lines"] = table.merged(told["lines"], measure(part, asked))
        told["machine"] = _machine()
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    _print(told["lines"])
    return 0 if all(one["ok"] for one in told["lines"]) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of far zooms and archives")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--only", action="append", choices=[part.key for part in table.PARTS])
    parser.add_argument("--keep", type=Path, help="a folder in which the database stays")
    parser.add_argument("--alone", action="store_true", help="far zooms without tipg")
    return parser


def measure(part: str, asked: Asked) -> list[dict[str, Any]]:
    """Return the lines of a part, measured; without figures if what it needs is not here."""
    figures: Mapping[str, Figure] = {}
    load = round(os.getloadavg()[0], 1)
    why = lacking(part, _absent())
    if why is None:
        try:
            figures = _MEASURES[part](asked)
        except SystemExit as stopped:
            why = Said(f"không đo được: {stopped}", f"not measured: {stopped}")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return [
        table.row(one, figures.get(one.key), why or _without(["tipg"]), at) | {"load": load}
        for one in table.LINES
        if one.part == part and not (asked.alone and one.peer == "tipg")
    ]


def lacking(part: str, absent: Sequence[str]) -> Said | None:
    """Return what a part cannot be measured without, if it is not installed.

    Far zooms can: without tipg they lack one line.
    """
    missing = [name for name in _NEEDS.get(part, ()) if name in absent]
    return _without(missing) if missing else None


def _absent() -> list[str]:
    here = {"tipg": tiles.has_peer()} | {name: bool(shutil.which(name)) for name in _NEEDS["hits"]}
    return [name for name, is_here in here.items() if not is_here]


def _without(names: Sequence[str]) -> Said:
    told = ", ".join(names)
    return Said(f"máy này chưa cài {told}", f"not installed here: {told}")


def _near(asked: Asked) -> dict[str, Figure]:
    with servers.database(asked.keep) as url:
        report = tiles.run(url, NEAR_ROWS, asked.rounds)
    _keep(tiles.RESULT, report)
    return near_figures(report)


def near_figures(report: Mapping[str, Any]) -> dict[str, Figure]:
    """Return the figures of near zooms: the peer asked for the fields that ours carries."""
    spent = report["cpu_ms_per_tile"]
    pairs = {
        "z16": ("z16, all fields", "z16", "tipg z16"),
        "z14": ("z14, same four fields", "z14", "tipg z14, our fields"),
    }
    return {
        key: Figure(
            report["ratios"][ratio]["median"],
            report["rounds"],
            report["rows"],
            (report["ratios"][ratio]["least"], report["ratios"][ratio]["most"]),
            spent[ours]["median"],
            spent[theirs]["median"],
            equal(report["parity"][key[1:]], report["ratios"].get(_ALL_FIELDS.get(key, ""))),
        )
        for key, (ratio, ours, theirs) in pairs.items()
    }


def equal(parity: Mapping[str, int], of_all_fields: Mapping[str, float] | None) -> Said:
    """Return how much was decoded on both sides and found equal.

    ``of_all_fields``: the ratio where the peer carries all fields, as it does unless asked not to.
    """
    tiles_, features = parity["tiles"], f"{parity['features']:,}"
    said = Said(
        f"đã so: {tiles_} ô, {features.replace(',', '.')} đối tượng như nhau",
        f"compared: {tiles_} tiles, {features} features are equal",
    )
    if of_all_fields is None:
        return said
    ratio = f"{of_all_fields['median']:.2f}"
    return Said(
        f"{said.vi}; tipg mang đủ trường: {ratio.replace('.', ',')} lần",
        f"{said.en}; tipg with all its fields: {ratio} ×",
    )


def _far(asked: Asked) -> dict[str, Figure]:
    with servers.database(asked.keep) as url:
        report = zooms.run(url, asked.rows, min(3, asked.rounds), alone=asked.alone)
    if not asked.alone:
        _keep(zooms.RESULT, report)
    return far_figures(report)


def far_figures(report: Mapping[str, Any]) -> dict[str, Figure]:
    """Return the figures of far zooms, each that of the zoom that does worst."""
    far = [one for one in report["zooms"] if one["z"] in zooms.FAR]
    heaviest = max(far, key=lambda one: one["most_bytes"])
    slowest = max(far, key=lambda one: one["p99_ms"])
    rows = report["rows"]
    read, often = sum(one["tiles"] for one in far), sum(one["times"] for one in far)
    found = {
        "far_bytes": Figure(heaviest["most_bytes"] / 1000, read, rows, note=at_zoom(heaviest)),
        "far_p99": Figure(slowest["p99_ms"], often, rows, note=at_zoom(slowest)),
    }
    if all("ratio" in one for one in far):
        least = min(far, key=lambda one: one["ratio"]["median"])
        spread = (least["ratio"]["least"], least["ratio"]["most"])
        costs = (least["cpu_ms"], least["peer_cpu_ms"])
        ratio = least["ratio"]["median"]
        note = accounted(least, rows)
        found["far_cpu"] = Figure(ratio, report["rounds"], rows, spread, *costs, note)
    return found


def at_zoom(zoom: Mapping[str, Any]) -> Said:
    """Return which zoom a figure is of."""
    return Said(f"ở mức {zoom['z']}", f"at zoom {zoom['z']}")


def accounted(zoom: Mapping[str, Any], rows: int) -> Said:
    """Return what the tiles of both sides hold: they cannot be equal at far zooms."""
    theirs, ours = f"{zoom['peer_drawn']:,}", f"{rows:,}"
    return Said(
        f"mức {zoom['z']}: ô của ta vẽ hoặc đếm đủ {ours.replace(',', '.')} hàng, "
        f"tipg vẽ {theirs.replace(',', '.')}",
        f"zoom {zoom['z']}: our tiles draw or count all {ours} rows, tipg draws {theirs}",
    )


def _hits(asked: Asked) -> dict[str, Figure]:
    words = [f"--rounds={asked.rounds}", f"--clients={asked.clients}"]
    options = hits.options(words)
    report = hits.run(options)
    _keep(hits.RESULT, report)
    return hit_figures(report, options.rows)


def hit_figures(report: Mapping[str, Any], rows: int) -> dict[str, Figure]:
    """Return the figures of ready tiles and of the crowd."""
    spent = report["cpu_us_per_request"]
    names = {"hit": "memory", "behind": "behind nginx", "archive": "archive"}
    found = {
        key: Figure(
            report["efficiency"][name],
            report["rounds"],
            rows,
            ours=spent[name],
            peer=spent["nginx"],
            note=of_body(report, name),
        )
        for key, name in names.items()
    }
    crowd = report["crowd"]
    errors = sum(crowd["socket_errors"]) + crowd["refused"]
    measured = {
        "crowd_errors": errors,
        "crowd_p99": seconds(crowd["p99"]),
        "crowd_after": crowd["quick_again_after_s"],
    }
    clients = f"{crowd['clients']:,}"
    note = Said(f"{clients.replace(',', '.')} khách cùng lúc", f"{clients} clients at once")
    return found | {
        key: Figure(one, crowd["requests"], rows, note=note) for key, one in measured.items()
    }


def of_body(report: Mapping[str, Any], name: str) -> Said:
    """Return how large the tile was, and what came of a heavy one if it was measured too."""
    size = f"{report['body_bytes'] / 1000:.0f} kB"
    heavy = report.get("heavy")
    if heavy is None:
        return Said(f"ô {size}", f"a tile of {size}")
    large, ratio = f"{heavy['body_bytes'] / 1000:.0f} kB", f"{heavy['efficiency'][name]:.2f}"
    return Said(
        f"ô {size}; ô nặng {large}: {ratio.replace('.', ',')}",
        f"a tile of {size}; a heavy one of {large}: {ratio}",
    )


def seconds(said: str) -> float:
    """Return the seconds that wrk means.

    >>> seconds("1.36s"), seconds("897.60ms"), seconds("2.00m")
    (1.36, 0.8976, 120.0)
    """
    number = said.rstrip("ums")
    return round(float(number) * _UNITS[said[len(number) :]], 6)


def _edits(asked: Asked) -> dict[str, Figure]:
    report = edits.run(edits.Asked(bulk=100_000))
    _keep(edits.RESULT, report)
    return edit_figures(report)


def edit_figures(report: Mapping[str, Any]) -> dict[str, Figure]:
    """Return the figures of edits."""
    fresh, times, rows = report["fresh_ms"], report["edits"], report["rows"]
    measured = {"fresh_p50": fresh["p50"], "fresh_p99": fresh["p99"], "stale": report["stale"]}
    writers, waited = report["writers"], report["edit_ms"]["p50"]
    note = Said(
        f"{writers} người sửa không nghỉ, tính từ lúc sửa đổi được nhận; "
        f"chờ nhận p50 {waited:.0f} ms",
        f"{writers} writers without a pause, from the answer to an edit; "
        f"until it p50 {waited:.0f} ms",
    )
    return {key: Figure(one, times, rows, note=note) for key, one in measured.items()}


def _seed(asked: Asked) -> dict[str, Figure]:
    with servers.database(asked.keep) as url, tempfile.TemporaryDirectory(dir="/tmp") as folder:
        report = tile_archive.run(Place(Path(folder), url), asked.rows, asked.rounds)
    _keep(tile_archive.RESULT, report)
    return seed_figures(report)


def seed_figures(report: Mapping[str, Any]) -> dict[str, Figure]:
    """Return the figures of seeding; the derived tables that it reads are counted in."""
    seeded, rows = report["seeded"], report["rows"]
    return {
        "seed_cpu": Figure(seeded["cpu_s"] + report["derived_cpu_s"], 1, rows),
        "seed_mb": Figure(seeded["peak_mb"], 1, rows),
    }


_MEASURES: Final[Mapping[str, Callable[[Asked], dict[str, Figure]]]] = {
    "near": _near,
    "far": _far,
    "hits": _hits,
    "edits": _edits,
    "seed": _seed,
}


def _keep(path: Path, report: Mapping[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


def _known() -> dict[str, Any]:
    """Return the table as it stands; an empty one where there is none."""
    return json.loads(RESULT.read_text("utf-8")) if RESULT.exists() else {"lines": []}


def _machine() -> dict[str, Any]:
    return {"cores": len(os.sched_getaffinity(0)), "python": platform.python_version()}


def _print(lines: list[dict[str, Any]]) -> None:
    heads = ("", "asked", "measured", "ours", "peer", "times")
    print(f"{heads[0]:58}" + "".join(f"{head:>12}" for head in heads[1:]))
    for one in lines:
        words = f"{one['part']}: {one['what']['en']}"
        asked = f"{'≥' if one['direction'] == 'at least' else '≤'} {one['asked']:g}"
        if one["measured"] is None:
            print(f"{words:58}{asked:>12}  {one['lacking']['en']}")
            continue
        cost = one.get("cost", {"ours": "", "peer": ""})
        cells = (asked, one["measured"], cost["ours"], cost["peer"], one["times"])
        shown = "".join(f"{c:>12.4g}" if isinstance(c, float) else f"{c:>12}" for c in cells)
        print(f"{words:58}{shown}  {one['unit']['en']}{'' if one['ok'] else '   NOT KEPT'}")


if __name__ == "__main__":
    sys.exit(main())
