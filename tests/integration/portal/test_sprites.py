"""The map's signs: a sheet for plain and for dense screens, and where each stands in it."""

import io

import httpx
import numpy as np
import pytest
from PIL import Image


@pytest.mark.parametrize(("suffix", "ratio"), [("", 1), ("@2x", 2)])
async def test_every_sign_stands_within_its_sheet(
    client: httpx.AsyncClient, suffix: str, ratio: int
) -> None:
    index = (await client.get(f"/sprites/maki{suffix}.json")).json()
    answer = await client.get(f"/sprites/maki{suffix}.png")
    fields = np.asarray(Image.open(io.BytesIO(answer.content)))[:, :, 3]

    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"square", "triangle", "star", "cross", "circle", "hospital", "school"} <= index.keys()
    for name, place in index.items():
        assert (place["pixelRatio"], place["sdf"]) == (ratio, True)
        rows = slice(place["y"], place["y"] + place["height"])
        field = fields[rows, place["x"] : place["x"] + place["width"]]
        assert field.shape == (place["height"], place["width"])
        assert field.max() > 192 > field.min(), name


@pytest.mark.parametrize("name", ["nope.json", "maki.svg", "LICENSE.txt", "..%2ffonts"])
async def test_other_files_are_not_there(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/sprites/{name}")).status_code == 404
