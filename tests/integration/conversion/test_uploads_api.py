"""The HTTP of uploads: who may send, what they are told, what others see."""

import asyncio
import json

import httpx
import pytest
from fastapi import FastAPI

from gishue import worker
from gishue.core.actor import Role
from gishue.core.db import transaction
from layers.services import Services
from tests.integration.conversion.conftest import key_of
from tests.support.closing import SAID
from tests.support.upload import LEGACY, UPLOAD, geojson, parts, points, rows, zipped

WARDS = zipped(parts(LEGACY, "ranhgioi_tcvn3", ".shp", ".shx", ".dbf"))
UTM = zipped(parts(LEGACY, "utm48_noprj", ".shp", ".shx", ".dbf", ".cpg"))

type Headers = dict[str, str]


async def send(
    client: httpx.AsyncClient, headers: Headers, body: bytes, name: str = "a.zip", **fields: str
) -> httpx.Response:
    return await client.post(
        "/api/v1/uploads", headers=headers, files={"file": (name, body)}, data=fields
    )


async def worked(app: FastAPI) -> None:
    services: Services = app.state.services
    await worker.run(services, wait=False)


async def test_a_file_is_sent_staged_looked_at_and_published(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    sent = await send(client, editor, WARDS, "Ranh giới phường.zip")
    assert sent.status_code == 202, sent.text
    own = sent.headers["location"]
    assert sent.json()["state"] == "received"
    assert sent.json()["filename"] == "Ranh giới phường.zip"
    await worked(app)
    staged = (await client.get(own, headers=editor)).json()
    assert (staged["state"], staged["inspection"]["features"]) == ("staged", 14)
    assert {"crs_guessed", "encoding_guessed"} <= {one["code"] for one in staged["findings"]}
    preview = await client.get(staged["preview"], headers=editor)
    assert "Phường Phong Điền" in preview.text
    assert "sandbox" in preview.headers["content-security-policy"]
    said = {"layer": "phuong", "title": "Phường, xã", "visibility": "open"}
    done = await client.post(f"{own}/publish", headers=editor, json=said)
    assert (done.status_code, done.json()) == (200, {"layer": "phuong", "revision": 1})
    layer = (await client.get("/api/v1/layers/phuong")).json()
    assert (layer["title"], layer["unit"], layer["feature_count"]) == ("Phường, xã", "so_xd", 14)
    assert (await client.get(own, headers=editor)).json()["state"] == "published"


async def test_a_file_may_be_published_in_one_go(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    fields = {"layer": "diem", "title": "Điểm", "visibility": "internal", "publish": "true"}
    bare = await send(client, editor, WARDS, **fields)
    assert (bare.status_code, bare.json()["type"]) == (422, "/problems/closure-missing")
    fields["closure"] = json.dumps(SAID)
    own = (await send(client, editor, WARDS, **fields)).headers["location"]
    await worked(app)
    assert (await client.get(own, headers=editor)).json()["layer"] == "diem"
    assert (await client.get("/api/v1/layers/diem")).status_code == 404
    assert (await client.get("/api/v1/layers/diem", headers=editor)).status_code == 200
    again = await send(client, editor, WARDS, **fields)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/duplicate-slug")


@pytest.mark.parametrize("mode", ["replace", "append"])
async def test_only_what_is_said_of_an_existing_layer_changes(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers, mode: str
) -> None:
    about = {"layer": "diem", "title": "Điểm", "visibility": "restricted", "publish": "true"}
    about["closure"] = json.dumps(SAID)
    await send(client, editor, WARDS, **about)
    own = (await send(client, editor, WARDS, title="Điểm mới")).headers["location"]
    other = (await send(client, editor, WARDS)).headers["location"]
    await worked(app)
    said = {"layer": "diem", "mode": mode}
    seen: list[tuple[str, str]] = []
    for upload, more in ((own, {}), (other, {"visibility": "internal"})):
        done = await client.post(f"{upload}/publish", headers=editor, json=said | more)
        assert done.status_code == 200, done.text
        layer = (await client.get("/api/v1/layers/diem", headers=editor)).json()
        seen.append((layer["title"], layer["visibility"]))
    assert seen == [("Điểm mới", "restricted"), ("Điểm mới", "internal")]


@pytest.mark.parametrize("mode", ["replace", "append"])
async def test_a_mistyped_layer_is_not_made_by_replacing_it(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers, mode: str
) -> None:
    own = (await send(client, editor, WARDS)).headers["location"]
    await worked(app)
    said = {"layer": "phuogn", "mode": mode}
    answers = [
        await client.post(f"{own}/publish", headers=editor, json=said),
        await send(client, editor, WARDS, publish="true", **said),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
        assert "or create the layer" in answer.json()["detail"]
    assert (await client.get("/api/v1/layers/phuogn", headers=editor)).status_code == 404


async def test_a_question_is_asked_and_answered(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    own = (await send(client, editor, UTM)).headers["location"]
    await worked(app)
    asked = (await client.get(own, headers=editor)).json()
    assert asked["state"] == "asks"
    assert [question["code"] for question in asked["questions"]] == ["crs"]
    wrong = await client.post(f"{own}/answers", headers=editor, json={"crs": "EPSG:1"})
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/unknown-crs")
    answered = await client.post(f"{own}/answers", headers=editor, json={"crs": "EPSG:32648"})
    assert (answered.status_code, answered.json()["questions"]) == (202, [])
    await worked(app)
    staged = (await client.get(own, headers=editor)).json()
    assert (staged["state"], staged["inspection"]["crs"]["taken"]) == ("staged", "EPSG:32648")
    late = await client.post(f"{own}/answers", headers=editor, json={"crs": "EPSG:3405"})
    assert late.status_code == 409


async def test_a_unit_that_is_not_there_is_said(app: FastAPI, client: httpx.AsyncClient) -> None:
    admin = await key_of(app, "so_xd", Role.CITY_ADMIN)
    key = {"name": "x", "role": "editor", "unit": "nope"}
    answers = [
        await send(client, admin, WARDS, unit="nope"),
        await send(client, admin, WARDS, unit="nope", layer="a", publish="true"),
        await client.post("/api/v1/keys", headers=admin, json=key),
    ]
    told = [(one.status_code, one.json()["detail_vi"]) for one in answers]
    assert told == 3 * [(422, "không có đơn vị 'nope'")]


async def test_what_is_wrong_in_a_request_is_said_in_vietnamese(
    client: httpx.AsyncClient, editor: Headers
) -> None:
    own = (await send(client, editor, WARDS)).headers["location"]
    answers = [
        await client.post(f"{own}/publish", headers=editor, json={"layer": "a" * 64}),
        await client.post(f"{own}/publish", headers=editor, json={"mode": "merge"}),
        await client.post(f"{own}/publish", headers=editor, json={"base": "x"}),
        await send(client, editor, WARDS, colour="red"),
        await client.post(f"{own}/publish", headers=editor, json={"layer": "a"}),
    ]
    assert [one.json()["detail_vi"] for one in answers] == [
        "body.layer dài quá 63 ký tự",
        "body.mode phải là một trong: 'create', 'replace' hoặc 'append'",
        "body.base phải là số nguyên",
        "trường colour không phải trường được nhận",
        "tệp tải lên đang ở trạng thái «đã nhận», chưa sẵn sàng công bố",
    ]


WRONG_ANSWERS: dict[str, tuple[dict[str, object], str]] = {
    "layer": ({"source_layer": "nope"}, "no-such-source-layer"),
    "layers": ({"source_layers": ["nope"]}, "no-such-source-layer"),
    "key": ({"key": "nope"}, "invalid-input"),
    "encoding": ({"encoding": "nope=tcvn3"}, "invalid-input"),
    "degrees": ({"crs": "EPSG:4326"}, "outside-crs"),
}


@pytest.mark.parametrize("case", WRONG_ANSWERS)
async def test_a_wrong_answer_is_said_and_may_be_given_again(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers, case: str
) -> None:
    body, slug = WRONG_ANSWERS[case]
    own = (await send(client, editor, UTM)).headers["location"]
    await worked(app)
    wrong = await client.post(f"{own}/answers", headers=editor, json=body)
    assert (wrong.status_code, wrong.json()["type"]) == (422, f"/problems/{slug}")
    assert wrong.json()["detail"] != wrong.json()["detail_vi"]
    assert ": " in wrong.json()["detail"]
    right = {"crs": "EPSG:32648"}
    assert (await client.post(f"{own}/answers", headers=editor, json=right)).status_code == 202
    await worked(app)
    assert (await client.get(own, headers=editor)).json()["state"] == "staged"


HOUSES = """\
Tên;X;Y;Địa chỉ
Nhà 1;1823456.1;563456.2;12 Lê Lợi
Nhà 2;1823556.1;563556.2;14 Lê Lợi
"""
WRONG_COLUMNS: dict[str, tuple[dict[str, object], str]] = {
    "coordinates": ({"x": "Y", "y": "Bắc"}, "'Bắc'; có: Tên, X, Y, Địa chỉ"),
    "address": ({"address": "Nơi ở"}, "'Nơi ở'; có: Tên, X, Y, Địa chỉ"),
    "metres": ({"crs": "EPSG:4326"}, "hệ phù hợp: EPSG:9214, EPSG:9213"),
}


@pytest.mark.parametrize("case", WRONG_COLUMNS)
async def test_a_wrong_column_of_a_table_is_said_and_may_be_given_again(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers, case: str
) -> None:
    body, words = WRONG_COLUMNS[case]
    own = (await send(client, editor, HOUSES.encode(), name="nha.csv")).headers["location"]
    await worked(app)
    wrong = await client.post(f"{own}/answers", headers=editor, json=body)
    assert wrong.status_code == 422
    assert wrong.json()["detail_vi"].endswith(words)
    right = {"crs": "EPSG:9214", "x": "y", "y": "x"}
    assert (await client.post(f"{own}/answers", headers=editor, json=right)).status_code == 202
    await worked(app)
    assert (await client.get(own, headers=editor)).json()["state"] == "staged"


async def test_a_refused_file_says_why_in_two_languages(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    body = (UPLOAD / "zip_slip.zip").read_bytes()
    own = (await send(client, editor, body)).headers["location"]
    await worked(app)
    told = (await client.get(own, headers=editor)).json()
    assert told["state"] == "refused"
    assert told["refusal"]["type"] == "/problems/unsafe-archive"
    assert told["refusal"]["detail"] != told["refusal"]["detail_vi"]
    publish = await client.post(f"{own}/publish", headers=editor, json={"layer": "a"})
    assert publish.status_code == 409


@pytest.mark.parametrize("wrong", ["1", "not-an-id", "00000000-0000-0000-0000-000000000001"])
async def test_a_wrong_id_is_not_found(
    client: httpx.AsyncClient, editor: Headers, wrong: str
) -> None:
    for path in ("", "/events", "/preview"):
        answer = await client.get(f"/api/v1/uploads/{wrong}{path}", headers=editor)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
        assert answer.json()["detail_vi"]


async def test_only_editors_send_and_only_their_unit_sees(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    assert (await send(client, {}, WARDS)).status_code == 401
    assert (await send(client, await key_of(app, "so_xd", Role.VIEWER), WARDS)).status_code == 403
    own = (await send(client, editor, WARDS)).headers["location"]
    await worked(app)
    others = [
        {},
        await key_of(app, "so_tnmt", Role.PUBLISHER),
        await key_of(app, "so_xd", Role.VIEWER),
    ]
    for headers in others:
        for path in ("", "/events", "/preview"):
            assert (await client.get(own + path, headers=headers)).status_code == 404
    taken = await client.post(f"{own}/publish", headers=others[1], json={"layer": "cuop"})
    assert taken.status_code == 404
    assert (await client.get(own, headers=editor)).json()["state"] == "staged"


async def test_an_editor_may_not_touch_another_units_layer(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    theirs = await key_of(app, "so_tnmt", Role.PUBLISHER)
    await send(client, theirs, WARDS, layer="phuong", publish="true")
    own = (await send(client, editor, WARDS)).headers["location"]
    await worked(app)
    for said in (
        {"layer": "phuong", "mode": "replace"},
        {"layer": "phuong", "mode": "append"},
        {"layer": "moi", "unit": "so_tnmt"},
    ):
        answer = await client.post(f"{own}/publish", headers=editor, json=said)
        assert answer.status_code == 403, said
    layer = (await client.get("/api/v1/layers/phuong")).json()
    assert (layer["revision"], layer["unit"]) == (1, "so_tnmt")


async def test_a_broken_form_is_refused(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    path = "/api/v1/uploads"
    form = editor | {"content-type": "multipart/form-data; boundary=x"}
    begun = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\nPK'
    answers = [
        await client.post(path, headers=editor, json={}),
        await client.post(path, headers=form, content=begun),
        await client.post(path, headers=form, content=b"--y\r\n\r\n"),
        await client.post(path, headers=editor, files={"khac": (None, "1")}),
        await send(client, editor, WARDS, mode="steal"),
        await send(client, editor, WARDS, colour="red"),
        await send(client, editor, bytes(5 << 20)),
    ]
    assert [answer.status_code for answer in answers] == [415, 400, 400, 400, 422, 422, 413]
    assert all(answer.json()["detail_vi"] for answer in answers)
    services: Services = app.state.services
    assert await rows(services, "SELECT count(*) FROM gis.upload") == [(0,)]
    assert list(services.blobs.scratch.iterdir()) == []


async def test_a_file_larger_than_it_says_is_cut_off(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    async def endless() -> object:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
        for _ in range(100):
            yield bytes(1 << 20)

    headers = editor | {"content-type": "multipart/form-data; boundary=x"}
    answer = await client.post("/api/v1/uploads", headers=headers, content=endless())  # pyright: ignore[reportArgumentType]  an async iterator of bytes
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
    services: Services = app.state.services
    assert list(services.blobs.scratch.iterdir()) == []


async def test_progress_is_streamed_until_the_end(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    sent = await send(
        client, editor, geojson(points(9)), "a.geojson", crs="EPSG:4326", publish="true"
    )
    own = sent.headers["location"]
    listening = asyncio.create_task(client.get(f"{own}/events", headers=editor))
    await asyncio.sleep(0.1)
    await worked(app)
    heard = await asyncio.wait_for(listening, 30)
    assert heard.headers["content-type"].startswith("text/event-stream")
    events = [
        json.loads(line.removeprefix("data: "))
        for line in heard.text.splitlines()
        if line.startswith("data: ")
    ]
    fractions = [event["progress"] for event in events]
    assert fractions == sorted(fractions)
    assert (events[0]["state"], events[-1]["state"]) == ("received", "published")
    assert (events[-1]["layer"], events[-1]["progress"]) == ("a", 1.0)


async def test_of_two_at_once_the_stream_of_the_later_ends_with_the_reason(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    fields = {"layer": "diem", "publish": "true"}
    both = [(await send(client, editor, WARDS, **fields)).headers["location"] for _ in range(2)]
    asked = [asyncio.create_task(client.get(f"{own}/events", headers=editor)) for own in both]
    await asyncio.sleep(0.1)
    await worked(app)
    ends: set[tuple[str, str | None]] = set()
    for heard in await asyncio.wait_for(asyncio.gather(*asked), 10):
        last = json.loads(heard.text.rsplit("data: ", 1)[1])
        ends.add((last["state"], (last["refusal"] or {}).get("type")))
    assert ends == {("published", None), ("staged", "/problems/duplicate-slug")}


async def test_an_upload_is_accepted_with_its_job_or_not_at_all(
    app: FastAPI, client: httpx.AsyncClient, editor: Headers
) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await conn.execute("ALTER TABLE procrastinate_jobs RENAME TO gone")
    assert (await send(client, editor, WARDS)).status_code == 500
    assert await rows(services, "SELECT count(*) FROM gis.upload") == [(0,)]
