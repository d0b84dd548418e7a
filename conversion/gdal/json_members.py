"""The values of one member of a large JSON, wherever it stands, without decoding the rest."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

_CHUNK: Final = 8 << 20
_OVERLAP: Final = 64


def values(path: Path, begins: re.Pattern[str], *, longest: int) -> Iterator[Any]:
    """Yield each value that follows ``begins``; what a chunk's end cuts waits for the next chunk.

    A value of more than ``longest`` letters is passed over where a chunk cuts it.
    """
    decoder = json.JSONDecoder()
    waiting = ""
    with path.open("r", encoding="utf-8", errors="replace") as stream:
        while chunk := stream.read(_CHUNK):
            waiting += chunk
            end = 0
            kept = len(waiting) - _OVERLAP
            while begin := begins.search(waiting, end):
                try:
                    value, end = decoder.raw_decode(waiting, begin.end())
                except (ValueError, RecursionError):
                    if len(waiting) - begin.start() < longest:
                        kept = begin.start()
                        break
                    end = begin.end()
                else:
                    yield value
            waiting = waiting[max(kept, end, 0) :]
