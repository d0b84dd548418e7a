"""Sources outside become revisions of a layer: only what is new is brought in."""

import json
from collections.abc import AsyncGenerator, Generator
from dataclasses import replace
from pathlib import Path

import pytest

from conversion.options import IngestOptions
from gishue.core.access import Visibility
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from gishue.pulls import looking, store, tasks
from gishue.pulls.pull import Outcome, Pull, PullId, PullKind
from layers import closure_store
from layers import store as layer_store
from layers.layer import Closure
from layers.publish import Mode
from layers.services import Services, open_services
from tests.support.closing import CLOSURE
from tests.support.settings import settings_in
from tests.support.source import Site, served
from tests.support.upload import geojson, points, rows


@pytest.fixture
def site() -> Generator[Site]:
    with served() as running:
        yield running


@pytest.fixture
async def here(own_database_url: str, tmp_path: Path, site: Site) -> AsyncGenerator[Services]:
    """Services that may ask the site."""
    settings = settings_in(tmp_path, pull_hosts=site.host, pull_networks="127.0.0.0/8")
    async with open_services(settings, own_database_url) as opened:
        yield opened


async def add(
    services: Services, url: str, kind: PullKind = PullKind.FILE, source_layer: str = ""
) -> PullId:
    options = IngestOptions(layer="tram_do", mode=Mode.REPLACE, source_layer=source_layer)
    async with transaction(services.pool) as conn:
        return await store.create(conn, url, kind, options, 3_600, OPERATOR)


async def pull_of(services: Services, pull_id: PullId) -> Pull:
    async with transaction(services.pool) as conn:
        return await store.by_id(conn, pull_id)


async def features(services: Services) -> tuple[int, int]:
    """Return revision and number of features of the layer."""
    async with transaction(services.pool) as conn:
        layer = await layer_store.by_slug(conn, "tram_do")
    return layer.revision, layer.feature_count


async def test_a_file_is_brought_in_when_it_is_new_and_only_then(
    here: Services, site: Site
) -> None:
    site.files["/tram.geojson"] = geojson(points(3))
    pull = await add(here, site.url("/tram.geojson"))
    assert await looking.look(here, pull) is Outcome.PUBLISHED
    assert await features(here) == (1, 3)
    assert await looking.look(here, pull) is Outcome.UNCHANGED
    assert site.conditional == 1
    site.files["/tram.geojson"] = geojson(points(5))
    assert await looking.look(here, pull) is Outcome.PUBLISHED
    assert (await features(here))[1] == 5
    uploads = await rows(here, "SELECT count(*) FROM gis.upload")
    assert uploads == [(2,)]


async def test_a_source_that_breaks_leaves_the_layer_and_says_why(
    here: Services, site: Site
) -> None:
    site.files["/tram.geojson"] = geojson(points(3))
    pull = await add(here, site.url("/tram.geojson"))
    await looking.look(here, pull)
    site.files["/tram.geojson"] = b'{"type": "FeatureCollection", "features": ['
    assert await looking.look(here, pull) is Outcome.FAILED
    del site.files["/tram.geojson"]
    assert await looking.look(here, pull) is Outcome.FAILED
    after = await pull_of(here, pull)
    assert after.problem is not None
    assert "404" in after.problem["detail"]
    assert after.problem["detail_vi"] != after.problem["detail"]
    assert await features(here) == (1, 3)
    assert [path.name for path in here.blobs.scratch.iterdir()] == []


@pytest.mark.parametrize("path", ["/moved", "/khong_co"])
async def test_a_redirect_or_nothing_is_a_failure_told(
    here: Services, site: Site, path: str
) -> None:
    pull = await add(here, site.url(path))
    assert await looking.look(here, pull) is Outcome.FAILED
    after = await pull_of(here, pull)
    assert after.problem is not None
    assert after.problem["type"] == "/problems/source-failed"


async def test_a_private_address_is_not_asked_even_if_the_name_is_listed(
    own_database_url: str, tmp_path: Path, site: Site
) -> None:
    settings = settings_in(tmp_path, pull_hosts=f"localhost:{site.port}")
    async with open_services(settings, own_database_url) as services:
        pull = await add(services, f"http://localhost:{site.port}/tram.geojson")
        assert await looking.look(services, pull) is Outcome.FAILED
        after = await pull_of(services, pull)
    assert after.problem is not None
    assert after.problem["type"] == "/problems/source-not-approved"
    assert site.asked == []


async def test_a_wfs_comes_page_by_page_or_as_gml(
    here: Services, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gishue.pulls.pages.PAGE_ROWS", 4)
    site.features = json.loads(geojson(points(10)))["features"]
    pull = await add(here, site.url("/wfs?map=hue"), PullKind.WFS, "hue:tram")
    assert await looking.look(here, pull) is Outcome.PUBLISHED
    assert await features(here) == (1, 10)
    assert len(site.asked) == 3
    assert all("map=hue" in line for line in site.asked)
    assert await looking.look(here, pull) is Outcome.UNCHANGED


async def test_a_wfs_that_gives_a_part_is_refused(here: Services, site: Site) -> None:
    site.speaks_json = False
    site.files["/gml"] = b'<wfs:FeatureCollection numberMatched="9" numberReturned="5"/>'
    pull = await add(here, site.url("/wfs"), PullKind.WFS, "tram")
    assert await looking.look(here, pull) is Outcome.FAILED
    after = await pull_of(here, pull)
    assert after.problem is not None
    assert "5 of 9" in after.problem["detail"]


async def test_what_is_due_is_queued_once(here: Services, site: Site) -> None:
    pull = await add(here, site.url("/tram.geojson"))
    await tasks.look_at_due(here)
    await tasks.look_at_due(here)
    queued = await rows(here, "SELECT args FROM procrastinate_jobs WHERE task_name = 'pulls.look'")
    assert queued == [({"pull": pull},)]
    assert (await pull_of(here, pull)).next_at > here.now()


async def test_a_later_look_neither_opens_a_layer_nor_closes_it_anew(
    here: Services, site: Site
) -> None:
    site.files["/tram.geojson"] = geojson(points(3))
    said = {"visibility": Visibility.RESTRICTED, "closure": CLOSURE}
    options = IngestOptions(layer="tram_do", mode=Mode.REPLACE, or_create=True, said=said)
    async with transaction(here.pool) as conn:
        url = site.url("/tram.geojson")
        pull = await store.create(conn, url, PullKind.FILE, options, 3_600, OPERATOR)
    await looking.look(here, pull)
    assert await visibility_of(here) == (Visibility.RESTRICTED, CLOSURE)
    renewed = replace(CLOSURE, approver="Bình")
    for number, (visibility, closure) in enumerate(
        [(Visibility.INTERNAL, renewed), (Visibility.OPEN, None)], start=4
    ):
        async with transaction(here.pool) as conn:
            layer = await layer_store.by_slug(conn, "tram_do")
            await closure_store.decide(conn, layer, visibility, closure, OPERATOR)
        site.files["/tram.geojson"] = geojson(points(number))
        assert await looking.look(here, pull) is Outcome.PUBLISHED
        assert await visibility_of(here) == (visibility, closure)


async def visibility_of(services: Services) -> tuple[Visibility, Closure | None]:
    async with transaction(services.pool) as conn:
        layer = await layer_store.by_slug(conn, "tram_do")
    return layer.visibility, layer.closure
