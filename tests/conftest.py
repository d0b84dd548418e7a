"""What every test may ask for: a private PostGIS, a migrated database, an undone connection."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from itertools import count
from pathlib import Path

import hypothesis
import psycopg
import pytest
from argon2.profiles import CHEAPEST
from psycopg import AsyncConnection, sql
from psycopg.rows import TupleRow

from gishue.accounts import secret
from gishue.core import cluster as clusters
from gishue.core import db
from gishue.core.cluster import TUNING, Cluster
from layers.services import Services, open_services
from tests.support.settings import settings_in

# How long an example takes says more of the machine's other work than of ours.
hypothesis.settings.register_profile(
    "busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("busy")

# Thousands of passwords are hashed here; what a hash costs in earnest has a test of its own.
secret.work_at(CHEAPEST)

_SCRATCH = "gishue-test"
_DISK, _MEMORY = Path("/tmp"), Path("/dev/shm")
_ROOMY = 6 << 30
"""Bytes free in memory from which on the databases of a run may live there."""
_serial = count(1)

_QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "shared_buffers": "64MB",
}
"""Nothing here outlives a power failure, and nobody follows the log."""


def _scratch_dir(root: Path = _DISK) -> Path:
    """Return a new short folder every account can pass: PostgreSQL does not run as root."""
    path = Path(tempfile.mkdtemp(prefix=f"{_SCRATCH}-{os.getpid()}-", dir=root))
    path.chmod(0o755)
    return path


def _root_of_databases() -> Path:
    """Return where a thousand databases are made the quickest: in memory, if there is plenty."""
    try:
        told = Path("/proc/meminfo").read_text("ascii").split("MemAvailable:")[1]
        free = min(int(told.split()[0]) << 10, shutil.disk_usage(_MEMORY).free)
    except (OSError, IndexError):
        return _DISK
    return _MEMORY if free >= _ROOMY and os.access(_MEMORY, os.W_OK) else _DISK


def _discard(data_dir: Path) -> None:
    clusters.stop(Cluster(data_dir), fast_s=5)
    shutil.rmtree(data_dir)


def _discard_leftovers() -> None:
    """Stop and remove the clusters of test runs that were killed."""
    left = (path for root in (_DISK, _MEMORY) for path in root.glob(f"{_SCRATCH}-*"))
    for path in left:
        pid = path.name.split("-")[2]
        mine = path.is_dir() and path.stat().st_uid == os.geteuid()
        if mine and pid.isdecimal() and not Path("/proc", pid).exists():
            # Another run may be at it too, or a server without its files still writes.
            with contextlib.suppress(OSError):
                _discard(path)


@pytest.fixture(scope="session")
def cluster() -> Generator[Cluster]:
    """A private embedded cluster for this run; not durable, so that tests are quick."""
    _discard_leftovers()
    private = Cluster(_scratch_dir(_root_of_databases()), {**TUNING, **_QUICK})
    clusters.start(private)
    yield private
    _discard(private.data_dir)


@pytest.fixture(scope="session")
def database_url(cluster: Cluster) -> str:
    """The URL of the session's migrated database; what a test commits there, later tests see."""
    url = clusters.url(cluster)
    db.migrate(url)
    _execute(url, "postgres", sql.SQL("CREATE DATABASE template_migrated TEMPLATE gishue"))
    return url


@pytest.fixture
async def conn(database_url: str) -> AsyncGenerator[AsyncConnection[TupleRow]]:
    """A connection in a transaction that is rolled back after the test."""
    async with await AsyncConnection.connect(database_url) as connection:
        yield connection
        await connection.rollback()


@pytest.fixture
def own_database_url(database_url: str) -> Generator[str]:
    """A migrated database of this test's own, for what must be committed or listened to."""
    yield from _database(database_url, "template_migrated")


@pytest.fixture
async def services(own_database_url: str, tmp_path: Path) -> AsyncGenerator[Services]:
    """The services of a process over a database of this test's own."""
    settings = settings_in(tmp_path)
    async with open_services(settings, own_database_url) as opened:
        yield opened


@pytest.fixture
def empty_database_url(cluster: Cluster) -> Generator[str]:
    """A database with nothing in it, for the migrations."""
    yield from _database(clusters.url(cluster), "template0")


def _database(url: str, template: str) -> Generator[str]:
    name = f"test_{next(_serial)}"
    ident = sql.Identifier(name)
    # Files are copied quicker than pages are logged.
    words = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
    made = sql.SQL(words).format(ident, sql.Identifier(template))
    _execute(url, "postgres", made)
    yield url.replace("/gishue?", f"/{name}?")
    _execute(url, "postgres", sql.SQL("DROP DATABASE {} WITH (FORCE)").format(ident))


def _execute(url: str, database: str, statement: sql.SQL | sql.Composed) -> None:
    with psycopg.connect(url.replace("/gishue?", f"/{database}?"), autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture
def scratch_dir() -> Generator[Path]:
    """A short folder that every account can pass, stopped and removed after the test."""
    path = _scratch_dir()
    yield path
    _discard(path)


@pytest.fixture(scope="module")
def module_scratch_dir() -> Generator[Path]:
    """The same for all tests of a module: what takes long to start is started once."""
    path = _scratch_dir()
    yield path
    _discard(path)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count a skipped test as failed: what did not run was not seen to work."""
    report = yield
    return _refuse_skip(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Count a skipped module as failed."""
    report = yield
    return _refuse_skip(report)


def _refuse_skip[Report: (pytest.TestReport, pytest.CollectReport)](report: Report) -> Report:
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped tests count as failed here: {report.longrepr}"
        vars(report).pop("wasxfail", None)
    return report
