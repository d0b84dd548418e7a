"""HTTP for the search box: layers and named features, diacritics optional."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from gishue.api.deps import TheActor, TheServices
from gishue.core import paging
from gishue.core.db import transaction
from layers import search
from layers.search import Hit

router = APIRouter(tags=["search"])


@router.get("/search")
async def find(
    services: TheServices,
    actor: TheActor,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> dict[str, Any]:
    """Find layers and places among what one may see; "phu hoi" finds "Phú Hội"."""
    snapshot = services.registry.current
    async with transaction(services.pool) as conn:
        hits = await search.find(conn, q, snapshot, actor, limit)
    for slug in {hit.slug for hit in hits if hit.feature_id is not None}:
        snapshot.readable(actor, slug)  # notes the read of a restricted layer
    return paging.page([_shape(hit) for hit in hits], None)


def _shape(hit: Hit) -> dict[str, Any]:
    is_layer = hit.feature_id is None
    return {
        "kind": "layer" if is_layer else "feature",
        "title": hit.name,
        "title_en": hit.layer_title_en if is_layer else hit.name,
        "subtitle": "" if is_layer else hit.layer_title,
        "subtitle_en": "" if is_layer else hit.layer_title_en or hit.layer_title,
        "layer": hit.slug,
        "id": hit.feature_id,
        "point": hit.point,
        "bounds": hit.bounds,
    }
