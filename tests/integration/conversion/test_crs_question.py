"""A CRS that is asked: what the person who must choose is shown."""

import re

import httpx
from fastapi import FastAPI

from gishue import worker
from layers.services import Services
from tests.support.upload import LEGACY, parts, zipped

UTM = zipped(parts(LEGACY, "utm48_noprj", ".shp", ".shx", ".dbf", ".cpg"))


async def test_the_candidates_are_drawn_on_a_map(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    files = {"file": ("utm48.zip", UTM)}
    sent = await client.post("/api/v1/uploads", headers=editor, files=files)
    services: Services = app.state.services
    await worker.run(services, wait=False)
    asks = (await client.get(sent.headers["location"], headers=editor)).json()
    assert asks["state"] == "asks"
    assert len(asks["inspection"]["points"]) == 12
    [question] = asks["questions"]
    assert [c["crs"] for c in question["candidates"]] == ["EPSG:3405", "EPSG:32648", "EPSG:3148"]
    page = await client.get(asks["preview"], headers=editor)
    assert page.status_code == 200
    assert "sandbox" in page.headers["content-security-policy"]
    for said in ("EPSG:3405", "EPSG:32648", "225 m", "Hãy chọn"):
        assert said in page.text
    assert len(re.findall(r'"type": "MultiPoint"', page.text)) == 3


async def test_an_answer_for_one_column_must_name_an_encoding(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    files = {"file": ("utm48.zip", UTM)}
    sent = await client.post(
        "/api/v1/uploads", headers=editor, files=files, data={"encoding": "TEN=klingon"}
    )
    assert sent.status_code == 422
    assert "COLUMN=encoding" in sent.json()["detail"]
