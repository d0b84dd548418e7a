"""Work on an upload that a person may stop: its children are killed, whatever stage it is in."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, Protocol

from conversion.upload import UploadId, UploadState
from gishue.core.events import Event
from layers.snapshot import Registry

CANCELLED: Final = "cancelled"


class Killable(Protocol):
    """A running child."""

    def kill(self, reason: str) -> None:
        """End it."""
        ...


class Stop:
    """What is to be ended with the work; threads started by the work share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: list[Killable] = []
        self._reason = ""

    @contextmanager
    def holding(self, child: Killable) -> Generator[None]:
        """Have ``child`` killed when the work is stopped, at once if it is already."""
        with self._lock:
            self._running.append(child)
            reason = self._reason
        if reason:
            child.kill(reason)
        try:
            yield
        finally:
            with self._lock:
                self._running.remove(child)

    def now(self, reason: str) -> None:
        """Kill what runs, and what will be started."""
        with self._lock:
            self._reason = reason
            running = list(self._running)
        for child in running:
            child.kill(reason)


_STOP: ContextVar[Stop | None] = ContextVar("stop", default=None)


@contextmanager
def held(child: Killable) -> Generator[None]:
    """Tie ``child`` to the work that is under way here, if it can be stopped."""
    stop = _STOP.get()
    if stop is None:
        yield
        return
    with stop.holding(child):
        yield


@contextmanager
def stoppable(registry: Registry, upload_id: UploadId) -> Generator[None]:
    """Stop the work in this block when the upload is refused by somebody else meanwhile."""
    stop = Stop()

    def hear(event: Event) -> None:
        payload: Any = event.payload
        is_ours = event.kind == "upload" and payload.get("id") == str(upload_id)
        if is_ours and payload.get("stage") == UploadState.REFUSED:
            stop.now(CANCELLED)

    token = _STOP.set(stop)
    registry.watchers.append(hear)
    try:
        yield
    finally:
        registry.watchers.remove(hear)
        _STOP.reset(token)
