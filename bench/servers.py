"""Servers that benchmarks run side by side: ours, its peers, and the database under them."""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from psycopg.conninfo import conninfo_to_dict

from gishue.core import cluster as clusters
from gishue.core.cluster import TUNING, Cluster


@dataclass(frozen=True)
class Server:
    """A running server: where it listens and whose CPU it costs."""

    name: str
    pid: int
    port: int
    application: str


@contextmanager
def database(keep: Path | None = None) -> Generator[str]:
    """Lend a private cluster without autovacuum, which would be counted as somebody's work.

    It is gone at the end, unless it lies in ``keep``: there the next run finds it as it was.
    """
    folder = keep or Path(tempfile.mkdtemp(prefix="gishue-bench-", dir="/tmp"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    quiet = {**TUNING, "autovacuum": "off", "fsync": "off", "shared_buffers": "512MB"}
    cluster = Cluster(folder, quiet)
    try:
        yield clusters.start(cluster)
    finally:
        clusters.stop(cluster, fast_s=10)
        if keep is None:
            shutil.rmtree(folder)


@contextmanager
def ours(url: str, cache_bytes: int, data_dir: Path | None = None) -> Generator[Server]:
    """Run our tile server with so large a memory; its objects lie in ``data_dir``."""
    with tempfile.TemporaryDirectory() as folder:
        env = {
            "GISHUE_DATABASE_URL": url,
            "GISHUE_DATA_DIR": str(data_dir or folder),
            "GISHUE_TILES_CACHE_BYTES": str(cache_bytes),
            "GISHUE_TILES_BUILDING": "4",
        }
        port = free_port()
        command = ["-m", "gishue.cli", "serve-tiles", "--host", "127.0.0.1", "--port", str(port)]
        with _running(command, env, port) as pid:
            yield Server("gishue", pid, port, "gishue tiles")


@contextmanager
def tipg(url: str) -> Generator[Server]:
    """Run tipg over the same database."""
    env = {
        "DATABASE_URL": _with_host(url, "tipg"),
        "DB_MIN_CONN_SIZE": "4",
        "DB_MAX_CONN_SIZE": "4",
        "TIPG_DB_SCHEMAS": '["data"]',
        "TIPG_DB_SPATIAL_EXTENT": "FALSE",
        "TIPG_DB_DATETIME_EXTENT": "FALSE",
        "TIPG_MAX_FEATURES_PER_TILE": "2000000",
        "TIPG_TILE_BUFFER": "64",
    }
    port = free_port()
    command = ["-m", "uvicorn", "tipg.main:app", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--log-level", "warning", "--timeout-keep-alive", "120"]
    with _running(command, env, port) as pid:
        yield Server("tipg", pid, port, "tipg")


def _with_host(url: str, application: str) -> str:
    """Return the URL with its socket folder as the host: the peer takes none without."""
    said = conninfo_to_dict(url)
    folder = quote(str(said["host"]), safe="")
    where = f"{folder}:{said['port']}/{said['dbname']}"
    return f"postgresql://{said['user']}@{where}?application_name={application}"


@contextmanager
def _running(command: Sequence[str], env: Mapping[str, str], port: int) -> Generator[int]:
    process = subprocess.Popen([sys.executable, *command], env={**os.environ, **env})
    try:
        _await_health(process, port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _await_health(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"{process.args} does not answer")


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def nginx(folder: Path, servers: str, port: int) -> Generator[Server]:
    """Run nginx with one worker and these ``server`` blocks, everything of it in ``folder``."""
    (folder / "nginx.conf").write_text(
        f"""daemon off; worker_processes 1;
pid {folder}/nginx.pid; error_log {folder}/error.log crit;
events {{ worker_connections 1024; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_cache_path {folder}/cache keys_zone=gishue:20m;
    {servers}
}}
""",
        "utf-8",
    )
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        await_port(port)
        yield Server("nginx", process.pid, port, "")
    finally:
        process.terminate()
        process.wait(timeout=30)


def await_port(port: int, within_s: float = 30.0) -> None:
    """Return once somebody listens on ``port``."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit(f"nobody listens on {port}")
