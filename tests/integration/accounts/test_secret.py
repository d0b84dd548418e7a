"""What a hash of a password costs."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
MADE = "from gishue.accounts.secret import hash_password; print(hash_password('tràng tiền'))"


def test_a_process_of_ours_hashes_as_rfc_9106_asks_where_memory_is_scarce() -> None:
    run = [sys.executable, "-c", MADE]
    said = subprocess.run(run, cwd=ROOT, check=True, capture_output=True, text=True)
    assert said.stdout.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_only_tests_hash_at_another_cost() -> None:
    rooms = ("gishue", "tiles", "layers", "conversion", "ogc", "drone_imagery", "sample")
    files = (path for room in rooms for path in (ROOT / room).rglob("*.py"))
    callers = [path.name for path in files if "work_at(" in path.read_text("utf-8")]
    assert callers == ["secret.py"]
