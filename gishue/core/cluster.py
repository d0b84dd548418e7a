"""The embedded PostGIS: a private PostgreSQL cluster in the data directory.

It listens on a Unix socket only, runs as an unprivileged account even when root starts it, keeps
what it acknowledged over ``kill -9``, and outlives the process that started it: the next
``start`` adopts it. ``GISHUE_DATABASE_URL`` replaces it by a server; no other code knows which.
"""

import fcntl
import os
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import psycopg

from gishue.core import cluster_binaries, cluster_place, cluster_process
from gishue.core.cluster_binaries import Binaries
from gishue.core.cluster_place import Place
from gishue.core.cluster_process import ClusterFailed
from gishue.core.errors import NotFound
from gishue.core.sql import load

DATABASE = "gishue"
ROLE = "gishue"
TUNING: Mapping[str, str] = MappingProxyType(
    {
        "shared_buffers": "256MB",
        "max_connections": "60",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "wal_compression": "lz4",
        "jit": "off",
        "random_page_cost": "1.1",
        "effective_cache_size": "1GB",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "autovacuum": "on",
        "idle_in_transaction_session_timeout": "10min",
        "logging_collector": "on",
        "log_filename": "postgres-%a.log",
        "log_rotation_age": "1d",
        "log_truncate_on_rotation": "on",
        "log_min_duration_statement": "2s",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
)
_NOT_YET = (
    "recovery mode",
    "starting up",
    "not yet accepting",
    "connection to server was lost",
    "server closed the connection unexpectedly",
)
"""What is said of a server that recovers or ends; a failed connection carries no error code."""
_SQL = load("gishue.core", "cluster")


class NoCluster(NotFound):
    """There is no embedded cluster in this data directory yet."""

    slug = "no-cluster"
    title = "No embedded database here"
    title_vi = "Chưa có cơ sở dữ liệu nhúng ở đây"


class State(StrEnum):
    """What an embedded cluster is doing."""

    ABSENT = "absent"
    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class Cluster:
    """The embedded cluster of one data directory; ``tuning`` is its postgresql.conf."""

    data_dir: Path
    tuning: Mapping[str, str] = TUNING

    @property
    def root(self) -> Path:
        """The data directory with every link resolved."""
        return self.data_dir.expanduser().resolve()


@dataclass(frozen=True, slots=True)
class Status:
    """A look at a cluster; ``home`` is the folder that holds it."""

    state: State
    pid: int | None = None
    home: Path | None = None


def start(cluster: Cluster, *, timeout_s: float = 300.0) -> str:
    """Start, adopt or first make the cluster; return the URL of its database.

    Raises:
        NoPostgis: no PostgreSQL with PostGIS is installed.
        ClusterMisplaced: its folder cannot be used.
        ClusterFailed: PostgreSQL refuses to start, or not in ``timeout_s``.
    """
    deadline = time.monotonic() + timeout_s
    with _locked(cluster):
        for stray in cluster_place.strays(cluster.root):
            cluster_process.stop(stray.data)
        place = cluster_place.prepare(cluster.root)
        while True:
            if not _adopt(place, deadline):
                _begin(cluster, place, deadline)
            if _create_database(place, deadline):
                return _url(place, DATABASE)


def _begin(cluster: Cluster, place: Place, deadline: float) -> None:
    binaries = _binaries(place)
    _init(place, binaries)
    _configure(place, cluster.tuning)
    cluster_place.make_socket_dir(place)
    cluster_process.start(place, binaries, max(1.0, deadline - time.monotonic()))


def stop(cluster: Cluster, *, fast_s: float = 30.0) -> bool:
    """Stop the cluster, fast and then immediately; False when it was not running.

    Raises:
        ClusterFailed: it does not stop.
    """
    if not cluster.root.is_dir():
        return False
    with _locked(cluster):
        place = cluster_place.find(cluster.root)
        return place is not None and cluster_process.stop(place.data, fast_s)


def status(cluster: Cluster) -> Status:
    """Return what the cluster is doing, without changing anything."""
    place = cluster_place.find(cluster.root)
    if place is None or not place.data.exists():
        return Status(State.ABSENT)
    found = cluster_process.running(place.data)
    if found is None:
        return Status(State.STOPPED, home=place.home)
    states = {"starting": State.STARTING, "stopping": State.STOPPING}
    return Status(states.get(found.state, State.RUNNING), found.pid, place.home)


def url(cluster: Cluster) -> str:
    """Return the URL of the cluster's database, running or not.

    Raises:
        NoCluster: it was never started.
    """
    place = cluster_place.find(cluster.root)
    if place is None:
        raise NoCluster(
            f"no database in {cluster.data_dir} yet: gishue db start",
            vi=f"chưa có cơ sở dữ liệu trong {cluster.data_dir}: gishue db start",
        )
    return _url(place, DATABASE)


@contextmanager
def _locked(cluster: Cluster) -> Generator[None]:
    """Let one start or stop work on the cluster at a time."""
    cluster.root.mkdir(parents=True, exist_ok=True)
    with (cluster.root / "postgres.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _adopt(place: Place, deadline: float) -> bool:
    """Say whether a server of this place is running, waiting for one that starts or stops."""
    found = cluster_process.running(place.data)
    if found is None:
        return False
    if found.state == "stopping":
        cluster_process.stop(place.data)
        return False
    return cluster_process.wait_ready(place.data, found.pid, deadline)


def _binaries(place: Place) -> Binaries:
    version = place.data / "PG_VERSION"
    major = int(version.read_text()) if version.exists() else None
    return cluster_binaries.choose(cluster_binaries.installed(), major)


def _init(place: Place, binaries: Binaries) -> None:
    """Make PGDATA; it appears whole, by one rename, or not at all."""
    if place.data.exists():
        return
    script = (
        'cd "$1" && rm -rf data.new && '
        'initdb -D data.new -k -E UTF8 --locale=C.UTF-8 -A peer -U "$2" >log/initdb.log 2>&1 && '
        "echo \"include 'gishue.conf'\" >> data.new/postgresql.conf && "
        "touch data.new/gishue.conf && mv data.new data && sync -f ."
    )
    bin_dir = binaries.bin_dir
    if not cluster_place.run_as(place.account, script, place.home, ROLE, bin_dir=bin_dir):
        raise ClusterFailed(
            f"initdb failed: {_last_line(place.log / 'initdb.log')}",
            vi=f"initdb thất bại: {_last_line(place.log / 'initdb.log')}",
        )


def _configure(place: Place, tuning: Mapping[str, str]) -> None:
    settings = {**tuning, "log_directory": str(place.log)}
    texts = {
        "gishue.conf": "".join(f"{name} = {_quoted(value)}\n" for name, value in settings.items()),
        "pg_hba.conf": "local all all peer map=gishue\n",
        "pg_ident.conf": "".join(
            f'gishue "{name}" {ROLE}\n' for name in dict.fromkeys(("root", place.account.name))
        ),
    }
    for name, text in texts.items():
        script = 'cd "$1" && cat > "$2.new" && mv "$2.new" "$2"'
        if not cluster_place.run_as(place.account, script, place.data, name, text=text):
            raise ClusterFailed(
                f"cannot write {place.data / name}: is the disk full?",
                vi=f"không ghi được {place.data / name}: ổ đĩa đã đầy?",
            )


def _create_database(place: Place, deadline: float) -> bool:
    """Make our database, unless it is there; wait while the server recovers from a crash.

    False where the server has ended: one that was adopted while it was being killed.
    """
    while True:
        try:
            with psycopg.connect(_url(place, "postgres"), autocommit=True) as conn:
                row = conn.execute(_SQL["has_database"], {"name": DATABASE}).fetchone()
                if row == (False,):
                    conn.execute(_SQL["create_database"])
            return True
        except psycopg.Error as error:
            is_late = time.monotonic() > deadline
            if not is_late and cluster_process.running(place.data) is None:
                return False
            if is_late or not any(sign in str(error) for sign in _NOT_YET):
                raise ClusterFailed(
                    f"the embedded database refuses a connection: {error}",
                    vi=f"cơ sở dữ liệu nhúng từ chối kết nối: {error}",
                ) from error
        time.sleep(0.1)


def _url(place: Place, database: str) -> str:
    host = quote(os.fspath(place.socket_dir), safe="")
    return f"postgresql://{ROLE}@/{database}?host={host}&port={cluster_place.PORT}"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1].strip() if lines else "it said nothing"
