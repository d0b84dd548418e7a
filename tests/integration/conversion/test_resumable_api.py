"""Files in pieces: what came before a cut stays, and the whole is an upload like any other."""

import base64
import hashlib
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message

from conversion import resumable, tasks
from gishue.core.actor import Role
from gishue.core.db import transaction
from layers.services import Services
from tests.integration.conversion.conftest import key_of
from tests.support.upload import geojson, points, rows

TUS = {"tus-resumable": "1.0.0"}
PIECE = TUS | {"content-type": "application/offset+octet-stream"}
ROOT = "/api/v1/uploads/tus"


def metadata(**said: str) -> str:
    return ",".join(f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in said.items())


async def begin(
    client: httpx.AsyncClient, who: dict[str, str], length: int, **said: str
) -> httpx.Response:
    headers = TUS | who | {"upload-length": str(length), "upload-metadata": metadata(**said)}
    return await client.post(ROOT, headers=headers)


async def test_a_file_comes_in_pieces_and_becomes_an_upload(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    body = geojson(points(40))
    made = await begin(client, editor, len(body), filename="trạm.geojson", layer="tram")
    assert made.status_code == 201
    where = made.headers["location"]
    at = 0
    for cut in (1, len(body) // 2, len(body)):
        piece = await client.patch(
            where, headers=PIECE | editor | {"upload-offset": str(at)}, content=body[at:cut]
        )
        assert (piece.status_code, piece.headers["upload-offset"]) == (204, str(cut))
        seen = await client.head(where, headers=TUS | editor)
        assert seen.headers["upload-offset"] == str(cut)
        at = cut
    upload = await client.get(f"/api/v1/uploads/{piece.headers['gishue-upload']}", headers=editor)
    assert upload.json()["filename"] == "trạm.geojson"
    services: Services = app.state.services
    stored = await rows(services, "SELECT sha256, options->>'layer' FROM gis.upload")
    assert stored == [(hashlib.sha256(body).hexdigest(), "tram")]
    assert list((services.settings.root / "resumable").iterdir()) == []


async def cut_off(app: FastAPI, where: str, headers: dict[str, str], sent: bytes) -> None:
    """Send a piece whose line is cut after ``sent``."""
    news: list[Message] = [
        {"type": "http.request", "body": sent, "more_body": True},
        {"type": "http.disconnect"},
    ]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "PATCH",
        "scheme": "http",
        "path": where,
        "raw_path": where.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (name.encode(), value.encode())
            for name, value in ({"host": "localhost"} | headers).items()
        ],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }

    async def receive() -> Message:
        return news.pop(0)

    async def send(message: Message) -> None:
        return

    await app(scope, receive, send)


async def test_what_came_before_a_cut_stays(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    body = geojson(points(9))
    where = (await begin(client, editor, len(body), filename="a.geojson")).headers["location"]
    await cut_off(app, where, PIECE | editor | {"upload-offset": "0"}, body[:100])
    seen = await client.head(where, headers=TUS | editor)
    assert seen.headers["upload-offset"] == "100"
    wrong = await client.patch(where, headers=PIECE | editor | {"upload-offset": "0"}, content=body)
    assert (wrong.status_code, wrong.json()["offset"]) == (409, 100)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"tus-resumable": "0.2.2", "upload-length": "3"}, 412),
        ({"tus-resumable": "1.0.0"}, 400),
        (TUS | {"upload-length": "-1"}, 400),
        (TUS | {"upload-length": "99999999999"}, 413),
        (TUS | {"upload-length": "3", "upload-metadata": "filename ###"}, 400),
        (TUS | {"upload-length": "3", "upload-metadata": metadata(filename="a", mau="xanh")}, 422),
        (TUS | {"upload-length": "3", "upload-metadata": metadata(mapping="{")}, 422),
    ],
)
async def test_a_beginning_that_is_wrong_is_told(
    client: httpx.AsyncClient, editor: dict[str, str], headers: dict[str, str], status: int
) -> None:
    answer = await client.post(ROOT, headers=editor | headers)
    assert answer.status_code == status
    assert answer.json()["detail_vi"]


async def test_more_than_was_announced_is_refused(
    client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    where = (await begin(client, editor, 3, filename="a.geojson")).headers["location"]
    answer = await client.patch(
        where, headers=PIECE | editor | {"upload-offset": "0"}, content=b"1234"
    )
    assert answer.status_code == 413


async def test_nobody_sees_or_continues_anothers_file(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    where = (await begin(client, editor, 3, filename="a.geojson")).headers["location"]
    other = await key_of(app, "so_tnmt", Role.PUBLISHER)
    assert (await client.head(where, headers=TUS | other)).status_code == 404
    sent = await client.patch(where, headers=PIECE | other | {"upload-offset": "0"}, content=b"123")
    assert sent.status_code == 404
    assert (await client.post(ROOT, headers=TUS | {"upload-length": "3"})).status_code == 401


async def test_a_file_can_be_given_up_and_old_ones_are(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    services: Services = app.state.services
    first = (await begin(client, editor, 3, filename="a.geojson")).headers["location"]
    second = (await begin(client, editor, 3, filename="b.geojson")).headers["location"]
    for where in (first, second):
        await client.patch(where, headers=PIECE | editor | {"upload-offset": "0"}, content=b"12")
    assert (await client.delete(first, headers=TUS | editor)).status_code == 204
    assert (await client.head(first, headers=TUS | editor)).status_code == 404
    async with transaction(services.pool) as conn:
        age = timedelta(seconds=resumable.KEPT_S + 60)
        await conn.execute("UPDATE gis.resumable SET updated_at = now() - %s", [age])
    await tasks.sweep(services)
    assert (await client.head(second, headers=TUS | editor)).status_code == 404
    assert list((services.settings.root / "resumable").iterdir()) == []


async def test_the_door_says_what_it_speaks(client: httpx.AsyncClient) -> None:
    answer = await client.options(ROOT)
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,expiration,termination"
    assert int(answer.headers["tus-max-size"]) == 4 << 20
