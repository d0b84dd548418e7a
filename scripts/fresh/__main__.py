"""``python -m scripts.fresh [run|test|bench]``: bring what is missing, in order, one at a time."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager

from scripts.fresh import front, interpreter, machine
from scripts.fresh.shell import TOOLS, Missing, say

_VITAL = ("postgresql", "libexpat")


def main(what: str) -> int:
    """Bring everything ``what`` needs; return the exit code."""
    try:
        with _alone():
            _bring_packages("test" if what == "bench" else what)
            interpreter.bring_environment()
            if what == "bench":
                interpreter.bring_peers()
            front.bring_front()
    except Missing as missing:
        print(f"✗ {missing}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n✗ interrupted; the same command goes on from here", file=sys.stderr)
        return 130
    return 0


def _bring_packages(what: str) -> None:
    own_server = bool(os.environ.get("GISHUE_DATABASE_URL"))
    needed = machine.packages(machine.look(), what, own_server)
    if needed:
        _install(needed)
    for sentence in machine.lacking(machine.look(), what, own_server):
        if sentence.startswith(_VITAL):
            raise Missing(sentence)
        print(f"✗ {sentence}", file=sys.stderr)


def _install(needed: list[str]) -> None:
    try:
        machine.install(needed)
    except Missing:
        if any(package.startswith(_VITAL) for package in needed):
            raise


@contextmanager
def _alone() -> Generator[None]:
    """Let one bootstrap of this folder work at a time."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    with (TOOLS / "bootstrap.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another bootstrap of this folder is at work; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "run"))
