"""Logs: one line an event, ``key=value``, UTC, control characters escaped."""

import logging
import sys
import time
from typing import Any


class _KeyValue(logging.Formatter):
    converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        said = super().format(record)
        return "".join(c if c.isprintable() or c == "\t" else repr(c)[1:-1] for c in said)


def logger(name: str) -> logging.Logger:
    """Return the logger of a module."""
    return logging.getLogger(name)


def configure(level: int = logging.INFO) -> None:
    """Send our logs to standard error; quieten libraries that log what we already say."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _KeyValue("%(asctime)sZ level=%(levelname)s at=%(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in {
        "pygeoapi": logging.CRITICAL,
        "alembic": logging.WARNING,
        "procrastinate": logging.WARNING,
        "rasterio": logging.ERROR,
        "pyogrio": logging.ERROR,
        "uvicorn.access": logging.WARNING,
        "httpx": logging.WARNING,
        "numexpr": logging.WARNING,
    }.items():
        logging.getLogger(name).setLevel(least)


def pairs(**values: Any) -> str:
    """Return ``a=1 b='x y'`` for the end of a log line."""
    return " ".join(f"{key}={_plain(value)}" for key, value in values.items())


def _plain(value: Any) -> str:
    said = str(value)
    return repr(said) if not said or any(c.isspace() or c in "='\"" for c in said) else said
