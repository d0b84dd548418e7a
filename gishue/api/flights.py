"""HTTP for flights: who may read a flight's layers may read the flight."""

from typing import Any

from fastapi import APIRouter

from drone_imagery import store
from drone_imagery.flight import Flight, layer_slug
from gishue.api.deps import TheActor, TheServices
from gishue.core import paging
from gishue.core.access import Act, may
from gishue.core.actor import Actor
from gishue.core.db import transaction
from gishue.core.errors import NotFound
from layers.services import Services

router = APIRouter(tags=["flights"])


@router.get("/flights")
async def list_flights(services: TheServices, actor: TheActor) -> dict[str, Any]:
    """List the flights one may see, the newest first."""
    async with transaction(services.pool) as conn:
        flights = await store.all_flights(conn)
    seen = [shape(flight) for flight in flights if _is_visible(services, actor, flight)]
    return paging.page(seen, None)


@router.get("/flights/{slug}")
async def show_flight(slug: str, services: TheServices, actor: TheActor) -> dict[str, Any]:
    """Describe one flight: times, photos, coverage, findings and its layers."""
    async with transaction(services.pool) as conn:
        flight = await store.by_slug(conn, slug)
    try:
        services.registry.current.readable(actor, layer_slug(flight.slug, "photos"))
    except NotFound as error:
        raise store.no_flight(slug) from error
    return shape(flight)


def shape(flight: Flight) -> dict[str, Any]:
    """Return the flight as programs see it."""
    names = ("slug", "title", "flown_from", "flown_to", "photo_count", "summary", "findings")
    layers = {kind: layer_slug(flight.slug, kind) for kind in ("photos", "footprints")}
    return {name: getattr(flight, name) for name in names} | {
        "bounds": flight.bounds,
        "layers": layers,
    }


def _is_visible(services: Services, actor: Actor, flight: Flight) -> bool:
    layer = services.registry.current.layers.get(layer_slug(flight.slug, "photos"))
    return layer is not None and may(actor, Act.READ, layer)
