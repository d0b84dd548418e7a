"""MapLibre's own validator of styles, as node runs it."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

WEB = Path(__file__).parents[2] / "web"
_PROGRAM = """
import { readFileSync } from "node:fs";
import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
const styles = JSON.parse(readFileSync(0, "utf-8"));
const told = styles.map((one) => validateStyleMin(one).map((fault) => fault.message));
console.log(JSON.stringify(told));
"""


def faults(styles: Sequence[Any]) -> list[list[str]]:
    """Return what the validator finds in each of ``styles``; nothing in a valid one."""
    done = subprocess.run(
        ["node", "--input-type=module", "-e", _PROGRAM],
        input=json.dumps(styles),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=WEB,
    )
    return json.loads(done.stdout)


def around(layers: Sequence[Any]) -> dict[str, Any]:
    """Return a whole style that draws ``layers`` from one vector source."""
    drawn = [
        {**one, "id": f"l{at}", "source": "s", "source-layer": "s"} for at, one in enumerate(layers)
    ]
    source = {"type": "vector", "tiles": ["https://hue.test/{z}/{x}/{y}.mvt"]}
    return {
        "version": 8,
        "sources": {"s": source},
        "glyphs": "https://hue.test/{fontstack}/{range}.pbf",
        "sprite": "https://hue.test/sprites/maki",
        "layers": drawn,
    }
