"""``python -m bench``: every benchmark in turn, at the sizes that are promised: half an hour.

Each runs alone, at other sizes too, as ``python -m bench.<name>``; see its ``--help``.
"""

import subprocess
import sys

RUNS = (
    ("bench.start",),
    ("bench.sandbox",),
    ("bench.inspect",),
    ("bench.ingest",),
    ("bench.ingest", "--format", "shp"),
    ("bench.archive",),
    ("bench.tiles", "--rows", "100000", "--rounds", "5"),
    ("bench.access",),
    ("bench.veils",),
    ("bench.audit",),
)


def main() -> int:
    """Run them one after another; return how many failed."""
    failed = 0
    for run in RUNS:
        print(f"\n▸ {' '.join(run)}", flush=True)
        failed += subprocess.run([sys.executable, "-m", *run], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
