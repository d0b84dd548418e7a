"""HTTP for field schemas: what a department's layer demands, its Excel template, new layers."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from conversion import template
from gishue.api import shapes
from gishue.api.closures import ClosureBody
from gishue.api.deps import TheActor, TheServices, Uploader, allowed_layer, refusal
from gishue.core.access import Act, Visibility, may
from gishue.core.actor import Actor
from gishue.core.db import Connection, transaction
from gishue.core.errors import NotFound
from layers import area, closure, schema_store, store
from layers.description import Description
from layers.layer import GeometryType, Layer, LayerKind, Proposed, check_slug
from layers.schema import LayerSchema, of_fields

router = APIRouter(tags=["layers"])

Name = Annotated[str, Field(min_length=1, max_length=300)]


class SchemaBody(BaseModel):
    """A field schema; see the how-to page for the members of a field."""

    model_config = ConfigDict(extra="forbid")

    fields: list[dict[str, Any]] = Field(min_length=1, max_length=500)
    geometry_type: GeometryType | None = None
    strict: bool = True

    def read(self) -> LayerSchema:
        """Return the schema.

        Raises:
            InvalidSchema: it contradicts itself.
        """
        return LayerSchema.from_dict(self.model_dump())


class NewLayer(BaseModel):
    """A layer to be filled later: what it is called, who owns it, what its rows must be."""

    model_config = ConfigDict(extra="forbid")

    slug: Annotated[str, Field(max_length=63)]
    title: Name
    title_en: str = Field(default="", max_length=300)
    description: str = Field(default="", max_length=10_000)
    unit: Name | None = None
    theme: Name = "other"
    visibility: Visibility = Visibility.OPEN
    closure: ClosureBody | None = None
    field_schema: SchemaBody | None = Field(default=None, alias="schema")


@router.post("/layers", status_code=201)
async def add_layer(
    body: NewLayer, response: Response, services: TheServices, actor: Uploader
) -> shapes.LayerDetail:
    """Make an empty draft layer; a file sent to it (`mode=replace`) fills and publishes it."""
    async with transaction(services.pool) as conn:
        layer = await _added(conn, body, actor, services.now())
    await services.registry.reload(services.pool)
    response.headers["location"] = f"/api/v1/layers/{layer.slug}"
    return shapes.detail(layer, actor)


@router.get("/layers/{slug}/schema")
async def show_schema(slug: str, services: TheServices, actor: TheActor) -> dict[str, Any]:
    """Return the layer's field schema; a layer without one says what fields it has."""
    layer = services.registry.current.readable(actor, slug)
    async with transaction(services.pool) as conn:
        schema = await _seen(conn, layer)
    shown = schema or of_fields(layer.fields, layer.geometry_type)
    return shown.as_dict() | {"owned": schema is not None}


@router.put("/layers/{slug}/schema")
async def put_schema(
    slug: str, body: SchemaBody, services: TheServices, actor: TheActor
) -> dict[str, Any]:
    """Give the layer a field schema; files sent from now on must fit it."""
    layer = allowed_layer(services, actor, Act.EDIT, slug)
    schema = body.read()
    async with transaction(services.pool) as conn:
        await _write(conn, layer, schema, actor)
    return schema.as_dict() | {"owned": True}


@router.delete("/layers/{slug}/schema", status_code=204)
async def delete_schema(slug: str, services: TheServices, actor: TheActor) -> None:
    """Take the layer's field schema away."""
    layer = allowed_layer(services, actor, Act.EDIT, slug)
    async with transaction(services.pool) as conn:
        await _write(conn, layer, None, actor)


@router.get("/layers/{slug}/schema/template.xlsx", response_class=Response)
async def show_template(slug: str, services: TheServices, actor: TheActor) -> Response:
    """Return the Excel template of the layer: fill it in and send it as a file."""
    layer = services.registry.current.readable(actor, slug)
    async with transaction(services.pool) as conn:
        content = await template_of(conn, layer)
    headers = {"content-disposition": f'attachment; filename="{layer.slug}_mau.xlsx"'}
    return Response(content, media_type=template.MEDIA_TYPE, headers=headers)


async def template_of(conn: Connection, layer: Layer) -> bytes:
    """Return the layer's template: of its schema, else of the fields it has.

    Raises:
        NotFound: it has neither.
    """
    schema = await _seen(conn, layer)
    if schema is None and not layer.fields:
        raise NotFound(
            f"layer {layer.slug!r} has no fields yet; give it a schema first",
            vi=f"lớp {layer.slug!r} chưa có trường; hãy khai báo lược đồ trước",
        )
    return template.workbook(layer.title, schema or of_fields(layer.fields, layer.geometry_type))


async def _seen(conn: Connection, layer: Layer) -> LayerSchema | None:
    """Return the schema of ``layer``, if it owns one, as its view shows it."""
    schema = await schema_store.schema_of(conn, layer.id)
    return schema and schema.without(layer.view.hidden)


async def _added(conn: Connection, body: NewLayer, actor: Actor, now: datetime) -> Layer:
    check_slug(body.slug)
    described = Description(
        body.title,
        body.title_en,
        body.description,
        theme=body.theme,
        unit=body.unit or actor.unit,
        visibility=body.visibility,
        closure=body.closure.read(now) if body.closure else None,
    )
    if not may(actor, Act.PUBLISH, Proposed(body.slug, body.visibility, described.unit)):
        raise refusal(actor)
    described = closure.settled(described, None)
    await store.check_unit(conn, described.unit)
    layer_id = await store.create(conn, body.slug, body.title, LayerKind.VECTOR)
    await store.describe(conn, layer_id, described, by=actor.name)
    layer = await store.by_slug(conn, body.slug)
    if body.field_schema is not None:
        schema = body.field_schema.read()
        await schema_store.put_schema(conn, layer_id, schema, actor)
    revision = await store.measure(conn, layer, 0, None, bulk=False)
    await store.note(conn, layer, revision, actor, "drafted")
    return await store.by_slug(conn, body.slug)


async def _write(conn: Connection, layer: Layer, schema: LayerSchema | None, actor: Actor) -> None:
    await store.lock(conn, layer.slug)
    before = await store.by_slug(conn, layer.slug)
    area.check_whole(actor, before)
    await schema_store.change(conn, before, schema, actor)
