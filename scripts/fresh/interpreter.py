"""uv, a Python that is new enough, and the virtual environment made of the two."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scripts.fresh import machine
from scripts.fresh.shell import (
    ROOT,
    TOOLS,
    Missing,
    answer,
    begin,
    digest,
    finish,
    is_done,
    run,
    say,
)

OLDEST = (3, 12)
PREFERRED = ((3, 13), (3, 12))
_VENV_PYTHON = ROOT / ".venv" / "bin" / "python"
_QUESTION = "import sys; print(*sys.version_info[:2], sys.executable)"


class Found(NamedTuple):
    """An interpreter: its major and minor version, its path."""

    number: tuple[int, int]
    path: str


def bring_environment() -> None:
    """Make ``.venv`` hold exactly what ``uv.lock`` says.

    Raises:
        Missing: uv, a Python or the packages cannot be brought.
    """
    current = ask(str(_VENV_PYTHON)).number
    key = digest([ROOT / "uv.lock", ROOT / "pyproject.toml"], str(ROOT), str(current))
    if current >= OLDEST and is_done("venv", key):
        return
    uv = bring_uv()
    choice = [] if current >= OLDEST else ["--python", _python_for(uv)]
    say("installing the Python packages of uv.lock into .venv")
    begin("venv")
    if not run([uv, "sync", "--frozen", "--compile-bytecode", *choice]):
        raise Missing(
            "the Python packages could not be installed (see above); check the connection to "
            "the package index, then run the same command again"
        )
    made = str(ask(str(_VENV_PYTHON)).number)
    finish("venv", digest([ROOT / "uv.lock", ROOT / "pyproject.toml"], str(ROOT), made))


def bring_peers() -> None:
    """Add to ``.venv`` what benchmarks compare with; their table says what is missing."""
    if not run([bring_uv(), "sync", "--frozen", "--inexact", "--group", "bench"], quiet=True):
        say("the peers of the benchmarks could not be installed; the table will say so")


def bring_uv() -> str:
    """Return a uv that works, installing a private one where there is none.

    Raises:
        Missing: neither venv nor pip can install it.
    """
    own = TOOLS / "uv" / "bin" / "uv"
    places = [shutil.which("uv"), Path.home() / ".local/bin/uv", Path.home() / ".cargo/bin/uv", own]
    for place in places:
        if place is not None and answer([str(place), "--version"]).startswith("uv "):
            return str(place)
    say("installing uv into var/tools")
    if _install_uv(own):
        return str(own)
    if shutil.which("apt-get") and machine.install(["python3-venv"]):
        _forget(own)
        if _install_uv(own, "/usr/bin/python3"):
            return str(own)
    raise Missing("uv could not be installed: see https://docs.astral.sh/uv/ and put it on PATH")


def ask(python: str) -> Found:
    """Return what ``python`` really is, behind any shim; number (0, 0) when it does not run."""
    words = answer([python, "-I", "-c", _QUESTION]).split(maxsplit=2)
    if len(words) != 3 or not words[0].isdigit() or not words[1].isdigit():
        return Found((0, 0), python)
    return Found((int(words[0]), int(words[1])), words[2])


def best(found: list[Found]) -> str | None:
    """Return the interpreter to build on: 3.13, then 3.12, then the oldest that is newer."""
    fit = [each for each in found if each.number >= OLDEST]
    for wanted in PREFERRED:
        for each in fit:
            if each.number == wanted:
                return each.path
    return min(fit).path if fit else None


def candidates() -> Iterator[str]:
    """Yield interpreters worth asking: those on PATH, then pyenv's own, whatever its shims say."""
    for name in ("python3.13", "python3.12", "python3", "python", "/usr/bin/python3"):
        found = shutil.which(name)
        if found is not None:
            yield found
    roots = (os.environ.get("PYENV_ROOT"), answer(["pyenv", "root"]), str(Path.home() / ".pyenv"))
    for root in dict.fromkeys(root for root in roots if root):
        for python in sorted(Path(root).glob("versions/3.*/bin/python3"), reverse=True):
            yield str(python)


def _python_for(uv: str) -> str:
    """Return the interpreter for ``.venv``: one that is here, Debian's, or uv's own download.

    Raises:
        Missing: none of the three.
    """
    chosen = best([ask(path) for path in candidates()])
    if chosen is not None:
        return chosen
    if _debian_has_one() and machine.install(["python3"]):
        return "/usr/bin/python3"
    say("installing Python 3.13 with uv")
    if run([uv, "python", "install", "3.13"], env={"UV_PYTHON_PREFERENCE": "managed"}):
        return "3.13"
    raise Missing(
        "no Python ≥ 3.12 is here and uv could not download one; bring one with: pyenv install 3.13"
    )


def _debian_has_one() -> bool:
    if shutil.which("apt-cache") is None:
        return False
    policy = answer(["apt-cache", "show", "--no-all-versions", "python3"])
    lines = [line for line in policy.splitlines() if line.startswith("Version: ")]
    numbers = lines[0].split()[1].split(".")[:2] if lines else ["0", "0"]
    return tuple(int(number) for number in numbers if number.isdigit()) >= OLDEST


def _install_uv(own: Path, python: str = sys.executable) -> bool:
    """Install uv below ``var/tools`` by a private venv, else by ``pip --target`` (PEP 668)."""
    target = own.parent.parent
    if run([python, "-m", "venv", "--clear", str(target)], quiet=True) and run(
        [str(target / "bin" / "python"), "-m", "pip", "install", "-q", "uv"]
    ):
        return own.exists()
    _forget(own)
    run([python, "-m", "pip", "install", "-q", "--target", str(target), "uv"], quiet=True)
    return own.exists()


def _forget(own: Path) -> None:
    shutil.rmtree(str(own.parent.parent), ignore_errors=True)
