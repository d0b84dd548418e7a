"""Children that are started, confined and done with their imports before there is a job for them.

A cold child costs half a second of imports, a waiting one some milliseconds. Each serves one job.
While an act of an upload runs, the child of its next act gets ready; a process that serves upload
after upload, the worker, has some wait all the time (``keep``). A child was bound to two empty
folders: what the job may read is linked or copied into one of them, and what it writes into the
other is handed over when it has ended.
"""

import atexit
import contextlib
import fcntl
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Final

from conversion.confine import Limits, Place, command

ACTS: Final = frozenset({"unpack", "inspect", "convert"})
"""What a waiting child has the imports for."""

_LAST_ACT: Final = "convert"
"""After it an upload needs no child any more."""

_IDLE_S: Final = 300.0
_COPIED_BYTES: Final = 32 << 20
_ENTRIES: Final = 64
_PREFIX: Final = "gishue-ready-"


@dataclass(frozen=True, slots=True)
class Ready:
    """A child that waits, and the folder that holds its ``/in`` and ``/out``."""

    process: subprocess.Popen[bytes]
    folder: Path
    limits: Limits

    @property
    def out(self) -> Path:
        """What the child sees as ``/out``."""
        return self.folder / "out"

    def end(self, out: Path | None = None) -> None:
        """Remove what is left of an ended child; what it wrote goes to ``out`` before."""
        if out is not None:
            for one in list(self.out.iterdir()):
                shutil.move(one, out / one.name)
        shutil.rmtree(self.folder, ignore_errors=True)


class Pool:
    """The waiting children of this process, started by a thread of their own.

    They die with the thread that started them (``--die-with-parent``), so it lives as long as the
    process. Nothing runs before the first job; after some idle minutes nothing runs any more.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[Ready] = []
        self._limits = Limits()
        self._wanted = 0
        self._kept = 0
        self._asked_at = 0.0
        self._root: Path | None = None
        self._keeper: threading.Thread | None = None
        self._is_closed = False

    def take(self, limits: Limits, *, is_last: bool) -> Ready | None:
        """Return a child that may use ``limits``, or None; the next act's is prepared."""
        with self._changed:
            found = next(self._usable(limits), None)
            if found is not None:
                self._waiting.remove(found)
            self._wanted = self._kept
        self.prepare(limits, 0 if is_last else 1)
        return found

    def prepare(self, limits: Limits, count: int) -> None:
        """Have ``count`` children wait, or more where more are kept."""
        with self._changed:
            self._limits = _larger(self._limits, limits)
            self._wanted = max(self._wanted, self._kept, count)
            self._asked_at = time.monotonic()
            if self._wanted:
                self._start_keeper()
            self._changed.notify()

    def keep(self, count: int) -> None:
        """Have that many wait from the first job on."""
        with self._changed:
            self._kept = count

    def waiting(self) -> int:
        """Return how many children wait."""
        with self._changed:
            return len(self._waiting)

    def close(self) -> None:
        """End every waiting child and remove the folders."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        if self._keeper is not None:
            self._keeper.join(10)
        self._drop_all()
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)

    def _usable(self, limits: Limits) -> Iterator[Ready]:
        for one in list(self._waiting):
            if one.process.poll() is not None:
                self._waiting.remove(one)
                end(one)
            elif _larger(one.limits, limits) == one.limits:
                yield one

    def _start_keeper(self) -> None:
        if self._keeper is None and not self._is_closed:
            self._keeper = threading.Thread(target=self._keep, name="sandbox-keeper", daemon=True)
            self._keeper.start()
            atexit.register(self.close)

    def _keep(self) -> None:
        """Start what is wanted, one by one; end what nobody asked for in a while."""
        root, lock = _own_folder()
        self._root = root
        try:
            while not self._is_closed:
                if self._lacks():
                    one = _started(root, self._limits)
                    with self._changed:
                        self._waiting.append(one)
                else:
                    self._rest()
        finally:
            os.close(lock)

    def _lacks(self) -> bool:
        with self._changed:
            return not self._is_closed and len(self._waiting) < self._wanted

    def _rest(self) -> None:
        with self._changed:
            if self._is_closed or len(self._waiting) < self._wanted:
                return
            self._changed.wait(_IDLE_S if self._waiting else None)
            is_idle = time.monotonic() - self._asked_at >= _IDLE_S
        if is_idle:
            self._drop_all()

    def _drop_all(self) -> None:
        with self._changed:
            dropped, self._waiting, self._wanted = self._waiting, [], 0
        for one in dropped:
            end(one)


_POOL: Final = Pool()


def take(job: Mapping[str, Any], place: Place, limits: Limits) -> Ready | None:
    """Return a waiting child that has ``place`` before it, or None: then one is started cold."""
    if job.get("act") not in ACTS or not _is_small(place.source):
        return None
    found = _POOL.take(limits, is_last=job["act"] == _LAST_ACT)
    if found is None:
        return None
    try:
        _lay(place, found.folder / "in")
    except OSError:  # a place that cannot be copied is shown as it is to a cold child
        end(found)
        return None
    return found


def prepare(limits: Limits) -> None:
    """Have a child wait for a job that is to come."""
    _POOL.prepare(limits, 1)


def keep(count: int) -> None:
    """Have ``count`` children wait all the time, in a process that serves upload after upload."""
    _POOL.keep(count)


def waiting() -> int:
    """Return how many children wait for a job now."""
    return _POOL.waiting()


def _started(root: Path, limits: Limits) -> Ready:
    folder = Path(tempfile.mkdtemp(dir=root))
    for name in ("in", "out"):
        (folder / name).mkdir()
    process = subprocess.Popen(
        command(Place(folder / "in", out=folder / "out"), limits, "--warm"),
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    return Ready(process, folder, limits)


def end(one: Ready) -> None:
    """Kill a child that waits, and remove its folder."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(one.process.pid, signal.SIGKILL)
    one.process.wait()
    for pipe in (one.process.stdin, one.process.stdout, one.process.stderr):
        if pipe is not None:
            pipe.close()
    one.end()


def _larger(one: Limits, other: Limits) -> Limits:
    """Return the limits that allow what either allows."""
    return Limits(*map(max, astuple(one), astuple(other)))


def _is_small(source: Path) -> bool:
    """Return whether a source is made of a few plain files that can be linked or copied."""
    total, own_disk = 0, Path(tempfile.gettempdir()).stat().st_dev
    for at, path in enumerate(_entries(source)):
        said = path.lstat()
        is_plain = stat.S_ISREG(said.st_mode) or stat.S_ISDIR(said.st_mode)
        total += said.st_size if said.st_dev != own_disk else 0
        if not is_plain or at > _ENTRIES or total > _COPIED_BYTES:
            return False
    return True


def _entries(source: Path) -> Iterator[Path]:
    """Yield a file, or what a folder holds at any depth; lazily, it may be a large one."""
    if not source.is_dir():
        yield source
        return
    with os.scandir(source) as found:
        for one in found:
            yield Path(one.path)
            if one.is_dir(follow_symlinks=False):
                yield from _entries(Path(one.path))


def _lay(place: Place, target: Path) -> None:
    """Put what the job may read into the folder that the child sees as ``/in``."""
    if place.name:
        _link(place.source, target / place.name)
        return
    shutil.copytree(place.source, target, copy_function=_link, dirs_exist_ok=True)


def _link(source: str | Path, target: str | Path) -> None:
    """Give a file a second name, or where that cannot be a copy; ``/in`` is read only."""
    try:
        os.link(source, target)
    except OSError:
        if Path(source).stat().st_size > _COPIED_BYTES:
            raise
        shutil.copyfile(source, target)


def _own_folder() -> tuple[Path, int]:
    """Return a folder for this process, and the lock that says so while it lives.

    Folders of processes that were killed are removed.
    """
    for old in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            lock = _locked(old)
            shutil.rmtree(old, ignore_errors=True)
            os.close(lock)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    return folder, _locked(folder)


def _locked(folder: Path) -> int:
    """Return an open descriptor that holds the folder's lock.

    Raises:
        OSError: a living process holds it, or it is not ours.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle
