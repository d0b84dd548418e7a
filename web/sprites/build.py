"""Make the map's signs: the Maki icons (CC0) as one sheet of signed distance fields.

Run once, by hand, when Maki is renewed; the results are committed:

    npm pack @mapbox/maki && tar xzf mapbox-maki-*.tgz
    uv run --with resvg-py python web/sprites/build.py package/icons

resvg draws the icons; the field is that of the map's letters, so one icon takes any colour.
"""

import importlib.util
import io
import json
import math
import sys
from pathlib import Path

import numpy as np
import resvg_py
from numpy.typing import NDArray
from PIL import Image

WEB = Path(__file__).parents[1]
OUT = WEB.parent / "gishue" / "portal" / "static" / "sprites"
SIDE_PX = 15
BUFFER_PX = 3

_SPEC = importlib.util.spec_from_file_location("glyphs", WEB / "glyphs" / "build.py")
assert _SPEC and _SPEC.loader
glyphs = importlib.util.module_from_spec(_SPEC)
sys.modules["glyphs"] = glyphs
_SPEC.loader.exec_module(glyphs)


def ink(file: Path, ratio: int) -> NDArray[np.bool_]:
    """Return an icon drawn large, with room around it. (row, column) bool."""
    side = SIDE_PX * ratio * glyphs.OVERSAMPLING
    png = bytes(resvg_py.svg_to_bytes(svg_path=str(file), width=side, height=side))
    drawn = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))[:, :, 3] >= 128
    return np.pad(drawn, BUFFER_PX * glyphs.OVERSAMPLING)


def sheet(files: list[Path], ratio: int) -> tuple[Image.Image, dict[str, dict[str, object]]]:
    """Return the sheet of all icons and where each stands in it."""
    cell = SIDE_PX * ratio + 2 * BUFFER_PX
    columns = math.ceil(math.sqrt(len(files)))
    whole = np.zeros((math.ceil(len(files) / columns) * cell, columns * cell, 4), dtype=np.uint8)
    index: dict[str, dict[str, object]] = {}
    for at, file in enumerate(files):
        x, y = at % columns * cell, at // columns * cell
        field = glyphs.distance_field(ink(file, ratio))
        whole[y : y + cell, x : x + cell, 3] = field.reshape(cell, cell)
        place = {"x": x, "y": y, "width": cell, "height": cell}
        index[file.stem] = {**place, "pixelRatio": ratio, "sdf": True}
    return Image.fromarray(whole, "RGBA"), index


def main(source: Path) -> None:
    """Write the sheets for plain and for dense screens."""
    OUT.mkdir(parents=True, exist_ok=True)
    files = sorted(source.glob("*.svg"))
    for ratio, suffix in ((1, ""), (2, "@2x")):
        image, index = sheet(files, ratio)
        image.save(OUT / f"maki{suffix}.png", optimize=True)
        (OUT / f"maki{suffix}.json").write_text(json.dumps(index, separators=(",", ":")) + "\n")
        print(f"{len(files)} icons at {ratio}x: {image.size}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
