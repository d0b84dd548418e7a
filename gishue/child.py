"""One supervised process: started, watched, started again with growing pauses, stopped."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_LOG_MAX_BYTES = 20 << 20
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 30.0
_STEADY_S = 60.0
"""A child that ran this long starts again at once, as one that never failed."""


@dataclass(slots=True)
class Child:
    """A process of ``gishue``; the only thing here that changes in place, as processes do."""

    name: str
    args: tuple[str, ...]
    log: Path
    patience_s: float
    """How long it may take to finish what it is at when it is told to stop."""
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause_s: float = field(default=_FIRST_PAUSE_S)
    due_at: float = 0.0
    failures: int = 0
    """Times it ended by itself since it was last steady."""


def spawn(child: Child, environment: Mapping[str, str]) -> None:
    """Start the process in a session of its own; it ends when this process does, however."""
    child.log.parent.mkdir(parents=True, exist_ok=True)
    _roll(child.log)
    parent = os.getpid()
    with child.log.open("ab") as log:
        child.process = subprocess.Popen(
            [sys.executable, "-m", "gishue.cli", *child.args],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=dict(environment),
            start_new_session=True,  # Ctrl-C on the terminal is for the supervisor alone
            preexec_fn=lambda: _die_with(parent),  # noqa: PLW1509  (one thread, two system calls)
        )
    child.started_at = time.monotonic()


def revive(child: Child, environment: Mapping[str, str]) -> str | None:
    """Start the process again if it ended and its pause is over; say what happened, if anything."""
    now = time.monotonic()
    if child.process is None:
        if now >= child.due_at:
            spawn(child, environment)
        return None
    code = child.process.poll()
    if code is None:
        if now - child.started_at > _STEADY_S:
            child.pause_s, child.failures = _FIRST_PAUSE_S, 0
        return None
    child.process = None
    child.failures += 1
    child.due_at = now + child.pause_s
    said = f"{child.name} ended ({_reason(code)}); again in {child.pause_s:g} s, see {child.log}"
    child.pause_s = min(child.pause_s * 2, _LONGEST_PAUSE_S)
    return said


def end(child: Child, patience_s: float | None = None) -> None:
    """Ask the process to stop, wait, then kill it with everything it started."""
    process = child.process
    if process is None:
        return
    process.terminate()
    try:
        process.wait(child.patience_s if patience_s is None else patience_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    child.process = None


def last_line(child: Child) -> str:
    """Return the last thing the process wrote."""
    try:
        lines = child.log.read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1] if lines else ""


def _die_with(parent: int) -> None:
    """In the child: ask the kernel for SIGTERM when the parent ends, and look if it has already."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _roll(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_MAX_BYTES:
        log.replace(log.with_suffix(".1.log"))


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"
