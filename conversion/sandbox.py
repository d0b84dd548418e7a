"""The one way to open a stranger's file: a child without network, without our files, with limits.

The child is ``python -I -m conversion.child`` under bubblewrap. It sees the interpreter, our
packages, the file as ``/in`` (read only), ``/out`` (a folder of this job) and nothing else; it is
told what to do by one line of JSON and answers on its standard output. Where one is waiting
already, it takes the job (``conversion.warm``). Where bubblewrap or user namespaces are missing,
nothing is opened at all.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from conversion import stopping, warm
from conversion.confine import BWRAP, Limits, Place, command
from conversion.refusal_codes import from_code
from gishue.core.errors import GishueError, Unavailable
from gishue.core.log import logger, pairs

_LOG = logger(__name__)
_ANSWER_BYTES: Final = 16 << 20
_ERROR_BYTES: Final = 64 << 10
_WATCH_S: Final = 0.25


class SandboxUnavailable(Unavailable):
    """This machine cannot confine a reader, so no file is opened."""

    slug = "sandbox_unavailable"
    title = "Files cannot be opened safely now"
    title_vi = "Hiện không mở tệp an toàn được"


@dataclass(slots=True)
class Child:
    """A running child: ``stdout`` is to be read to its end, then ``finish`` says how it went."""

    process: subprocess.Popen[bytes]
    limits: Limits
    out: Path | None
    killed_by: str = ""
    errors: bytearray = field(default_factory=bytearray)
    heard: threading.Event = field(default_factory=threading.Event)

    @property
    def stdout(self) -> IO[bytes]:
        """What the child answers: a stranger's data."""
        if self.process.stdout is None:
            raise RuntimeError("the child was started without a pipe")
        return self.process.stdout

    @property
    def stderr(self) -> IO[bytes]:
        """Where the child says its code."""
        if self.process.stderr is None:
            raise RuntimeError("the child was started without a pipe")
        return self.process.stderr

    def kill(self, reason: str) -> None:
        """End the child; its whole process namespace goes with it."""
        if self.process.poll() is None:
            self.killed_by = self.killed_by or reason
            with contextlib.suppress(ProcessLookupError):  # it may end between look and kill
                os.killpg(self.process.pid, signal.SIGKILL)

    def finish(self) -> None:
        """Wait for the end of the child.

        Raises:
            GishueError: it refused the file, died, or was ended at a limit.
        """
        code = self.process.wait()
        self.heard.wait()  # what it said last may still be on its way
        if code != 0 or self.killed_by:
            raise self._refusal(code)

    def _refusal(self, code: int) -> GishueError:
        if self.killed_by:
            return from_code(self.killed_by)
        said = _last_line(bytes(self.errors))
        if self.errors.startswith(b"bwrap:"):
            return _unavailable("bubblewrap may not create namespaces here")
        if "refused" not in said:
            _LOG.warning("reader died %s", pairs(exit=code, said=bytes(self.errors[-300:])))
            return from_code("time" if code in (-24, 128 + 24, 152, 137) else "unreadable")
        return from_code(str(said["refused"]), _plain(str(said.get("where", ""))))


@contextmanager
def started(job: Mapping[str, Any], place: Place, limits: Limits) -> Generator[Child]:
    """Run a child on ``job`` while the block runs; leaving the block early ends it.

    Raises:
        SandboxUnavailable: this machine cannot confine it.
    """
    _require_bwrap()
    ready = warm.take(job, place, limits)
    process = _start(place, limits) if ready is None else ready.process
    out = place.out if ready is None or place.out is None else ready.out
    try:
        with watched(Child(process, limits, out)) as child:
            _tell(process, job, place, limits)
            yield child
    finally:
        if ready is not None:
            ready.end(place.out)


@contextmanager
def watched(child: Child) -> Generator[Child]:
    """Hold a child to its limits while the block runs; what is left of it then is ended."""
    process = child.process
    watch = threading.Thread(target=_attend, args=(child, os.pidfd_open(process.pid)), daemon=True)
    watch.start()
    try:
        with stopping.held(child):
            yield child
    finally:
        child.kill("unreadable")
        process.wait()
        watch.join()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def answer(job: Mapping[str, Any], place: Place, limits: Limits) -> dict[str, Any]:
    """Run a child to its end and return its JSON answer.

    Raises:
        SandboxUnavailable: this machine cannot confine it.
        GishueError: it refused the file, died, or was ended at a limit.
    """
    with started(job, place, limits) as child:
        body = child.stdout.read(_ANSWER_BYTES + 1)
        if len(body) > _ANSWER_BYTES:
            child.kill("output")
        child.finish()
    said = _parse(body)
    if not said:
        raise from_code("unreadable")
    return said


def self_test() -> None:
    """Prove that a child cannot read our files nor reach a network.

    Raises:
        SandboxUnavailable: it cannot be started, or it can do what it must not.
    """
    with _listening() as (port, canary):
        limits = Limits(cpu_s=20, wall_s=20)
        job = {"act": "probe", "port": port, "file": str(canary)}
        try:
            said = answer(job, Place(Path("/usr/share")), limits)
        except SandboxUnavailable:
            raise
        except GishueError as error:
            raise _unavailable("the sandboxed child did not start") from error
    if said.get("escaped") != [] or said.get("tried") != 4:
        raise _unavailable("the sandbox does not hold")


@contextmanager
def _listening() -> Generator[tuple[int, Path]]:
    """Lend a port that answers and a file that exists: what the child must not reach."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1]), Path("/etc/passwd")


def _start(place: Place, limits: Limits) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(place, limits),
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _tell(
    process: subprocess.Popen[bytes], job: Mapping[str, Any], place: Place, limits: Limits
) -> None:
    if process.stdin is None:
        raise RuntimeError("the child was started without a pipe")
    said = {"job": dict(job), "driver": place.driver, "limits": asdict(limits)}
    try:
        process.stdin.write(json.dumps(said).encode() + b"\n")
        process.stdin.close()
    except BrokenPipeError:
        process.wait()


def _attend(child: Child, ended: int) -> None:
    try:
        _watch(child, ended)
    finally:
        child.heard.set()


def _watch(child: Child, ended: int) -> None:
    """End the child at its wall time or output; keep the end of what it says on stderr.

    ``ended``: a descriptor of the process, closed here; the wait is over when the process is.
    """
    deadline = time.monotonic() + child.limits.wall_s
    pipe = child.stderr
    looking = select.poll()
    looking.register(ended, select.POLLIN)
    looking.register(pipe, select.POLLIN)
    is_running = is_open = True
    while is_running:
        left_s = max(0.0, deadline - time.monotonic())
        for found, _ in looking.poll(min(_WATCH_S, left_s) * 1000):
            if found == ended:
                is_running = False
            elif not _drain(pipe, child):
                looking.unregister(pipe)
                is_open = False
        if time.monotonic() > deadline:
            child.kill("time")
        if child.out is not None and _written(child.out) > child.limits.output_bytes:
            child.kill("output")
    os.close(ended)
    while is_open:
        is_open = _drain(pipe, child)


def _drain(pipe: IO[bytes], child: Child) -> bool:
    chunk = os.read(pipe.fileno(), 4096)
    child.errors += chunk
    del child.errors[:-_ERROR_BYTES]
    return bool(chunk)


def _written(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(root, name)).st_size
            except FileNotFoundError:
                continue
    return total


def _require_bwrap() -> None:
    if not os.access(BWRAP, os.X_OK):
        raise _unavailable("bubblewrap is not installed (apt install bubblewrap)")


def _unavailable(why: str) -> SandboxUnavailable:
    return SandboxUnavailable(
        f"files cannot be opened safely on this machine now: {why}",
        vi="máy chủ hiện không mở được tệp một cách an toàn (thiếu hộp cát bubblewrap)",
    )


def _last_line(said: bytes) -> dict[str, Any]:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return _parse(lines[-1].encode()) if lines else {}


def _parse(body: bytes) -> dict[str, Any]:
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _plain(said: str) -> str:
    """Return a name out of the sandbox as one short printable line."""
    return "".join(char for char in said if char.isprintable())[:120]
