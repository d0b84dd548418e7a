"""The walls of the sandbox, tried from inside and out."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conversion import confine, sandbox, warm
from conversion.refusal import BeyondLimit, BrokenFile
from conversion.sandbox import Limits, Place, answer, started
from gishue.core.errors import GishueError
from tests.support.upload import LEGACY, geojson, points, zipped

ROOT = Path(__file__).parents[3]

INSPECT = {"act": "inspect", "kind": "shapefile", "file": "/in/ranhgioi_tcvn3.shp", "layer": ""}


def place() -> Place:
    return Place(LEGACY, driver="ESRI Shapefile")


def test_a_child_reads_its_file_and_nothing_else() -> None:
    sandbox.self_test()
    assert answer(INSPECT, place(), Limits())["rows"] == 14


def test_only_the_driver_of_the_kind_is_there() -> None:
    with pytest.raises(GishueError) as caught:
        answer(INSPECT, Place(LEGACY, driver="GPKG"), Limits())
    assert caught.value.slug == "broken-file"


def test_a_child_that_takes_too_long_is_ended_with_all_it_started() -> None:
    began = time.monotonic()
    with started(INSPECT, place(), Limits(wall_s=0.01)) as child:
        child.stdout.read()
        with pytest.raises(BeyondLimit, match="longer"):
            child.finish()
    assert time.monotonic() - began < 20
    assert child.process.poll() is not None


@pytest.mark.parametrize("is_warm", [False, True])
def test_a_child_that_wants_too_much_memory_is_ended(tmp_path: Path, is_warm: bool) -> None:
    line = [[107 + n * 1e-7, 16.4] for n in range(400_000)]
    (tmp_path / "0.geojson").write_bytes(geojson([{"type": "LineString", "coordinates": line}]))
    if not is_warm:
        (tmp_path / "link").symlink_to("0.geojson")
    job = {**INSPECT, "kind": "geojson", "file": "/in/0.geojson"}
    seen = Place(tmp_path, driver="GeoJSON")
    assert answer(job, seen, Limits())["rows"] == 1
    wait_for_children()
    with pytest.raises((BeyondLimit, BrokenFile)):  # some readers say so, some just die
        answer(job, seen, Limits(memory_bytes=400 << 20))


def wait_for_children() -> None:
    """Wait until the next job meets a child that is ready."""
    warm.prepare(Limits())
    while not warm.waiting():
        time.sleep(0.05)


def test_a_child_that_waits_serves_one_job_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.geojson": geojson(points(3))}))
    out = tmp_path / "out"
    out.mkdir()
    job = {"act": "unpack", "file": "/in/0000.zip", "folder": "/out", "one": 9e9, "all": 9e9}
    wait_for_children()
    with started(job, Place(path, "0000.zip", out), Limits()) as child:
        assert child.out is not None
        folder = child.out.parent
        assert folder.parent.name.startswith("gishue-ready-")
        said = child.stdout.read()
        child.finish()
    assert b"0000.geojson" in said
    assert (out / "0000.geojson").stat().st_size > 100
    assert not folder.exists()
    assert path.exists()


def test_a_process_that_ends_takes_its_waiting_children_along() -> None:
    program = (
        "import time; from conversion import warm; from conversion.sandbox import Limits\n"
        "warm.prepare(Limits())\n"
        "while not warm.waiting(): time.sleep(0.05)\n"
        "(one,) = warm._POOL._waiting\n"
        "print(one.process.pid, one.folder.parent)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    pid, folder = done.stdout.split()
    assert not Path("/proc", pid).exists()
    assert not Path(folder).exists()


def test_a_child_that_writes_too_much_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({f"{n}.geojson": bytes(60 << 20) for n in range(4)}))
    out = tmp_path / "out"
    out.mkdir()
    job = {
        "act": "unpack",
        "file": "/in/0000.zip",
        "folder": "/out",
        "one": 1 << 30,
        "all": 2 << 30,
    }
    with pytest.raises(GishueError):
        answer(job, Place(path, "0000.zip", out), Limits(output_bytes=20 << 20))
    assert sum(file.stat().st_size for file in out.iterdir()) <= 21 << 20


def test_an_unknown_act_is_no_answer() -> None:
    with pytest.raises(BrokenFile):
        answer({"act": "os.system"}, place(), Limits())


def test_leaving_early_ends_the_child() -> None:
    with started(INSPECT, place(), Limits()) as child:
        assert child.process.poll() is None
    assert child.process.poll() is not None


def test_the_data_folder_and_the_settings_are_not_shown_to_a_child() -> None:
    shown = confine.code_paths()
    root = Path(__file__).parents[3]
    assert str(root) not in shown
    assert not any(root.joinpath("var").is_relative_to(path) for path in shown)
    assert not any(root.joinpath(".env").is_relative_to(path) for path in shown)


def test_without_bubblewrap_nothing_is_opened() -> None:
    """The same program where ``/usr/bin/bwrap`` is hidden."""
    program = (
        "import sys; from pathlib import Path; from conversion import sandbox\n"
        "try: sandbox.answer({}, sandbox.Place(Path('/usr')), sandbox.Limits())\n"
        "except sandbox.SandboxUnavailable as error: sys.exit(error.slug + '|' + error.detail_vi)"
    )
    hidden = ["bwrap", "--dev-bind", "/", "/", "--ro-bind", "/dev/null", "/usr/bin/bwrap"]
    done = subprocess.run(
        [*hidden, sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 1
    slug, sentence = done.stderr.strip().split("|")
    assert slug == "sandbox_unavailable"
    assert "hộp cát" in sentence


@pytest.mark.parametrize(("kept", "waiting"), [(0, 0), (2, 2)])
def test_after_the_last_act_only_those_wait_that_a_worker_keeps(kept: int, waiting: int) -> None:
    pool = warm.Pool()
    pool.keep(kept)
    try:
        pool.take(Limits(), is_last=False)
        until(lambda: pool.waiting() >= max(1, kept))
        taken = pool.take(Limits(), is_last=True)
        assert taken is not None
        warm.end(taken)
        until(lambda: pool.waiting() == waiting)
        time.sleep(0.5)
        assert pool.waiting() == waiting
    finally:
        pool.close()


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
