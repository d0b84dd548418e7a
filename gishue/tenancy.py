"""One ``gishue up`` a data directory: the lock, and who holds it."""

import fcntl
import json
import os
import signal
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gishue.core.errors import Conflict

_ORPHAN_S = 20.0
"""How long the processes of a killed supervisor may take to finish."""


class AlreadyRunning(Conflict):
    """Another supervisor holds this data directory."""

    slug = "already-running"
    title = "Already running"
    title_vi = "Đang chạy rồi"


@dataclass(frozen=True, slots=True)
class Tenancy:
    """The held lock of a data directory."""

    root: Path
    file: IO[str]

    def record(self, url: str, children: Sequence[int]) -> None:
        """Write who holds the directory, where it answers, and the processes it started."""
        self.file.seek(0)
        self.file.truncate()
        json.dump({"pid": os.getpid(), "url": url, "children": list(children)}, self.file)
        self.file.flush()


@contextmanager
def hold(root: Path) -> Generator[Tenancy]:
    """Hold the data directory ``root`` alone, once what a killed holder left behind has ended.

    Raises:
        AlreadyRunning: somebody holds it; the sentence says where that one answers.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / "gishue.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            url = str(_read(file).get("url", ""))
            raise AlreadyRunning(
                f"GISHue already runs on {root}: {url}",
                vi=f"GISHue đang chạy trên {root}: {url}",
            ) from None
        _outwait(root, _children(file))
        yield Tenancy(root, file)
        file.seek(0)
        file.truncate()


def _outwait(root: Path, orphans: Sequence[int]) -> None:
    """Wait for the children of a killed supervisor, which the kernel told to stop; then kill."""
    deadline = time.monotonic() + _ORPHAN_S
    while any(_is_ours(pid, root) for pid in orphans):
        if time.monotonic() > deadline:
            for pid in filter(lambda each: _is_ours(each, root), orphans):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)


def _is_ours(pid: int, root: Path) -> bool:
    """Say whether ``pid`` is a ``gishue`` of this data directory, not a stranger."""
    process = Path("/proc") / str(pid)
    try:
        command = (process / "cmdline").read_bytes().split(b"\0")
        environment = (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"gishue.cli" in command and b"GISHUE_DATA_DIR=" + os.fsencode(root) in environment


def _children(file: IO[str]) -> list[int]:
    found = _read(file).get("children")
    return [pid for pid in found if isinstance(pid, int)] if isinstance(found, list) else []


def _read(file: IO[str]) -> dict[str, object]:
    file.seek(0)
    try:
        found = json.load(file)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
