"""The PostgreSQL servers with PostGIS that this machine has."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gishue.core.errors import Unavailable

OLDEST_MAJOR = 15
_HOMES = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/local/pgsql/bin")


class NoPostgis(Unavailable):
    """No installed PostgreSQL can run the embedded cluster."""

    slug = "no-postgis"
    title = "PostgreSQL with PostGIS not installed"
    title_vi = "Chưa cài PostgreSQL kèm PostGIS"


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installed PostgreSQL server."""

    major: int
    bin_dir: Path
    has_postgis: bool


def installed(root: Path = Path("/")) -> list[Binaries]:
    """Return the PostgreSQL servers found under ``root`` and on ``PATH``, newest first."""
    found = {binaries.bin_dir: binaries for binaries in _probe(root)}
    return sorted(found.values(), key=lambda each: each.major, reverse=True)


def choose(found: Sequence[Binaries], major: int | None = None) -> Binaries:
    """Return the newest server with PostGIS, or the one of ``major`` for existing data.

    Raises:
        NoPostgis: none fits; the sentence says which command brings one.
    """
    for binaries in found:
        if binaries.has_postgis and binaries.major == (major or max(binaries.major, OLDEST_MAJOR)):
            return binaries
    if major is not None:
        raise NoPostgis(
            f"the database was made by PostgreSQL {major}, which is not installed with PostGIS: "
            f"apt-get install postgresql-{major} postgresql-{major}-postgis-3",
            vi=f"cơ sở dữ liệu được tạo bằng PostgreSQL {major} nhưng máy chưa cài bản đó kèm "
            f"PostGIS: apt-get install postgresql-{major} postgresql-{major}-postgis-3",
        )
    raise NoPostgis(
        f"no PostgreSQL ≥ {OLDEST_MAJOR} with PostGIS is installed: "
        "apt-get install postgresql postgis postgresql-postgis",
        vi=f"máy chưa có PostgreSQL ≥ {OLDEST_MAJOR} kèm PostGIS: "
        "apt-get install postgresql postgis postgresql-postgis",
    )


def _probe(root: Path) -> Iterator[Binaries]:
    for bin_dir in _candidates(root):
        major = _major(bin_dir)
        if major is not None:
            yield Binaries(major, bin_dir, _has_postgis(bin_dir))


def _candidates(root: Path) -> Iterator[Path]:
    for pattern in _HOMES:
        yield from root.glob(pattern)
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent


def _major(bin_dir: Path) -> int | None:
    if not all((bin_dir / name).exists() for name in ("postgres", "initdb", "pg_config")):
        return None
    match = re.search(r"\) (\d+)", _ask(bin_dir / "postgres", "--version"))
    return int(match[1]) if match else None


def _has_postgis(bin_dir: Path) -> bool:
    share = Path(_ask(bin_dir / "pg_config", "--sharedir"))
    return (share / "extension" / "postgis.control").exists()


def _ask(program: Path, option: str) -> str:
    done = subprocess.run([program, option], capture_output=True, text=True, check=False)
    return done.stdout.strip()
