"""Of the drivers of GDAL a child keeps one: whatever else a file claims to be, nobody reads it."""

import ctypes
from collections.abc import Iterator

import pyogrio
from pyogrio import _ogr  # pyright: ignore[reportAttributeAccessIssue]  compiled, without stubs


def keep_only(driver: str) -> None:
    """Take every other GDAL driver out of this process; with an empty name, all of them.

    Runs inside the sandbox before a file is opened. It does what ``GDAL_SKIP`` does at the start
    of a process, so that a child may be started before its job is known; the option is set too, in
    case that something registers the drivers anew.

    Raises:
        RuntimeError: other drivers are left.
    """
    library = _library()
    others = [(name, handle) for name, handle in _registered(library) if name != driver]
    for _, handle in others:
        library.GDALDeregisterDriver(handle)
    pyogrio.set_gdal_config_options({"GDAL_SKIP": ",".join(name for name, _ in others)})
    left = [name for name, _ in _registered(library)]
    if left not in ([], [driver]):
        raise RuntimeError("drivers are left that the job does not need")


def _registered(library: ctypes.CDLL) -> Iterator[tuple[str, int]]:
    """Yield name and handle of each driver, as they are at the start of the walk."""
    handles = [library.GDALGetDriver(at) for at in range(library.GDALGetDriverCount())]
    for handle in handles:
        yield library.GDALGetDriverShortName(handle).decode(), handle


def _library() -> ctypes.CDLL:
    """Return the GDAL that pyogrio is linked with; the wheel carries its own."""
    library = ctypes.CDLL(_ogr.__file__)
    library.GDALGetDriver.restype = ctypes.c_void_p
    library.GDALGetDriverShortName.restype = ctypes.c_char_p
    library.GDALGetDriverShortName.argtypes = [ctypes.c_void_p]
    library.GDALDeregisterDriver.argtypes = [ctypes.c_void_p]
    return library
