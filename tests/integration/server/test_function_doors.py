"""Who may read and declare function layers: every actor of the access matrix × visibility."""

from typing import Any

from gishue.core.access import Act, Visibility, may
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from gishue.server.app import API
from layers import function_store
from layers.function_layer import FunctionLayer
from layers.services import Services
from tests.integration.server.test_access_matrix import City, city

__all__ = ["city"]

MADE = {
    "mo": Visibility.OPEN,
    "noi-bo": Visibility.INTERNAL,
    "han-che": Visibility.RESTRICTED,
}
EMPTY = """
CREATE FUNCTION analyst.rong(z integer, x integer, y integer, params jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$ SELECT NULL::bytea $$
"""


async def _declare(city: City) -> dict[str, FunctionLayer]:
    made = {
        name: FunctionLayer(name, "rong", f"Hàm {name}", visibility, unit="so_xd")
        for name, visibility in MADE.items()
    }
    app: Any = city.client._transport.app  # pyright: ignore - the application behind the client
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        await conn.execute(EMPTY)
        for layer in made.values():
            await function_store.add(conn, layer, OPERATOR)
    await services.registry.reload(services.pool)
    return made


async def test_a_function_is_for_whom_its_own_visibility_names(city: City) -> None:
    made = await _declare(city)
    for person in city.people.values():
        listed = await city.client.get(f"{API}/functions", headers=dict(person.headers))
        readable = {name for name, one in made.items() if may(person.actor, Act.READ, one)}
        assert {one["name"] for one in listed.json()["items"]} == readable
        for name in made:
            for path, well in (("14/13087/7431.mvt", 204), ("tilejson.json", 200)):
                where = f"/tiles/functions/{name}/{path}"
                answer = await city.client.get(where, headers=dict(person.headers))
                assert answer.status_code == (well if name in readable else 404), (name, path)
    narrow = city.people["narrow"].actor
    assert {name for name, one in made.items() if may(narrow, Act.READ, one)} == {"mo"}


async def test_city_administrators_declare_and_remove(city: City) -> None:
    await _declare(city)
    admin = dict(city.people["city_admin"].headers)
    body = {
        "name": "moi",
        "function": "rong",
        "title": "Mới",
        "parameters": [{"name": "nam", "type": "integer", "default": "3"}],
    }
    made = await city.client.post(f"{API}/functions", json=body, headers=admin)
    assert made.status_code == 201
    assert made.json()["visibility"] == "internal"
    assert made.json()["tiles"].endswith("/tiles/functions/moi/{z}/{x}/{y}.mvt")
    again = await city.client.post(f"{API}/functions", json=body, headers=admin)
    assert again.status_code == 409
    assert (await city.client.delete(f"{API}/functions/moi", headers=admin)).status_code == 204
    assert (await city.client.delete(f"{API}/functions/moi", headers=admin)).status_code == 404


async def test_the_api_document_tells_of_tiles_and_what_they_are_asked(city: City) -> None:
    document = (await city.client.get(f"{API}/openapi.json")).json()
    tile = document["paths"]["/tiles/{slug}/{z}/{x}/{y}.mvt"]["get"]
    assert {"filter", "fields", "at", "rev"} <= {one["name"] for one in tile["parameters"]}
    assert f"{API}/functions" in document["paths"]
    page = await city.client.get(f"{API}/docs")
    assert "/tiles/functions/{name}/tilejson.json" in page.text
