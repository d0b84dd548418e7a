"""``gishue up`` as a person runs it: one command, killed and stopped in every way."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gishue import supervisor
from gishue.core import cluster as clusters
from gishue.core.cluster import Cluster, State

PATIENCE_S = 60.0


@dataclass(frozen=True)
class Instance:
    """A running ``gishue up``."""

    process: subprocess.Popen[str]
    root: Path
    port: int
    output: Path

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return 0

    def child(self, command: str) -> int:
        """The process id of ``serve`` or ``work``, 0 while there is none."""
        for pid in json.loads((self.root / "gishue.lock").read_text() or "{}").get("children", []):
            try:
                if command.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                    return pid
            except OSError:
                continue
        return 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def until(claim: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not claim():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def launch(root: Path, port: int) -> Instance:
    output = root / "output.txt"
    command = [sys.executable, "-m", "gishue.cli", "up"]
    with output.open("a") as out:
        process = subprocess.Popen(
            [*command, "--data-dir", str(root), "--port", str(port)],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "GISHUE_ADMIN_PASSWORD": "mot-mat-khau-dai"},
        )
    return Instance(process, root, port, output)


def await_address(instance: Instance, times: int = 1) -> None:
    def is_said() -> bool:
        assert instance.process.poll() is None, instance.output.read_text()
        return instance.output.read_text().count("GISHue is at http://") == times

    until(is_said, f"no address in: {instance.output.read_text()}")


@pytest.fixture(scope="module")
def up(module_scratch_dir: Path) -> Generator[Instance]:
    """A ``gishue up`` that is ready; the tests below meet it in their order in this file."""
    instance = launch(module_scratch_dir, free_port())
    await_address(instance)
    yield instance
    if instance.process.poll() is None:
        instance.process.terminate()
    instance.process.wait(PATIENCE_S)


@pytest.mark.timeout(180)
def test_it_is_ready_when_it_says_its_address(up: Instance) -> None:
    assert up.status("/readyz") == 200
    assert f"GISHue is at http://localhost:{up.port} " in up.output.read_text()


def test_a_second_one_is_told_where_the_first_answers(up: Instance) -> None:
    second = launch(up.root, free_port())
    assert second.process.wait(PATIENCE_S) == 1
    assert f"already runs on {up.root}: http://localhost:{up.port}" in up.output.read_text()
    assert up.status("/healthz") == 200


@pytest.mark.timeout(240)
def test_whatever_is_killed_comes_back(up: Instance) -> None:
    for command in ("serve", "work"):
        before = up.child(command)
        os.kill(before, signal.SIGKILL)
        until(lambda c=command, b=before: up.child(c) not in {0, b}, f"{command} stays away")
    postmaster = clusters.status(Cluster(up.root)).pid
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    until(lambda: clusters.status(Cluster(up.root)).pid not in {None, postmaster}, "no database")
    until(lambda: up.status("/readyz") == 200, "not ready again")


@pytest.mark.timeout(240)
def test_a_killed_one_is_taken_over_by_the_next_which_stops_cleanly(up: Instance) -> None:
    orphans = [up.child("serve"), up.child("work")]
    postmaster = clusters.status(Cluster(up.root)).pid
    assert all(orphans)
    up.process.kill()
    up.process.wait()
    again = launch(up.root, up.port)
    await_address(again, times=2)
    assert again.status("/readyz") == 200
    assert not any(Path(f"/proc/{pid}").exists() for pid in orphans)
    assert clusters.status(Cluster(up.root)).pid == postmaster

    children = [again.child("serve"), again.child("work")]
    again.process.send_signal(signal.SIGINT)
    assert again.process.wait(PATIENCE_S) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
    assert clusters.status(Cluster(up.root)).state is State.STOPPED


def test_a_taken_port_is_said_in_one_sentence_of_each_language(scratch_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        instance = launch(scratch_dir, port)
        assert instance.process.wait(PATIENCE_S) == 1
    said = instance.output.read_text()
    assert f"port {port} is taken" in said
    assert f"cổng {port} đang được dùng" in said
    assert "Traceback" not in said
    assert clusters.status(Cluster(scratch_dir)).state is not State.RUNNING


PASSWORD = "một mật khẩu đặt sẵn"


def test_a_made_up_password_goes_to_a_file_of_its_owner_and_not_into_a_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "admin-password"
    path.write_text("cũ")
    path.chmod(0o644)
    supervisor.hand_over(PASSWORD, path)
    said = capfd.readouterr().out
    assert PASSWORD not in said
    assert str(path) in said
    assert path.read_text() == f"{PASSWORD}\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_made_up_password_is_shown_on_a_terminal_and_left_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "admin-password"
    program = (
        "import pathlib, sys; from gishue import supervisor;"
        "supervisor.hand_over(sys.argv[1], pathlib.Path(sys.argv[2]))"
    )
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", program, PASSWORD, str(path)]
    subprocess.run(command, stdout=theirs, timeout=60, check=True)
    said = os.read(ours, 4096).decode()
    os.close(ours)
    os.close(theirs)
    assert PASSWORD in said
    assert not path.exists()
