"""The program inside the sandbox: one job line in, one answer out.

It imports what its act needs and nothing else, so that a start stays cheap. Whatever goes wrong
becomes a code on standard error: a reader's own words never leave.
"""

import importlib
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from conversion.refusal import Refusal

Act = Callable[[Mapping[str, Any], BinaryIO], None]

ACTS: dict[str, str] = {
    "probe": "conversion.probe",
    "unpack": "conversion.archive",
    "inspect": "conversion.survey",
    "convert": "conversion.vector",
    "photos": "drone_imagery.reader",
}


def main() -> int:
    """Do the job on standard input; return the exit code."""
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
