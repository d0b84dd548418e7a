"""What the machine has of Debian's packages, and what must be added."""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.fresh.shell import Missing, answer, run, say

OLDEST_POSTGRESQL = 15
_CREATECLUSTER = Path("/etc/postgresql-common/createcluster.d/gishue-bootstrap.conf")
_BROWSERS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")


@dataclass(frozen=True)
class Machine:
    """The facts that decide which packages are needed."""

    distribution: str
    """``ID`` of os-release: debian, ubuntu, …"""
    servers: tuple[int, ...]
    """Major versions of the installed PostgreSQL servers."""
    with_postgis: tuple[int, ...]
    """Those of them that have PostGIS."""
    commands: frozenset[str]
    """Of bwrap, sandbox (bwrap may work), ogrinfo, browser, libexpat: what is here."""


def look(root: Path = Path("/")) -> Machine:
    """Return the facts of this machine."""
    homes = list(root.glob("usr/lib/postgresql/*/bin/postgres"))
    servers = {int(path.parts[-3]) for path in homes if path.parts[-3].isdigit()}
    controls = root.glob("usr/share/postgresql/*/extension/postgis.control")
    extended = {int(path.parts[-3]) for path in controls if path.parts[-3].isdigit()}
    commands = {name for name in ("bwrap", "ogrinfo") if shutil.which(name)}
    if sandbox_works():
        commands.add("sandbox")
    if browser() is not None:
        commands.add("browser")
    if any(any(root.glob(f"{place}/libexpat.so.1")) for place in ("lib/*", "usr/lib*")):
        commands.add("libexpat")
    return Machine(
        _distribution(root),
        tuple(sorted(servers)),
        tuple(sorted(servers & extended)),
        frozenset(commands),
    )


def packages(machine: Machine, what: str, own_server: bool = False) -> list[str]:
    """Return the Debian packages that ``what`` (run or test) still needs.

    Args:
        machine: the facts.
        what: ``run`` or ``test``; the tests also need a browser and ogrinfo.
        own_server: the database is elsewhere (GISHUE_DATABASE_URL), so none is needed to run.
    """
    wanted = []
    if (what == "test" or not own_server) and not _has_database(machine):
        wanted += _database(machine.servers)
    if "libexpat" not in machine.commands:
        wanted.append("libexpat1")
    if "bwrap" not in machine.commands:
        wanted.append("bubblewrap")
    if what == "test" and "ogrinfo" not in machine.commands:
        wanted.append("gdal-bin")
    if what == "test" and "browser" not in machine.commands and machine.distribution != "ubuntu":
        wanted.append("chromium")
    return wanted


def lacking(machine: Machine, what: str, own_server: bool = False) -> list[str]:
    """Return one sentence for each thing that no package here can bring."""
    sentences = [
        f"{package} is not installed: sudo apt-get install {package}"
        for package in packages(machine, what, own_server)
    ]
    if what == "test" and machine.distribution == "ubuntu" and "browser" not in machine.commands:
        sentences.append(
            "Ubuntu ships Chromium only as a snap, which the browser tests cannot drive: "
            ".venv/bin/playwright install --with-deps chromium"
        )
    if "bwrap" in machine.commands and "sandbox" not in machine.commands:
        sentences.append(
            "the kernel forbids bubblewrap its namespaces, so uploads will be refused: "
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (in a container, "
            "allow user namespaces)"
        )
    return sentences


def browser() -> str | None:
    """Return the path of a Chromium the tests can drive, or None."""
    for name in _BROWSERS:
        found = shutil.which(name)
        if found is not None and not _is_snap(Path(found)):
            return found
    own = Path.home() / ".cache" / "ms-playwright"
    downloaded = sorted(own.glob("chromium-*/chrome-linux*/chrome"))
    return str(downloaded[-1]) if downloaded else None


def install(names: list[str]) -> bool:
    """Install Debian packages without a question and without touching existing clusters.

    Raises:
        Missing: there is no apt-get, or no right to use it.
    """
    command = f"sudo apt-get install {' '.join(names)}"
    if shutil.which("apt-get") is None:
        raise Missing(
            f"this machine has no apt-get; install the like of these yourself: {' '.join(names)}"
        )
    sudo = _sudo(command)
    say(f"installing Debian packages: {' '.join(names)}")
    _mend(sudo)
    run([*_apt(sudo), "update"])
    if "postgresql" not in names:
        return run([*_apt(sudo), "install", *names])
    return _install_server(sudo, names)


def sandbox_works() -> bool:
    """Say whether bubblewrap may make its namespaces here."""
    probe = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--", "/bin/echo", "ok"]
    return answer(probe) == "ok"


def _install_server(sudo: list[str], names: list[str]) -> bool:
    """Install a PostgreSQL server without the cluster Debian would make and start for it."""
    if not run([*_apt(sudo), "install", "postgresql-common"]):
        return False
    script = f"mkdir -p {_CREATECLUSTER.parent} && echo create_main_cluster=false >{_CREATECLUSTER}"
    run([*sudo, "sh", "-c", script])
    try:
        return run([*_apt(sudo), "install", *names])
    finally:
        run([*sudo, "rm", "-f", str(_CREATECLUSTER)])


def _mend(sudo: list[str]) -> None:
    """Finish what an interrupted installation left half done."""
    if shutil.which("dpkg") and answer(["dpkg", "--audit"]):
        run([*sudo, "dpkg", "--configure", "-a", "--force-confold"])


def _apt(sudo: list[str]) -> list[str]:
    quiet = ["DEBIAN_FRONTEND=noninteractive", "NEEDRESTART_MODE=l", "LC_ALL=C.UTF-8"]
    options = ["-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=600"]
    keep = ["-o", "Dpkg::Options::=--force-confold", "-o", "Dpkg::Use-Pty=0"]
    return [*sudo, "env", *quiet, "apt-get", *options, *keep]


def _sudo(command: str) -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and (_passwordless() or sys.stdin.isatty()):
        return ["sudo"]
    raise Missing(f"packages are missing and this account may not install them: {command}")


def _passwordless() -> bool:
    return answer(["sudo", "-n", "echo", "ok"]) == "ok"


def _has_database(machine: Machine) -> bool:
    return any(major >= OLDEST_POSTGRESQL for major in machine.with_postgis)


def _database(servers: tuple[int, ...]) -> list[str]:
    """Return PostGIS for a server that is here, else the distribution's own pair."""
    usable = [major for major in servers if major >= OLDEST_POSTGRESQL]
    if usable:
        return [f"postgresql-{max(usable)}-postgis-3"]
    return ["postgresql", "postgresql-postgis"]


def _is_snap(path: Path) -> bool:
    """Say whether ``path`` is Ubuntu's stub that only asks for the snap, or the snap itself."""
    if str(path.resolve()).startswith("/snap/") or path.resolve().name == "snap":
        return True
    with path.open("rb") as head:
        start = head.read(4096)
    return start.startswith(b"#!") and b"/snap/bin" in start


def _distribution(root: Path) -> str:
    try:
        text = (root / "etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return "unknown"
    match = re.search(r"^ID=\"?([\w.-]+)", text, re.MULTILINE)
    return match.group(1) if match else "unknown"
