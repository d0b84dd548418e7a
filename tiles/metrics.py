"""What the tile service counts, for ``/metrics``."""

from prometheus_client import Counter, Histogram

_ANSWERED = Counter(
    "gishue_tiles_total", "Tiles by how they came: built, cached, archived, shed", ["kind", "how"]
)
_SECONDS = Histogram(
    "gishue_tile_build_seconds",
    "Time to build a tile, its waiting included",
    ["kind"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)
_BYTES = Counter("gishue_tile_bytes_total", "Bytes of tile bodies sent", ["kind"])


class TileCounters:
    """The counters of one kind of tiles: ``vector`` or ``raster``."""

    def __init__(self, kind: str) -> None:
        self._built = _ANSWERED.labels(kind, "built")
        self._cached = _ANSWERED.labels(kind, "cached")
        self._archived = _ANSWERED.labels(kind, "archived")
        self._shed = _ANSWERED.labels(kind, "shed")
        self._seconds = _SECONDS.labels(kind)
        self._bytes = _BYTES.labels(kind)

    def built(self, seconds: float) -> None:
        """Count one built tile."""
        self._built.inc()
        self._seconds.observe(seconds)

    def cached(self) -> None:
        """Count one tile that was ready."""
        self._cached.inc()

    def archived(self) -> None:
        """Count one tile from an archive."""
        self._archived.inc()

    def shed(self) -> None:
        """Count one refusal."""
        self._shed.inc()

    def sent(self, size: int) -> None:
        """Count the bytes of one answer."""
        self._bytes.inc(size)
