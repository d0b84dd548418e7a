"""What the sandbox costs an upload: a GeoJSON inspected and converted in it and beside it.

    python -m bench.sandbox [--rounds 15] [--features 14000]

In every round the file of about 3.5 MB is read three times, in shuffled order: by the readers
called in this process; by children that wait for a job; by children that have to be started. The
cost is what a round's way took longer than the readers alone; both acts together are one upload.
Between the runs the pool is given the time to have children wait again, as between two uploads.
"""

import argparse
import io
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conversion import survey, vector, warm
from conversion.confine import Limits, Place
from conversion.dataset import open_file
from conversion.inspect import inspect
from conversion.options import IngestOptions
from conversion.sandbox import answer, started
from conversion.staging import plan

RESULT = Path(__file__).parent / "results" / "sandbox.json"
BUDGET_MS = 150
_LIMITS = Limits()


def main() -> int:
    """Measure, print, write ``bench/results/sandbox.json``; return 1 beyond the budget."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--features", type=int, default=14_000)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="gishue-bench-") as name:
        path = Path(name) / "0000.geojson"  # its name is the name of the layer
        make_file(path, options.features)
        report = _measured(path, options.rounds)
    _print(report)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    return int(report["waiting"]["cost_ms"] > BUDGET_MS)


def make_file(path: Path, features: int) -> None:
    """Write parcels in Huế (longitude, latitude) with four fields and a ring of eight points."""
    rng = random.Random(5)
    made = [_feature(number, rng) for number in range(features)]
    body = {"type": "FeatureCollection", "features": made}
    path.write_text(json.dumps(body, ensure_ascii=False), "utf-8")


def _feature(number: int, rng: random.Random) -> dict[str, Any]:
    x, y = 107.5 + 0.0002 * (number % 500), 16.4 + 0.0002 * (number // 500)
    ring = [[round(x + 1e-4 * dx, 7), round(y + 1e-4 * dy, 7)] for dx, dy in _CORNERS]
    fields = {
        "so_to": number // 500,
        "so_thua": number % 500,
        "loai_dat": rng.choice(["ODT", "LUC", "CLN"]),
        "chu": rng.choice(["Nguyễn Văn An", "Tôn Nữ Thị Huệ", "Hồ Đắc Khải"]),
    }
    shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    return {"type": "Feature", "properties": fields, "geometry": shape}


_CORNERS = ((0, 0), (0.5, 0), (1, 0), (1, 0.5), (1, 1), (0.5, 1), (0, 1))


def _measured(path: Path, rounds: int) -> dict[str, Any]:
    warm.keep(2)
    folder = path.parent / "cold"
    folder.mkdir()
    (folder / "0000.geojson").hardlink_to(path)
    (folder / "link").symlink_to("0000.geojson")  # a place with a link is never copied
    found = inspect(open_file(path, path.name, folder, _LIMITS), IngestOptions(), _LIMITS)
    convert = plan(found).job
    look = {"act": "inspect", "kind": "geojson", "file": convert["file"], "layer": "", "plan": {}}
    jobs = (look | {"options": {}}, convert)
    warm_place = Place(path, "0000.geojson", driver="GeoJSON")
    ways: dict[str, Callable[[], None]] = {
        "in process": lambda: _read_here(path, jobs),
        "waiting": lambda: _read_confined(warm_place, jobs),
        "cold": lambda: _read_confined(Place(folder, driver="GeoJSON"), jobs),
    }
    spent: dict[str, list[float]] = {way: [] for way in ways}
    order = random.Random(1)
    for _ in range(rounds + 1):
        for way in order.sample(sorted(ways), len(ways)):
            _await_children()
            began = time.perf_counter()
            ways[way]()
            spent[way].append((time.perf_counter() - began) * 1000)
    return _report(path.stat().st_size, {way: runs[1:] for way, runs in spent.items()})


def _read_here(path: Path, jobs: tuple[dict[str, Any], dict[str, Any]]) -> None:
    look, convert = ({**job, "file": str(path)} for job in jobs)
    survey.act(look, io.BytesIO())
    vector.act(convert, io.BytesIO())


def _read_confined(place: Place, jobs: tuple[dict[str, Any], dict[str, Any]]) -> None:
    answer(jobs[0], place, _LIMITS)
    with started(jobs[1], place, _LIMITS) as child:
        while child.stdout.read(1 << 20):
            pass
        child.finish()


def _await_children() -> None:
    """Wait until two children wait and had the time for their imports."""
    warm.prepare(_LIMITS)
    while warm.waiting() < 2:
        time.sleep(0.02)
    time.sleep(1.5)


def _report(size: int, spent: dict[str, list[float]]) -> dict[str, Any]:
    report: dict[str, Any] = {"bytes": size, "rounds": len(spent["cold"]), "budget_ms": BUDGET_MS}
    for way, runs in spent.items():
        costs = [run - base for run, base in zip(runs, spent["in process"], strict=True)]
        report[way] = {
            "ms": round(statistics.median(runs), 1),
            "cost_ms": round(statistics.median(costs), 1),
            "least_ms": round(min(runs), 1),
            "most_ms": round(max(runs), 1),
        }
    return report


def _print(report: dict[str, Any]) -> None:
    print(f"GeoJSON of {report['bytes'] / 1e6:.1f} MB, {report['rounds']} rounds, milliseconds")
    print(f"{'':14}{'median':>10}{'cost':>10}{'least':>10}{'most':>10}")
    for way in ("in process", "waiting", "cold"):
        said = report[way]
        print(
            f"{way:14}{said['ms']:>10}{said['cost_ms']:>10}{said['least_ms']:>10}{said['most_ms']:>10}"
        )


if __name__ == "__main__":
    sys.exit(main())
