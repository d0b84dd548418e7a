"""Which GDAL drivers a reader has, asked of a child: this process never loads GDAL for vectors."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from conversion.sandbox import Limits, Place, answer


def act(job: Mapping[str, Any], out: BinaryIO) -> None:  # the shape of every act
    """Answer the names of all drivers, as JSON. Runs inside the sandbox."""
    import pyogrio

    out.write(json.dumps({"drivers": sorted(pyogrio.list_drivers())}).encode())


@cache
def all_but(driver: str) -> tuple[str, ...]:
    """Return every driver but this one: what a child must not have.

    Raises:
        SandboxUnavailable: this machine cannot confine a child.
    """
    return tuple(name for name in _all() if name != driver)


@cache
def _all() -> tuple[str, ...]:
    said = answer({"act": "drivers"}, Place(Path("/usr/share")), Limits(cpu_s=60, wall_s=120))
    return tuple(str(name) for name in said["drivers"])
