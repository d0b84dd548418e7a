"""The walls of the sandbox, tried from inside and out."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from conversion import confine, sandbox
from conversion.drivers import all_but
from conversion.refusal import BeyondLimit, BrokenFile
from conversion.sandbox import Limits, Place, answer, started
from gishue.core.errors import GishueError
from tests.support.upload import LEGACY, zipped

INSPECT = {"act": "inspect", "kind": "shapefile", "file": "/in/ranhgioi_tcvn3.shp", "layer": ""}


def place() -> Place:
    return Place(LEGACY, skip=all_but("ESRI Shapefile"))


def test_a_child_reads_its_file_and_nothing_else() -> None:
    sandbox.self_test()
    assert answer(INSPECT, place(), Limits())["rows"] == 14


def test_only_the_driver_of_the_kind_is_there() -> None:
    with pytest.raises(GishueError) as caught:
        answer(INSPECT, Place(LEGACY, skip=all_but("GPKG")), Limits())
    assert caught.value.slug == "broken-file"


def test_a_child_that_takes_too_long_is_ended_with_all_it_started() -> None:
    began = time.monotonic()
    with started(INSPECT, place(), Limits(wall_s=0.01)) as child:
        child.stdout.read()
        with pytest.raises(BeyondLimit, match="longer"):
            child.finish()
    assert time.monotonic() - began < 20
    assert child.process.poll() is not None


def test_a_child_that_wants_too_much_memory_is_ended() -> None:
    with pytest.raises((BeyondLimit, BrokenFile)):
        answer(INSPECT, place(), Limits(memory_bytes=90 << 20))


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
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == 1
    slug, sentence = done.stderr.strip().split("|")
    assert slug == "sandbox_unavailable"
    assert "hộp cát" in sentence
