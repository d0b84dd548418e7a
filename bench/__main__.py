"""``python -m bench``: every benchmark in turn, at the sizes that are promised.

Each writes its figures into ``bench/results``; which ran, how long each took and whether it kept
its budget goes into ``runs.json`` there after each of them. First those that a busy machine
disturbs most, last the longest. ``bench.vector`` runs those of vector tiles and makes a table of
them, ``bench.report`` a page of it. Each runs alone, at other sizes too, as
``python -m bench.<name>``; see its ``--help``.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

RESULT: Final = Path(__file__).parent / "results" / "runs.json"
RUNS: Final = (
    ("bench.start",),
    ("bench.sandbox",),
    ("bench.edges",),
    ("bench.audit",),
    ("bench.catalogue",),
    ("bench.access",),
    ("bench.veils",),
    ("bench.vector",),
    ("bench.report",),
    ("bench.replace",),
    ("bench.inspect",),
    ("bench.ingest",),
    ("bench.ingest", "--format", "shp"),
    ("bench.archive",),
)


def main() -> int:
    """Run them one after another; return how many failed."""
    told: list[dict[str, str | float | bool]] = []
    for run in RUNS:
        words = " ".join(run)
        print(f"\n▸ {words}", flush=True)
        began = time.perf_counter()
        done = subprocess.run([sys.executable, "-m", *run], check=False)
        took_s = round(time.perf_counter() - began, 1)
        told.append({"run": words, "took_s": took_s, "ok": done.returncode == 0})
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    print()
    for one in told:
        print(f"{one['run']:<42} {one['took_s']:8.1f} s  {'' if one['ok'] else 'failed'}")
    return sum(not one["ok"] for one in told)


if __name__ == "__main__":
    sys.exit(main())
