"""``/files/{slug}.pmtiles``: whole and in ranges, of now, for those alone who may see all of it."""

import threading
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from obstore.store import HTTPStore
from pmtiles.reader import MemorySource, Reader
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from gishue.core.access import Audience, Visibility
from gishue.core.actor import OPERATOR, Role
from gishue.core.blobs import Blobs
from gishue.core.db import transaction
from layers import protection_store, store
from layers.layer import Layer
from layers.protection import Protection
from tests.support.archived import around, write
from tests.support.parcels import add_parcels
from tests.support.site import Site, open_site
from tiles.archives import Archives
from tiles.seed import seed

PATH = "/files/thua_dat.pmtiles"


@pytest.fixture
async def site(own_database_url: str, tmp_path: Path) -> AsyncGenerator[Site]:
    async with open_site(own_database_url, tmp_path) as site:
        yield site


async def parcels(site: Site, visibility: Visibility = Visibility.OPEN) -> Layer:
    async with transaction(site.services.pool) as conn:
        await add_parcels(conn, "thua_dat", 200, visibility=visibility)
    await site.services.registry.reload(site.services.pool)
    return site.services.registry.current.layers["thua_dat"]


async def edit(site: Site, layer: Layer, number: int) -> None:
    async with transaction(site.services.pool) as conn:
        await write(conn, layer, [7], number)
    await site.services.registry.reload(site.services.pool)


async def test_the_whole_file_is_one_that_other_programs_read(site: Site) -> None:
    layer = await parcels(site)
    answer = await site.client.get(PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.pmtiles"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-gishue-revision"] == str(layer.revision)
    reader = Reader(MemorySource(answer.content))
    assert reader.metadata()["vector_layers"][0]["id"] == "thua_dat"
    tiles = [reader.get(*tile) for tile in around(layer, 14)]
    assert any(tiles)
    again = await site.client.get(PATH, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_a_range_is_a_part_of_the_file(site: Site) -> None:
    await parcels(site)
    whole = (await site.client.get(PATH)).content
    answer = await site.client.get(PATH, headers={"range": "bytes=0-126"})
    assert (answer.status_code, answer.content) == (206, whole[:127])
    assert answer.headers["content-range"] == f"bytes 0-126/{len(whole)}"
    beyond = await site.client.get(PATH, headers={"range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416
    head = await site.client.head(PATH)
    assert int(head.headers["content-length"]) == len(whole)


async def test_the_whole_file_holds_every_edit_and_a_range_says_of_when_it_is(site: Site) -> None:
    layer = await parcels(site)
    first = await site.client.get(PATH)
    await edit(site, layer, 4_711)
    part = await site.client.get(PATH, headers={"range": "bytes=0-126"})
    assert part.headers["x-gishue-revision"] == str(layer.revision)
    assert part.headers["etag"] == first.headers["etag"]
    whole = await site.client.get(PATH)
    assert whole.headers["x-gishue-revision"] == str(layer.revision + 1)
    assert whole.headers["etag"] != first.headers["etag"]


async def test_of_a_replaced_layer_no_part_of_before_is_given(site: Site) -> None:
    layer = await parcels(site)
    await site.client.get(PATH)
    async with transaction(site.services.pool) as conn:
        await conn.execute("UPDATE gis.layer SET epoch = epoch + 1, revision = revision + 1")
    await site.services.registry.reload(site.services.pool)
    part = await site.client.get(PATH, headers={"range": "bytes=0-126"})
    assert part.headers["x-gishue-revision"] == str(layer.revision + 1)


async def test_who_sees_a_part_of_the_layer_has_no_archive_of_it(site: Site) -> None:
    await parcels(site)
    await site.account("an", Role.VIEWER)
    assert (await site.client.get(PATH)).status_code == 200
    async with transaction(site.services.pool) as conn:
        await store.lock(conn, "thua_dat")
        now = await store.by_slug(conn, "thua_dat")
        await protection_store.put(
            conn, now, Protection({"chủ sử dụng": Audience.STAFF}, {}), OPERATOR
        )
    await site.services.registry.reload(site.services.pool)

    refused = await site.client.get(PATH)
    assert refused.status_code == 404
    assert "other formats" in refused.json()["detail"]
    links = (await site.client.get("/api/v1/layers/thua_dat")).json()["links"]["files"]
    assert links["pmtiles"] == "/files/thua_dat/thua_dat.pmtiles"
    await site.sign_in("an")
    answer = await site.client.get(PATH)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    links = (await site.client.get("/api/v1/layers/thua_dat")).json()["links"]["files"]
    assert links["pmtiles"] == PATH


@pytest.mark.parametrize("slug", ["khong_co", "noi_bo"])
async def test_a_layer_one_may_not_see_is_not_there(slug: str, site: Site) -> None:
    await site.publish("noi_bo", Visibility.INTERNAL)
    assert (await site.client.get(f"/files/{slug}.pmtiles")).status_code == 404


@contextmanager
def served(folder: Path) -> Generator[str]:
    """Serve a folder over HTTP, ranges and all."""
    app = Starlette(routes=[Mount("/", StaticFiles(directory=folder))])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


async def test_an_archive_in_a_far_store_is_read_in_ranges(site: Site, tmp_path: Path) -> None:
    layer = await parcels(site)
    near = site.services
    whole = (await site.client.get(PATH)).content
    made = (await seed(near, layer.slug)).kept
    assert near.blobs.folder is not None
    with served(near.blobs.folder) as url:
        far_store = HTTPStore.from_url(url, client_options={"allow_http": True})
        far = replace(near, blobs=Blobs(far_store, None, tmp_path))
        archives, local = Archives(far), Archives(near)
        await archives.load()
        await local.load()
        for tile in around(layer, made.maxzoom):
            assert archives.ready(layer, tile) is None
            assert await archives.fetched(layer, tile) == local.ready(layer, tile)

        site.app.state.services = far
        assert (await site.client.get(PATH)).content == whole
        part = await site.client.get(PATH, headers={"range": "bytes=-20"})
        assert (part.status_code, part.content) == (206, whole[-20:])
        beyond = await site.client.get(PATH, headers={"range": f"bytes={len(whole)}-"})
        assert beyond.status_code == 416
