"""The findings of a broken file, from its bytes to the list, the files and the map."""

import asyncio
import csv
import io
import json
import re
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import shapely
import typer
from fastapi import FastAPI
from shapely.geometry import shape

from conversion.ingest import ingest_file
from conversion.options import IngestOptions
from gishue import worker
from gishue.cli.uploads import write_findings
from gishue.core.actor import OPERATOR, Role
from layers.services import Services
from tests.integration.conversion.conftest import key_of
from tests.support.closing import SAID
from tests.support.upload import UPLOAD, geojson, parts, points, zipped

BROKEN = zipped(parts(UPLOAD, "hinhhoc_loi", ".shp", ".shx", ".dbf", ".prj", ".cpg"))
# ../shared/data/vietnam/legacy/manifest.json, case P21, of which this file is a copy.
EXPECTED = {
    "self_intersection": 1,
    "duplicate_geometry": 2,
    "sliver": 1,
    "hole_outside_shell": 1,
    "null_geometry": 1,
}

type Headers = dict[str, str]


async def sent(app: FastAPI, client: httpx.AsyncClient, headers: Headers, body: bytes) -> str:
    """Send a file, let the worker stage it, return its address."""
    answer = await client.post("/api/v1/uploads", headers=headers, files={"file": ("a.zip", body)})
    assert answer.status_code == 202, answer.text
    services: Services = app.state.services
    await worker.run(services, wait=False)
    return answer.headers["location"]


async def test_a_broken_file_is_staged_with_every_finding_and_its_places(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    own = await sent(app, client, editor, BROKEN)
    upload = (await client.get(own, headers=editor)).json()
    assert upload["state"] == "staged"
    counts = {one["code"]: one["count"] for one in upload["findings"]}
    assert EXPECTED.items() <= counts.items()
    assert all(one["vi"] for one in upload["findings"])

    listed = await everything(client, editor, f"{own}/findings?limit=4")
    rows = {(one["properties"]["code"], one["properties"]["row"]) for one in listed}
    assert {("self_intersection", 1), ("duplicate_geometry", 3), ("duplicate_geometry", 7)} <= rows
    assert {("sliver", 4), ("hole_outside_shell", 5), ("null_geometry", 6)} <= rows
    one = (await client.get(f"{own}/findings?code=geometry_repaired", headers=editor)).json()
    [repaired] = one["items"]
    assert repaired["properties"]["area_after_m2"] == 500_000
    wrong = await client.get(f"{own}/findings?cursor=abc", headers=editor)
    assert wrong.status_code == 400

    done = await client.get(f"{own}/findings.geojson", headers=editor)
    assert done.headers["content-type"] == "application/geo+json"
    whole = done.json()
    assert [one["properties"] for one in whole["features"]] == [one["properties"] for one in listed]
    crossing = next(o for o in whole["features"] if o["properties"]["code"] == "self_intersection")
    # (561500, 1821500) in EPSG:9214, by pyproj with EPSG:6960.
    assert shapely.distance(shape(crossing["geometry"]), shapely.Point(107.5778225, 16.4684453)) < (
        1e-6
    )

    text = (await client.get(f"{own}/findings.csv?code=sliver", headers=editor)).text
    summary, place = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (summary["code"], summary["count"], summary["row"]) == ("sliver", "1", "")
    assert (place["row"], place["area_m2"]) == ("4", "20.0")
    assert float(place["lon"]) > 107

    page = (await client.get(f"{own}/preview", headers=editor)).text
    assert "the outline crosses itself (1)" in page
    assert "L.control.layers" in page

    said = {"layer": "loi", "title": "Lỗi", "visibility": "internal", "closure": SAID}
    await client.post(f"{own}/publish", headers=editor, json=said)
    assert (await client.get(f"{own}/findings", headers=editor)).json()["items"]
    history = (await client.get("/api/v1/layers/loi/history", headers=editor)).json()
    assert EXPECTED.items() <= history["items"][0]["findings"].items()


async def everything(client: httpx.AsyncClient, headers: Headers, url: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    following = ""
    while True:
        body = (await client.get(url + following, headers=headers)).json()
        items += body["items"]
        if body["next"] is None:
            return items
        following = f"&cursor={body['next']}"


async def test_findings_are_shown_to_who_may_see_the_upload(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    own = await sent(app, client, editor, BROKEN)
    stranger = await key_of(app, "so_tnmt", Role.PUBLISHER)
    for path in ("findings", "findings.geojson", "findings.csv"):
        assert (await client.get(f"{own}/{path}", headers=stranger)).status_code == 404
        assert (await client.get(f"{own}/{path}")).status_code == 404


async def test_formulas_reach_a_spreadsheet_as_text(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    collection = json.loads(geojson(points(3)))
    collection["features"][1]["properties"]["tên"] = "=cmd|' /C calc'!A0"
    body = zipped({"a.geojson": json.dumps(collection).encode()})
    own = await sent(app, client, editor, body)
    text = (await client.get(f"{own}/findings.csv?code=text_formula", headers=editor)).text
    _, place = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (place["field"], place["row"]) == ("tên", "2")
    assert place["value"].startswith("'=cmd")


async def test_a_key_that_fails_stops_the_publishing_and_shows_its_rows(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    collection = json.loads(geojson(points(4)))
    collection["features"][3]["properties"]["số"] = 1
    files = {"file": ("a.geojson", json.dumps(collection).encode())}
    fields = {"key": "số", "layer": "khoa", "publish": "true"}
    answer = await client.post("/api/v1/uploads", headers=editor, files=files, data=fields)
    await worker.run(app.state.services, wait=False)
    own = answer.headers["location"]
    upload = (await client.get(own, headers=editor)).json()
    assert (upload["state"], upload["refusal"]["type"]) == ("staged", "/problems/key-not-unique")
    [place] = (await client.get(f"{own}/findings?code=key_duplicate", headers=editor)).json()[
        "items"
    ]
    said = {name: place["properties"][name] for name in ("row", "same_as", "value", "severity")}
    assert said == {"row": 4, "same_as": 2, "value": "1", "severity": "error"}
    assert (await client.get("/api/v1/layers/khoa")).status_code == 404


async def test_the_command_writes_the_findings_of_an_upload(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GISHUE_DATABASE_URL", services.url)
    monkeypatch.setenv("GISHUE_DATA_DIR", str(tmp_path))
    two = [*points(2), points(1)[0]]
    path = tmp_path / "den.geojson"
    path.write_bytes(geojson(two))
    done = await ingest_file(services, OPERATOR, path, IngestOptions(crs="EPSG:4326"))
    target = tmp_path / "trùng.geojson"
    write = partial(write_findings, UUID(done.upload), target, "duplicate_geometry")
    await asyncio.to_thread(write)
    [feature] = json.loads(target.read_text("utf-8"))["features"]
    assert (feature["properties"]["row"], feature["properties"]["same_as"]) == (3, 1)
    with pytest.raises(typer.BadParameter, match="known"):
        write_findings(UUID(done.upload), tmp_path / "x.pdf")


def test_every_code_of_the_checks_is_in_the_table() -> None:
    from conversion import fitting, repair
    from conversion.findings import checks, geometry_checks
    from conversion.findings.rules import RULES
    from conversion.text import checks as text_checks

    written: set[str] = set()
    for module in (checks, fitting, geometry_checks, repair, text_checks):
        text = Path(module.__file__ or "").read_text("utf-8")
        written |= set(re.findall(r'(?:\.add|\.tally|finding)\(\s*"([a-z_]+)"', text))
    assert written <= RULES.keys()
    assert len(written) >= 6
