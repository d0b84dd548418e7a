"""``gishue up``: database, web and worker together, for as long as somebody wants them."""

import asyncio
import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from gishue import child as children
from gishue import tenancy
from gishue.accounts import first
from gishue.child import Child
from gishue.core import cluster as clusters
from gishue.core import db
from gishue.core.cluster import Cluster, State
from gishue.core.errors import GishueError, Unavailable
from gishue.core.log import logger
from gishue.core.settings import Settings
from gishue.server.listening import listen
from gishue.tenancy import Tenancy

_LOG = logger(__name__)

AfterReady = Callable[[], None]

_READY_S = 120.0
_HOPELESS = 4
"""Crashes in a row, before the first answer, after which waiting is pointless."""
_LASTING = frozenset({"sandbox", "disk"})
"""Checks of ``/readyz`` that waiting does not mend: the rest works without them."""
_WEB_PATIENCE_S, _WORKER_PATIENCE_S = 15.0, 25.0
_LOOK_AT_DATABASE_S = 2.0


class NotUp(Unavailable):
    """The processes were started but do not answer."""

    slug = "not-up"
    title = "GISHue does not come up"
    title_vi = "GISHue không khởi động được"


@dataclass(slots=True)
class _Stop:
    """What the signals ask for: 1 stop in order, 2 and more stop at once."""

    asked: int = 0
    woken: threading.Event = field(default_factory=threading.Event)

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Count a request to stop and wake the loop."""
        self.asked += 1
        self.woken.set()


def up(
    settings: Settings,
    *,
    host: str = "::",
    port: int = 8000,
    after_ready: AfterReady | None = None,
) -> int:
    """Run an instance until SIGINT, SIGTERM or SIGHUP; return the exit code.

    Args:
        settings: of the instance; the embedded database is used unless they name a server.
        host: address to listen on.
        port: TCP port.
        after_ready: called once in a thread when everything answers, before the URL is printed.

    Raises:
        AlreadyRunning: another supervisor holds the data directory.
        PortTaken: somebody else listens on the port.
        NotUp: a process ends again and again before the first answer.
    """
    stop = _Stop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup means what it says
            signal.signal(number, stop.on_signal)
    with tenancy.hold(settings.root) as held:
        listen(host, port).close()
        embedded = None if settings.database_url.get_secret_value() else Cluster(settings.root)
        try:
            _prepare(settings, embedded)
            return _supervise(settings, embedded, held, (host, port), stop, after_ready)
        finally:
            if embedded is not None:
                clusters.stop(embedded, fast_s=5.0 if stop.asked > 1 else 30.0)
                _echo("stopped", "đã dừng")


def _prepare(settings: Settings, embedded: Cluster | None) -> None:
    """Bring database, schema and administrator to where the processes may start."""
    began = time.monotonic()
    url = clusters.start(embedded) if embedded else settings.database_url.get_secret_value()
    step = db.migrate(url)
    took_s = time.monotonic() - began
    _echo(f"database ready, schema {step}", f"cơ sở dữ liệu sẵn sàng ({took_s:.1f} s)")
    password = asyncio.run(first.ensure_administrator(settings, url))
    if password is not None:
        hand_over(password, settings.root / "admin-password")


def hand_over(password: str, path: Path) -> None:
    """Show the made-up password on the terminal, or without one leave it at ``path``.

    What is no terminal is a journal or a log, which more people read and which is kept.
    """
    if sys.stdout.isatty():
        _echo(
            f"administrator made: name {first.ADMIN}, password {password} (shown only now)",
            "đã tạo quản trị viên; mật khẩu chỉ hiện một lần này",
        )
        return
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8") as target:
        target.write(f"{password}\n")
    _echo(
        f"administrator made: name {first.ADMIN}, password in {path} (remove it once read)",
        f"đã tạo quản trị viên; mật khẩu nằm trong {path} (đọc xong hãy xoá)",
    )


def _supervise(
    settings: Settings,
    embedded: Cluster | None,
    held: Tenancy,
    address: tuple[str, int],
    stop: _Stop,
    after_ready: AfterReady | None,
) -> int:
    environment = {**os.environ, "GISHUE_DATA_DIR": str(settings.root)}
    base = _reachable(*address)
    family = _family(settings.root, *address)
    shown = settings.public_url or f"http://localhost:{address[1]}"
    try:
        for each in family if not stop.asked else ():
            children.spawn(each, environment)
        held.record(shown, _pids(family))
        _await_ready(base, family, environment, stop)
        announcer = threading.Thread(target=_finish, args=(after_ready, shown, stop), daemon=True)
        announcer.start()
        _watch(embedded, held, shown, family, environment, stop)
    finally:
        for each in family:
            children.end(each, 0.5 if stop.asked > 1 else None)
    return 0


def _family(root: Path, host: str, port: int) -> list[Child]:
    """Return the processes in the order in which they stop: web, then worker."""
    log = root / "log"
    listen = ("serve", "--host", host, "--port", str(port))
    return [
        Child("web", listen, log / "web.log", _WEB_PATIENCE_S),
        Child("worker", ("work",), log / "worker.log", _WORKER_PATIENCE_S),
    ]


def _await_ready(
    base: str, family: list[Child], environment: Mapping[str, str], stop: _Stop
) -> None:
    """Wait until ``/readyz`` says yes, or no for a reason that waiting does not mend.

    Raises:
        NotUp: a process keeps ending, or nothing answers in time.
    """
    deadline = time.monotonic() + _READY_S
    failing: set[str] | None = None
    while not stop.asked and time.monotonic() < deadline:
        failing = _failing(base)
        if failing is not None and failing <= _LASTING:
            break
        _revive(family, environment)
        for each in family:
            if each.failures >= _HOPELESS:
                raise _not_up(each)
        stop.woken.wait(0.2)
    if stop.asked:
        return
    if failing is None:
        raise _not_up(family[0])
    if failing:
        _echo(f"not in order: {', '.join(sorted(failing))}; see {base}/readyz", "chưa hoàn chỉnh")


def _watch(
    embedded: Cluster | None,
    held: Tenancy,
    shown: str,
    family: list[Child],
    environment: Mapping[str, str],
    stop: _Stop,
) -> None:
    """Keep everything running until asked to stop."""
    look_at = 0.0
    known = _pids(family)
    while not stop.asked:
        _revive(family, environment)
        if _pids(family) != known:
            known = _pids(family)
            held.record(shown, known)
        if embedded is not None and time.monotonic() > look_at:
            look_at = time.monotonic() + _LOOK_AT_DATABASE_S
            _revive_database(embedded)
        stop.woken.wait(0.3)
    _echo("stopping", "đang dừng")


def _revive(family: list[Child], environment: Mapping[str, str]) -> None:
    for each in family:
        said = children.revive(each, environment)
        if said is not None:
            _echo(said, f"{each.name} đã dừng đột ngột, đang chạy lại")


def _revive_database(embedded: Cluster) -> None:
    """Start the database again if it was killed."""
    if clusters.status(embedded).state is not State.STOPPED:
        return
    _echo("the database ended; starting it again", "cơ sở dữ liệu đã dừng, đang chạy lại")
    try:
        clusters.start(embedded)
    except GishueError as error:  # the next look tries again; the reason must be seen
        _echo(error.detail, error.detail_vi)


def _finish(after_ready: AfterReady | None, shown: str, stop: _Stop) -> None:
    """Do what waits for readiness, then print the address, once."""
    try:
        if after_ready is not None:
            after_ready()
    except GishueError as error:
        if not stop.asked:
            _echo(error.detail, error.detail_vi)
    except Exception as error:  # whatever broke there, the instance itself runs
        if not stop.asked:
            _LOG.exception("after_ready failed")
            _echo(f"not everything was loaded: {error}", "chưa nạp được hết dữ liệu")
    if not stop.asked:
        _echo(f"GISHue is at {shown}  (Ctrl-C stops it)", "Ctrl-C để dừng")


def _failing(base: str) -> set[str] | None:
    """Return the checks of ``/readyz`` that fail; None while nobody answers."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{base}/readyz", timeout=5):
            return set()
    except urllib.error.HTTPError as answer:
        with answer:
            try:
                checks = json.load(answer)["checks"]
            except (ValueError, KeyError):
                return None
        return {name for name, word in checks.items() if word != "ok"}
    except OSError:
        return None


def _reachable(host: str, port: int) -> str:
    """Return the address at which this machine reaches a server listening on ``host``."""
    if host in {"", "::", "0.0.0.0"}:  # noqa: S104 (compared, not bound)
        return f"http://127.0.0.1:{port}"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _pids(family: list[Child]) -> list[int]:
    return [each.process.pid for each in family if each.process is not None]


def _not_up(child: Child) -> NotUp:
    said = children.last_line(child)
    return NotUp(
        f"the {child.name} process does not come up: {said} (more in {child.log})",
        vi=f"tiến trình {child.name} không khởi động được: {said} (chi tiết trong {child.log})",
    )


def _echo(english: str, vietnamese: str) -> None:
    print(f"▸ {english} · {vietnamese}", flush=True)
