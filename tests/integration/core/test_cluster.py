"""The embedded cluster on the real PostgreSQL of this machine."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from gishue.core import cluster as clusters
from gishue.core import cluster_place, cluster_process
from gishue.core.cluster import Cluster, NoCluster, State
from gishue.core.cluster_place import ClusterMisplaced

AS_ROOT = os.geteuid() == 0


def ask(url: str, statement: str) -> str:
    with psycopg.connect(url, autocommit=True) as conn:
        row = conn.execute(statement.encode()).fetchone()
        return "" if row is None else str(row[0])


def command(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(statement.encode())


def postmaster(cluster: Cluster) -> int:
    pid = clusters.status(cluster).pid
    assert pid is not None
    return pid


def account_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@pytest.fixture
def own(scratch_dir: Path) -> Cluster:
    return Cluster(scratch_dir)


def test_an_empty_folder_becomes_a_utf8_database_with_checksums(own: Cluster) -> None:
    assert clusters.status(own).state is State.ABSENT
    url = clusters.start(own)
    assert clusters.status(own).state is State.RUNNING
    assert ask(url, "SHOW data_checksums") == "on"
    assert ask(url, "SHOW server_encoding") == "UTF8"
    assert [ask(url, f"SHOW {name}") for name in ("fsync", "full_page_writes")] == ["on", "on"]
    assert ask(url, "SHOW synchronous_commit") == "on"
    assert int(ask(url, "SELECT current_setting('server_version_num')::int / 10000")) >= 15


def test_a_second_start_adopts_the_running_server(cluster: Cluster) -> None:
    before = postmaster(cluster)
    assert clusters.start(cluster) == clusters.url(cluster)
    assert postmaster(cluster) == before


def test_the_server_never_runs_as_root_and_nobody_else_passes(cluster: Cluster) -> None:
    assert account_of(postmaster(cluster)) != 0
    home = clusters.status(cluster).home
    assert home is not None
    assert home.stat().st_mode & 0o077 == 0


def test_it_listens_on_no_network_address(cluster: Cluster) -> None:
    assert ask(clusters.url(cluster), "SHOW listen_addresses") == ""
    owned = {os.readlink(fd) for fd in Path(f"/proc/{postmaster(cluster)}/fd").iterdir()}
    for table in ("tcp", "tcp6", "udp", "udp6"):
        rows = Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        listening = {f"socket:[{row.split()[9]}]" for row in rows if row.split()[3] == "0A"}
        assert not owned & listening


def test_acknowledged_rows_survive_a_killed_postmaster(own: Cluster) -> None:
    url = clusters.start(own)
    command(url, "CREATE TABLE kept (n int)")
    for n in range(50):
        command(url, f"INSERT INTO kept VALUES ({n})")
    os.kill(postmaster(own), signal.SIGKILL)
    assert clusters.start(own) == url
    assert ask(url, "SELECT count(*) FROM kept") == "50"


def test_a_server_that_is_killed_while_it_is_adopted_is_started_anew(
    own: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = clusters.start(own)
    command(url, "CREATE TABLE kept (n int)")
    wait_ready = cluster_process.wait_ready

    def then_kill(data: Path, pid: int, deadline: float) -> bool:
        monkeypatch.undo()
        is_ready = wait_ready(data, pid, deadline)
        os.kill(pid, signal.SIGKILL)
        return is_ready

    monkeypatch.setattr(cluster_process, "wait_ready", then_kill)
    assert clusters.start(own) == url
    assert ask(url, "SELECT count(*) FROM kept") == "0"


def test_a_killed_backend_leaves_the_server_usable(own: Cluster) -> None:
    url = clusters.start(own)
    with psycopg.connect(url) as conn:
        os.kill(conn.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            conn.execute("SELECT 1")
    clusters.start(own)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            assert ask(url, "SELECT 1") == "1"
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    pytest.fail("the server did not come back")


def test_a_server_outlives_the_process_that_started_it(own: Cluster) -> None:
    start = f"from gishue.core.cluster import *; start(Cluster(Path({str(own.data_dir)!r})))"
    script = f"import os, signal; {start}; os.kill(os.getpid(), signal.SIGKILL)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    before = postmaster(own)
    clusters.start(own)
    assert postmaster(own) == before


def test_stop_ends_the_server_and_says_whether_there_was_one(own: Cluster) -> None:
    with psycopg.connect(clusters.start(own)):  # an open connection does not hold it up
        assert clusters.stop(own) is True
    assert clusters.status(own).state is State.STOPPED
    assert clusters.stop(own) is False


def test_two_starts_at_once_make_one_server(own: Cluster) -> None:
    with ThreadPoolExecutor() as pool:
        urls = set(pool.map(clusters.start, [own, own, own]))
    assert len(urls) == 1
    assert ask(urls.pop(), "SELECT 1") == "1"


def test_a_stale_pid_file_that_names_a_stranger_does_not_stop_a_start(own: Cluster) -> None:
    url = clusters.start(own)
    home = clusters.status(own).home
    assert home is not None
    os.kill(postmaster(own), signal.SIGKILL)
    user = home.stat().st_uid if AS_ROOT else None
    with subprocess.Popen(["sleep", "60"], cwd="/", user=user) as stranger:
        for lock in (home / "data" / "postmaster.pid", home / "run" / ".s.PGSQL.5432.lock"):
            rest = lock.read_text().partition("\n")[2]
            lock.write_text(f"{stranger.pid}\n{rest}")
        assert clusters.status(own).state is State.STOPPED
        assert clusters.start(own) == url
        assert stranger.poll() is None  # a stranger is never signalled
        stranger.terminate()


def test_a_long_or_unusual_path_gets_a_short_socket(scratch_dir: Path) -> None:
    deep = Cluster(scratch_dir / ("dữ liệu, Huế " + "x" * 90))
    try:
        assert ask(clusters.start(deep), "SELECT 1") == "1"
    finally:
        assert clusters.stop(deep)
        shutil.rmtree(socket_dir(deep))


def socket_dir(cluster: Cluster) -> Path:
    place = cluster_place.find(cluster.root)
    assert place is not None
    return place.socket_dir


def test_a_socket_folder_of_somebody_else_is_refused(scratch_dir: Path) -> None:
    deep = Cluster(scratch_dir / ("x" * 90))
    clusters.start(deep)
    clusters.stop(deep)
    socket_dir(deep).chmod(0o777)
    with pytest.raises(ClusterMisplaced, match="belongs to somebody else"):
        clusters.start(deep)
    shutil.rmtree(socket_dir(deep))


def test_another_cluster_in_the_same_folder_tree_is_not_touched(
    cluster: Cluster, own: Cluster
) -> None:
    other = postmaster(cluster)
    clusters.start(own)
    clusters.stop(own)
    assert postmaster(cluster) == other
    assert ask(clusters.url(cluster), "SELECT 1") == "1"


def test_a_folder_without_a_cluster_has_no_url(scratch_dir: Path) -> None:
    with pytest.raises(NoCluster, match="gishue db start"):
        clusters.url(Cluster(scratch_dir))


@pytest.fixture
def closed_dir() -> Generator[Path]:
    """A data directory that only its owner can pass, as a clone under /root is."""
    path = Path(tempfile.mkdtemp(prefix="gishue-closed-", dir="/tmp"))
    yield path
    for data_dir in (path / "var", path / "moved"):
        if data_dir.exists():
            home = clusters.status(Cluster(data_dir)).home
            clusters.stop(Cluster(data_dir), fast_s=5)
            if home is not None:
                shutil.rmtree(home)
    shutil.rmtree(path)


def test_a_folder_the_account_cannot_reach_still_gets_a_database(closed_dir: Path) -> None:
    closed = Cluster(closed_dir / "var")
    url = clusters.start(closed)
    command(url, "CREATE TABLE kept AS SELECT 7 AS n")
    pointed = (closed.root / "postgres.place").exists()
    assert pointed is AS_ROOT  # not root: the owner reaches its own folder
    clusters.stop(closed)
    closed.root.rename(closed_dir / "moved")
    assert ask(clusters.start(Cluster(closed_dir / "moved")), "SELECT n FROM kept") == "7"


def test_a_copied_data_folder_does_not_share_the_database(closed_dir: Path) -> None:
    clusters.start(Cluster(closed_dir / "var"))
    clusters.stop(Cluster(closed_dir / "var"))
    shutil.copytree(closed_dir / "var", closed_dir / "copy")
    copy = Cluster(closed_dir / "copy")
    if AS_ROOT:
        with pytest.raises(ClusterMisplaced, match="is a copy of"):
            clusters.start(copy)
    else:
        clusters.start(copy)
        assert clusters.stop(copy)


def test_a_removed_data_folder_leaves_no_running_server_behind(closed_dir: Path) -> None:
    first = Cluster(closed_dir / "var")
    clusters.start(first)
    command(clusters.url(first), "CREATE TABLE old ()")
    stale, home = postmaster(first), clusters.status(first).home
    shutil.rmtree(first.root)
    url = clusters.start(first)
    assert ask(url, "SELECT to_regclass('old')") == "None"
    if AS_ROOT and home is not None:
        assert not Path(f"/proc/{stale}/cwd").exists()
        shutil.rmtree(home)
