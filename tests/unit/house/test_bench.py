"""``make bench`` runs every benchmark there is."""

import ast
from pathlib import Path

from bench.__main__ import RUNS

FOLDER = Path(__file__).resolve().parents[3] / "bench"


def measures(path: Path) -> bool:
    """Return whether the module is a benchmark: it has a ``main``, and is not that of them all."""
    body = ast.parse(path.read_text("utf-8")).body
    has_main = any(isinstance(one, ast.FunctionDef) and one.name == "main" for one in body)
    return has_main and path.stem != "__main__"


def run_by(path: Path) -> set[str]:
    """Return the benchmarks whose ``run`` a module calls."""
    calls = [
        one for one in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(one, ast.Call)
    ]
    asked = [one.func for one in calls if isinstance(one.func, ast.Attribute)]
    return {
        f"bench.{one.value.id}"
        for one in asked
        if one.attr == "run" and isinstance(one.value, ast.Name)
    }


def test_make_bench_runs_every_benchmark_there_is() -> None:
    assert {run[0] for run in RUNS} | run_by(FOLDER / "vector.py") == {
        f"bench.{p.stem}" for p in FOLDER.glob("*.py") if measures(p)
    }
