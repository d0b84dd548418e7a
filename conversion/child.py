"""The program inside the sandbox: one job line in, one answer out.

It imports what its act needs and nothing else, so that a start stays cheap; started with
``--warm`` it imports what most jobs need and then waits for its one job. Whatever goes wrong
becomes a code on standard error: a reader's own words never leave.
"""

import contextlib
import importlib
import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from conversion.refusal import Refusal

Act = Callable[[Mapping[str, Any], BinaryIO], None]

ACTS: dict[str, str] = {
    "probe": "conversion.probe",
    "unpack": "conversion.archive.unpack",
    "inspect": "conversion.survey",
    "convert": "conversion.vector",
    "raster": "conversion.cog",
    "photos": "drone_imagery.reader",
    "public_photo": "gishue.reports.photos",
}

_WITH_GDAL = ("inspect", "convert")
_READY = (
    "conversion.survey",
    "conversion.vector",
    "conversion.gdal.drivers",
    "conversion.archive.unpack",
)
_READY_READERS = ("conversion.gdal.reader", "numpy.ma")  # numpy.ma: imported at its first use

# pyogrio looks for them at import and works without; they cost half a second of every start.
_UNWANTED = ("pandas", "geopandas")

_MAYBE_MEMORY = ("unreadable", "no-geojson")

_RESOURCES = {
    "cpu_s": resource.RLIMIT_CPU,
    "memory_bytes": resource.RLIMIT_AS,
    "output_bytes": resource.RLIMIT_FSIZE,
}


class _Without:
    """Answers that the unwanted packages are not installed."""

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname in _UNWANTED:
            raise ModuleNotFoundError(fullname, name=fullname)


def main() -> int:
    """Do the job on standard input; return the exit code."""
    sys.meta_path.insert(0, _Without())
    if "--warm" in sys.argv:
        _prepare()
    line = sys.stdin.buffer.readline()
    if not line:
        return 0
    said = json.loads(line)
    try:
        _do(said["job"], str(said["driver"]), said["limits"])
    except Refusal as refusal:
        lacked = refusal.code in _MAYBE_MEMORY and _is_near_its_memory()
        return _refuse("memory" if lacked else refusal.code, refusal.where)
    except MemoryError:
        return _refuse("memory", "")
    return 0


def _do(job: Mapping[str, Any], driver: str, limits: Mapping[str, int]) -> None:
    _lower(limits)
    if job["act"] in _WITH_GDAL:
        importlib.import_module("conversion.gdal.drivers").keep_only(driver)
    act: Act = importlib.import_module(ACTS[job["act"]]).act
    act(job, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _prepare() -> None:
    """Import what most jobs need; what cannot be imported is the job's own trouble."""
    for name in (*_READY, *_READY_READERS):
        try:
            importlib.import_module(name)
        except Exception:  # noqa: S112  the job that needs it will say so
            continue
    with contextlib.suppress(ImportError, OSError):
        importlib.import_module("conversion.findings.geometry_checks").prepare()


def _lower(limits: Mapping[str, int]) -> None:
    """Take the job's own limits where they are lower than those of the start."""
    for name, kind in _RESOURCES.items():
        had = resource.getrlimit(kind)[1]
        wanted = int(limits[name])
        if had == resource.RLIM_INFINITY or wanted < had:
            resource.setrlimit(kind, (wanted, wanted))


def _is_near_its_memory() -> bool:
    """Return whether half of the address space was in use: readers do not say why they failed."""
    said = Path("/proc/self/status").read_text("ascii")
    peak = next(int(line.split()[1]) for line in said.splitlines() if line.startswith("VmPeak"))
    return peak << 10 > resource.getrlimit(resource.RLIMIT_AS)[0] // 2


def _refuse(code: str, where: str) -> int:
    sys.stderr.write("\n" + json.dumps({"refused": code, "where": where}) + "\n")
    return 3


if __name__ == "__main__":
    exit_code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(exit_code)  # nothing is left to tidy: taking modules down costs 20 ms
