"""HTTP for style files of desktop clients: SLD and QML, out and in."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from gishue.api.deps import TheActor, TheServices, allowed_layer
from gishue.api.styles import save
from gishue.core.access import Act
from layers.styling import files
from layers.styling.sld_write import Version

router = APIRouter(tags=["styles"])

SLD = "application/vnd.ogc.sld+xml"
QML = "application/x-qgis-layer-settings"
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string"}} for kind in (SLD, QML)},
    }
}


class LostShape(BaseModel):
    """Something in the file that was not carried over."""

    where: str
    message: str
    message_vi: str


class ReadStyle(BaseModel):
    """The style that a file gave; ``kept``: whether it is the layer's now."""

    layers: list[dict[str, Any]]
    legend: list[dict[str, Any]]
    findings: list[LostShape]
    kept: bool


@router.get("/layers/{slug}/style.sld", response_class=Response)
async def show_sld(
    slug: str,
    services: TheServices,
    actor: TheActor,
    version: Annotated[Version, Query(description="of SLD")] = "1.1.0",
) -> Response:
    """Return the layer's style as SLD; what SLD cannot hold is told in comments."""
    layer = services.registry.current.readable(actor, slug)
    return _file(files.written(layer, "sld", version), f"{slug}.sld", SLD)


@router.get("/layers/{slug}/style.qml", response_class=Response)
async def show_qml(slug: str, services: TheServices, actor: TheActor) -> Response:
    """Return the layer's style as QGIS reads it; what QML cannot hold is told in comments."""
    layer = services.registry.current.readable(actor, slug)
    return _file(files.written(layer, "qml"), f"{slug}.qml", QML)


@router.put("/layers/{slug}/style.sld", openapi_extra=_BODY)
@router.put("/layers/{slug}/style.qml", openapi_extra=_BODY)
async def put_file(
    slug: str,
    request: Request,
    services: TheServices,
    actor: TheActor,
    keep: Annotated[bool, Query(description="false: only show what it gives")] = True,
) -> ReadStyle:
    """Read a style file, SLD or QML, and keep it as the layer's style.

    `findings` says what of the file was not carried over.
    """
    layer = allowed_layer(services, actor, Act.EDIT, slug)
    drawn, lost = files.read(layer, await request.body())
    if keep:
        await save(services, actor, slug, drawn)
    told = [LostShape(where=o.where, message=o.message, message_vi=o.message_vi) for o in lost]
    legend = drawn.get("legend", [])
    return ReadStyle(layers=drawn["layers"], legend=legend, findings=told, kept=keep)


def _file(body: bytes, name: str, kind: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private"}
    return Response(body, media_type=kind, headers=headers)
