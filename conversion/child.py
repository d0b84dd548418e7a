"""The program inside the sandbox: one job line in, one answer out.

It imports what its act needs and nothing else, so that a start stays cheap. Whatever goes wrong
becomes a code on standard error: a reader's own words never leave.
"""

import importlib
import json
import sys
from collections.abc import Callable, Mapping
from importlib.abc import MetaPathFinder
from typing import Any, BinaryIO

from conversion.refusal import Refusal

Act = Callable[[Mapping[str, Any], BinaryIO], None]

ACTS: dict[str, str] = {
    "probe": "conversion.probe",
    "drivers": "conversion.drivers",
    "unpack": "conversion.archive",
    "inspect": "conversion.survey",
    "convert": "conversion.vector",
    "raster": "conversion.cog",
    "photos": "drone_imagery.reader",
    "public_photo": "gishue.reports.photos",
}


# pyogrio looks for them at import and works without; they cost half a second of every start.
_UNWANTED = ("pandas", "geopandas")


class _Without(MetaPathFinder):
    """Answers that the unwanted packages are not installed."""

    def find_spec(self, fullname: str, *_: object) -> None:
        if fullname in _UNWANTED:
            raise ModuleNotFoundError(fullname, name=fullname)


def main() -> int:
    """Do the job on standard input; return the exit code."""
    sys.meta_path.insert(0, _Without())
    job: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    try:
        act: Act = importlib.import_module(ACTS[job["act"]]).act
        act(job, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except Refusal as refusal:
        return _refuse(refusal.code, refusal.where)
    except MemoryError:
        return _refuse("memory", "")
    return 0


def _refuse(code: str, where: str) -> int:
    sys.stderr.write("\n" + json.dumps({"refused": code, "where": where}) + "\n")
    return 3


if __name__ == "__main__":
    sys.exit(main())
