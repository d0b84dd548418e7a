"""A file over a layer that is there: looked at before, published in place, read as it was."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from conversion.ingest import ingest_file
from conversion.options import IngestOptions
from conversion.rehearsal import rehearse
from gishue import worker
from gishue.core.actor import OPERATOR, Role
from layers.diff import Counts
from layers.fields import KeyNotUnique
from layers.publish import Mode
from layers.services import Services
from tests.integration.conversion.conftest import key_of
from tests.support.upload import rows, tables_left

type Headers = dict[str, str]
type Tree = tuple[str, str | None, float]

API = "/api/v1"
TREES: list[Tree] = [("a", "Bàng", 107.58), ("b", "Phượng", 107.581), ("c", "Sứ", 107.582)]
LATER: list[Tree] = [("d", "Muối", 107.583), ("c", "Sứ", 107.582), ("b", "Phượng vĩ", 107.581)]


def collection(trees: Sequence[Tree]) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"mã": code, "loài": kind},
            "geometry": {"type": "Point", "coordinates": [lon, 16.46]},
        }
        for code, kind, lon in trees
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


async def sent(
    app: FastAPI, client: httpx.AsyncClient, who: Headers, trees: Sequence[Tree], **said: str
) -> str:
    """Send the trees as a file, have it worked on, and return the upload's address."""
    files = {"file": ("cay.geojson", collection(trees))}
    answer = await client.post(f"{API}/uploads", headers=who, files=files, data=said)
    assert answer.status_code == 202, answer.text
    services: Services = app.state.services
    await worker.run(services, wait=False)
    return answer.headers["location"]


async def features(client: httpx.AsyncClient, **asked: Any) -> dict[int, str]:
    answer = await client.get(f"{API}/layers/cay/features", params=asked)
    assert answer.status_code == 200, answer.text
    return {one["id"]: one["properties"]["mã"] for one in answer.json()["features"]}


async def created(app: FastAPI, client: httpx.AsyncClient, who: Headers) -> None:
    own = await sent(app, client, who, TREES, layer="cay", key="mã", publish="true")
    assert (await client.get(own, headers=who)).json()["state"] == "published"


async def test_the_changes_are_shown_before_they_are_published(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    await created(app, client, editor)
    own = await sent(app, client, editor, LATER, layer="cay")
    shown = (await client.get(f"{own}/diff", headers=editor, params={"limit": 2})).json()
    assert shown["counts"] == {"added": 1, "changed": 1, "removed": 1, "unchanged": 1}
    assert (shown["mode"], shown["key"], shown["revision"]) == ("replace", "mã", 1)
    first = shown["items"][0]
    assert (first["what"], first["id"], first["key"]) == ("changed", 2, "b")
    assert first["fields"] == [{"field": "loài", "before": "Phượng", "after": "Phượng vĩ"}]
    more = {"limit": 2, "cursor": shown["next"]}
    rest = (await client.get(f"{own}/diff", headers=editor, params=more)).json()
    assert [(one["what"], one["key"]) for one in rest["items"]] == [("removed", "a")]
    assert rest["next"] is None
    answer = await client.get(f"{own}/diff.geojson", headers=editor)
    assert answer.headers["content-type"] == "application/geo+json"
    found = {one["properties"]["key"]: one for one in answer.json()["features"]}
    assert found.keys() == {"a", "b", "d"}
    assert found["a"]["geometry"]["coordinates"] == pytest.approx([107.58, 16.46], abs=1e-7)
    assert found["d"]["properties"]["after"] == {"mã": "d", "loài": "Muối"}


async def test_what_was_looked_at_is_what_is_published(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    await created(app, client, editor)
    owns = [await sent(app, client, editor, one, layer="cay") for one in (LATER, TREES[:1])]
    said = {"mode": "replace", "base": 1}
    answers = await asyncio.gather(
        *(client.post(f"{own}/publish", headers=editor, json=said) for own in (*owns, *owns))
    )
    told = sorted((answer.status_code, answer.json().get("type", "")) for answer in answers)
    assert told == [(200, ""), *[(409, "/problems/conflict")] * 3]
    again = [answer for answer in answers if "revision 2 now, not 1" in answer.text]
    assert len(again) == 2


async def test_a_replace_runs_unattended_and_can_be_taken_back(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    await created(app, client, editor)
    tiles = [(await client.get("/tiles/cay/14/13088/7432.mvt?rev=1")).content]
    own = await sent(app, client, editor, LATER, layer="cay", mode="replace", publish="true")
    assert (await client.get(own, headers=editor)).json()["revision"] == 2
    assert await features(client) == {2: "b", 3: "c", 4: "d"}
    newest, first = (await client.get(f"{API}/layers/cay/history")).json()["items"]
    counted = {"features": 3, "added": 1, "changed": 1, "removed": 1, "unchanged": 1}
    assert (newest["action"], newest["detail"]) == ("replaced", counted)
    assert await features(client, as_of=first["at"]) == {1: "a", 2: "b", 3: "c"}
    assert await features(client, as_of=first["at"], bbox="107.5805,16,107.5815,17") == {2: "b"}
    assert await features(client, as_of=newest["at"]) == {2: "b", 3: "c", 4: "d"}
    tiles.append((await client.get("/tiles/cay/14/13088/7432.mvt?rev=2")).content)
    assert ["Bàng".encode() in tile for tile in tiles] == [True, False]
    assert ["Phượng vĩ".encode() in tile for tile in tiles] == [False, True]
    said = {"revision": 1, "message": "nhầm tệp"}
    stranger = await key_of(app, "so_tnmt", Role.PUBLISHER)
    for who, status in ((stranger, 403), (editor, 200)):
        answer = await client.post(f"{API}/layers/cay/restore", headers=who, json=said)
        assert answer.status_code == status, answer.text
    assert await features(client) == {1: "a", 2: "b", 3: "c"}
    admin = await key_of(app, "so_xd", Role.CITY_ADMIN)
    for who, status in ((editor, 403), (admin, 204)):
        answer = await client.delete(f"{API}/layers/cay/history", headers=who)
        assert answer.status_code == status, answer.text
    gone = await client.get(f"{API}/layers/cay/features", params={"as_of": newest["at"]})
    assert (gone.status_code, gone.json()["type"]) == (404, "/problems/history-not-kept")


BAD: Sequence[tuple[str, str, Mapping[str, Any] | None, int, str]] = (
    ("GET", "/layers/cay/features?as_of=hôm-qua", None, 400, "bad-request"),
    ("GET", "/layers/cay/features?as_of=1999-01-01", None, 404, "history-not-kept"),
    ("POST", "/layers/cay/restore", {"revision": 0}, 422, "invalid-input"),
    ("POST", "/layers/no/restore", {"revision": 1}, 404, "not-found"),
    ("POST", "/layers/cay/restore", {"revision": 2}, 404, "history-not-kept"),
    ("POST", "/layers/cay/restore", {"revision": 2**40}, 404, "history-not-kept"),
    ("POST", "/layers/cay/restore", {"revision": 2**70}, 404, "history-not-kept"),
    ("GET", "/uploads/x/diff", None, 404, "not-found"),
    ("GET", "{own}/diff?cursor=x", None, 400, "bad-request"),
    ("GET", "{own}/diff?mode=create", None, 400, "bad-request"),
    ("GET", "{own}/diff?key=không", None, 422, "key-not-unique"),
    ("GET", "{own}/diff?layer=Không", None, 422, "invalid-slug"),
    ("GET", "{own}/diff.geojson?layer=no", None, 404, "not-found"),
    ("POST", "{own}/publish", {"mode": "append"}, 422, "key-not-unique"),
    ("POST", "{own}/publish", {"mode": "replace", "base": 7}, 409, "conflict"),
)


async def test_what_cannot_be_is_said_in_two_languages(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    await created(app, client, editor)
    own = (await sent(app, client, editor, LATER, layer="cay")).removeprefix(API)
    for method, path, body, status, problem in BAD:
        address = API + path.format(own=own)
        answer = await client.request(method, address, headers=editor, json=body)
        told = (answer.status_code, answer.json()["type"])
        assert told == (status, f"/problems/{problem}"), address
        assert answer.json()["detail"] != answer.json()["detail_vi"]
    assert await features(client) == {1: "a", 2: "b", 3: "c"}
    stranger = await key_of(app, "so_tnmt", Role.PUBLISHER)
    assert (await client.get(f"{API}{own}/diff", headers=stranger)).status_code == 404
    theirs = await sent(app, client, stranger, LATER)
    answer = await client.get(f"{theirs}/diff?layer=cay", headers=stranger)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")


async def test_a_rehearsal_says_what_would_change_and_leaves_nothing(
    services: Services, tmp_path: Path
) -> None:
    path = tmp_path / "cay.geojson"
    path.write_bytes(collection(TREES))
    new = await rehearse(services, OPERATOR, path, IngestOptions())
    assert (new.layer, new.features, new.diff) == ("cay", 3, None)
    await ingest_file(services, OPERATOR, path, IngestOptions(key="mã"))
    before = await tables_left(services)
    path.write_bytes(collection(LATER))
    options = IngestOptions(mode=Mode.REPLACE)
    found = await rehearse(services, OPERATOR, path, options, limit=2)
    assert found.diff is not None
    assert found.diff.counts == Counts(added=1, changed=1, removed=1, unchanged=1)
    assert [row.key for row in found.rows] == ["b", "d"]
    assert found.more
    path.write_bytes(collection([*TREES, TREES[0]]))
    with pytest.raises(KeyNotUnique, match="2 features share"):
        await rehearse(services, OPERATOR, path, options)
    assert await tables_left(services) == before
    assert await rows(services, "SELECT revision FROM gis.layer") == [(1,)]
