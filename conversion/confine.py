"""The walls of the sandbox: what a child sees, may use and is told, as one bubblewrap command."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from gishue.core.settings import Settings

BWRAP: Final = "/usr/bin/bwrap"
_ARGV: Final = (sys.executable, "-I", "-m", "conversion.child")
_PACKAGES: Final = ("conversion", "drone_imagery", "gishue", "layers")

# Source: knowledge of 250 hostile reader runs; each line closes a way out that a reader used.
_ENV: Final[Mapping[str, str]] = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/job",
    "TMPDIR": "/job",
    "CPL_TMPDIR": "/job",
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PROJ_NETWORK": "OFF",
    "GDAL_HTTP_PROXY": "127.0.0.1:1",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "CPL_VSIL_USE_TEMP_FILE_FOR_RANDOM_WRITE": "NO",
    # GDAL 3.12.4's own Arrow of FlatGeobuf leaves the offsets of absent geometries unset.
    "OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES",
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "GDAL_VRT_ENABLE_RAWRASTERBAND": "NO",
    "OGR_SQLITE_ALLOW_EXTERNAL_ACCESS": "NO",
    "OGR_GEOJSON_MAX_OBJ_SIZE": "200",
    "OGR_ARROW_MEM_LIMIT": str(16 << 20),
    "CPL_MAX_ERROR_REPORTS": "20",
    "GDAL_CACHEMAX": "64",
    "GDAL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use; ``output_bytes`` counts its answer and what it writes to /out.

    ``unpacked_one_bytes`` and ``unpacked_all_bytes``: what may come out of an archive, of one
    member and of all.
    """

    cpu_s: int = 600
    wall_s: float = 900
    memory_bytes: int = 1536 << 20
    output_bytes: int = 8 << 30
    unpacked_one_bytes: int = 8 << 30
    unpacked_all_bytes: int = 8 << 30

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Return the limits that the operator set."""
        return cls(
            cpu_s=settings.sandbox_cpu_s,
            wall_s=settings.sandbox_wall_s,
            memory_bytes=settings.sandbox_memory_bytes,
            output_bytes=max(2 * settings.upload_max_bytes, settings.unpacked_max_bytes),
            unpacked_one_bytes=settings.unpacked_member_max_bytes,
            unpacked_all_bytes=settings.unpacked_max_bytes,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """What the child sees besides itself: a folder as ``/in``, or a file as ``/in/<name>``.

    ``out`` is a folder it may write, as ``/out``. ``driver`` is the only GDAL driver of pyogrio
    that it keeps; empty: none.
    """

    source: Path
    name: str = ""
    out: Path | None = None
    driver: str = ""


def command(place: Place, limits: Limits, *more: str) -> list[str]:
    """Return the command that starts a confined child, with ``more`` arguments."""
    sets = [part for name, value in _ENV.items() for part in ("--setenv", name, value)]
    code = [part for path in code_paths() for part in ("--ro-bind", path, path)]
    out = ["--bind", str(place.out), "/out"] if place.out is not None else []
    return [
        *(BWRAP, "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent"),
        *("--new-session", "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534"),
        *("--hostname", "sandbox", "--clearenv", *sets),
        *("--ro-bind", "/usr", "/usr", "--ro-bind", "/lib", "/lib"),
        *("--ro-bind-try", "/lib64", "/lib64", *code),
        *("--proc", "/proc", "--dev", "/dev", "--size", "268435456", "--tmpfs", "/job"),
        *("--ro-bind", str(place.source), f"/in/{place.name}".rstrip("/"), *out),
        *("--remount-ro", "/", "--chdir", "/job"),
        *("/usr/bin/nice", "-n", "5", "/usr/bin/prlimit", f"--as={limits.memory_bytes}"),
        *(f"--cpu={limits.cpu_s}", f"--fsize={limits.output_bytes}", "--nofile=256"),
        *("--nproc=64", "--core=0", *_ARGV, *more),
    ]


@cache
def code_paths() -> tuple[str, ...]:
    """Return the folders of the interpreter, its environment and our packages, nothing wider.

    Of a checkout only the packages are shown: the data directory and ``.env`` may lie beside them.
    """
    paths = [Path(sys.base_prefix), Path(sys.base_prefix).resolve(), Path(sys.prefix)]
    paths += [link.parents[1] for link in _links(Path(sys.executable))]
    for package in _PACKAGES:
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            paths.append(Path(spec.origin).parent)
    kept: list[Path] = []
    for path in sorted(set(paths), key=lambda path: len(path.parts)):
        is_system = path == Path("/") or path.is_relative_to("/usr") or len(path.parts) < 3
        if not is_system and not any(path.is_relative_to(other) for other in kept):
            kept.append(path)
    return tuple(str(path) for path in kept)


def _links(path: Path) -> list[Path]:
    """Return ``path`` and every path its symbolic links lead through."""
    found = [path]
    while found[-1].is_symlink():
        found.append(found[-1].parent / found[-1].readlink())
    return found
