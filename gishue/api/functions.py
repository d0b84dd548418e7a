"""HTTP for function layers: what is declared, and the declaring, which city administrators do."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from gishue.api.deps import Administrator, TheActor, TheServices
from gishue.core import paging
from gishue.core.access import Act, Visibility, may
from gishue.core.db import transaction
from layers import function_store
from layers.fields import FieldType
from layers.function_layer import LONGEST_S, MAX_ZOOM, FunctionLayer, Parameter
from tiles.asking import origin_of
from tiles.functions import tile_url

router = APIRouter(tags=["function layers"])

Title = Annotated[str, Field(min_length=1, max_length=200)]
Zoom = Annotated[int, Field(ge=0, le=MAX_ZOOM)]


class ParameterShape(BaseModel):
    """What a tile may be asked; without a default it must be said."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=40)]
    type: FieldType
    default: Annotated[str, Field(max_length=200)] | None = None


class NewFunctionLayer(BaseModel):
    """A function to be declared: `analyst.<function>(z integer, x integer, y integer, params jsonb)
    returns bytea`, STABLE or IMMUTABLE.

    It reads what it likes, whatever is masked or closed elsewhere: what it answers is seen by whom
    `visibility` names. `max_age_s`: how long an answer may be kept.
    """

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=63)]
    function: Annotated[str, Field(min_length=1, max_length=63)]
    title: Title
    title_en: Annotated[str, Field(max_length=200)] = ""
    visibility: Visibility = Visibility.INTERNAL
    unit: Annotated[str, Field(max_length=63)] | None = None
    parameters: Annotated[list[ParameterShape], Field(max_length=20)] = []
    minzoom: Zoom = 0
    maxzoom: Zoom = 22
    max_age_s: Annotated[int, Field(ge=1, le=LONGEST_S)] = 60


class FunctionLayerShape(BaseModel):
    """A function layer as lists show it."""

    name: str
    title: str
    title_en: str
    visibility: Visibility
    unit: str | None
    parameters: list[ParameterShape]
    minzoom: int
    maxzoom: int
    max_age_s: int
    tiles: str
    tilejson: str


@router.get("/functions")
async def list_functions(
    request: Request, services: TheServices, actor: TheActor
) -> dict[str, Any]:
    """List the function layers that one may read: tiles that a function of the database makes."""
    readable = [one for one in services.registry.functions.values() if may(actor, Act.READ, one)]
    return paging.page([_shape(request, one) for one in readable], None)


@router.post("/functions", status_code=201)
async def declare_function(
    body: NewFunctionLayer, request: Request, services: TheServices, actor: Administrator
) -> FunctionLayerShape:
    """Declare a function of the schema `analyst` as a layer of tiles."""
    parameters = tuple(Parameter(one.name, one.type, one.default) for one in body.parameters)
    said = body.model_dump(exclude={"parameters"})
    layer = FunctionLayer(**said, parameters=parameters)
    async with transaction(services.pool) as conn:
        await function_store.add(conn, layer, actor)
    await services.registry.reload(services.pool)
    return _shape(request, layer)


@router.delete("/functions/{name}", status_code=204)
async def remove_function(
    name: Annotated[str, Path(max_length=63)], services: TheServices, actor: Administrator
) -> Response:
    """Take a declaration back; the function itself stays in the database."""
    async with transaction(services.pool) as conn:
        await function_store.remove(conn, name, actor)
    await services.registry.reload(services.pool)
    return Response(status_code=204)


def _shape(request: Request, layer: FunctionLayer) -> FunctionLayerShape:
    origin = origin_of(request)
    return FunctionLayerShape(
        name=layer.name,
        title=layer.title,
        title_en=layer.title_en,
        visibility=layer.visibility,
        unit=layer.unit,
        parameters=[
            ParameterShape(name=one.name, type=one.type, default=one.default)
            for one in layer.parameters
        ],
        minzoom=layer.minzoom,
        maxzoom=layer.maxzoom,
        max_age_s=layer.max_age_s,
        tiles=tile_url(layer, origin),
        tilejson=f"{origin}/tiles/functions/{layer.name}/tilejson.json",
    )
