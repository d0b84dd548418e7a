"""Another GISHue as the source: its OGC API, page by page, coordinates bit for bit."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import uvicorn

from conversion.options import IngestOptions
from gishue.core.actor import OPERATOR
from gishue.core.db import transaction
from gishue.pulls import looking, store
from gishue.pulls.pull import Outcome, PullKind
from gishue.server.app import make_app
from layers import store as layer_store
from layers.publish import Mode
from layers.services import Services, open_services
from tests.support.city import NGO_MON, TRUONG_TIEN, add_layer
from tests.support.settings import settings_in
from tests.support.upload import rows


@pytest.fixture
async def peer(own_database_url: str, tmp_path: Path) -> AsyncGenerator[tuple[Services, str]]:
    """A served city that may fetch from itself; its services and its host."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        settings = settings_in(tmp_path, pull_hosts=host, pull_networks="127.0.0.0/8")
        async with open_services(settings, own_database_url) as services:
            async with transaction(services.pool) as conn:
                await add_layer(conn, "di_tich")
            app = make_app(settings, own_database_url)
            server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
            running = asyncio.create_task(server.serve([listening]))
            while not server.started:
                await asyncio.sleep(0.02)
            yield services, host
            server.should_exit = True
            await running


async def test_a_collection_of_an_ogc_api_becomes_a_layer(peer: tuple[Services, str]) -> None:
    services, host = peer
    options = IngestOptions(layer="di_tich_2", mode=Mode.REPLACE, source_layer="di_tich")
    async with transaction(services.pool) as conn:
        pull = await store.create(
            conn, f"http://{host}/ogc/", PullKind.OAPIF, options, 3_600, OPERATOR
        )
    assert await looking.look(services, pull) is Outcome.PUBLISHED
    async with transaction(services.pool) as conn:
        layer = await layer_store.by_slug(conn, "di_tich_2")
    assert (layer.srid, layer.feature_count) == (9214, 2)
    found = await rows(
        services,
        f"SELECT round(ST_X(geom)::numeric, 3), round(ST_Y(geom)::numeric, 3)"
        f" FROM data.{layer.table_name} ORDER BY id",
    )
    wanted = [(round(x, 3), round(y, 3)) for x, y in (NGO_MON, TRUONG_TIEN)]
    assert [(float(x), float(y)) for x, y in found] == wanted
    assert await looking.look(services, pull) is Outcome.UNCHANGED
