"""What a worker does for this room: seed archives of large layers, patch them after edits."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from gishue.core import jobs
from gishue.core.db import transaction
from gishue.core.errors import NotFound
from gishue.core.jobs import Task
from gishue.core.log import logger, pairs
from layers.layer import Layer, LayerKind
from layers.services import Services
from tiles import archive_store
from tiles.archive_store import Kept
from tiles.metatile import signature
from tiles.seed import seed

SEED: Final = "tiles.seed"
LOOK: Final = "tiles.look"
QUEUE: Final = "tiles"
PATCHED: Final = timedelta(minutes=5)
"""An archive is patched at most so often: what edits reach is made from the database meanwhile."""

_LOG = logger(__name__)


async def look(services: Services) -> None:
    """Queue the layers whose archive is to be made or patched: after a publication, after edits."""
    async with transaction(services.pool) as conn:
        kept = {one.layer: one for one in await archive_store.kept(conn)}
        busy = await archive_store.under_way(conn, SEED)
        for layer in services.registry.current.layers.values():
            if layer.slug not in busy and is_due(services, layer, kept.get(layer.id)):
                said, lock = {"slug": layer.slug}, f"{SEED}-{layer.id}"
                await jobs.defer(conn, SEED, said, queue=QUEUE, lock=lock)


async def run_seed(services: Services, slug: str) -> None:
    """Seed or patch one layer; one that is gone meanwhile needs nothing."""
    try:
        made = await seed(services, slug)
    except NotFound:
        return
    _LOG.info(
        "archive %s",
        pairs(layer=slug, asked=made.asked, tiles=made.kept.tiles, bytes=made.kept.bytes),
    )


def is_due(services: Services, layer: Layer, kept: Kept | None) -> bool:
    """Return whether the archive of ``layer`` is to be made anew or patched."""
    least = services.settings.tiles_archive_from
    is_large = 0 < least <= layer.feature_count
    if layer.kind is not LayerKind.VECTOR or not layer.is_live or layer.table_name is None:
        return False
    if layer.awaits_tiers:  # its far tiles will be other ones
        return False
    if kept is None or kept.epoch != layer.epoch:
        return is_large
    now = services.now()
    if not kept.is_sure(now):
        return True
    zooms = kept.minzoom, kept.maxzoom
    if signature(layer, layer.table_name, *zooms) != kept.signature:
        return is_large
    return bool(kept.touched) and now - kept.made_at >= PATCHED


TASKS: Sequence[Task[Services]] = (
    Task(SEED, run_seed, None, QUEUE),
    Task(LOOK, look, None, QUEUE, cron="* * * * *"),
)
