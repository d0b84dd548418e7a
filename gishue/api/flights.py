"""HTTP for flights: who may read a flight's layers may read the flight."""

from typing import Any

from fastapi import APIRouter

from drone_imagery import store
from drone_imagery.flight import Flight, layer_slug
from gishue.api.deps import TheActor, TheServices
from gishue.core import paging
from gishue.core.access import Act, may
from gishue.core.db import transaction
from gishue.core.errors import NotFound
from layers.layer import Layer

router = APIRouter(tags=["flights"])


@router.get("/flights")
async def list_flights(services: TheServices, actor: TheActor) -> dict[str, Any]:
    """List the flights one may see, the newest first."""
    async with transaction(services.pool) as conn:
        flights = await store.all_flights(conn)
    snapshot = services.registry.current
    pairs = [(flight, snapshot.layers.get(_photos(flight.slug))) for flight in flights]
    seen = [
        shape(flight, snapshot.seen(actor, photos))
        for flight, photos in pairs
        if photos is not None and may(actor, Act.READ, photos)
    ]
    return paging.page(seen, None)


@router.get("/flights/{slug}")
async def show_flight(slug: str, services: TheServices, actor: TheActor) -> dict[str, Any]:
    """Describe one flight: times, photos, coverage, findings and its layers."""
    async with transaction(services.pool) as conn:
        flight = await store.by_slug(conn, slug)
    try:
        photos = services.registry.current.readable(actor, _photos(flight.slug))
    except NotFound as error:
        raise store.no_flight(slug) from error
    return shape(flight, photos)


def shape(flight: Flight, photos: Layer | None = None) -> dict[str, Any]:
    """Return the flight as those see it who see ``photos``, its layer, so; None: all of it."""
    names = ("slug", "title", "flown_from", "flown_to", "photo_count", "summary", "findings")
    layers = {kind: layer_slug(flight.slug, kind) for kind in ("photos", "footprints")}
    told = {name: getattr(flight, name) for name in names}
    told |= {"bounds": flight.bounds, "layers": layers}
    if photos is not None and photos.shown_count is None:
        # What is reckoned from all photos would tell of those that are kept back.
        told |= {"bounds": photos.bounds, "photo_count": None, "summary": {}, "findings": []}
    return told


def _photos(flight: str) -> str:
    return layer_slug(flight, "photos")
