"""HTTP for what a tile counts together: the features of a cluster, and where they come apart."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Response

from gishue.api.deps import TheActor, TheServices
from gishue.core import paging
from gishue.core.db import transaction
from layers import clusters, feature_store
from layers.feature_store import FeatureQuery

router = APIRouter(tags=["layers"])


@router.get("/layers/{slug}/clusters/{cluster_id}")
async def show_cluster(
    slug: str,
    cluster_id: int,
    services: TheServices,
    actor: TheActor,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 100,
    cursor: str | None = None,
) -> Response:
    """List the features that a tile draws as one, under the id that it has in the tile.

    GeoJSON with ``count``, ``bounds`` (west, south, east, north in degrees), and ``parts_at``: the
    zoom to go to for seeing them apart.
    """
    layer = services.registry.current.readable(actor, slug)
    async with transaction(services.pool) as conn:
        found = await clusters.find(conn, layer, cluster_id)
        query = FeatureQuery(filter=found.members, after_id=paging.read_id(cursor), limit=limit)
        page = await feature_store.page(conn, layer, query)
    head = {"id": found.id, "count": found.count, "bounds": found.bounds}
    head |= {"parts_at": found.parts_at}
    following = paging.cursor(page.next_id) if page.next_id is not None else None
    said = json.dumps({"type": "FeatureCollection", **head, "next": following})
    body = said[:-1] + ', "features": [' + ",".join(page.features) + "]}"
    return Response(body, media_type="application/geo+json")
