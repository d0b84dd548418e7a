"""``python -m bench``: every benchmark in turn, at sizes that end in some minutes.

Each runs alone at full size as ``python -m bench.<name>``; see its ``--help``.
"""

import subprocess
import sys

RUNS = (
    ("bench.start",),
    ("bench.sandbox", "--rounds", "12"),
    ("bench.inspect", "--megabytes", "256"),
    ("bench.ingest", "--rows", "200000", "--rounds", "3"),
    ("bench.ingest", "--format", "shp", "--rows", "200000", "--rounds", "3"),
    ("bench.archive", "--megabytes", "512"),
    ("bench.tiles", "--rows", "100000", "--rounds", "5"),
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
