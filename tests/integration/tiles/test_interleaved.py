"""Of two units that ask for the same tiles in turns, neither is ever given the other's."""

from pathlib import Path

import psycopg

from gishue.accounts import units
from gishue.accounts.unit import Unit
from tests.support.interleaved import UNITS, add_layers, interleave
from tests.support.settings import settings_in
from tiles.app import make_app

REQUESTS = 10_000
SMALL_CACHE = 400_000
"""Bytes: less than the tiles take, so that they are built anew now and then."""


async def test_no_body_crosses_between_units_cached_or_not(
    own_database_url: str, tmp_path: Path
) -> None:
    async with await psycopg.AsyncConnection.connect(own_database_url, autocommit=True) as conn:
        for unit in UNITS:
            await units.put(conn, Unit(unit, unit))
        slugs = await add_layers(conn)
    app = make_app(settings_in(tmp_path, tiles_cache_bytes=SMALL_CACHE), own_database_url)
    async with app.router.lifespan_context(app):
        known = app.state.services.registry.current.layers
        tally = await interleave(app, [known[slug] for slug in slugs], REQUESTS)
    assert tally.crossed == []
    assert sum(tally.statuses.values()) == REQUESTS
    assert set(tally.statuses) == {200, 304, 404}
    assert min(tally.built, tally.cached, *tally.statuses.values()) > 200, tally
