"""What the sandbox must forbid, tried from inside: the self-test of its walls."""

import json
import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO


def act(job: Mapping[str, Any], answer: BinaryIO) -> None:
    """Try each way out and answer which of them opened."""
    ways: dict[str, Callable[[], object]] = {
        "file": lambda: Path(job["file"]).read_bytes(),
        "network": lambda: socket.create_connection(("127.0.0.1", int(job["port"])), 2).close(),
        "write": lambda: Path("/in/gishue-probe").write_bytes(b""),
        "secrets": _find_secrets,
    }
    escaped = [name for name, way in ways.items() if _opens(way)]
    answer.write(json.dumps({"tried": len(ways), "escaped": escaped}).encode())


def _opens(way: Callable[[], object]) -> bool:
    try:
        way()
    except OSError:
        return False
    return True


def _find_secrets() -> None:
    """Pass if any process we can see carries a setting of ours in its environment."""
    for path in Path("/proc").glob("[0-9]*/environ"):
        if b"GISHUE_" in path.read_bytes():
            return
    if any(name.startswith("GISHUE_") for name in os.environ):
        return
    raise PermissionError("no secret in sight")
