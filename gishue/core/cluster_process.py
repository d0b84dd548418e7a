"""The postmaster of one PGDATA: is it running, start it, stop it.

Only a process proven to be the postmaster of *this* folder is ever signalled, and
``postmaster.pid`` is never removed: PostgreSQL's own check of it guards the data.
"""

import os
import shlex
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from gishue.core.cluster_binaries import Binaries
from gishue.core.cluster_place import PORT, Place, as_account, environment
from gishue.core.errors import Unavailable

_STILL_THERE = ("pre-existing shared memory block", "lock file", "Address already in use")
_FAST, _IMMEDIATE = signal.SIGINT, signal.SIGQUIT


class ClusterFailed(Unavailable):
    """The embedded PostgreSQL does not start, or does not stop."""

    slug = "cluster-failed"
    title = "Embedded database failed"
    title_vi = "Cơ sở dữ liệu nhúng gặp lỗi"


class Postmaster(NamedTuple):
    """A running server: its process id and ``starting``, ``stopping``, ``ready`` or ``standby``."""

    pid: int
    state: str


def running(data: Path) -> Postmaster | None:
    """Return the live postmaster of ``data``, or None; a reused process id does not deceive it."""
    pid, state = _pid_file(data)
    return Postmaster(pid, state) if pid and _serves(pid, data) else None


def start(place: Place, binaries: Binaries, timeout_s: float) -> None:
    """Start the server and wait until it accepts connections.

    A start right after ``kill -9`` is refused for some seconds while the old server's children
    let go of the shared memory, so that refusal is tried again, 1 to 10 s apart.

    Raises:
        ClusterFailed: it refuses for another reason, or is not ready in time.
    """
    deadline, pause_s = time.monotonic() + timeout_s, 0.5
    while True:
        refusal = _attempt(place, binaries, deadline)
        if refusal is None:
            return
        pause_s = min(pause_s * 2, 10.0)
        passing = any(sign in refusal for sign in _STILL_THERE)
        if not passing or time.monotonic() + pause_s > deadline:
            raise ClusterFailed(
                f"PostgreSQL did not start: {refusal} (more in {place.log})",
                vi=f"PostgreSQL không khởi động được: {refusal} (chi tiết trong {place.log})",
            )
        time.sleep(pause_s)


def wait_ready(data: Path, pid: int, deadline: float) -> bool:
    """Wait until the postmaster ``pid`` is ready; False when it ended before.

    Raises:
        ClusterFailed: it is alive but not ready at ``deadline`` (of ``time.monotonic``).
    """
    while time.monotonic() < deadline:
        if not _alive(pid):
            return False
        found = running(data)
        if found is not None and found.state in {"ready", "standby"}:
            return True
        time.sleep(0.05)
    raise ClusterFailed(
        "PostgreSQL is still recovering after the time allowed; start again to go on waiting",
        vi="PostgreSQL vẫn đang khôi phục sau thời gian cho phép; hãy khởi động lại để chờ tiếp",
    )


def stop(data: Path, fast_s: float = 30.0, immediate_s: float = 10.0) -> bool:
    """Stop the server of ``data``: fast, then immediately. False when none was running.

    Raises:
        ClusterFailed: it outlived both.
    """
    found = running(data)
    if found is None:
        return False
    for how, patience_s in ((_FAST, fast_s), (_IMMEDIATE, immediate_s)):
        if running(data) is not None:
            os.kill(found.pid, how)
        if _wait_gone(found.pid, patience_s):
            return True
    raise ClusterFailed(
        f"PostgreSQL (process {found.pid}) does not stop",
        vi=f"PostgreSQL (tiến trình {found.pid}) không dừng được",
    )


def _attempt(place: Place, binaries: Binaries, deadline: float) -> str | None:
    """Start once; return None when ready, else the server's last words."""
    before = {log: log.stat().st_size for log in place.log.glob("*.log")}
    pid = _spawn(place, binaries)
    if wait_ready(place.data, pid, deadline):
        return None
    said = [line for log in place.log.glob("*.log") for line in _added(log, before.get(log, 0))]
    fatal = [line for line in said if "FATAL:" in line or "PANIC:" in line]
    return (fatal or said or ["it said nothing"])[-1]


def _added(log: Path, size: int) -> list[str]:
    """Return the lines a log gained since it had ``size`` bytes; all of a log begun anew."""
    with log.open("rb") as lines:
        lines.seek(size if log.stat().st_size >= size else 0)
        return lines.read().decode("utf-8", "replace").strip().splitlines()


def _spawn(place: Place, binaries: Binaries) -> int:
    """Start the server in a session of its own, detached from us; return its process id."""
    options = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(place.socket_dir),
        "unix_socket_permissions": "0700",
    }
    switches = [f"--{name}={value}" for name, value in options.items()]
    server = shlex.join([str(binaries.bin_dir / "postgres"), "-D", str(place.data), *switches])
    log = shlex.quote(str(place.log / "start.log"))
    script = f"{server} </dev/null >>{log} 2>&1 & echo $!"
    command = as_account(place.account, ["sh", "-c", script])
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=environment(binaries.bin_dir) | _foreign_pid(place.data),
        cwd="/",
        start_new_session=True,
        check=True,
    )
    return int(done.stdout)


def _foreign_pid(data: Path) -> dict[str, str]:
    """Return what tells PostgreSQL that the process its stale pid file names is a stranger.

    After a crash that process id may have been given to another program of the same account, and
    PostgreSQL would refuse for as long as that program lives. It ignores the id of its
    "grandparent" (CreateLockFile in miscinit.c) and still checks the shared memory.
    """
    pid, _ = _pid_file(data)
    if not pid or not _alive_or_zombie(pid) or _serves(pid, data):
        return {}
    return {"PG_GRANDPARENT_PID": str(pid)}


def _pid_file(data: Path) -> tuple[int, str]:
    """Return process id and state of ``postmaster.pid``; (0, "") without a usable one."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else "starting"
    except (OSError, ValueError, IndexError):
        return 0, ""


def _serves(pid: int, data: Path) -> bool:
    """Say whether ``pid`` is a PostgreSQL working in ``data`` (a postmaster's working folder)."""
    process = Path("/proc") / str(pid)
    try:
        same = (process / "cwd").samefile(data)
        return same and (process / "comm").read_text().strip() in {"postgres", "postmaster"}
    except OSError:
        return False


def _alive_or_zombie(pid: int) -> bool:
    return (Path("/proc") / str(pid)).exists()


def _alive(pid: int) -> bool:
    try:
        status = (Path("/proc") / str(pid) / "stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in {"Z", "X"}


def _wait_gone(pid: int, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while _alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
