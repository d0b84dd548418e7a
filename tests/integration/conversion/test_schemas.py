"""A department's layer owns a schema: an Excel template comes out, a validated layer comes in."""

import io
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from openpyxl import load_workbook

from conversion.refusal import EmptyFile
from conversion.upload import Upload
from gishue.core.actor import Role
from layers.services import Services
from tests.integration.conversion.conftest import key_of, worked
from tests.support.upload import rows

SCHEMA: dict[str, Any] = {
    "geometry_type": "point",
    "fields": [
        {"name": "ma", "type": "text", "title": "Mã trạm", "required": True, "unique": True},
        {"name": "loai", "type": "text", "title": "Loại", "values": ["mưa", "mực nước"]},
        {"name": "cao_do", "type": "real", "title": "Cao độ (m)", "minimum": -5, "maximum": 1800},
        {"name": "ngay", "type": "date", "title": "Ngày lắp"},
    ],
}
NGO_MON = (1821417.4543, 561476.4762)
"""EPSG:9214, north first as paper has it (control point)."""


@pytest.fixture
async def layer(app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str]) -> str:
    """A draft layer of stations that owns the schema."""
    body = {"slug": "tram_do", "title": "Trạm đo", "schema": SCHEMA}
    made = await client.post("/api/v1/layers", headers=editor, json=body)
    assert made.status_code == 201
    assert made.json()["state"] == "draft"
    return "tram_do"


async def sent(
    app: FastAPI, client: httpx.AsyncClient, who: dict[str, str], name: str, body: bytes
) -> Upload:
    """Send a file for the layer and work on it as a worker does."""
    answer = await client.post(
        "/api/v1/uploads",
        headers=who,
        files={"file": (name, body)},
        data={"layer": "tram_do", "mode": "replace"},
    )
    assert answer.status_code == 202, answer.text
    return await worked(app, answer.json()["upload"])


def filled(template: bytes, *lines: tuple[Any, ...]) -> bytes:
    """Return the template with these rows typed into it."""
    book = load_workbook(io.BytesIO(template))
    for number, line in enumerate(lines, start=2):
        for at, value in enumerate(line, start=1):
            book["Dữ liệu"].cell(number, at).value = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


async def template_of(client: httpx.AsyncClient, who: dict[str, str]) -> bytes:
    answer = await client.get("/api/v1/layers/tram_do/schema/template.xlsx", headers=who)
    assert answer.status_code == 200
    return answer.content


def codes(upload: Upload) -> dict[str, tuple[str, int]]:
    return {str(f["code"]): (str(f["severity"]), int(f["count"])) for f in upload.findings}


async def test_the_template_comes_back_as_a_layer(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str], layer: str
) -> None:
    template = await template_of(client, editor)
    sheet = load_workbook(io.BytesIO(template))["Dữ liệu"]
    assert [cell.value for cell in sheet[1]] == [
        "Mã trạm", "Loại", "Cao độ (m)", "Ngày lắp", "X (m) EPSG:9214", "Y (m) EPSG:9214",
    ]  # fmt: skip
    assert len(sheet.data_validations.dataValidation) == 2
    body = filled(
        template,
        ("001", "mưa", 12.5, "31/12/2024", *NGO_MON),
        ("002", "mực nước", None, None, NGO_MON[0] + 900, NGO_MON[1] + 1_300),
    )
    upload = await sent(app, client, editor, "tram.xlsx", body)
    assert upload.state == "staged", (upload.refusal, upload.questions)
    assert [code for code, (severity, _) in codes(upload).items() if severity == "error"] == []
    published = await client.post(
        f"/api/v1/uploads/{upload.id}/publish", headers=editor, json={"mode": "replace"}
    )
    assert published.status_code == 200, published.text
    shown = (await client.get("/api/v1/layers/tram_do")).json()
    assert [(f["name"], f["title"], f["type"]) for f in shown["fields"]] == [
        ("ma", "Mã trạm", "text"),
        ("loai", "Loại", "text"),
        ("cao_do", "Cao độ (m)", "real"),
        ("ngay", "Ngày lắp", "date"),
    ]
    features = (await client.get("/api/v1/layers/tram_do/features")).json()["features"]
    assert features[0]["properties"] == {
        "ma": "001", "loai": "mưa", "cao_do": 12.5, "ngay": "2024-12-31",
    }  # fmt: skip
    lon, lat = features[0]["geometry"]["coordinates"]
    assert (lon, lat) == pytest.approx((107.5776, 16.4677), abs=2e-7)


async def test_a_template_filled_with_whole_metres_is_taken_without_a_remark(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str], layer: str
) -> None:
    template = await template_of(client, editor)
    lines = [(f"0{n}", "mưa", 12, None, 1_821_417 + n, 561_476 + n) for n in range(3)]
    upload = await sent(app, client, editor, "tram.xlsx", filled(template, *lines))
    assert upload.state == "staged", (upload.refusal, upload.questions)
    assert "columns_not_mapped" not in codes(upload)
    with pytest.raises(EmptyFile, match="no rows below it"):
        await sent(app, client, editor, "trong.xlsx", template)


WRONG = """MA TRAM;loại;Cao do (m);ngay;kinh độ;vĩ độ;ghi chú
a;mưa;12,5;31/12/2024;107.5776;16.4677;x
a;gió;1.900,0;31/02/2024;107.5780;16.4680;y
;mưa;mười;;107.5790;16.4690;z
"""


async def test_what_breaks_a_rule_is_counted_placed_and_stops_the_publishing(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str], layer: str
) -> None:
    upload = await sent(app, client, editor, "tram.csv", WRONG.encode())
    assert upload.state == "staged", (upload.refusal, upload.questions)
    seen = codes(upload)
    assert {code: seen.get(code) for code in (
        "value_missing", "value_not_listed", "value_out_of_range", "value_not_unique", "value_unfit"
    )} == {
        "value_missing": ("error", 1),
        "value_not_listed": ("error", 1),
        "value_out_of_range": ("error", 1),
        "value_not_unique": ("error", 2),
        "value_unfit": ("error", 1),
    }  # fmt: skip
    assert "columns_not_mapped" in seen
    services: Services = app.state.services
    places = await rows(
        services,
        "SELECT code, feature_id, detail->>'field', round(ST_X(geom)::numeric, 4)"
        " FROM gis.finding_place WHERE code = 'value_not_listed'",
    )
    assert [(c, i, f, float(x)) for c, i, f, x in places] == [
        ("value_not_listed", 2, "loai", 107.578)
    ]
    refused = await client.post(
        f"/api/v1/uploads/{upload.id}/publish", headers=editor, json={"mode": "replace"}
    )
    assert refused.status_code == 422


async def test_a_guess_is_asked_answered_and_remembered(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str], layer: str
) -> None:
    body = "Mã trạm đo,lon,lat\nA,107.5776,16.4677\nB,107.5790,16.4690\n".encode()
    upload = await sent(app, client, editor, "tram.csv", body)
    assert upload.state == "asks"
    assert [question["code"] for question in upload.questions] == ["mapping"]
    for wrong in ({"Mã trạm đo": "nope"}, {"nope": "ma"}):
        told = await client.post(
            f"/api/v1/uploads/{upload.id}/answers", headers=editor, json={"mapping": wrong}
        )
        assert (told.status_code, "there are: " in told.json()["detail"]) == (422, True)
    answer = {"mapping": {"Mã trạm đo": "ma"}}
    sent_back = await client.post(
        f"/api/v1/uploads/{upload.id}/answers", headers=editor, json=answer
    )
    assert sent_back.status_code == 202
    upload = await worked(app, str(upload.id))
    assert upload.state == "staged", (upload.refusal, upload.questions)
    done = await client.post(
        f"/api/v1/uploads/{upload.id}/publish", headers=editor, json={"mode": "replace"}
    )
    assert done.status_code == 200, done.text
    again = await sent(app, client, editor, "tram2.csv", body)
    assert again.state == "staged"
    assert again.inspection is not None
    assert again.inspection["mapping"]["matches"][0]["how"] == "remembered"


async def test_a_schema_is_shown_changed_and_taken_away_by_who_may(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str], layer: str
) -> None:
    address = "/api/v1/layers/tram_do/schema"
    assert (await client.get(address, headers=editor)).json()["owned"] is True
    other = await key_of(app, "so_tnmt", Role.PUBLISHER)
    assert (await client.put(address, headers=other, json=SCHEMA)).status_code == 404
    wrong = await client.put(address, headers=editor, json={"fields": [{"name": "id"}]})
    assert wrong.status_code == 422
    assert wrong.json()["type"] == "/problems/invalid-schema"
    loose = SCHEMA | {"strict": False}
    assert (await client.put(address, headers=editor, json=loose)).json()["strict"] is False
    assert (await client.delete(address, headers=editor)).status_code == 204
    assert (await client.get(address, headers=editor)).json()["owned"] is False
