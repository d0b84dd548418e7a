"""Rules of the house that no other tool holds."""

import ast
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("gishue", "tiles", "layers", "conversion", "ogc", "drone_imagery")
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "manager.py", "base.py"}


def modules() -> Iterator[Path]:
    for room in ROOMS:
        yield from (ROOT / room).rglob("*.py")


def tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in done.stdout.split("\0") if name]


def test_every_init_holds_a_docstring_and_nothing_else() -> None:
    wrong = [
        path
        for path in modules()
        if path.name == "__init__.py" and len(ast.parse(path.read_text()).body) != 1
    ]
    assert wrong == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path for path in modules() if path.name in FORBIDDEN_NAMES] == []


def test_only_settings_and_the_roof_read_the_environment() -> None:
    roof = {
        ROOT / "gishue" / "supervisor.py",  # hands it on to its children
        ROOT / "gishue" / "cli" / "running.py",  # --data-dir is GISHUE_DATA_DIR
        ROOT / "conversion" / "probe.py",  # looks that no setting of ours is in the sandbox
    }
    readers = {
        path
        for path in modules()
        if "os.environ" in path.read_text() or "os.getenv" in path.read_text()
    }
    assert readers <= roof


def test_statements_live_in_sql_files_that_a_module_loads() -> None:
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("sql/*.sql")):
        loads = [other for other in modules() if f'"{path.stem}"' in other.read_text()]
        assert loads, f"nobody loads {path}"


def test_texts_are_in_unicode_nfc() -> None:
    endings = {".py", ".md", ".sql", ".ts", ".html", ".json", ".toml", ".css", ".sh"}
    wrong = [
        path
        for path in tracked()
        if path.suffix in endings
        and path.is_file()
        and "tests/data" not in path.as_posix()
        and not unicodedata.is_normalized("NFC", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_no_file_names_a_home_folder() -> None:
    endings = {".py", ".md", ".sql", ".ts", ".html", ".toml", ".sh", ""}
    signs = ("/ro" + "ot/.", "/wo" + "rk/", "/ho" + "me/")
    wrong = [
        path
        for path in tracked()
        if path.suffix in endings
        and path.is_file()
        and any(sign in path.read_text(encoding="utf-8", errors="replace") for sign in signs)
    ]
    assert wrong == []
