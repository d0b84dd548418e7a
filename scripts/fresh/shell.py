"""Run other programs, say what goes on, remember what is already done."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "var" / "tools"
LOG = TOOLS / "bootstrap.log"


class Missing(Exception):
    """Something could not be brought; the message is one sentence with the command that helps."""


def say(text: str) -> None:
    """Print one line of progress at once."""
    print(f"▸ {text}", flush=True)


def run(
    command: Sequence[str],
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    quiet: bool = False,
) -> bool:
    """Run ``command`` with its output in the log; say whether it worked.

    What failed is shown, unless it is ``quiet``: an attempt that has a successor.
    """
    with LOG.open("ab") as log:
        start = log.tell()
        log.write(f"\n$ {' '.join(command)}   ({time.strftime('%F %T')})\n".encode())
        log.flush()
        full = dict(os.environ, **(env or {}))
        try:
            code = subprocess.call(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=full, cwd=str(cwd)
            )
        except OSError as error:
            log.write(f"{error}\n".encode())
            code = 127
    if code != 0 and not quiet:
        with LOG.open("rb") as log:
            log.seek(start)
            lines = log.read().decode("utf-8", "replace").strip().splitlines()
        telling = [line for line in lines if "error" in line.lower()][:6] or lines[-12:]
        print("\n".join("    " + line for line in telling), flush=True)
    return code == 0


def answer(command: Sequence[str], env: Mapping[str, str] | None = None) -> str:
    """Return what ``command`` prints, stripped; empty when it fails or does not exist."""
    full = dict(os.environ, **(env or {}))
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
            env=full,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""


def digest(paths: Iterable[Path], *words: str) -> str:
    """Return one hash of the names and contents of ``paths`` and of ``words``."""
    whole = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        whole.update(str(path).encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


def is_done(name: str, key: str) -> bool:
    """Say whether step ``name`` was finished for ``key``."""
    stamp = TOOLS / "stamps" / name
    return stamp.exists() and stamp.read_text() == key


def begin(name: str) -> None:
    """Forget that step ``name`` was finished: interrupted from here on, it is done again."""
    stamp = TOOLS / "stamps" / name
    if stamp.exists():
        stamp.unlink()


def finish(name: str, key: str) -> None:
    """Remember that step ``name`` is finished for ``key``."""
    stamp = TOOLS / "stamps" / name
    stamp.parent.mkdir(parents=True, exist_ok=True)
    fresh = stamp.with_name(name + ".new")
    fresh.write_text(key)
    fresh.replace(stamp)
