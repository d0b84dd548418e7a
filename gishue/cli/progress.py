"""Progress on a terminal: one line, written over."""

import sys

from conversion.progress import OnProgress


def progress(*, as_json: bool) -> OnProgress | None:
    """Return what shows stage, fraction and message on a terminal; None where nobody watches."""
    if as_json or not sys.stderr.isatty():
        return None

    def show(stage: str, fraction: float, message: str) -> None:
        print(f"\r{stage:<12} {fraction:6.1%}  {message:<50.50}", end="", file=sys.stderr)
        if fraction >= 1.0:
            print(file=sys.stderr)

    return show
