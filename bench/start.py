"""How long a start takes: a fresh data directory with the sample city, and again.

    python -m bench.start [--parcels 200000]

First: from the command to the line with the address, so with the whole sample city. Second: from
the command to the first 200 of ``/readyz``. Third: the same after ``kill -9`` of every process.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "start.json"
PATIENCE_S = 900.0


def main() -> None:
    """Start three times, print the seconds, write the results."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--parcels", type=int, default=200_000)
    parcels = asked.parse_args().parcels
    with tempfile.TemporaryDirectory(prefix="gishue-start-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        seconds = measure(folder, parcels)
    RESULTS.parent.mkdir(exist_ok=True)
    said = {"parcels": parcels, "cores": os.cpu_count(), "seconds": seconds}
    RESULTS.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    for what, value in seconds.items():
        print(f"{what:<32} {value:6.1f} s")


def measure(folder: Path, parcels: int) -> dict[str, float]:
    """Return the seconds of each start by its name."""
    port = _free_port()
    with _instance(folder, port, parcels) as (began, process):
        _await_line(folder, process, "GISHue is at")
        first = time.monotonic() - began
    with _instance(folder, port, parcels) as (began, process):
        _await_ready(port, process)
        second = time.monotonic() - began
        _kill_all(folder, process.pid)
    with _instance(folder, port, parcels) as (began, process):
        _await_ready(port, process)
        third = time.monotonic() - began
    return {
        "first start, sample city loaded": first,
        "second start, ready": second,
        "start after kill -9, ready": third,
    }


@contextmanager
def _instance(
    folder: Path, port: int, parcels: int
) -> Generator[tuple[float, subprocess.Popen[bytes]]]:
    command = [sys.executable, "-m", "gishue.cli", "up", "--demo", "--parcels", str(parcels)]
    command += ["--data-dir", str(folder / "var"), "--host", "127.0.0.1", "--port", str(port)]
    log = folder / "up.log"
    with log.open("wb") as target:
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=target, stderr=subprocess.STDOUT)
        try:
            yield began, process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(90)


def _await_line(folder: Path, process: subprocess.Popen[bytes], text: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while text not in (folder / "up.log").read_text(encoding="utf-8", errors="replace"):
        _check(process, deadline)
        time.sleep(0.1)


def _await_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            _check(process, deadline)
            time.sleep(0.05)


def _check(process: subprocess.Popen[bytes], deadline: float) -> None:
    if process.poll() is not None:
        sys.exit(f"gishue up ended with {process.returncode}")
    if time.monotonic() > deadline:
        sys.exit("gishue up takes too long")


def _kill_all(folder: Path, supervisor: int) -> None:
    """Kill every process of the instance at once: supervisor, children, database."""
    lock = json.loads((folder / "var" / "gishue.lock").read_text(encoding="utf-8"))
    roots = {supervisor, *lock["children"], *_postmaster(folder)}
    for pid in roots:
        os.kill(pid, signal.SIGKILL)


def _postmaster(folder: Path) -> list[int]:
    found = sorted((folder / "var" / "postgres").rglob("postmaster.pid"))
    return [int(path.read_text(encoding="utf-8").splitlines()[0]) for path in found]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    main()
