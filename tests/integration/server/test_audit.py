"""Every act that must be told of leaves an entry, through the real application."""

import csv
import hashlib
import io
import json
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from gishue import worker
from gishue.accounts import keys
from gishue.core import audit, audit_chain, audit_witness
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR, Actor, ActorKind, Origin, Role
from gishue.core.audit import Object
from gishue.core.audit_chain import Link
from gishue.core.db import transaction
from gishue.server.doors import DOORS
from tests.support import people
from tests.support.city import add_layer
from tests.support.closing import SAID, UNTIL
from tests.support.site import PASSWORD, Site, open_site
from tests.support.upload import geojson, points

API = "/api/v1"
TILE = "/tiles/{slug}/14/13087/7431.mvt"
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
REPORT_KEY = {"idempotency-key": "0123456789abcdef"}
HOW_TO = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "audit.md"


@dataclass
class City:
    """A site with two departments, their people, and layers of each visibility."""

    site: Site
    browsers: dict[str, httpx.AsyncClient]
    heads: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    kept: dict[str, Any] = field(default_factory=dict[str, Any])
    changed: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    """Method, path and id of each request that changed something."""

    async def note(self, answer: httpx.Response) -> None:
        """Keep which request was answered, if it was one that changes something."""
        request = answer.request
        if request.method in CHANGING and answer.is_success:
            said = request.method, request.url.path, answer.headers["x-request-id"]
            self.changed.append(said)

    def watched(self, browser: httpx.AsyncClient) -> httpx.AsyncClient:
        """Return the browser, its answers noted."""
        browser.event_hooks["response"].append(self.note)
        return browser

    async def ask(
        self, who: str, method: str, path: str, status: int, **said: Any
    ) -> httpx.Response:
        """Send a request as somebody; ``who`` is empty for a visitor."""
        if who and who not in self.heads:
            await self.sign_in(who)
        browser = self.browsers[who]
        headers = self.heads.get(who, {}) | said.pop("headers", {})
        answer = await browser.request(method, path, headers=headers, **said)
        assert answer.status_code == status, f"{method} {path}: {answer.text[:300]}"
        return answer

    async def sign_in(self, who: str) -> None:
        csrf = await self.site.sign_in(who, self.browsers[who])
        self.heads[who] = {"x-csrf-token": csrf}

    async def entries(self) -> list[Link]:
        """Return the chain, once everything noted so far is in it."""
        services = self.site.services
        await audit_witness.settle(services.witness, services.pool)
        async with transaction(services.pool) as conn:
            return [link async for link in audit_chain.walk(conn)]


PEOPLE = {
    "quan_tri": (Role.CITY_ADMIN, None),
    "truong": (Role.UNIT_ADMIN, "so_xd"),
    "lan": (Role.PUBLISHER, "so_xd"),
    "binh": (Role.PUBLISHER, "so_tnmt"),
    "xem": (Role.VIEWER, "so_tnmt"),
}


@pytest.fixture
async def city(own_database_url: str, tmp_path: Path) -> AsyncGenerator[City]:
    async with open_site(own_database_url, tmp_path, pull_hosts="data.example.vn") as site:
        async with transaction(site.services.pool) as conn:
            for unit in ("so_xd", "so_tnmt"):
                await people.add_unit(conn, unit)
            await add_layer(conn, "mo", unit="so_xd")
            await add_layer(conn, "kin", visibility=Visibility.RESTRICTED, unit="so_xd")
        await site.services.registry.reload(site.services.pool)
        for name, (role, unit) in PEOPLE.items():
            await site.account(name, role, unit)
        made = City(site, {})
        for name in (*PEOPLE, ""):
            made.browsers[name] = made.watched(site.browser("192.0.2.5"))
        yield made
        for browser in made.browsers.values():
            await browser.aclose()


Do = Callable[[City], Awaitable[object]]


@dataclass(frozen=True)
class Step:
    """Something that is done, and the entry that it must leave."""

    act: str
    who: str
    do: Do
    on: str = ""
    result: str = "allowed"

    def __str__(self) -> str:
        return f"{self.result} {self.act} {self.on} by {self.who or 'visitor'}"


def asks(who: str, method: str, path: str, status: int = 200, **said: Any) -> Do:
    """Return the sending of one request."""

    async def do(city: City) -> None:
        await city.ask(who, method, path.format_map(city.kept), status, **said)

    return do


async def earlier(city: City) -> None:
    """Do nothing: an earlier step left this entry too."""


async def _wrong_password(city: City) -> None:
    said = {"name": "lan", "password": "mật khẩu sai"}
    await city.ask("", "POST", f"{API}/session", 401, json=said)


async def _sign_in(city: City) -> None:
    city.browsers["xem"].cookies.clear()
    await city.sign_in("xem")


async def _act_for(city: City) -> None:
    said = {"unit": "so_xd"}
    answer = await city.ask("truong", "PUT", f"{API}/session/unit", 200, json=said)
    city.heads["truong"] = {"x-csrf-token": answer.json()["csrf"]}


async def _invite(city: City) -> None:
    said = {"name": "moi", "unit": "so_xd", "role": "editor"}
    answer = await city.ask("truong", "POST", f"{API}/users", 201, json=said)
    city.kept["invitation"] = answer.json()["invitation"]


async def _join(city: City) -> None:
    said = {"token": city.kept["invitation"], "password": PASSWORD}
    async with city.watched(city.site.browser()) as browser:
        await browser.post(f"{API}/invitations/accept", json=said)


async def _invite_again(city: City) -> None:
    await city.ask("truong", "POST", f"{API}/users/moi/invitation", 201)


async def _make_key(city: City) -> None:
    said = {"name": "lgsp", "unit": "so_xd"}
    answer = await city.ask("truong", "POST", f"{API}/keys", 201, json=said)
    city.kept["key"] = answer.json()["key"]
    city.kept["key_id"] = city.kept["key"][3:11]


async def _use_revoked_key(city: City) -> None:
    await city.ask("", "GET", f"{API}/layers", 401, headers={"x-api-key": city.kept["key"]})


async def _upload(city: City) -> None:
    file = {"file": ("cay.geojson", geojson(points(3)))}
    answer = await city.ask("lan", "POST", f"{API}/uploads", 202, files=file)
    city.kept["upload"] = answer.json()["upload"]


async def _publish_upload(city: City) -> None:
    await worker.run(city.site.services, wait=False)
    path = f"{API}/uploads/{city.kept['upload']}/publish"
    await city.ask("lan", "POST", path, 200, json={"layer": "cay"})


async def _draft(city: City) -> None:
    rule = {"name": "ma", "type": "text", "required": True}
    said = {"slug": "nhap", "title": "Nháp", "unit": "so_xd", "schema": {"fields": [rule]}}
    await city.ask("lan", "POST", f"{API}/layers", 201, json=said)


async def _ask_and_answer(city: City) -> None:
    """Send a table whose only column may be the one that the layer requires, and say so."""
    file = {"file": ("tram.csv", b"so hieu;lon;lat\nA;107.58;16.46\n")}
    said = {"layer": "nhap", "mode": "replace"}
    answer = await city.ask("lan", "POST", f"{API}/uploads", 202, files=file, data=said)
    city.kept["asking"] = answer.json()["upload"]
    await worker.run(city.site.services, wait=False)
    path = f"{API}/uploads/{city.kept['asking']}/answers"
    await city.ask("lan", "POST", path, 202, json={"mapping": {"so hieu": "ma"}})


async def _in_pieces(city: City) -> None:
    """Send one file in a piece, and give another up."""
    path, tus = f"{API}/uploads/tus", {"tus-resumable": "1.0.0"}
    piece = tus | {"content-type": "application/offset+octet-stream", "upload-offset": "0"}
    for length in (2, 3):
        size = {"upload-length": str(length)}
        begun = await city.ask("lan", "POST", path, 201, headers=tus | size)
        where = begun.headers["location"]
        sent = await city.ask("lan", "PATCH", where, 204, headers=piece, content=b"{}")
        if length == 2:
            city.kept["pieces"] = sent.headers["gishue-upload"]
        else:
            await city.ask("lan", "DELETE", where, 204, headers=tus)


async def _add_rule(city: City) -> None:
    said = {"claim": "groups", "value": "/x", "unit": "so_xd", "role": "viewer"}
    answer = await city.ask("quan_tri", "POST", f"{API}/claim-rules", 201, json=said)
    city.kept["rule"] = answer.json()["id"]


async def _add_photo(city: City) -> None:
    with io.BytesIO() as target:
        Image.new("RGB", (8, 8)).save(target, "JPEG")
        files = {"photos": ("a.jpg", target.getvalue())}
    path = f"{API}/reports/{city.kept['report']}/photos"
    await city.ask("", "POST", path, 200, files=files, headers=REPORT_KEY)


async def _pull(city: City) -> None:
    said = {"url": "https://data.example.vn/?token=bi-mat", "layer": "lay"}
    path = f"{API}/pulls"
    answer = await city.ask("lan", "POST", path, 201, json=said)
    city.kept["pull"] = answer.json()["id"]


DOT = {"type": "circle", "paint": {"circle-radius": 4}}


async def _edit(city: City) -> None:
    feature = (await city.ask("lan", "GET", f"{CHANGE}/features/1", 200)).json()
    change = {"op": "change", "id": 1, "version": feature["version"], "properties": {"năm": 7}}
    said = {"changes": [change]}
    answer = await city.ask("lan", "POST", f"{CHANGE}/changesets", 201, json=said)
    city.kept["edited"] = answer.json()["revision"]


def _style_by_file(kind: str) -> Do:
    """Return the sending of the layer's own style, as a file of that kind."""

    async def do(city: City) -> None:
        file = await city.ask("lan", "GET", f"{CHANGE}/style.{kind}", 200)
        await city.ask("lan", "PUT", f"{CHANGE}/style.{kind}", 200, content=file.content)

    return do


async def _declare_function(city: City) -> None:
    async with transaction(city.site.services.pool) as conn:
        await conn.execute(
            "CREATE FUNCTION analyst.ham(z integer, x integer, y integer, params jsonb)"
            " RETURNS bytea LANGUAGE sql IMMUTABLE AS 'SELECT NULL::bytea'"
        )
    said = {"name": "ham", "function": "ham", "title": "Hàm"}
    await city.ask("quan_tri", "POST", f"{API}/functions", 201, json=said)


async def _restore_feature(city: City) -> None:
    said = {"revision": city.kept["edited"]}
    await city.ask("lan", "POST", f"{CHANGE}/features/1/restore", 201, json=said)


async def _share(city: City) -> None:
    said = {"unit": "so_tnmt", "acts": ["read"]}
    answer = await city.ask("lan", "POST", f"{API}/layers/kin/shares", 201, json=said)
    city.kept["share"] = answer.json()["id"]


async def _request(city: City) -> None:
    if "request" not in city.kept:
        await city.ask("lan", "PATCH", f"{API}/layers/kin", 200, json={"closure": SAID})
    closed = (await city.ask("", "GET", f"{API}/closed-layers", 200)).json()["items"]
    said = {"closed": closed[0]["id"], "purpose": "để đối chiếu", "unit": "so_tnmt"}
    answer = await city.ask("binh", "POST", f"{API}/access-requests", 201, json=said)
    city.kept["request"] = answer.json()["id"]


async def _request_and_refuse(city: City) -> None:
    await _request(city)
    path = f"{API}/access-requests/{city.kept['request']}/refuse"
    await city.ask("lan", "POST", path, 200, json={"answer": "chưa có căn cứ"})


async def _request_and_grant(city: City) -> None:
    await _request(city)
    path = f"{API}/access-requests/{city.kept['request']}/grant"
    await city.ask("lan", "POST", path, 200, json={"until": UNTIL.isoformat()})


async def _report(city: City) -> None:
    said = {"title": "Ổ gà", "lon": 107.58, "lat": 16.465, "text": "Tôi là Nguyễn Văn A"}
    said["phone"] = "0912345678"
    answer = await city.ask("", "POST", f"{API}/reports", 201, json=said, headers=REPORT_KEY)
    city.kept["report"] = answer.json()["code"]


async def _break(city: City) -> None:
    """Take a table away under a change: our fault, answered 500."""
    async with transaction(city.site.services.pool) as conn:
        await conn.execute("ALTER TABLE gis.api_key RENAME TO api_key_away")
    said = {"name": "hỏng", "unit": "so_xd"}
    await city.ask("truong", "POST", f"{API}/keys", 500, json=said)


CHANGE = f"{API}/layers/mo"
FIELD = {"name": "ma", "type": "text"}
STEPS = (
    Step("session.sign_in", "", _wrong_password, "lan", "refused"),
    Step("session.sign_in", "xem", _sign_in),
    Step("session.unit", "truong", _act_for, "so_xd"),
    Step("account.add", "truong", _invite, "moi"),
    Step("account.invite", "truong", earlier, "moi"),
    Step("account.join", "moi", _join, "moi"),
    Step("account.password", "moi", earlier, "moi"),
    Step(
        "role.give",
        "truong",
        asks("truong", "PUT", f"{API}/users/moi/roles", json={"unit": "so_xd", "role": "viewer"}),
        "moi",
    ),
    Step(
        "role.take", "truong", asks("truong", "DELETE", f"{API}/users/moi/roles?unit=so_xd"), "moi"
    ),
    Step(
        "account.block",
        "quan_tri",
        asks("quan_tri", "PATCH", f"{API}/users/moi", json={"is_active": False}),
        "moi",
    ),
    Step(
        "account.unblock",
        "quan_tri",
        asks("quan_tri", "PATCH", f"{API}/users/moi", json={"is_active": True}),
        "moi",
    ),
    Step("account.invite", "truong", _invite_again, "moi"),
    Step("claim_rule.add", "quan_tri", _add_rule, "{rule}"),
    Step(
        "claim_rule.remove",
        "quan_tri",
        asks("quan_tri", "DELETE", f"{API}/claim-rules/{{rule}}", 204),
        "{rule}",
    ),
    Step("key.make", "truong", _make_key, "{key_id}"),
    Step(
        "key.revoke", "truong", asks("truong", "DELETE", f"{API}/keys/{{key_id}}", 204), "{key_id}"
    ),
    Step("key.use", "", _use_revoked_key, "{key_id}", "refused"),
    Step(
        "unit.put",
        "quan_tri",
        asks("quan_tri", "PUT", f"{API}/units/to_gt", json={"title": "Tổ", "kind": "division"}),
        "to_gt",
    ),
    Step("unit.close", "quan_tri", asks("quan_tri", "DELETE", f"{API}/units/to_gt", 204), "to_gt"),
    Step("unit.open", "quan_tri", asks("quan_tri", "POST", f"{API}/units/to_gt/open"), "to_gt"),
    Step("upload.send", "lan", _upload, "{upload}"),
    Step("upload.publish", "lan", _publish_upload, "{upload}"),
    Step("layer.created", "lan", earlier, "cay"),
    Step("layer.drafted", "lan", _draft, "nhap"),
    Step("upload.answer", "lan", _ask_and_answer, "{asking}"),
    Step("upload.cancel", "lan", asks("lan", "DELETE", f"{API}/uploads/{{asking}}"), "{asking}"),
    Step("upload.send", "lan", _in_pieces, "{pieces}"),
    Step(
        "layer.schema_changed",
        "lan",
        asks("lan", "PUT", f"{API}/layers/nhap/schema", json={"fields": [FIELD]}),
        "nhap",
    ),
    Step(
        "layer.schema_changed",
        "lan",
        asks("lan", "DELETE", f"{API}/layers/nhap/schema", 204),
        "nhap",
    ),
    Step("layer.deleted", "truong", asks("truong", "DELETE", f"{API}/layers/nhap", 204), "nhap"),
    Step("layer.described", "lan", asks("lan", "PATCH", CHANGE, json={"title": "Cầu"}), "mo"),
    Step("layer.retired", "lan", asks("lan", "PATCH", CHANGE, json={"state": "retired"}), "mo"),
    Step("layer.published", "lan", asks("lan", "PATCH", CHANGE, json={"state": "published"}), "mo"),
    Step(
        "layer.restored",
        "lan",
        asks("lan", "POST", f"{CHANGE}/restore", json={"revision": 1}),
        "mo",
    ),
    Step("layer.edited", "lan", _edit, "mo"),
    Step(
        "layer.undone",
        "lan",
        asks("lan", "POST", f"{CHANGE}/changesets/{{edited}}/undo", 201, json={}),
        "mo",
    ),
    Step("layer.feature_restored", "lan", _restore_feature, "mo"),
    Step(
        "layer.described",
        "lan",
        asks("lan", "PUT", f"{CHANGE}/style", json={"layers": [DOT]}),
        "mo",
    ),
    Step("layer.described", "lan", _style_by_file("sld"), "mo"),
    Step("layer.described", "lan", _style_by_file("qml"), "mo"),
    Step("layer.described", "lan", asks("lan", "DELETE", f"{CHANGE}/style"), "mo"),
    Step("function.add", "quan_tri", _declare_function, "ham"),
    Step(
        "function.remove",
        "quan_tri",
        asks("quan_tri", "DELETE", f"{API}/functions/ham", 204),
        "ham",
    ),
    Step("layer.forgotten", "truong", asks("truong", "DELETE", f"{CHANGE}/history", 204), "mo"),
    Step(
        "layer.closed",
        "lan",
        asks("lan", "PATCH", CHANGE, json={"visibility": "internal", "closure": SAID}),
        "mo",
    ),
    Step("layer.opened", "lan", asks("lan", "PATCH", CHANGE, json={"visibility": "open"}), "mo"),
    Step("layer.read", "binh", asks("binh", "GET", TILE.format(slug="kin"), 404), "kin", "refused"),
    Step("layer.read", "", asks("", "GET", "/ogc/collections/kin", 404), "kin", "refused"),
    Step("layer.shared", "lan", _share, "kin"),
    Step("layer.read", "xem", asks("xem", "GET", TILE.format(slug="kin")), "kin"),
    Step(
        "layer.share_revoked",
        "lan",
        asks("lan", "DELETE", f"{API}/layers/kin/shares/{{share}}", 204),
        "kin",
    ),
    Step("access_request.ask", "binh", _request, "{request}"),
    Step(
        "access_request.withdraw",
        "binh",
        asks("binh", "POST", f"{API}/access-requests/{{request}}/withdraw"),
        "{request}",
    ),
    Step("access_request.refuse", "lan", _request_and_refuse, "{request}"),
    Step("access_request.grant", "lan", _request_and_grant, "{request}"),
    Step(
        "layer.protection_changed",
        "lan",
        asks("lan", "PUT", f"{API}/layers/kin/protection", json={"masks": {"năm": "unit"}}),
        "kin",
    ),
    Step("layer.download", "lan", asks("lan", "GET", "/files/kin/kin.geojson"), "kin"),
    Step("request", "xem", asks("xem", "PATCH", CHANGE, 403, json={"title": "x"}), "mo", "refused"),
    Step("pull.add", "lan", _pull, "{pull}"),
    Step(
        "pull.change",
        "lan",
        asks("lan", "PATCH", f"{API}/pulls/{{pull}}", json={"every_s": 9_000}),
        "{pull}",
    ),
    Step("pull.run", "lan", asks("lan", "POST", f"{API}/pulls/{{pull}}/run", 202), "{pull}"),
    Step("pull.delete", "lan", asks("lan", "DELETE", f"{API}/pulls/{{pull}}", 204), "{pull}"),
    Step("layer.report_shown", "", _report, "field_reports"),
    Step("layer.report_shown", "", _add_photo, "field_reports"),
    Step(
        "report.reporter",
        "quan_tri",
        asks("quan_tri", "GET", f"{API}/reports/{{report}}"),
        "{report}",
    ),
    Step(
        "report.move",
        "quan_tri",
        asks("quan_tri", "PATCH", f"{API}/reports/{{report}}", json={"state": "triaged"}),
        "{report}",
    ),
    Step("audit.read", "truong", asks("truong", "GET", f"{API}/audit")),
    Step("audit.export", "truong", asks("truong", "GET", f"{API}/audit.csv")),
    Step("session.sign_out", "xem", asks("xem", "DELETE", f"{API}/session", 204)),
    Step("request", "truong", _break, "", "failed"),
)


async def test_each_recorded_act_leaves_its_entry(city: City) -> None:
    missing: list[str] = []
    for step in STEPS:
        before = len(await city.entries())
        await step.do(city)
        later = (await city.entries())[0 if step.do is earlier else before :]
        if not any(_tells(link, step, city.kept) for link in later):
            missing.append(str(step))
    assert missing == []
    async with transaction(city.site.services.pool) as conn:
        assert (await audit_chain.verify(conn)).broken is None


NO_ENTRY = {
    "POST /api/v1/uploads/tus": "the file is told of when it is whole: upload.send",
    "PATCH /api/v1/uploads/tus/{resumable_id}": "of its pieces the last is: upload.send",
    "DELETE /api/v1/uploads/tus/{resumable_id}": "nothing was brought in",
    "POST /api/v1/layers/{slug}/style/classify": "a style is shown; nothing is stored",
    "POST /auth/backchannel-logout": "session.sign_off, in test_sign_on: it needs an issuer",
}
"""Doors that change something and are not held to an entry of each request here, and why."""


async def test_every_door_that_changes_something_leaves_an_entry(city: City) -> None:
    """Of ``gishue.server.doors``: one that is new is missing here until somebody asks it."""
    for step in STEPS:
        await step.do(city)
    told = {link.sealed.entry.request_id for link in await city.entries()}
    asked: dict[str, list[bool]] = {}
    for method, path, request_id in city.changed:
        asked.setdefault(_door(method, path), []).append(request_id in told)
    doors = {f"{one.method} {one.path}" for one in DOORS if one.method in CHANGING}
    assert doors - asked.keys() - NO_ENTRY.keys() == set()
    assert [door for door, noted in asked.items() if not all(noted) and door not in NO_ENTRY] == []
    assert NO_ENTRY.keys() - doors == set()


def _door(method: str, path: str) -> str:
    """Return the door that was asked; a plain path before one with a name in it."""
    found = [
        one.path
        for one in DOORS
        if one.method == method and re.fullmatch(re.sub(r"{[^}]+}", "[^/]+", one.path), path)
    ]
    return f"{method} {min(found, key=lambda one: one.count('{'))}"


def _tells(link: Link, step: Step, kept: Mapping[str, Any]) -> bool:
    entry = link.sealed.entry
    is_named = entry.actor_name == (step.who or "anonymous")
    said = (entry.act, entry.object, entry.result)
    return is_named and said == (step.act, step.on.format_map(kept), step.result)


async def _listed(city: City, who: str, **query: str) -> list[dict[str, Any]]:
    return (await city.ask(who, "GET", f"{API}/audit", 200, params=query)).json()["items"]


async def test_administrators_read_what_concerns_their_units_and_nobody_else_anything(
    city: City,
) -> None:
    await city.ask("lan", "PATCH", f"{API}/layers/mo", 200, json={"title": "Cầu"})
    await city.ask("binh", "GET", TILE.format(slug="kin"), 404)
    await city.ask("quan_tri", "PUT", f"{API}/units/so_tnmt", 200, json={"title": "Sở TNMT"})
    everything = await _listed(city, "quan_tri", limit="1000")
    assert {one["act"] for one in everything} >= {"unit.put", "layer.described", "layer.read"}
    seen = await _listed(city, "truong", limit="1000")
    assert all("so_xd" in (one["unit"], one["object_unit"]) for one in seen)
    assert {(one["actor_name"], one["object"]) for one in seen} >= {("lan", "mo"), ("binh", "kin")}
    wanted = [one for one in everything if "so_xd" in (one["unit"], one["object_unit"])]
    newest = everything[0]["seq"]
    assert [one for one in seen if one["seq"] <= newest] == wanted
    for path in ("audit", "audit.csv", "audit?f=csv"):
        await city.ask("lan", "GET", f"{API}/{path}", 403)
        await city.ask("", "GET", f"{API}/{path}", 401)


async def test_filters_choose_and_pages_bring_each_entry_once(city: City) -> None:
    for title in ("Cầu", "Đường", "Chợ"):
        await city.ask("lan", "PATCH", f"{API}/layers/mo", 200, json={"title": title})
    await city.ask("binh", "GET", TILE.format(slug="kin"), 404)
    by_lan = await _listed(city, "quan_tri", actor="lan")
    assert {one["act"] for one in by_lan} == {"session.sign_in", "layer.described"}
    assert len(await _listed(city, "quan_tri", act="layer.described")) == 3
    assert {one["act"] for one in await _listed(city, "quan_tri", act="layer")} == {
        "layer.created",
        "layer.described",
        "layer.read",
    }
    refused = await _listed(city, "quan_tri", result="refused")
    assert [(one["object"], one["unit"]) for one in refused] == [("kin", "so_tnmt")]
    assert {one["object"] for one in await _listed(city, "quan_tri", object="mo")} == {"mo"}
    at = by_lan[0]["at"]
    assert [one["seq"] for one in await _listed(city, "quan_tri", actor="lan", since=at)] == [
        by_lan[0]["seq"]
    ]
    earlier_ones = await _listed(city, "quan_tri", actor="lan", until=at)
    assert earlier_ones == by_lan[1:]
    assert await _listed(city, "quan_tri", actor="lan", since="2999-01-01") == []
    pages: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": "4", "object": "mo"} | ({"cursor": cursor} if cursor else {})
        body = (await city.ask("quan_tri", "GET", f"{API}/audit", 200, params=query)).json()
        pages += [one["seq"] for one in body["items"]]
        cursor = body["next"]
    assert pages == [one["seq"] for one in await _listed(city, "quan_tri", object="mo")]
    for query in ({"since": "hôm qua"}, {"cursor": "zzz"}, {"limit": "0"}, {"result": "maybe"}):
        await city.ask("quan_tri", "GET", f"{API}/audit", 400, params=query)


async def test_the_table_holds_no_cell_that_a_spreadsheet_computes(city: City) -> None:
    services = city.site.services
    async with transaction(services.pool) as conn:
        key = await people.add_key(conn, Role.PUBLISHER, "so_xd", "=HYPERLINK(1)")
    headers = {"x-api-key": key}
    said = {"title": "Cầu"}
    await city.ask("", "PATCH", f"{API}/layers/mo", 200, json=said, headers=headers)
    body = (await city.ask("quan_tri", "GET", f"{API}/audit.csv", 200)).text
    rows = list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"))))
    assert "'=HYPERLINK(1)" in {row["actor_name"] for row in rows}
    assert [cell for row in rows for cell in row.values() if cell[:1] in tuple("=+-@\t\r")] == []
    assert [int(row["seq"]) for row in rows] == list(range(len(rows), 0, -1))


async def test_the_audit_holds_no_citizen_and_no_secret(city: City) -> None:
    services = city.site.services
    citizen = Actor(ActorKind.ACCOUNT, "nguyen.van.b", 99, origin=Origin("api", "203.0.113.77"))
    async with transaction(services.pool) as conn:
        await audit.record(conn, citizen, "session.sign_in", Object("account"))
    for step in (_report, _invite, _join, _make_key, _pull, _upload):
        await step(city)
    await city.ask("quan_tri", "GET", f"{API}/reports/{city.kept['report']}", 200)
    path = f"{API}/reports/{city.kept['report']}"
    await city.ask("quan_tri", "PATCH", path, 200, json={"state": "triaged"})
    typed = {"name": "mat-khau-cua-toi", "password": "Bí mật 123456"}
    await city.ask("", "POST", f"{API}/session", 401, json=typed)
    await city.ask("", "GET", f"{API}/layers", 401, headers={"x-api-key": "gh_lạ".encode()})
    await city.ask("", "GET", "/files/mo/mo.geojson?filter=chu='Nguyễn Văn A'", 400)
    await city.entries()
    async with transaction(services.pool) as conn:
        cur = await conn.execute("SELECT string_agg(to_jsonb(a)::text, ' ') FROM gis.audit a")
        row = await cur.fetchone()
    assert row is not None
    told = str(row[0])
    assert city.kept["report"] in told
    secrets = [city.kept["invitation"], city.kept["key"], city.kept["key"][12:], "bi-mat", PASSWORD]
    persons = ["0912345678", "Nguyễn", "nguyen.van.b", "Ổ gà", "203.0.113.77", typed["name"]]
    assert [word for word in [*secrets, *persons, typed["password"]] if word in told] == []


async def test_a_hundred_tiles_are_one_entry_and_each_door_has_its_own(city: City) -> None:
    doors = {
        "tiles": TILE.format(slug="kin"),
        "ogc": "/ogc/collections/kin/items",
        "api": f"{API}/layers/kin/features",
    }
    for path in doors.values():
        for _ in range(100 if "tiles" in path else 3):
            await city.ask("lan", "GET", path, 200)
    reads = [link.sealed.entry for link in await city.entries()]
    kept = [one for one in reads if one.act == "layer.read"]
    assert [one.door for one in kept] == list(doors)
    assert {(one.actor_name, one.address, one.result) for one in kept} == {
        ("lan", "192.0.2.5", "allowed")
    }
    assert all(one.request_id for one in kept)


async def test_what_a_worker_publishes_and_what_it_cannot_is_told(city: City) -> None:
    for slug in ("cay", "co"):
        file = {"file": ("cay.geojson", geojson(points(3)))}
        said = {"layer": slug, "publish": "true"}
        answer = await city.ask("lan", "POST", f"{API}/uploads", 202, files=file, data=said)
        city.kept[slug] = answer.json()["upload"]
    async with transaction(city.site.services.pool) as conn:
        await add_layer(conn, "co", unit="so_tnmt")
    await worker.run(city.site.services, wait=False)
    entries = [one.sealed.entry for one in await city.entries()]
    told = [one for one in entries if one.act == "upload.publish"]
    assert {(one.object, one.result) for one in told} == {
        (city.kept["cay"], "allowed"),
        (city.kept["co"], "failed"),
    }
    assert {(one.actor_name, one.unit, one.door) for one in told} == {("lan", "so_xd", "worker")}
    failed = [one.detail for one in told if one.result == "failed"]
    assert failed == [{"layer": "co", "problem": "duplicate-slug"}]


async def test_the_same_key_from_another_address_is_another_entry(city: City) -> None:
    services = city.site.services
    async with transaction(services.pool) as conn:
        key = await people.add_key(conn, Role.VIEWER, "so_xd", "trộm")
    for peer in ("192.0.2.5", "198.51.100.7"):
        async with city.site.browser(peer) as browser:
            for path in (TILE.format(slug="kin"), "/files/kin/kin.geojson"):
                for _ in range(3):
                    answer = await browser.get(path, headers={"x-api-key": key})
                    assert answer.status_code == 200
    seen = [one.sealed.entry for one in await city.entries()]
    reads = [(one.act, one.door, one.address) for one in seen if one.actor_name == "trộm"]
    assert sorted(reads) == [
        (act, door, address)
        for act, door in (
            ("layer.download", "files"),
            ("layer.read", "files"),
            ("layer.read", "tiles"),
        )
        for address in ("192.0.2.5", "198.51.100.7")
    ]


async def test_a_visitor_who_tries_a_hidden_layer_is_noted_at_every_door(city: City) -> None:
    doors = {
        "tiles": TILE.format(slug="kin"),
        "ogc": "/ogc/collections/kin/items",
        "api": f"{API}/layers/kin",
        "files": "/files/kin/kin.gpkg",
    }
    for path in doors.values():
        for _ in range(3):
            await city.ask("", "GET", path, 404)
        await city.ask("", "GET", path.replace("kin", "vang"), 404)
    refused = [link.sealed.entry for link in await city.entries()][-len(doors) :]
    assert [one.door for one in refused] == list(doors)
    said = {(one.act, one.object, one.object_unit, one.address, one.result) for one in refused}
    assert said == {("layer.read", "kin", "so_xd", "192.0.2.5", "refused")}


async def test_a_listing_and_an_open_layer_leave_no_read(city: City) -> None:
    for path in (f"{API}/layers", "/ogc/collections", TILE.format(slug="mo"), f"{API}/flights"):
        await city.ask("lan", "GET", path, 200)
    assert [one for one in await city.entries() if one.sealed.entry.act == "layer.read"] == []


async def test_what_is_found_in_a_restricted_layer_was_read(city: City) -> None:
    found = await city.ask("lan", "GET", f"{API}/search", 200, params={"q": "ngo mon"})
    assert {hit["layer"] for hit in found.json()["items"]} == {"mo", "kin"}
    reads = [one.sealed.entry for one in await city.entries()]
    assert [one.object for one in reads if one.act == "layer.read"] == ["kin"]


async def test_who_may_not_find_it_by_name_is_not_told_that_a_key_is_known(city: City) -> None:
    async with transaction(city.site.services.pool) as conn:
        key = await people.add_key(conn, Role.VIEWER, "so_xd")
        await keys.revoke(conn, key[3:11], OPERATOR)
    unknown = f"gh_{'x' * 8}_{'y' * 43}"
    answers = [
        await city.ask("", "GET", f"{API}/layers", 401, headers={"x-api-key": text})
        for text in (key, unknown)
    ]
    told = [answer.json() | {"instance": ""} for answer in answers]
    assert told[0] == told[1]
    refused = [one.sealed.entry for one in await city.entries()]
    assert [one.object for one in refused if one.act == "key.use"] == [key[3:11], ""]


async def test_the_how_to_lists_every_act_that_is_recorded() -> None:
    written = set(re.findall(r"^\| `([a-z_.]+)` ", HOW_TO.read_text("utf-8"), re.MULTILINE))
    assert {step.act for step in STEPS} - written == set()


def test_the_two_languages_list_the_same_acts() -> None:
    words = [
        re.findall(r"^\| `([a-z_.]+)` ", path.read_text("utf-8"), re.MULTILINE)
        for path in (HOW_TO, HOW_TO.with_suffix(".vi.md"))
    ]
    assert words[0] == words[1]


async def test_json_of_the_api_carries_what_is_hashed(city: City) -> None:
    newest = (await _listed(city, "quan_tri", limit="1"))[0]
    stored = newest.pop("hash")
    text = json.dumps(newest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == stored
