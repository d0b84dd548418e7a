"""The wheel holds the product, whole, and runs away from the repository."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("gishue", "tiles", "layers", "conversion", "ogc", "drone_imagery")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built by the declared build backend."""
    out = tmp_path_factory.mktemp("wheel")
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", build, str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return out / done.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content in a folder, as an installer lays it out."""
    site = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return site


def run_outside(site: Path, *args: str) -> str:
    """Run Python in an empty folder with the unpacked wheel before everything else."""
    away = site.parent
    env = {**os.environ, "PYTHONPATH": str(site), "GISHUE_DATA_DIR": str(away / "var")}
    done = subprocess.run(
        [sys.executable, "-P", *args],
        cwd=away,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_every_file_git_knows_of_the_rooms(wheel: Path) -> None:
    known = subprocess.run(
        ["git", "ls-files", "--", *ROOMS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    with zipfile.ZipFile(wheel) as archive:
        missing = set(known.stdout.splitlines()) - set(archive.namelist())
    assert not missing


def test_the_wheel_holds_the_built_front_end(wheel: Path) -> None:
    built = ROOT / "gishue" / "portal" / "static" / "build"
    made = {path.relative_to(ROOT).as_posix() for path in built.rglob("*") if path.is_file()}
    assert made
    with zipfile.ZipFile(wheel) as archive:
        assert made <= set(archive.namelist())


def test_the_wheel_holds_nothing_beside_the_rooms(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(ROOMS)


def test_the_command_runs_from_the_wheel_alone(unpacked: Path) -> None:
    assert run_outside(unpacked, "-m", "gishue.cli", "version").strip()
    where = json.loads(
        run_outside(
            unpacked,
            "-c",
            "import gishue, tiles, layers, conversion, ogc, drone_imagery, json;"
            "print(json.dumps([m.__file__ for m in "
            "(gishue, tiles, layers, conversion, ogc, drone_imagery)]))",
        )
    )
    assert all(path.startswith(str(unpacked)) for path in where)


def test_migrations_and_statements_are_found_in_the_wheel(unpacked: Path) -> None:
    script = (
        "from gishue.core import db, sql; print(db.newest_step(), len(sql.load('layers', 'layer')))"
    )
    step, statements = run_outside(unpacked, "-c", script).split()
    assert step
    assert int(statements) > 0
