"""A file that is meant for a layer which its sender does not see tells nothing of that layer."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from conversion import pipeline
from conversion.upload import Upload
from gishue.accounts import store as accounts
from gishue.core.access import Audience
from gishue.core.actor import Limits, Role
from gishue.core.db import transaction
from layers import store as layer_store
from layers.services import Services
from tests.integration.conversion.conftest import key_of, worked
from tests.support import people
from tests.support.closing import SAID
from tests.support.veiled import protect

API = "/api/v1"
BODY = "ma;cccd;kinh độ;vĩ độ\na;1;107.5776;16.4677\nb;2;107.5790;16.4690\n".encode()
FIELDS: list[dict[str, Any]] = [
    {"name": "ma", "type": "text", "title": "Mã hộ", "required": True, "unique": True},
    {"name": "cccd", "type": "text", "title": "Số định danh"},
    {"name": "no_mat", "type": "text", "title": "Trường mật", "required": True},
]
SECRETS = ("Mã hộ", "Số định danh", "no_mat", "Trường mật")


@pytest.fixture
async def hidden(app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str]) -> str:
    """A draft of ``so_xd`` that owns a schema: nobody else sees it."""
    body = {"slug": "kin", "title": "Hộ dân", "schema": {"fields": FIELDS}}
    body |= {"visibility": "restricted", "closure": SAID}
    made = await client.post(f"{API}/layers", headers=editor, json=body)
    assert made.status_code == 201, made.text
    return "kin"


async def sent(
    app: FastAPI, client: httpx.AsyncClient, who: Mapping[str, str], layer: str
) -> Upload:
    """Send the file as ``who`` for a layer, and return it as worked on."""
    said = {"layer": layer, "mode": "replace"}
    file = {"file": ("ho.csv", BODY)}
    answer = await client.post(f"{API}/uploads", headers=who, files=file, data=said)
    assert answer.status_code == 202, answer.text
    return await worked(app, answer.json()["upload"])


def told(upload: Upload) -> str:
    """Return all that an upload says, but for what names it and its layer."""
    said = (upload.state, upload.inspection, upload.findings, upload.questions, upload.refusal)
    return str(said)


async def test_a_hidden_layers_schema_is_told_no_more_than_an_absent_ones(
    app: FastAPI, client: httpx.AsyncClient, hidden: str
) -> None:
    outsider = await key_of(app, "so_tnmt", Role.PUBLISHER)
    seen = await sent(app, client, outsider, hidden)
    assert told(seen) == told(await sent(app, client, outsider, "vang"))
    assert [word for word in SECRETS if word in told(seen)] == []


async def test_who_sees_the_layer_is_told_of_its_schema(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str], hidden: str
) -> None:
    assert "no_mat" in told(await sent(app, client, editor, hidden))


async def narrowed(app: FastAPI, limits: Limits) -> dict[str, str]:
    """Return the headers of a publisher's key of ``so_xd`` with these limits."""
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        return {"x-api-key": await people.add_key(conn, Role.PUBLISHER, "so_xd", "hẹp", limits)}


async def test_a_narrowed_key_is_blind_where_it_does_not_read(
    app: FastAPI, client: httpx.AsyncClient, hidden: str
) -> None:
    key = await narrowed(app, Limits(None, frozenset({"edit", "publish"})))
    seen = await sent(app, client, key, hidden)
    assert [word for word in SECRETS if word in told(seen)] == []


async def test_a_key_for_other_layers_is_refused_a_hidden_one_like_an_absent_one(
    app: FastAPI, client: httpx.AsyncClient, hidden: str
) -> None:
    key = await narrowed(app, Limits(frozenset({"khac"}), None))
    answers = [
        await client.post(
            f"{API}/uploads", headers=key, files={"file": ("ho.csv", BODY)}, data={"layer": layer}
        )
        for layer in (hidden, "vang")
    ]
    assert [one.status_code for one in answers] == [403, 403]
    assert answers[0].text == answers[1].text.replace("vang", hidden)


async def test_masked_fields_are_not_named_to_whom_they_are_masked_for(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    body = {"slug": "ho", "title": "Hộ dân", "schema": {"fields": FIELDS}}
    await client.post(f"{API}/layers", headers=editor, json=body)
    services: Services = app.state.services
    upload = await sent(app, client, editor, "ho")
    answers = {"mapping": {"ma": "ma", "cccd": "cccd"}}
    path = f"{API}/uploads/{upload.id}"
    loose = {"fields": FIELDS, "strict": False}
    assert (await client.put(f"{API}/layers/ho/schema", headers=editor, json=loose)).is_success
    await client.post(f"{path}/answers", headers=editor, json=answers)
    await worked(app, str(upload.id))
    done = await client.post(f"{path}/publish", headers=editor, json={"mode": "replace"})
    assert done.status_code == 200, done.text
    async with transaction(services.pool) as conn:
        masks = {"cccd": Audience.UNIT, "no_mat": Audience.UNIT}
        await protect(conn, await layer_store.by_slug(conn, "ho"), masks, {})
    outsider = await key_of(app, "so_tnmt", Role.PUBLISHER)
    seen = await sent(app, client, outsider, "ho")
    assert seen.inspection is not None
    named = [one["field"] for one in seen.inspection["mapping"]["matches"]]
    assert named == ["ma"]
    assert [word for word in SECRETS[1:] if word in told(seen)] == []


async def test_a_colleague_who_does_not_see_the_layer_does_not_see_what_is_told_of_it(
    app: FastAPI, client: httpx.AsyncClient, hidden: str
) -> None:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        number = await accounts.add(
            conn, "hai", "một mật khẩu dài", unit="so_tnmt", role=Role.EDITOR
        )
        await accounts.give(conn, number, Role.PUBLISHER, "so_xd")
    colleague = await key_of(app, "so_tnmt", Role.EDITOR)
    upload = await sent(app, client, colleague, "")
    async with transaction(services.pool) as conn:
        await conn.execute(
            "UPDATE gis.upload SET actor_kind = 'account', account_id = %(id)s, key_id = NULL,"
            " state = 'received', options = options"
            ' || \'{"layer": "kin"}\' WHERE id = %(upload)s',
            {"id": number, "upload": upload.id},
        )
    aimed = await pipeline.process(services, upload.id)
    assert "no_mat" in told(aimed)
    for path in ("", "/findings", "/findings.csv", "/preview"):
        answer = await client.get(f"{API}/uploads/{upload.id}{path}", headers=colleague)
        assert answer.status_code == 404, path
    listed = (await client.get(f"{API}/uploads", headers=colleague)).json()["items"]
    assert listed == []


async def asked(
    client: httpx.AsyncClient, who: Mapping[str, str], slug: str, **said: str
) -> tuple[int, str]:
    """Return the answer to a file that is to be published at once, but for the name."""
    form = {"layer": slug, "publish": "true"} | said
    file = {"file": ("ho.csv", BODY)}
    answer = await client.post(f"{API}/uploads", headers=who, files=file, data=form)
    return answer.status_code, answer.text.replace(slug, "…")


async def test_a_taken_name_is_told_in_the_same_words_whoever_sees_the_layer(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str], hidden: str
) -> None:
    outsider = await key_of(app, "so_tnmt", Role.PUBLISHER)
    seen = await asked(client, editor, hidden)
    assert seen[0] == 409
    assert await asked(client, outsider, hidden) == seen
    for who in (editor, outsider):
        made = await client.post(
            f"{API}/layers", headers=who, json={"slug": hidden, "title": "Khác"}
        )
        assert (made.status_code, made.json()["title"]) == (409, "Layer exists already")
        assert "Hộ dân" not in made.text
        assert "so_xd" not in made.text


async def test_who_may_not_make_the_layer_does_not_learn_whether_its_name_is_taken(
    app: FastAPI, client: httpx.AsyncClient, hidden: str
) -> None:
    who = await key_of(app, "so_tnmt", Role.EDITOR)
    refused = await asked(client, who, hidden)
    assert refused == await asked(client, who, "vng")
    assert refused[0] == 403
    made = [
        await client.post(f"{API}/layers", headers=who, json={"slug": slug, "title": "Khác"})
        for slug in (hidden, "vng")
    ]
    assert made[0].text == made[1].text
    assert made[0].status_code == 403


@pytest.mark.parametrize("mode", ["replace", "append"])
async def test_a_hidden_layer_is_replaced_no_more_than_an_absent_one(
    app: FastAPI, client: httpx.AsyncClient, hidden: str, mode: str
) -> None:
    outsider = await key_of(app, "so_tnmt", Role.PUBLISHER)
    refused = await asked(client, outsider, hidden, mode=mode)
    assert refused == await asked(client, outsider, "vng", mode=mode)
    assert refused[0] == 404
