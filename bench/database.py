"""A database of a benchmark's own: an embedded cluster that lives as long as the run."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from gishue.core import cluster as clusters
from gishue.core import db
from gishue.core.cluster import Cluster


class Place(NamedTuple):
    """Where a run may write, and the URL of its migrated database."""

    folder: Path
    url: str


@contextmanager
def own_place() -> Generator[Place]:
    """Lend a folder and a migrated database in it; both are gone at the end."""
    with tempfile.TemporaryDirectory(prefix="gishue-bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        own = Cluster(folder / "db")
        clusters.start(own)
        try:
            url = clusters.url(own)
            db.migrate(url)
            yield Place(folder, url)
        finally:
            clusters.stop(own)
