"""Several layers of one file: each becomes a layer of its own, in one answer or one command."""

import httpx
from fastapi import FastAPI

from conversion.options import IngestOptions, each_layer
from layers.services import Services
from tests.integration.conversion.conftest import worked
from tests.support.upload import geojson, points, rows, zipped

BODY = zipped({"Trạm.geojson": geojson(points(2)), "Giếng.geojson": geojson(points(3))})


async def test_one_answer_makes_an_upload_of_each_layer(
    app: FastAPI, client: httpx.AsyncClient, editor: dict[str, str]
) -> None:
    services: Services = app.state.services
    sent = await client.post(
        "/api/v1/uploads", headers=editor, files={"file": ("đo đạc.zip", BODY)}
    )
    upload = sent.json()["upload"]
    assert (await worked(app, upload)).state == "asks"
    asked = (await client.get(f"/api/v1/uploads/{upload}", headers=editor)).json()
    names = [one["source_layer"] for one in asked["questions"][0]["candidates"]]
    assert sorted(names) == ["Giếng", "Trạm"]
    answer = await client.post(
        f"/api/v1/uploads/{upload}/answers", headers=editor, json={"source_layers": names}
    )
    assert answer.status_code == 202, answer.text
    siblings = answer.json()["siblings"]
    assert len(siblings) == 1
    for one in (upload, *siblings):
        assert (await worked(app, one)).state == "staged"
    stored = await rows(
        services, "SELECT options->>'layer', inspection->>'features' FROM gis.upload ORDER BY 1"
    )
    assert stored == [("do_dac_gieng", "3"), ("do_dac_tram", "2")]


def test_layers_of_a_file_are_called_after_it_and_themselves() -> None:
    made = each_layer("Bản vẽ.dxf", IngestOptions(), ["RANH", "Ranh", "TEN_XA", "RANH"])
    assert [(one.layer, one.source_layer) for one in made] == [
        ("ban_ve_ranh_1", "RANH"),
        ("ban_ve_ranh_2", "Ranh"),
        ("ban_ve_ten_xa", "TEN_XA"),
    ]
    assert each_layer("a.dxf", IngestOptions(layer="x"), ["A"])[0].layer == "x"
    assert each_layer("a.dxf", IngestOptions(), []) == [IngestOptions()]
