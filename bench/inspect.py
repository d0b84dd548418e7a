"""How long a large file is looked at before questions are asked, in each format that is sampled.

    python -m bench.inspect [--megabytes 1024] [--rounds 3]

The files are made in a temporary folder and inspected as ``gishue inspect`` does, sandbox
included; the median is printed beside the budget of five seconds for a gigabyte.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import sandbox
from bench.parcels import make_file
from conversion.inspect import inspect_file
from conversion.options import IngestOptions
from gishue.core.settings import Settings

RESULT = Path(__file__).parent / "results" / "inspect.json"
BUDGET_S = 5.0
BYTES_A_ROW = {"gpkg": 315, "shp": 395}
"""Measured on files of these parcels; a shapefile counts with its attributes."""


def main() -> None:
    """Make each file, inspect it, print and write the times."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--megabytes", type=int, default=1024)
    asked.add_argument("--rounds", type=int, default=3)
    options = asked.parse_args()
    report = {
        kind: _one(kind, make, options.megabytes << 20, options.rounds)
        for kind, make in MAKING.items()
    }
    print(f"inspection of {options.megabytes:,} MB, seconds (budget {BUDGET_S:g} for 1,024 MB)")
    for kind, said in report.items():
        print(f"{kind:10}{said['seconds']:>8}   {said['bytes'] / 1e6:,.0f} MB")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def _one(kind: str, make: Callable[[Path, int], None], size: int, rounds: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="gishue-bench-") as name:
        path = Path(name) / f"thua_dat.{kind}"
        make(path, size)
        held = sum(one.stat().st_size for one in Path(name).iterdir())
        settings = Settings(data_dir=Path(name) / "data")
        spent: list[float] = []
        for _ in range(rounds):
            began = time.perf_counter()
            found = asyncio.run(inspect_file(path, IngestOptions(), settings))
            spent.append(time.perf_counter() - began)
            if found.facts is None or not found.facts.sampled:
                raise SystemExit(f"{kind}: the file was not sampled")
    return {"bytes": held, "seconds": round(statistics.median(spent), 2)}


def _parcels(path: Path, size: int) -> None:
    make_file(path, size // BYTES_A_ROW[path.suffix[1:]])


def _geojson(path: Path, size: int) -> None:
    """Write one part again and again: what is in a row costs an inspection nothing."""
    part = path.with_suffix(".part")
    sandbox.make_file(part, 20_000)
    body = part.read_bytes()
    part.unlink()
    head, _, rest = body.partition(b'"features": [')
    features = rest[: rest.rindex(b"]}")]
    with path.open("wb") as out:
        out.write(head + b'"features": [' + features)
        while out.tell() < size:
            out.write(b", " + features)
        out.write(b"]}")


MAKING: dict[str, Callable[[Path, int], None]] = {
    "gpkg": _parcels,
    "shp": _parcels,
    "geojson": _geojson,
}


if __name__ == "__main__":
    main()
