"""What is masked for somebody, and rows kept from them, stand in no byte of any answer they get."""

import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx
import mapbox_vector_tile
import pyarrow.parquet as pq
import pyogrio
import pytest
from fastapi import FastAPI

from conversion.export.formats import OUT
from gishue.api import events
from gishue.core.access import Audience
from gishue.core.actor import ANONYMOUS, Limits, Role
from gishue.core.bounds import CITY
from gishue.core.db import transaction
from gishue.core.events import Event
from layers.layer import Layer
from layers.services import Services
from tests.support.people import add_key, add_unit, staff
from tests.support.veiled import LEVEL, add_veiled, protect, shown
from tiles.grid import column, row

SLUG: Final = "ho_so"
NAMED: Final = "ho_so_chu"
"""The same layer, but found by the masked field."""

WHO: Final = {
    "nobody": Audience.PUBLIC,
    "key of another layer": Audience.PUBLIC,
    "key to download only": Audience.PUBLIC,
    "other unit": Audience.STAFF,
    "own unit": Audience.UNIT,
    "key of the unit": Audience.UNIT,
    "unit it is shared with": Audience.UNIT,
}


@dataclass(frozen=True)
class City:
    """The application, its two veiled layers, and what the requests of each person carry."""

    client: httpx.AsyncClient
    services: Services
    layers: Mapping[str, Layer]
    headers: Mapping[str, Mapping[str, str]]

    async def get(self, who: str, path: str, **more: str) -> httpx.Response:
        return await self.client.get(path, headers={**self.headers[who], **more})


@pytest.fixture
async def city(app: FastAPI, client: httpx.AsyncClient) -> City:
    services: Services = app.state.services
    async with transaction(services.pool) as conn:
        for unit in ("so_a", "so_b", "so_c"):
            await add_unit(conn, unit)
        made = {
            SLUG: await add_veiled(conn, SLUG, "so_a"),
            NAMED: await add_veiled(conn, NAMED, "so_a", search_field="chủ"),
        }
        for layer in made.values():
            await conn.execute(
                "INSERT INTO gis.share (layer_id, unit, acts, granted_by)"
                " VALUES (%s, 'so_c', '{read,download}', 'an')",
                (layer.id,),
            )
        viewer, only = Role.VIEWER, frozenset({"khac"})
        keys = {
            "key of another layer": await add_key(conn, viewer, "so_a", "k1", Limits(only)),
            "key to download only": await add_key(
                conn, viewer, "so_a", "k2", Limits(None, frozenset({"download"}))
            ),
            "key of the unit": await add_key(
                conn, viewer, "so_a", "k3", Limits(frozenset(made), frozenset({"read", "download"}))
            ),
            "own unit": await add_key(conn, viewer, "so_a", "k4"),
            "other unit": await add_key(conn, viewer, "so_b", "k5"),
            "unit it is shared with": await add_key(conn, viewer, "so_c", "k6"),
        }
    await services.registry.reload(services.pool)
    headers = {"nobody": {}, **{who: {"x-api-key": key} for who, key in keys.items()}}
    return City(client, services, services.registry.current.layers, headers)


def _tiles(layer: Layer) -> Iterator[str]:
    assert layer.bounds is not None
    lon, lat = layer.bounds.xmin, layer.bounds.ymin
    for z in (0, 9, 13, 14):
        yield f"/tiles/{layer.slug}/{z}/{int(column(lon, z))}/{int(row(lat, z))}.mvt"


def _doors(layer: Layer) -> list[str]:
    slug = layer.slug
    now = datetime.now(UTC).isoformat().replace("+", "%2B")
    api, ogc = f"/api/v1/layers/{slug}", f"/ogc/collections/{slug}"
    return [
        *_tiles(layer),
        *(f"{path}?rev={layer.revision}" for path in _tiles(layer)),
        *(f"{list(_tiles(layer))[2]}?{asked}" for asked in (*_ASKED, f"at={now}")),
        list(_tiles(layer))[2].replace(slug, f"{slug},{NAMED}"),
        f"/tiles/{slug}/tilejson.json?fields=tên",
        f"/tiles/{slug},{NAMED}/tilejson.json",
        *(f"/tiles/{slug}/{name}.json" for name in ("tilejson", "style", "legend")),
        "/styles/base.json",
        "/api/v1/layers",
        api,
        f"{api}/features",
        f"{api}/features?limit=2",
        f"{api}/features?bbox=107,16,108,17",
        f"{api}/features?as_of={now}",
        f"{api}/features?filter=ph%C6%B0%E1%BB%9Dng%20%3D%20%27P0%27%20OR%20true",
        *(f"{api}/features/{number}" for number in range(12)),
        f"{api}/history",
        f"{api}/schema",
        f"{api}/schema/template.xlsx",
        *(f"/ogc/collections?f={form}" for form in ("json", "html", "jsonld")),
        *(f"{ogc}{page}?f={form}" for form in ("json", "html") for page in _PAGES),
        f"{ogc}/items?limit=100&crs=http://www.opengis.net/def/crs/EPSG/0/4326",
        *(f"{ogc}/items/{number}" for number in range(12)),
        f"{ogc}/items?as_of={now}",
        *(f"{ogc}/items/{number}?as_of={now}" for number in range(12)),
        *(f"/data/{slug}{form}" for form in ("", ".jsonld", ".iso.xml")),
        *(f"/data{page}" for page in ("", "/catalog.jsonld", "/data.json", "/feed.atom")),
        f"/files/{slug}/{slug}.geojson",
        f"/files/{slug}/{slug}.geojson?bbox=107,16,108,17",
        f"/files/{slug}/{slug}.geojson?as_of={now}",
    ]


def _searches() -> list[str]:
    return [f"/api/v1/search?q={word}&limit=50" for word in _WORDS]


def _listings() -> list[str]:
    records = "/ogc/collections/_records/items?limit=100"
    return [records, "/api/v1/search?q=lop ho so&limit=50"]


_ASKED: Final = ("fields=tên", "filter=tên LIKE 'DONGMUC%25'", "filter=phường = 'P0' OR true")
_PAGES: Final = ("", "/schema", "/queryables", "/items", "/tiles", "/tiles/WebMercatorQuad")
_WORDS: Final = ("DONGMUC0so", "DONGMUC1so", "DONGMUC2so", "CHUSOHUU", "SODIENTHOAI", "ho so")


def _texts(path: str, body: bytes) -> Iterator[bytes]:
    """Yield everything that can be read in a body: what is packed in it unpacked."""
    yield body
    if ".mvt" in path and body:
        yield repr(mapbox_vector_tile.decode(body)).encode()
    if zipfile.is_zipfile(io.BytesIO(body)):
        with zipfile.ZipFile(io.BytesIO(body)) as held:
            for name in held.namelist():
                yield from _texts(name, held.read(name))
    if path.endswith(".parquet"):
        yield repr(pq.read_table(io.BytesIO(body)).to_pylist()).encode()
    if path.endswith((".gpkg", ".fgb", ".tab.zip", ".pmtiles")):
        yield repr(_rows(path, body)).encode()


def _rows(path: str, body: bytes) -> list[object]:
    """Return the rows of a file whose numbers are not written as text, as GDAL reads them."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, path.rpartition("/")[2])
        file.write_bytes(body)
        return pyogrio.read_arrow(file)[1].to_pylist()


def _said(path: str, body: bytes) -> set[str]:
    """Return which of the beginnings of values, and names of masked fields, stand in the body."""
    everything = shown(Audience.UNIT).seen
    texts = list(_texts(path, body))
    return {word for word in everything if any(word.encode() in text for text in texts)}


async def _told(city: City, paths: list[str], people: Iterable[str]) -> dict[str, set[str]]:
    """Return what each was told; asked by all in turn, twice: nothing is kept for another."""
    told: dict[str, set[str]] = {who: set() for who in people}
    for path in paths * 2:
        for who in told:
            answer = await city.get(who, path)
            assert answer.status_code in (200, 204, 404), (who, path, answer.text)
            said = _said(path.partition("?")[0], answer.content)
            assert not said & set(shown(WHO[who]).hidden), (who, path)
            told[who] |= said
    return told


async def test_no_answer_holds_what_its_reader_does_not_see(city: City) -> None:
    told = await _told(city, [*_doors(city.layers[SLUG]), *_tiles(city.layers[NAMED])], WHO)
    assert told == {who: set(shown(audience).seen) for who, audience in WHO.items()}


async def test_no_format_of_a_file_holds_what_its_reader_does_not_see(city: City) -> None:
    for out in OUT:
        told = await _told(city, [f"/files/{SLUG}/{SLUG}{out.suffix}"], ["nobody"])
        # Drawings carry the names alone.
        names = {"DONGMUC0"} if out.key in ("dxf", "dgn") else set(shown(Audience.PUBLIC).seen)
        assert told["nobody"] == names, out.key


async def test_no_search_finds_what_its_reader_does_not_see(city: City) -> None:
    told = await _told(city, _searches(), WHO)
    names = {"DONGMUC0", "DONGMUC1", "DONGMUC2", "CHUSOHUU"}
    assert told == {who: set(shown(audience).seen) & names for who, audience in WHO.items()}


async def test_an_answer_of_one_audience_is_not_known_to_another(city: City) -> None:
    held: dict[str, dict[str, httpx.Response]] = {}
    doors = [path for path in _doors(city.layers[SLUG]) if "/search" not in path]
    for path in doors:
        held[path] = {who: await city.get(who, path) for who in WHO}
    compared = 0
    for path, answers in held.items():
        tags = {who: one.headers["etag"] for who, one in answers.items() if "etag" in one.headers}
        for who, tag in tags.items():
            for other in tags:
                answer = await city.get(other, path, **{"if-none-match": tag})
                is_by_content = path.startswith(("/data/", "/styles/"))
                same = WHO[who] is WHO[other] or (
                    is_by_content and answers[who].content == answers[other].content
                )
                assert (answer.status_code == 304) == same, (path, who, other)
                if not same:
                    assert answer.content == answers[other].content
                    compared += 1
    assert compared > 400


async def test_only_what_everybody_sees_may_be_kept_by_shared_caches(city: City) -> None:
    layer = city.layers[SLUG]
    paths = [*_tiles(layer), f"/tiles/{SLUG}/style.json", f"/files/{SLUG}/{SLUG}.geojson"]
    for path in [*paths, f"{paths[0]}?rev={layer.revision}"]:
        for who, audience in WHO.items():
            head = (await city.get(who, path)).headers
            is_public = audience is Audience.PUBLIC
            assert head["cache-control"].startswith("public" if is_public else "private"), (
                who,
                path,
            )
            assert "immutable" not in head["cache-control"]
            assert {"authorization", "cookie", "x-api-key"} <= {
                name.strip().lower() for name in head["vary"].split(",")
            }


async def test_counts_are_of_the_rows_that_are_seen(city: City) -> None:
    for who, audience in WHO.items():
        rows = shown(audience).rows
        layer = (await city.get(who, f"/api/v1/layers/{SLUG}")).json()
        assert layer["feature_count"] == (rows if audience is Audience.UNIT else None)
        page = (await city.get(who, f"/ogc/collections/{SLUG}/items?limit=2")).json()
        assert page["numberMatched"] == rows
        named = (await city.get(who, f"/ogc/collections/{SLUG}/items?phường=P0")).json()
        assert named["numberMatched"] == rows / 2
        listed = (await city.get(who, f"/api/v1/layers/{SLUG}/features?limit=1000")).json()
        assert len(listed["features"]) == rows


async def test_no_answer_tells_how_far_the_rows_kept_back_reach(city: City) -> None:
    """The easternmost row is of the third level: the unit alone sees it."""
    layer = city.layers[SLUG]
    assert layer.bounds is not None
    edge = str(layer.bounds.xmax)[:8]
    told: set[str] = set()
    for path in [*_doors(layer), *_listings()]:
        for who, audience in WHO.items():
            answer = await city.get(who, path)
            is_said = any(edge.encode() in text for text in _texts(path, answer.content))
            if audience is Audience.UNIT:
                told |= {path} if is_said else set()
            else:
                assert not is_said, (who, path)
    of_all = {f"/tiles/{SLUG}/tilejson.json", f"/tiles/{SLUG}/style.json", *_listings()[:2]}
    of_all |= {f"/ogc/collections/{SLUG}{page}?f=json" for page in ("", "/tiles/WebMercatorQuad")}
    of_all |= {f"/data/{SLUG}.jsonld", f"/data/{SLUG}.iso.xml", f"/api/v1/layers/{SLUG}"}
    assert of_all <= told


async def test_where_rows_are_kept_back_the_bounds_are_the_citys(city: City) -> None:
    path = f"/api/v1/layers/{SLUG}"
    for who, audience in WHO.items():
        said = (await city.get(who, path)).json()["bounds"]
        held = city.layers[SLUG].bounds if audience is Audience.UNIT else CITY
        assert said == list(held or ())
    found = await city.get("nobody", f"/api/v1/layers/{SLUG}/features?limit=1000")
    boxed = await city.get("nobody", f"/api/v1/layers/{SLUG}/features?bbox=107,15,109,17&limit=99")
    assert boxed.json()["features"] == found.json()["features"] != []


async def test_an_event_tells_how_far_a_layer_reaches_to_whom_all_of_it_is_shown(
    city: City,
) -> None:
    layer = city.layers[SLUG]
    assert layer.bounds is not None
    said = {"slug": SLUG, "revision": 9, "action": "replaced", "visibility": "open"}
    edit = {"boxes": [[1.197e7, 1.858e6, 1.197e7, 1.858e6]], "features": [7]}
    payload = {**said, "bounds": list(layer.bounds), "edit": edit}
    news = Event(1, datetime.now(UTC), "layer", payload)
    for actor, bounds in (
        (ANONYMOUS, CITY),
        (staff("an", 1, "so_b"), CITY),
        (staff("bình", 2, "so_a"), layer.bounds),
    ):
        heard = events.told(city.services, actor, news)
        assert heard is not None
        assert tuple(heard["bounds"]) == tuple(bounds)
        is_whole = bounds is layer.bounds
        assert heard["features"] == ([7] if is_whole else None)
        assert (heard["touched"] is not None) == is_whole
        assert "edit" not in heard
    gone = Event(2, news.at, "layer", {**said, "slug": "vang", "action": "deleted"})
    told = {**gone.payload, "bounds": [], "touched": None, "features": None}
    assert events.told(city.services, ANONYMOUS, gone) == told


async def test_hidden_fields_cannot_be_asked_for(city: City) -> None:
    """The caller's filter names what they see; else a masked value could be guessed."""
    tile = list(_tiles(city.layers[SLUG]))[2]
    filters = {
        f"/api/v1/layers/{SLUG}/features?filter=chủ = 'CHUSOHUU1'": 400,
        f"/api/v1/layers/{SLUG}/features?filter=mức > 1": 400,
        f"/ogc/collections/{SLUG}/items?chủ=CHUSOHUU1": 400,
        f"/files/{SLUG}/{SLUG}.geojson?filter=chủ LIKE 'CHU%25'": 400,
        f"{tile}?filter=chủ LIKE 'CHU%25'": 400,
        f"{tile}?filter=mức > 1&at=2099-01-01": 400,
        f"{tile}?fields=mức": 400,
        f"{tile.replace(SLUG, f'{SLUG},{NAMED}')}?fields=chủ": 400,
        f"/tiles/{SLUG}/tilejson.json?fields=mức": 400,
    }
    for path, status in filters.items():
        for who, audience in WHO.items():
            answer = await city.get(who, path)
            expected = 200 if audience is Audience.UNIT else status
            assert answer.status_code == expected, (who, path, answer.text)
            if expected == 400:
                assert "điện thoại" not in answer.text or audience is Audience.STAFF


async def test_a_filter_is_not_computed_on_rows_that_are_not_seen(city: City) -> None:
    """An overflow on one of them would tell that it is there, however dear the rule is."""
    rule = f'"mức"{" + 0" * 20} < {LEVEL + 1}'
    async with transaction(city.services.pool) as conn:
        await protect(conn, city.layers[SLUG], {"chủ": Audience.UNIT}, {Audience.PUBLIC: rule})
    await city.services.registry.reload(city.services.pool)
    for level, status in ((LEVEL, 200), (LEVEL + 1, 400)):
        # Times so much, a difference is beyond a double unless it is 0, as first of the rows seen.
        probe = f'("mức" - {level}) * 1e308 * 10 > 0'
        answer = await city.get("nobody", f"/api/v1/layers/{SLUG}/features?filter={probe}")
        assert answer.status_code == status, answer.text


async def test_a_rule_that_cannot_be_read_shows_no_row(city: City) -> None:
    layer = city.layers[SLUG]
    async with transaction(city.services.pool) as conn:
        await protect(conn, layer, {}, {Audience.PUBLIC: '"mất rồi" = 1'})
    await city.services.registry.reload(city.services.pool)
    for path in (f"/api/v1/layers/{SLUG}/features", f"/ogc/collections/{SLUG}/items"):
        assert (await city.get("nobody", path)).json()["features"] == []
        assert len((await city.get("own unit", path)).json()["features"]) > 9
    for path in _tiles(layer):
        assert (await city.get("nobody", path)).status_code == 204
        assert (await city.get("own unit", path)).status_code == 200


async def test_a_new_mask_holds_for_tiles_that_are_kept(city: City) -> None:
    layer = city.layers[SLUG]
    path = next(_tiles(layer))
    async with transaction(city.services.pool) as conn:
        await protect(conn, layer, {}, {})
    await city.services.registry.reload(city.services.pool)
    before = await city.get("nobody", path)
    assert "CHUSOHUU" in _said(path, before.content)
    async with transaction(city.services.pool) as conn:
        await protect(conn, layer, {"chủ": Audience.UNIT}, {})
    await city.services.registry.reload(city.services.pool)
    after = await city.get("nobody", path, **{"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert "CHUSOHUU" not in _said(path, after.content)
