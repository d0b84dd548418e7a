"""The tile process stays light: it imports none of the heavy rooms' libraries."""

import subprocess
import sys


def test_the_tile_process_imports_no_heavy_library() -> None:
    program = "import sys, tiles.app\nprint(sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(done.stdout.replace("'", "").strip("[]\n").split(", "))
    assert "tiles" in loaded
    heavy = {"geopandas", "pandas", "pyogrio", "pygeoapi", "folium", "fastapi", "conversion", "ogc"}
    assert not loaded & heavy
