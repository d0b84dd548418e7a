"""What a fresh machine is told to install, decided from facts alone."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.fresh import front, interpreter, machine, shell
from scripts.fresh.interpreter import Found
from scripts.fresh.machine import Machine

ROOT = Path(__file__).resolve().parents[3]
FULL = Machine(
    "debian", (15,), (15,), frozenset({"bwrap", "sandbox", "ogrinfo", "browser", "libexpat"})
)
BARE = Machine("debian", (), (), frozenset())


def test_a_bare_machine_gets_a_server_and_the_sandbox() -> None:
    assert machine.packages(BARE, "run") == [
        "postgresql",
        "postgresql-postgis",
        "libexpat1",
        "bubblewrap",
    ]


def test_the_tests_also_need_a_browser_and_ogrinfo() -> None:
    assert machine.packages(BARE, "test")[-2:] == ["gdal-bin", "chromium"]


def test_a_full_machine_gets_nothing() -> None:
    assert machine.packages(FULL, "test") == []
    assert machine.lacking(FULL, "test") == []


def test_a_server_without_postgis_gets_the_matching_postgis() -> None:
    found = replace(FULL, servers=(14, 16, 17), with_postgis=())
    assert machine.packages(found, "run") == ["postgresql-17-postgis-3"]


def test_a_server_that_is_too_old_does_not_count() -> None:
    found = replace(FULL, servers=(13,), with_postgis=(13,))
    assert machine.packages(found, "run") == ["postgresql", "postgresql-postgis"]


def test_a_database_elsewhere_needs_no_server_here() -> None:
    found = replace(FULL, servers=(), with_postgis=())
    assert machine.packages(found, "run", own_server=True) == []
    assert "postgresql" in machine.packages(found, "test", own_server=True)


def test_ubuntu_is_told_in_one_sentence_where_a_browser_comes_from() -> None:
    found = replace(FULL, distribution="ubuntu", commands=FULL.commands - {"browser"})
    assert "chromium" not in machine.packages(found, "test")
    (sentence,) = machine.lacking(found, "test")
    assert "playwright install" in sentence
    assert machine.lacking(found, "run") == []


def test_a_forbidden_sandbox_is_named() -> None:
    (sentence,) = machine.lacking(replace(FULL, commands=FULL.commands - {"sandbox"}), "run")
    assert "uploads will be refused" in sentence


def test_the_facts_of_a_folder_tree_are_read(tmp_path: Path) -> None:
    for name in (
        "usr/lib/postgresql/15/bin/postgres",
        "usr/lib/postgresql/17/bin/postgres",
        "usr/share/postgresql/15/extension/postgis.control",
        "usr/share/postgresql/16/extension/postgis.control",
        "lib/x86_64-linux-gnu/libexpat.so.1",
    ):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text('NAME="Ubuntu"\nID=ubuntu\nVERSION_ID="24.04"\n')
    found = machine.look(tmp_path)
    assert (found.distribution, found.servers, found.with_postgis) == ("ubuntu", (15, 17), (15,))
    assert "libexpat" in found.commands


def test_python_3_13_is_preferred_then_3_12_then_the_next() -> None:
    def found(*minors: int) -> list[Found]:
        return [Found((3, minor), f"python3.{minor}") for minor in minors]

    assert interpreter.best(found(11, 14, 12, 13)) == "python3.13"
    assert interpreter.best(found(11, 14, 12)) == "python3.12"
    assert interpreter.best(found(15, 14)) == "python3.14"
    assert interpreter.best(found(8, 11)) is None
    assert interpreter.best([]) is None


def test_a_shim_that_resolves_to_nothing_is_no_python(tmp_path: Path) -> None:
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    assert interpreter.ask(str(shim)).number == (0, 0)
    assert interpreter.ask(sys.executable).number == sys.version_info[:2]


def test_pyenv_interpreters_are_found_without_their_shims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tmp_path / "versions" / "3.13.0" / "bin" / "python3"
    real.parent.mkdir(parents=True)
    real.symlink_to(sys.executable)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert str(real) in list(interpreter.candidates())


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("v18.20.4", False),
        ("v20.18.9", False),
        ("v20.19.0", True),
        ("v21.7.3", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.1.0", True),
        ("", False),
    ],
)
def test_node_must_fit_the_front_end(text: str, fits: bool) -> None:
    assert front.is_new_enough(text) is fits


def test_a_digest_changes_with_a_name_and_with_a_content(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("a")
    two.write_text("a")
    assert len({shell.digest([one]), shell.digest([two]), shell.digest([one, two])}) == 3
    before = shell.digest([one])
    one.write_text("b")
    assert shell.digest([one]) != before


def test_the_shell_part_finds_a_python_where_the_first_one_is_a_dead_shim(tmp_path: Path) -> None:
    for name in ("python3", "python"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 127\n")
        (tmp_path / name).chmod(0o755)
    script = (ROOT / "scripts" / "bootstrap").read_text()
    finder = script[script.index("works() {") : script.index("python=$(find_python)")]
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path)}
    asked = subprocess.run(
        ["sh", "-c", finder + "find_python"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.strip() not in {"", "python3", "python"}
    assert os.access(asked.stdout.strip(), os.X_OK)
