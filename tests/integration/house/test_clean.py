"""``make clean``, in a copy of the folder: what it stops, removes and leaves alone."""

import shutil
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from gishue.core import cluster as clusters
from gishue.core.cluster import Cluster, State

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "clean"


@pytest.fixture(params=[0o755, 0o700], ids=["open", "closed"])
def tree(request: pytest.FixtureRequest) -> Generator[Path]:
    """A folder like the repository, passable by every account or by its owner alone."""
    path = Path(tempfile.mkdtemp(prefix="gishue-clean-", dir="/tmp"))
    path.chmod(request.param)
    (path / "scripts").mkdir()
    shutil.copy2(SCRIPT, path / "scripts" / "clean")
    yield path
    shutil.rmtree(path)


def clean(tree: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [str(tree / "scripts" / "clean"), *args]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_stops_the_database_and_removes_what_was_made(tree: Path, cluster: Cluster) -> None:
    own = Cluster(tree / "var")
    clusters.start(own)
    seen = clusters.status(own)
    assert seen.home is not None
    (tree / ".venv").mkdir()
    (tree / "kept.txt").touch()
    done = clean(tree)
    assert done.returncode == 0, done.stderr
    assert not seen.home.exists()
    assert not Path(f"/proc/{seen.pid}/cwd").exists()
    assert sorted(path.name for path in tree.iterdir()) == ["kept.txt", "scripts"]
    assert clusters.status(cluster).state is State.RUNNING  # another one is left alone


def test_it_refuses_a_folder_that_is_not_ours(tree: Path) -> None:
    other = tree / "photos"
    other.mkdir()
    (other / "one.jpg").touch()
    done = clean(tree, str(other))
    assert done.returncode == 1
    assert "nothing removed" in done.stderr
    assert (other / "one.jpg").exists()


def test_it_may_be_repeated(tree: Path) -> None:
    assert clean(tree).returncode == 0
    assert clean(tree).returncode == 0
