"""The tile process stays light: it imports none of the heavy rooms' libraries."""

import subprocess
import sys

HEAVY = {"geopandas", "pandas", "pyogrio", "pygeoapi", "folium", "conversion", "ogc"}


def _loaded(modules: str) -> set[str]:
    program = f"import sys, {modules}\nprint(sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stdout.replace("'", "").strip("[]\n").split(", "))


def test_the_tile_application_imports_no_heavy_library() -> None:
    loaded = _loaded("tiles.app")
    assert "tiles" in loaded
    assert not loaded & {*HEAVY, "fastapi"}


def test_the_tile_process_which_knows_its_callers_imports_none_either() -> None:
    loaded = _loaded("tiles.app, gishue.cli.running, gishue.server.recognise")
    assert {"tiles", "gishue"} <= loaded
    assert not loaded & HEAVY
