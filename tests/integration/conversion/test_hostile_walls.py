"""Programs that misbehave inside the walls: ended at the limit, the reason named, nothing left."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from conversion.confine import Limits, Place, command
from conversion.sandbox import Child, watched
from gishue.core.errors import GishueError
from tests.support.upload import LEGACY

MIB = 1 << 20
PROGRAMS: dict[str, tuple[str, Limits, tuple[str, ...]]] = {
    "one file of 10 GiB": (
        "f = open('/out/a', 'wb')\nwhile True: f.write(bytes(1 << 20))",
        Limits(wall_s=30, output_bytes=40 * MIB),
        ("output", "unreadable"),
    ),
    "many files": (
        "n = 0\nwhile True:\n open(f'/out/{n}', 'wb').write(bytes(1 << 20)); n += 1",
        Limits(wall_s=30, output_bytes=40 * MIB),
        ("output",),
    ),
    "an answer without end": (
        "import sys\nwhile True: sys.stdout.buffer.write(bytes(1 << 20))",
        Limits(wall_s=3),
        ("time",),
    ),
    "a sleep": ("import time; time.sleep(999)", Limits(wall_s=1.5), ("time",)),
    "work without end": ("while True: pass", Limits(cpu_s=2, wall_s=60), ("time",)),
    "memory without end": (
        "kept = []\nwhile True: kept.append(bytes(64 << 20))",
        Limits(wall_s=30, memory_bytes=300 * MIB),
        ("unreadable", "memory"),
    ),
    "forks": (
        "import os, time\nfor n in range(40):\n if os.fork() == 0: break\ntime.sleep(998.5)",
        Limits(wall_s=2),
        ("time",),
    ),
}


@pytest.mark.parametrize("case", PROGRAMS)
def test_a_child_that_wants_too_much_is_ended_and_the_reason_named(
    tmp_path: Path, case: str
) -> None:
    program, limits, reasons = PROGRAMS[case]
    whole = command(Place(LEGACY, out=tmp_path), limits)
    process = subprocess.Popen(
        [*whole[: whole.index(sys.executable)], sys.executable, "-I", "-c", program],
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    began = time.monotonic()
    with watched(Child(process, limits, tmp_path)) as child:
        while child.stdout.read(MIB):
            pass
        with pytest.raises(GishueError) as caught:
            child.finish()
    assert caught.value.extra["code"] in reasons
    assert time.monotonic() - began < limits.wall_s + 25
    assert sum(one.stat().st_size for one in tmp_path.iterdir()) <= 1_024 * MIB
    assert not any("998.5" in said for said in command_lines())


def command_lines() -> list[str]:
    """Return what every process of this machine was started with."""
    found: list[str] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes().decode("utf-8", "replace"))
        except OSError:
            continue
    return [said for said in found if "os.fork" in said and "bwrap" not in said]


LOOKS = """
import json, os, pathlib, socket
seen = {}
def tried(name, way):
    try: way()
    except OSError: seen[name] = False
    else: seen[name] = True
tried("etc", lambda: open("/etc/passwd").read())
tried("var", lambda: os.listdir("/var"))
tried("work", lambda: open(SECRET).read())
tried("write in", lambda: open("/in/x", "w"))
tried("write usr", lambda: open("/usr/x", "w"))
tried("write lib", lambda: open(LIB + "/x", "w"))
tried("loopback", lambda: socket.create_connection(("127.0.0.1", PORT), 1))
tried("name", lambda: socket.getaddrinfo("example.com", 80))
tried("mount", lambda: os.unshare(os.CLONE_NEWUSER))
tried("chroot", lambda: os.chroot("/job"))
tried("kill", lambda: os.kill(PARENT, 0))
tried("own", lambda: open("/job/x", "w"))
print(json.dumps(seen))
"""


def test_from_inside_nothing_can_be_read_written_or_reached_but_the_job(tmp_path: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=tmp_path) as secret:
        names = {"SECRET": secret.name, "LIB": str(Path(sys.prefix)), "PORT": 5432, "PARENT": 2**21}
        head = "".join(f"{name} = {value!r}\n" for name, value in names.items())
        whole = command(Place(LEGACY), Limits(wall_s=30))
        process = subprocess.Popen(
            [*whole[: whole.index(sys.executable)], sys.executable, "-I", "-c", head + LOOKS],
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        with watched(Child(process, Limits(wall_s=30), None)) as child:
            said = child.stdout.read()
            child.finish()
    opened = {name for name, worked in json.loads(said).items() if worked}
    assert opened == {"own"}
