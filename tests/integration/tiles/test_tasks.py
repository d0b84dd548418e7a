"""The worker seeds what is large after it is published, and patches it after edits, once each."""

from dataclasses import replace

from gishue.core.db import Connection
from tests.integration.tiles.conftest import Site
from tests.support.archived import write
from tests.support.parcels import add_parcels
from tiles import archive_store
from tiles.tasks import SEED, look, run_seed


async def waiting(conn: Connection) -> list[str]:
    """Return the layers that jobs wait for, and have them done."""
    cur = await conn.execute(
        "UPDATE procrastinate_jobs SET status = 'succeeded'"
        " WHERE task_name = %s AND status = 'todo' RETURNING args ->> 'slug'",
        (SEED,),
    )
    return [str(row[0]) for row in await cur.fetchall()]


async def test_a_large_layer_is_seeded_once_and_patched_after_edits(
    site: Site, writer: Connection
) -> None:
    settings = site.tiles.services.settings.model_copy(update={"tiles_archive_from": 100})
    services = replace(site.tiles.services, settings=settings)
    layer = await add_parcels(writer, "lon", 120)
    await add_parcels(writer, "nho", 80)
    await site.reload()

    await look(services)
    await look(services)
    assert await waiting(writer) == ["lon"]
    await run_seed(services, "lon")
    await look(services)
    assert await waiting(writer) == []

    await write(writer, layer, [7], 1)
    await site.reload()
    await look(services)
    assert await waiting(writer) == []
    await writer.execute("UPDATE gis.archive SET made_at = now() - interval '6 minutes'")
    await look(services)
    assert await waiting(writer) == ["lon"]
    await run_seed(services, "lon")
    (kept,) = await archive_store.kept(writer, layer.id)
    assert (kept.touched, kept.revision) == ((), kept.revision_now)

    await writer.execute("UPDATE gis.layer SET epoch = epoch + 1, revision = revision + 1")
    await site.reload()
    await look(services)
    assert await waiting(writer) == ["lon"]


async def test_a_layer_that_is_gone_needs_nothing(site: Site) -> None:
    await run_seed(site.tiles.services, "khong_co")
