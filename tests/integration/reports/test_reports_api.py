from collections.abc import AsyncGenerator
from io import BytesIO
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from PIL import Image
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from gishue.api import problem, reports
from gishue.core.actor import ANONYMOUS, OPERATOR, Actor
from gishue.core.errors import GishueError
from layers.services import Services

KEY = {"Idempotency-Key": "0123456789abcdef"}
SAID = {
    "title": "Ổ gà trước Ngọ Môn",
    "category": "road",
    "lon": 107.5776,
    "lat": 16.4677,
    "accuracy_m": 8,
    "text": "Nhà tôi ở đối diện",
    "phone": "0914 123 456",
}


class ActingAs:
    """Stands where the server recognises people: the actor comes with the test."""

    def __init__(self, app: ASGIApp, actor: Actor) -> None:
        self._app, self._actor = app, actor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        Request(scope).state.actor = self._actor
        await self._app(scope, receive, send)


def client(services: Services, actor: Actor) -> httpx.AsyncClient:
    app = FastAPI()
    app.state.services = services
    app.include_router(reports.router, prefix="/api/v1")
    app.add_exception_handler(GishueError, problem.on_refusal)
    app.add_exception_handler(RequestValidationError, problem.on_invalid)
    transport = httpx.ASGITransport(ActingAs(app, actor))
    return httpx.AsyncClient(transport=transport, base_url="http://test/api/v1")


@pytest.fixture
async def visitor(city: Services) -> AsyncGenerator[httpx.AsyncClient]:
    async with client(city, ANONYMOUS) as opened:
        yield opened


@pytest.fixture
async def staff(city: Services) -> AsyncGenerator[httpx.AsyncClient]:
    async with client(city, OPERATOR) as opened:
        yield opened


def jpeg(secret: bytes = b"SECRET") -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 48), "green").save(out, "JPEG", comment=secret)
    return out.getvalue()


def form() -> dict[str, str]:
    return {name: str(value) for name, value in SAID.items()}


async def filed(visitor: httpx.AsyncClient) -> dict[str, Any]:
    answer = await visitor.post("/reports", json=SAID, headers=KEY)
    assert answer.status_code == 201
    return answer.json()


async def test_a_report_comes_in_as_json(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/reports", json=SAID, headers=KEY)
    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["location"] == f"/api/v1/reports/{body['code']}"
    assert (body["ward_name"], body["state"]) == ("Phường Phú Xuân", "received")
    assert body["category_title"] == "Đường, vỉa hè"


async def test_a_report_comes_in_as_a_form_with_a_photo(visitor: httpx.AsyncClient) -> None:
    files = [("photos", ("a.jpg", jpeg(), "image/jpeg")), ("photos", ("", b"", "image/jpeg"))]
    answer = await visitor.post("/reports", data=form(), files=files, headers=KEY)
    assert answer.status_code == 201
    [address] = answer.json()["photos"]
    photo = await visitor.get(address.removeprefix("/api/v1"))
    assert photo.headers["content-type"] == "image/webp"
    assert b"SECRET" not in photo.content
    with Image.open(BytesIO(photo.content)) as image:
        assert image.size == (64, 48)


async def test_a_repeated_request_is_answered_not_written(visitor: httpx.AsyncClient) -> None:
    first = await filed(visitor)
    again = await visitor.post("/reports", json=SAID, headers=KEY)
    assert again.status_code == 200
    assert again.json() == first


async def test_a_key_is_given_to_whoever_brings_none(visitor: httpx.AsyncClient) -> None:
    report = (await visitor.post("/reports", json=SAID)).json()
    answer = await visitor.post(
        f"/reports/{report['code']}/photos",
        files={"photos": ("a.jpg", jpeg())},
        headers={"Idempotency-Key": report["key"]},
    )
    assert answer.status_code == 200
    assert len(answer.json()["photos"]) == 1


async def test_a_stranger_adds_no_photo(visitor: httpx.AsyncClient) -> None:
    report = await filed(visitor)
    files = {"photos": ("a.jpg", jpeg())}
    answer = await visitor.post(f"/reports/{report['code']}/photos", files=files)
    assert answer.status_code == 401
    assert answer.json()["type"] == "/problems/not-signed-in"


async def test_no_public_answer_holds_the_reporters_words(visitor: httpx.AsyncClient) -> None:
    report = await filed(visitor)
    for path in ("/reports", f"/reports/{report['code']}"):
        shown = (await visitor.get(path)).text
        assert report["code"] in shown
        assert "0914" not in shown
        assert "đối diện" not in shown
        assert KEY["Idempotency-Key"] not in shown


async def test_the_handling_side_reads_the_reporters_words(
    visitor: httpx.AsyncClient, staff: httpx.AsyncClient
) -> None:
    report = await filed(visitor)
    shown = (await staff.get(f"/reports/{report['code'].lower()}")).json()
    assert shown["reporter"] == {"text": "Nhà tôi ở đối diện", "phone": "0914123456"}


async def test_the_handling_side_moves_a_report(
    visitor: httpx.AsyncClient, staff: httpx.AsyncClient
) -> None:
    report = await filed(visitor)
    path = f"/reports/{report['code']}"
    assert (await visitor.patch(path, json={"state": "triaged"})).status_code == 401
    assert (await staff.patch(path, json={"state": "triaged"})).json()["state"] == "triaged"
    assert (await staff.patch(path, json={"state": "received"})).status_code == 409


async def test_the_list_goes_on_where_it_stopped(visitor: httpx.AsyncClient) -> None:
    for _ in range(3):
        await visitor.post("/reports", json=SAID)
    first = (await visitor.get("/reports", params={"limit": 2})).json()
    rest = (await visitor.get("/reports", params={"limit": 2, "cursor": first["next"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)


@pytest.mark.parametrize(
    ("change", "status", "kind"),
    [
        ({"title": ""}, 422, "invalid-report"),
        ({"title": None}, 422, "invalid-input"),
        ({"category": "unicorn"}, 422, "invalid-input"),
        ({"lon": "here"}, 422, "invalid-input"),
        ({"lon": None, "lat": None}, 422, "invalid-report"),
        ({"lon": 2.35, "lat": 48.85}, 422, "invalid-report"),
        ({"phone": "12"}, 422, "invalid-report"),
        ({"title": "Ổ gà\0"}, 422, "invalid-report"),
        ({"text": "sâu\0"}, 422, "invalid-report"),
        ({"state": "closed"}, 422, "invalid-input"),
    ],
)
async def test_what_is_wrong_is_refused_in_one_sentence(
    visitor: httpx.AsyncClient, change: dict[str, Any], status: int, kind: str
) -> None:
    answer = await visitor.post("/reports", json=SAID | change)
    assert answer.status_code == status
    assert answer.json()["type"] == f"/problems/{kind}"
    assert answer.json()["detail_vi"]
    assert (await visitor.get("/reports")).json()["items"] == []


async def test_a_body_of_another_kind_is_refused(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/reports", content=b"title=a", headers={"content-type": "text/x"})
    assert answer.status_code == 415


async def test_a_body_without_end_is_cut(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MAX_BODY_BYTES", 10_000)
    files = {"photos": ("a.jpg", bytes(20_000))}
    answer = await visitor.post("/reports", data=form(), files=files)
    assert answer.status_code == 413


async def test_a_photo_that_is_none_is_refused(visitor: httpx.AsyncClient) -> None:
    files = {"photos": ("a.jpg", b"no picture")}
    answer = await visitor.post("/reports", data=form(), files=files)
    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unreadable-photo")


@pytest.mark.parametrize("code", ["00000-00000", "%27%20OR%201=1", "x" * 200, "a%00b"])
async def test_an_unknown_code_is_not_found(visitor: httpx.AsyncClient, code: str) -> None:
    assert (await visitor.get(f"/reports/{code}")).status_code == 404
    assert (await visitor.get(f"/reports/{code}/photos/1")).status_code == 404


async def test_the_api_describes_both_kinds_of_body(city: Services) -> None:
    app = FastAPI()
    app.include_router(reports.router)
    schema = app.openapi()
    content = schema["paths"]["/reports"]["post"]["requestBody"]["content"]
    assert content.keys() == {"application/json", "multipart/form-data"}
    reference = content["application/json"]["schema"]["properties"]["category"]["$ref"]
    assert reference.rpartition("/")[2] in schema["components"]["schemas"]


async def test_a_ward_with_a_nul_character_is_refused(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/reports", params={"ward": "1\0"})).status_code == 400
