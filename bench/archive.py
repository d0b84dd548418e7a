"""A large archive on its way in: received, unpacked, inspected, with bounded memory.

    python -m bench.archive [--megabytes 5120]

A zip with a GeoJSON of about this size, its features repeated, is packed in a temporary folder
and taken as far as its questions: copied and hashed into the store, unpacked by a sandboxed child
and inspected. Printed: seconds of each, and the largest sum of resident memory (PSS) of the
process and its children.
"""

import argparse
import itertools
import json
import os
import tempfile
import time
import zipfile
from pathlib import Path

from bench import sandbox
from bench.ingest import Watch
from conversion.dataset import open_file
from conversion.inspect import inspect
from conversion.options import IngestOptions
from conversion.sandbox import Limits
from gishue.core.blobs import open_blobs
from gishue.core.settings import Settings

RESULT = Path(__file__).parent / "results" / "archive.json"
BUDGET_MB = 400


def main() -> None:
    """Pack, take in, print, write ``bench/results/archive.json``."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--megabytes", type=int, default=5120)
    size = asked.parse_args().megabytes << 20
    with tempfile.TemporaryDirectory(prefix="gishue-bench-") as name:
        folder = Path(name)
        path = folder / "thua_dat.zip"
        make_archive(path, size)
        watch = Watch(os.getpid())
        try:
            seconds = _taken_in(path, folder)
        finally:
            peak = watch.stop()
        held = path.stat().st_size
    report = {"bytes": held, "peak_mb": round(peak), "seconds": seconds}
    print(f"archive of {held / 1e6:,.0f} MB: {seconds}")
    print(f"peak memory {peak:,.0f} MB (budget {BUDGET_MB})")
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def make_archive(path: Path, size: int) -> None:
    """Write a zip whose one member, stored, has about ``size`` bytes."""
    part = path.with_suffix(".part")
    sandbox.make_file(part, 20_000)
    head, _, rest = part.read_bytes().partition(b'"features": [')
    part.unlink()
    features = rest[: rest.rindex(b"]}")]
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as archive,
        archive.open("thua_dat.geojson", "w", force_zip64=True) as out,
    ):
        out.write(head + b'"features": [' + features)
        for _ in range(size // len(features)):
            out.write(b", " + features)
        out.write(b"]}")


def _taken_in(path: Path, folder: Path) -> dict[str, float]:
    settings = Settings(data_dir=folder / "data")
    limits, options = Limits.of(settings), IngestOptions()
    blobs = open_blobs(settings)
    times = [time.perf_counter()]
    blob = blobs.put_file(path)
    times.append(time.perf_counter())
    inside = folder / "inside"
    inside.mkdir()
    with blobs.file(blob.sha256) as kept:
        opened = open_file(kept, path.name, inside, limits)
        times.append(time.perf_counter())
        inspect(opened, options, limits)
        times.append(time.perf_counter())
    names = ("received", "unpacked", "inspected")
    return {
        name: round(after - before, 2)
        for name, (before, after) in zip(names, itertools.pairwise(times), strict=True)
    }


if __name__ == "__main__":
    main()
