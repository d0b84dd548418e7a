"""Hostile files and what must not come of them: a secret, an address that listens, a way in."""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from conversion.dataset import open_file
from conversion.inspect import inspect
from conversion.options import IngestOptions
from conversion.sandbox import Limits, started
from conversion.staging import plan
from gishue.core.errors import GishueError

LIMITS = Limits(cpu_s=15, wall_s=90, memory_bytes=1 << 30, output_bytes=1 << 30)


@dataclass(slots=True)
class Canary:
    """A file that nobody may show, and a port that nobody may ask."""

    file: Path
    word: str
    port: int
    asked: list[bytes] = field(default_factory=list[bytes])

    @property
    def url(self) -> str:
        """An address at which somebody listens."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: the code of its refusal or none, what was said, the rows."""

    slug: str
    said: str
    rows: list[dict[str, Any]]


@contextmanager
def canary() -> Generator[Canary]:
    """Lend a secret of this machine, in a folder of its own, and a listener."""
    word = f"BIMAT{secrets.token_hex(8)}"
    done = threading.Event()
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
        path = Path(folder) / "bi_mat.csv"
        path.write_text(f"lon,lat,ten\n107.5,16.4,{word}\n107.6,16.4,{word}\n", "utf-8")
        made = Canary(path, word, server.getsockname()[1])
        server.settimeout(0.1)
        watch = threading.Thread(target=_listen, args=(server, made.asked, done))
        watch.start()
        try:
            yield made
        finally:
            done.set()
            watch.join()


def _listen(server: socket.socket, asked: list[bytes], done: threading.Event) -> None:
    while not done.is_set():
        try:
            connection, _ = server.accept()
        except TimeoutError:
            continue
        with connection:
            connection.settimeout(1)
            try:
                asked.append(connection.recv(1_000))
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            except OSError:
                asked.append(b"")


def swallowed(path: Path, options: IngestOptions | None = None) -> Outcome:
    """Send a file through every reader of the way in, up to the rows for the table."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            opened = open_file(path, path.name, Path(folder), LIMITS)
            found = inspect(opened, options or IngestOptions(crs="EPSG:4326"), LIMITS)
            said = json.dumps(found.as_dict(), ensure_ascii=False)
            if found.questions:
                return Outcome("asks", said, [])
            with started(plan(found).job, found.dataset.place, LIMITS) as child:
                rows = _rows(child.stdout)
                child.finish()
        except GishueError as error:
            return Outcome(error.slug, json.dumps(error.problem(), ensure_ascii=False), [])
    return Outcome("", said + repr(rows), rows)


def _rows(stream: Any) -> list[dict[str, Any]]:
    try:
        return pa.ipc.open_stream(stream).read_all().to_pylist()
    except pa.ArrowException:
        return []


def assert_harmless(outcome: Outcome, path: Path, watch: Canary) -> None:
    """Nothing of this machine is told, nobody was asked, nothing is left in a child's folder."""
    for word in (watch.word, str(path.parent), str(watch.file.parent), "/in/", "/job", "Traceback"):
        assert word not in outcome.said, word
    assert watch.asked == []
    for folder in Path(tempfile.gettempdir()).glob(f"gishue-ready-{os.getpid()}-*/*/*"):
        assert list(folder.iterdir()) == []


_BARE = """
import sys, warnings
import pyogrio, pyogrio.raw
warnings.simplefilter("ignore")
for name, _ in pyogrio.list_layers(sys.argv[1]):
    meta, _, shapes, columns = pyogrio.raw.read(sys.argv[1], layer=name)
    print(meta["crs"], [list(one) for one in columns])
"""


def read_bare(path: Path) -> str:
    """Return what the reader's library says of a file where no wall stands around it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-I", "-c", _BARE, str(path)],
        env=kept | {"GDAL_HTTP_TIMEOUT": "2", "OGR_VRT_MAX_OPENED": "10"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr
