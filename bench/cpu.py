"""CPU time (nanoseconds on a core) and memory of processes, from the kernel's own account."""

from collections.abc import Iterable
from pathlib import Path

import psycopg


def spent_s(pids: Iterable[int]) -> float:
    """Return the CPU seconds that these processes and their live children have used."""
    total = 0
    for pid in _tree(pids):
        for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            try:
                total += int(path.read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                continue
    return total / 1e9


def backends(url: str, application: str) -> list[int]:
    """Return the PostgreSQL backends that serve an application, by its name on the connection."""
    with psycopg.connect(url) as conn:
        rows = conn.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = %s", (application,)
        ).fetchall()
    return [int(row[0]) for row in rows]


def peak_mb(pid: int) -> float:
    """Return the largest resident memory that a process has had; 0 if it has gone.

    The ``ru_maxrss`` of a child also counts what its parent held when it was forked.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    held = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(held[0]) / 1024 if held else 0.0


def _tree(pids: Iterable[int]) -> set[int]:
    known = set(pids)
    waiting = list(known)
    while waiting:
        for path in Path(f"/proc/{waiting.pop()}/task").glob("*/children"):
            try:
                found = {int(child) for child in path.read_text().split()} - known
            except (FileNotFoundError, ProcessLookupError):
                continue
            known |= found
            waiting += found
    return known
